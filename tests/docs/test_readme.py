"""README.md's two commands stand where CI looks for them, and its session is a real one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from docs.generate import ROOT
from tests.crawling import scrapy

README = (ROOT / "README.md").read_text("utf-8")


def test_the_two_commands_are_the_first_two_blocks_of_sh() -> None:
    main_job, tests = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert main_job.strip().endswith(".venv/bin/scrapy crawl releases -a pages=1")
    assert tests.strip().endswith(".venv/bin/pytest -q")


def test_the_session_is_what_a_run_prints(tmp_path: Path) -> None:
    session = re.search(r"^```console\n\$ (.*?)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert session
    crawl = scrapy(*shlex.split(session[1])[1:], archive=tmp_path)
    shown, printed = session[2].splitlines(), crawl.stderr.splitlines()
    assert len(shown) == len(printed), crawl.stderr
    same = re.compile(r"^(file:|scrapy )")  # where the archive is stands in these
    for ours, theirs in zip(sorted(shown), sorted(printed), strict=True):
        if not same.match(ours.strip()):
            assert ours == theirs

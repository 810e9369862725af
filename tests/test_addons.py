"""What a run says by default: nothing of Scrapy's about itself, every warning and error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cassettes.record_releases import CASSETTE
from tests.crawling import ROOT

SELF_TALK = ("Versions:", "Overridden settings", "Enabled", "Spider opened")


def crawl(archive: Path, *options: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Crawl with the log as it is by default, which ``tests.crawling`` turns down."""
    chosen = {"ARCHIVE_DIR": archive, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}
    pairs = [f"{name}={value}" for name, value in {**chosen, **settings}.items()]
    words = [word for pair in pairs for word in ("-s", pair)]
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "releases", "-a", "pages=1", *words, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("asked_for", [(), ("-L", "INFO"), ("-s", "LOG_LEVEL=DEBUG")])
def test_scrapy_speaks_of_itself_only_where_it_is_asked_to(
    asked_for: tuple[str, ...], tmp_path: Path
) -> None:
    ended = crawl(tmp_path, *asked_for, CASSETTE=CASSETTE)
    assert ended.returncode == 0, ended.stderr
    said = [words for words in SELF_TALK if words in ended.stderr]
    assert said == (list(SELF_TALK) if asked_for else [])
    if not asked_for:
        assert ended.stderr.startswith("releases: ")


def test_errors_stay(tmp_path: Path) -> None:
    ended = crawl(tmp_path, SITE_URL="http://127.0.0.1:9", RETRY_TIMES=0, BACKOFF_START_S=0.01)
    assert ended.returncode == 3
    assert "ERROR: " in ended.stderr

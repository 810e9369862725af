"""``scrapy repair`` as a user runs it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from beehive_archive.archive.lock import ArchiveLock
from beehive_archive.findings import Report
from tests.archive.archives import (
    compare,
    document,
    files_of,
    put,
    release,
    report_of,
    write_report,
)
from tests.crawling import Outcome, scrapy

UTC_PATH = "releases/2024/08/2024-08-12-kia-ora.md"
NEW_PATH = "releases/2024/08/2024-08-13-kia-ora.md"
QUOTES_PATH = "releases/2024/08/2024-08-13-other.md"


def repair(archive: Path, *options: str) -> Outcome:
    return scrapy("repair", *options, archive=archive)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    put(root, UTC_PATH, document(date=date(2024, 8, 12)))
    put(root, QUOTES_PATH, document("other", title="Kia  ora"))
    put(root, "releases/2024/08/2024-08-13-fine.md", document("fine"))
    return root


@pytest.fixture
def report(archive: Path) -> Report:
    return report_of(
        archive,
        [compare(archive, UTC_PATH, release()), compare(archive, QUOTES_PATH, release("other"))],
    )


def test_a_dry_run_shows_and_counts_and_writes_nothing(
    archive: Path, report: Report, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "report.json", report)
    before = files_of(archive)
    ended = repair(archive, str(path), "--dry-run")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        f"{UTC_PATH}: date",
        f"  renamed to {NEW_PATH}",
        "  -date: 2024-08-12",
        "  +date: 2024-08-13",
        f"{QUOTES_PATH}: yaml",
        '  -title: "Kia  ora"',
        '  +title: "Kia ora"',
        "      1 date",
        "      1 yaml",
        "2 to repair, 1 of them renamed; 0 done before; 0 refused",
    ]
    assert files_of(archive) == before
    assert not (archive / ".state").exists()


def test_it_repairs_once_and_refuses_what_changed(
    archive: Path, report: Report, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "report.json", report)
    fine = (archive / "releases/2024/08/2024-08-13-fine.md").stat()
    (archive / QUOTES_PATH).write_text((archive / QUOTES_PATH).read_text() + " More.")

    ended = repair(archive, str(path))
    assert ended.exit_code == 1
    assert ended.stderr == (
        f"refused: {QUOTES_PATH}: changed on disk since the check; check it again\n"
    )
    assert ended.stdout.endswith("1 repaired, 1 of them renamed; 0 done before; 1 refused\n")
    assert (archive / NEW_PATH).exists()
    assert not (archive / UTC_PATH).exists()

    again = repair(archive, str(path))
    assert again.exit_code == 1
    assert again.stdout == "0 repaired, 0 of them renamed; 1 done before; 1 refused\n"
    untouched = (archive / "releases/2024/08/2024-08-13-fine.md").stat()
    assert (untouched.st_ino, untouched.st_mtime_ns) == (fine.st_ino, fine.st_mtime_ns)


def test_an_archive_that_is_held_is_left_alone(
    archive: Path, report: Report, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "report.json", report)
    lock = ArchiveLock(archive / ".state")
    lock.acquire()
    try:
        ended = repair(archive, str(path))
    finally:
        lock.release()
    assert ended.exit_code == 4
    assert "the archive is held by process" in ended.stderr
    assert (archive / UTC_PATH).exists()


def test_a_report_of_another_archive_is_refused(
    archive: Path, report: Report, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "report.json", report)
    other = tmp_path / "other"
    other.mkdir()
    ended = repair(other, str(path))
    assert ended.exit_code == 2
    assert "expected a report of ARCHIVE_DIR" in ended.stderr
    assert list(other.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "expected REPORT.json"),
        (("a.json", "b.json"), "found 2 arguments"),
        (("missing.json",), "can't be read"),
        (("pyproject.toml",), "expected a report's JSON"),
        (("missing.json", "--dryrun"), "unrecognized option: --dryrun"),
    ],
)
def test_wrong_usage(archive: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = repair(archive, *arguments)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr

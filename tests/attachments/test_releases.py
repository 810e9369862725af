"""``scrapy crawl releases`` and the attachments of what is new."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from beehive_archive.archive.attachments import attachment_key
from beehive_archive.attachments.records import AttachmentRecords
from beehive_archive.text import front_matter
from tests.attachments.stock import FILES, ROOT, file_requests
from tests.crawling import documents_in, scrapy
from tests.replica import Replica, attachment, document, faults

PLAN, REPORT = f"{FILES}2024-01/Plan%20A.pdf", f"{FILES}2024-01/report.docx"


def add_release(replica: Replica, *urls: str) -> None:
    replica.add(
        document("Budget", "2024-01-10T01:00:00Z", attachments=tuple(map(attachment, urls)))
    )


def make_due(archive: Path) -> None:
    """Let the time of the next try come."""
    with closing(sqlite3.connect(archive / ".state/attachments.sqlite")) as db, db:
        db.execute("update failures set next_try_at = '2026-01-01T00:00:00+00:00'")


def asked_files(replica: Replica) -> list[str]:
    return [path for path in file_requests(replica) if path.startswith(ROOT)]


def test_a_new_release_brings_its_attachments_and_their_texts(
    replica: Replica, tmp_path: Path
) -> None:
    add_release(replica, PLAN, REPORT)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.kinds() == {"new": 1}, "attachments are no documents"
    assert set(documents_in(tmp_path)) == {
        "releases/2024/01/2024-01-10-budget.md",
        "attachments/2024-01/Plan A.pdf",
        "attachments/2024-01/Plan A.pdf.md",
        "attachments/2024-01/report.docx",
        "attachments/2024-01/report.docx.md",
    }
    replica.requests.clear()
    again = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert again.exit_code == 0, again.stderr
    assert asked_files(replica) == []


def test_a_failing_attachment_is_listed_and_the_release_is_whole(
    replica: Replica, tmp_path: Path
) -> None:
    add_release(replica, PLAN, REPORT)
    replica.fault(faults.error_page(), f"{ROOT}2024-01/Plan A.pdf")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.kinds() == {"new": 1, "unverified": 1}
    (finding,) = outcome.findings("unverified")
    assert (finding["url"], finding["detail"]) == (PLAN, "expected a pdf, found a web page")
    stored = front_matter.load(tmp_path / "releases/2024/01/2024-01-10-budget.md")
    assert stored.attachments == (PLAN, REPORT)
    assert (tmp_path / "attachments/2024-01/report.docx").exists()
    assert not (tmp_path / "attachments/2024-01/Plan A.pdf").exists()


def test_a_file_that_failed_is_not_asked_for_again_before_its_time(
    replica: Replica, tmp_path: Path
) -> None:
    add_release(replica, PLAN)
    replica.fault(faults.status(403), f"{ROOT}*")
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    replica.requests.clear()
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert asked_files(replica) == []


def test_what_a_stopped_run_owes_is_brought_by_the_next(replica: Replica, tmp_path: Path) -> None:
    add_release(replica, PLAN)
    replica.fault(faults.blocked(), f"{ROOT}*")
    ended = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, BLOCKED_LIMIT=1)
    assert ended.exit_code == 3
    assert len(list(tmp_path.glob("releases/**/*.md"))) == 1
    replica.clear_faults()
    records = AttachmentRecords(tmp_path / ".state")
    key = attachment_key(PLAN)
    assert key is not None
    make_due(tmp_path)
    assert records.due(datetime.now(UTC)) == {key}
    records.close()
    routine = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert routine.exit_code == 0, routine.stderr
    assert (tmp_path / "attachments/2024-01/Plan A.pdf.md").exists()


def test_attachments_can_be_left_to_another_run(replica: Replica, tmp_path: Path) -> None:
    add_release(replica, PLAN)
    settings = {"ATTACHMENTS_ENABLED": False}
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, **settings)
    assert outcome.exit_code == 0, outcome.stderr
    assert asked_files(replica) == []
    assert not (tmp_path / "attachments").exists()


def test_a_cassette_without_the_files_is_no_failure(replica: Replica, tmp_path: Path) -> None:
    add_release(replica, PLAN)
    cassette = tmp_path / "tape.yaml"
    record = {"CASSETTE": cassette, "CASSETTE_MODE": "once", "ATTACHMENTS_ENABLED": False}
    first = scrapy("crawl", "releases", archive=tmp_path / "a", site=replica.url, **record)
    assert first.exit_code == 0, first.stderr
    replayed = scrapy("crawl", "releases", archive=tmp_path / "b", CASSETTE=cassette)
    assert replayed.exit_code == 0, replayed.stderr
    assert replayed.kinds() == {"new": 1}
    assert not (tmp_path / "b/attachments").exists()


def test_wrong_settings_are_refused_before_anything_is_fetched(
    replica: Replica, tmp_path: Path
) -> None:
    wrong = (
        {"ATTACHMENT_MAX_BYTES": "plenty"},
        {"ATTACHMENT_TIMEOUT_S": "0"},
        {"ATTACHMENT_WORKERS": "0"},
        {"ATTACHMENTS_ENABLED": "perhaps"},
        {"FILES_STORE": "dropbox://folder/"},
        {"FILES_STORE": "s3://bucket"},
    )
    for settings in wrong:
        outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url, **settings)
        assert outcome.exit_code == 2, settings
        assert f"error: {next(iter(settings))}" in outcome.stderr
    assert not replica.requests

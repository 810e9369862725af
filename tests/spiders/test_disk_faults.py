"""Disks that are full, that can't be written, and processes killed in the middle of a write."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attachments.stock import file_requests, name_in_archive
from tests.crawling import Started, documents_in, scrapy, wait_for_requests
from tests.replica import Replica
from tests.spiders.sites import publish, publish_recent

BODY = "<p>" + "Words of the release. " * 2_500 + "</p>"  # 55 KB


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB of its own; for root only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def remount(disk: Path, options: str) -> None:
    command = ["mount", "-o", f"remount,{options}", str(disk)]
    subprocess.run(command, check=True, capture_output=True)


def test_a_disk_that_fills_up_ends_the_run_and_no_document_is_partial(
    replica: Replica, tmp_path: Path, small_disk: Path
) -> None:
    for each in publish(replica, 45):
        replica.edit(each, body_html=BODY)
    whole_archive = tmp_path / "whole"
    scrapy("crawl", "releases", archive=whole_archive, site=replica.url)
    whole = documents_in(whole_archive)
    archive = small_disk / "archive"
    full = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert full.exit_code == 3
    assert "check the disk's space" in full.stderr or "No space left" in full.stderr
    assert "Traceback" not in full.stderr
    kept = documents_in(archive)
    assert 0 < len(kept) < 45
    assert all(whole[path] == text for path, text in kept.items())
    # As full as it is now, nothing more is lost by trying again.
    assert scrapy("crawl", "releases", archive=archive, site=replica.url).exit_code == 3
    assert all(whole[path] == text for path, text in documents_in(archive).items())
    remount(small_disk, "size=64m")
    room = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert room.exit_code == 0, room.stderr
    assert documents_in(archive) == whole


def test_a_disk_that_fills_up_ends_a_run_for_attachments(
    replica: Replica, small_disk: Path
) -> None:
    """At its first file, or record of one, that there is no room for."""
    archive = small_disk / "archive"
    files = {
        f"/sites/default/files/{n}.pdf": b"%PDF-1.4\n" + bytes([n]) * 99_000 for n in range(60)
    }
    for path, content in files.items():
        replica.add_file(path, content + b"\n%%EOF\n")
    urls = [f"https://www.beehive.govt.nz{path}" for path in files]
    name_in_archive(archive, urls)
    full = scrapy("crawl", "attachments", archive=archive, site=replica.url)
    assert full.exit_code == 3
    assert "check the disk's space" in full.stderr or "No space left" in full.stderr
    assert "Traceback" not in full.stderr
    assert len(file_requests(replica)) < len(urls) - 20
    stored = {path: text for path, text in documents_in(archive).items() if path.endswith(".pdf")}
    assert 0 < len(stored) < len(urls)
    assert all(len(content) == 99_016 for content in stored.values())
    remount(small_disk, "size=64m")
    room = scrapy("crawl", "attachments", "-a", "retry=failed", archive=archive, site=replica.url)
    rest = scrapy("crawl", "attachments", archive=archive, site=replica.url)
    assert (room.exit_code, rest.exit_code) == (0, 0), room.stderr + rest.stderr
    assert len([path for path in documents_in(archive) if path.endswith(".pdf")]) == len(urls)


def test_an_archive_that_can_only_be_read(replica: Replica, small_disk: Path) -> None:
    """Crawls say so before they fetch anything; readers read."""
    publish_recent(replica, 2)
    archive = small_disk / "archive"
    scrapy("crawl", "releases", archive=archive, site=replica.url)
    before = documents_in(archive)
    remount(small_disk, "ro")
    replica.requests.clear()
    for spider in ("releases", "check", "attachments"):
        outcome = scrapy("crawl", spider, archive=archive, site=replica.url)
        assert outcome.exit_code == 3
        assert "Read-only file system" in outcome.stderr
        assert "Traceback" not in outcome.stderr
    assert list(replica.requests) == []
    assert scrapy("verify", archive=archive).exit_code == 0
    assert documents_in(archive) == before


def test_kill_9_while_texts_are_replaced(replica: Replica, tmp_path: Path) -> None:
    """At any time each document is its old text or its new one; the old one is kept, once."""
    made = publish_recent(replica, 15)
    words = ("crawl", "releases")
    settings = {"ON_CHANGE": "update", "MAX_CHANGE_RATE": 1}
    scrapy(*words, archive=tmp_path, site=replica.url)
    old = documents_in(tmp_path)
    for each in made:
        replica.edit(each, body_html=f"<p>Put right: {each.title}</p>{BODY}")
    generator = random.Random(7)
    for _ in range(6):
        process = Started(*words, archive=tmp_path, site=replica.url, **settings)
        deadline_s = time.monotonic() + 60
        revisions = tmp_path / "revisions"
        wanted = len(list(revisions.rglob("*.md"))) + generator.randint(1, 3)
        while process.is_alive() and len(list(revisions.rglob("*.md"))) < wanted:
            assert time.monotonic() < deadline_s
            time.sleep(0.001)
        process.send(signal.SIGKILL)
        process.wait()
        for path, text in documents_in(tmp_path).items():
            if path in old:
                assert text == old[path] or b"Put right" in text
    scrapy(*words, archive=tmp_path, site=replica.url, **settings)
    documents = documents_in(tmp_path)
    assert not [path for path in documents if ".writing-" in path]
    assert all(b"Put right" in documents[path] for path in old)
    kept = [text for path, text in documents.items() if path.startswith("revisions/")]
    assert sorted(kept) == sorted(old.values())


def test_kill_9_during_a_check_and_on_with_the_rest(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 30)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)
    replica.edit(made[-1], title="Put right")  # the first in the archive's order
    replica.requests.clear()
    process = Started("crawl", "check", archive=tmp_path, site=replica.url, DOWNLOAD_DELAY="0.02")
    wait_for_requests(replica, 16, process)
    process.send(signal.SIGKILL)
    process.wait()
    replica.requests.clear()
    outcome = scrapy("crawl", "check", "-a", "resume=1", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (1, {"unchanged": 29, "changed": 1})
    assert len(replica.requests) < 25  # not all again
    assert documents_in(tmp_path) == before


def test_a_check_whose_report_can_not_be_written_loses_nothing(
    replica: Replica, tmp_path: Path
) -> None:
    """A night's requests are not to be made again for the want of a folder."""
    made = publish(replica, 12)
    archive, reports = tmp_path / "archive", tmp_path / "reports"
    scrapy("crawl", "releases", archive=archive, site=replica.url)
    replica.edit(made[0], title="Put right")
    reports.write_text("a file where the folder should be", "utf-8")
    words = ("crawl", "check")
    outcome = scrapy(*words, archive=archive, site=replica.url, REPORT_DIR=reports)
    assert outcome.exit_code == 3
    assert "could not be concluded" in outcome.stderr
    assert "-a resume=1" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    replica.requests.clear()
    outcome = scrapy(*words, "-a", "resume=1", archive=archive, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (1, {"unchanged": 11, "changed": 1})
    assert not [path for path in replica.requests if "/release/" in str(path)]

"""Runs that are stopped: by Ctrl-C, by the system, and without a word at random points."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from pathlib import Path

from tests.crawling import Started, documents_in, scrapy, wait_for_requests
from tests.replica import Replica, document, faults
from tests.spiders.sites import publish, publish_recent, slugs


def start(archive: Path, replica: Replica, **settings: object) -> Started:
    return Started("crawl", "releases", archive=archive, site=replica.url, **settings)


def assert_no_partial_document(archive: Path, whole: dict[str, bytes]) -> None:
    for path, text in documents_in(archive).items():
        if not path.rpartition("/")[2].startswith(".writing-"):
            assert text == whole[path], path


def test_kill_9_at_ten_points_loses_nothing(replica: Replica, tmp_path: Path) -> None:
    """Killed again and again the archive is in the end that of an uninterrupted run."""
    body = "<p>Words of the release.</p>" * 200
    for each in publish(replica, 45):
        replica.edit(each, body_html=f"<p>{each.title}</p>{body}")
    whole_archive = tmp_path / "whole"
    scrapy("crawl", "releases", archive=whole_archive, site=replica.url)
    whole = documents_in(whole_archive)
    assert len(whole) == 45

    archive = tmp_path / "archive"
    generator = random.Random(42)
    for _ in range(10):
        replica.requests.clear()
        process = start(archive, replica)
        # So many requests of each run, and a moment more: also between them, and in writes.
        wait_for_requests(replica, generator.randint(1, 18), process)
        time.sleep(generator.random() * 0.01)
        process.send(signal.SIGKILL)
        process.wait()
        assert_no_partial_document(archive, whole)
    last = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert last.exit_code == 0
    assert documents_in(archive) == whole
    again = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert (again.exit_code, again.kinds()) == (0, {})


def test_what_is_published_after_a_kill_hides_nothing(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 25)
    process = start(tmp_path, replica)
    wait_for_requests(replica, 9, process)
    process.send(signal.SIGKILL)
    process.wait()
    assert 0 < len(slugs(documents_in(tmp_path))) < 25
    publish_recent(replica, 12)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 0
    assert len(slugs(documents_in(tmp_path))) == 37


def test_an_update_that_was_killed_keeps_the_old_text_once(
    replica: Replica, tmp_path: Path
) -> None:
    """Killed between the revision and the new text, the next run goes on."""
    (made,) = publish_recent(replica, 1)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    (path,) = documents_in(tmp_path)
    old = documents_in(tmp_path)[path]
    replica.edit(made, title="Put right")
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url, ON_CHANGE="update")
    (tmp_path / path).write_bytes(old)  # as if the kill had come just before
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url, ON_CHANGE="update")
    documents = documents_in(tmp_path)
    assert b"Put right" in documents[path]
    kept = {name: text for name, text in documents.items() if name.startswith("revisions/")}
    assert set(kept.values()) == {old}


def test_ctrl_c_ends_in_good_order_and_the_next_run_goes_on(
    replica: Replica, tmp_path: Path
) -> None:
    publish(replica, 30)
    for sent in (signal.SIGINT, signal.SIGTERM):
        replica.requests.clear()
        process = start(tmp_path, replica, DOWNLOAD_DELAY="0.05")
        wait_for_requests(replica, 6, process)
        process.send(sent)
        stopped = process.wait(30)
        assert stopped.exit_code == 3
        assert "INCOMPLETE" in stopped.stderr
        assert "Traceback" not in stopped.stderr
        assert stopped.report is not None
    assert 0 < len(slugs(documents_in(tmp_path))) < 30
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, len(slugs(documents_in(tmp_path)))) == (0, 30)


def test_ctrl_c_does_not_wait_for_the_site(replica: Replica, tmp_path: Path) -> None:
    """Neither while the run is told to wait; nor, pressed twice, for an answer that never ends."""
    publish(replica, 3)
    replica.fault(faults.status(503, retry_after=200), "/release/release-1")
    process = start(tmp_path, replica)
    wait_for_requests(replica, 5, process)
    time.sleep(0.5)
    process.send(signal.SIGINT)
    assert process.wait(20).exit_code == 3

    replica.clear_faults()
    replica.requests.clear()
    replica.fault(faults.drip(1, 5), "/release/release-1")
    process = start(tmp_path, replica)
    while not any(each.path == "/release/release-1" for each in list(replica.requests)):
        wait_for_requests(replica, len(replica.requests) + 1, process)
    time.sleep(0.2)
    process.send(signal.SIGINT)
    time.sleep(0.5)
    process.send(signal.SIGINT)
    assert process.wait(20).exit_code == 3
    replica.clear_faults()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, len(slugs(documents_in(tmp_path)))) == (0, 3)


def test_two_runs_at_once(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 8)
    first = start(tmp_path, replica, DOWNLOAD_DELAY="0.2")
    wait_for_requests(replica, 3, first)
    second = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert second.exit_code == 4
    assert f"process {first.pid}" in second.stderr
    elsewhere = scrapy("crawl", "releases", archive=tmp_path / "other", site=replica.url)
    assert elsewhere.exit_code == 0
    assert first.wait(60).exit_code == 0
    assert len(slugs(documents_in(tmp_path / "releases"))) == 8


def test_a_clock_that_was_set_back(replica: Replica, tmp_path: Path) -> None:
    """Failures and reports from the future keep nothing from being done."""
    publish(replica, 2)
    late = replica.add(document("Late", None))
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    with sqlite3.connect(tmp_path / ".state" / "state.sqlite") as db:
        db.execute("update failures set next_try_at = '2199-01-01T00:00:00+00:00'")
        db.execute("update urls set seen_at = '2199-01-01T00:00:00+00:00'")
    db.close()
    replica.remove(late)
    replica.add(document("Late", "2025-03-01T00:00:00Z"))
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"new": 1}

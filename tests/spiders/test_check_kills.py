"""Checks that are stopped and go on: their report is whole, and as if nothing had been."""

from __future__ import annotations

import random
import re
import signal
import time
from pathlib import Path
from typing import Any

from tests.crawling import Outcome, Started, documents_in, scrapy, wait_for_requests
from tests.replica import Replica, document, faults
from tests.spiders.archiving import archive_pages
from tests.spiders.sites import asked, publish


def a_drifted_site(replica: Replica, archive: Path, count: int = 60) -> None:
    """Of each kind some, fewer than the brake's twenty."""
    made = publish(replica, count)
    lost = [
        replica.add(document(f"Taupō – part {number}", "2024-05-01T03:00:00Z"))
        for number in range(4)
    ]
    archive_pages(archive, made)
    for number, page in enumerate(lost):
        url = f"https://www.beehive.govt.nz/release/taupo--part-{number}"
        archive_pages(archive, [page], url=url)
    for each in made[1:60:9]:
        replica.edit(each, title=f"{each.title} again")
    for each in made[2:60:20]:
        replica.remove(each)
    for each in made[3:60:20]:
        replica.rename(each, f"{each.slug}-elsewhere")
    replica.fault(faults.redirect("/"), made[44].path)
    replica.add_page("/", "<html><title>Home</title><body>Welcome</body></html>")


def told(report: dict[str, Any] | None) -> tuple[Any, ...]:
    """What a report says of documents, in one order."""
    assert report is not None
    findings = sorted(report["findings"], key=lambda each: str(each["path"]))
    return report["complete"], report["counts"], findings


def start(archive: Path, replica: Replica, *words: str, **settings: object) -> Started:
    given = [word for each in words for word in ("-a", each)]
    return Started(
        "crawl", "check", *given, archive=archive, site=replica.url, MAX_ERROR_RATE=0.5, **settings
    )


def check(archive: Path, replica: Replica, *words: str) -> Outcome:
    given = [word for each in words for word in ("-a", each)]
    return scrapy("crawl", "check", *given, archive=archive, site=replica.url, MAX_ERROR_RATE=0.5)


def test_kill_9_at_random_points(replica: Replica, tmp_path: Path) -> None:
    """Killed again and again, and resumed, the report is that of an uninterrupted check."""
    archive, whole_archive = tmp_path / "archive", tmp_path / "whole"
    a_drifted_site(replica, archive)
    archive_of_whole = documents_in(archive)
    for path, text in archive_of_whole.items():
        (whole_archive / path).parent.mkdir(parents=True, exist_ok=True)
        (whole_archive / path).write_bytes(text)
    whole = check(whole_archive, replica)
    assert whole.exit_code == 1
    kinds = {"changed": 7, "removed": 3, "moved": 3, "convention": 4, "unverified": 1}
    assert whole.kinds() == {**kinds, "unchanged": 46}

    generator = random.Random(7)
    words: tuple[str, ...] = ()
    for _ in range(8):
        replica.requests.clear()
        process = start(archive, replica, *words)
        # So many requests of each run, and a moment more: in pages, second looks and reports.
        wait_for_requests(replica, generator.randint(1, 45), process)
        time.sleep(generator.random() * 0.03)
        process.send(signal.SIGKILL)
        process.wait()
        words = ("resume=1",)
    replica.requests.clear()
    last = check(archive, replica, "resume=1")
    assert told(last.report) == told(whole.report)
    assert last.exit_code == 1
    assert documents_in(archive) == archive_of_whole
    assert not list((archive / ".state" / "runs").glob("*.jsonl"))


def test_ctrl_c_ends_in_good_order_and_resume_goes_on(replica: Replica, tmp_path: Path) -> None:
    a_drifted_site(replica, tmp_path)
    for sent in (signal.SIGINT, signal.SIGTERM):
        replica.requests.clear()
        process = start(tmp_path, replica, "resume=1", DOWNLOAD_DELAY="0.05")
        wait_for_requests(replica, 12, process)
        process.send(sent)
        stopped = process.wait(60)
        assert stopped.exit_code == 3
        assert "resume=1" in stopped.stderr
        assert "Traceback" not in stopped.stderr
        assert re.search(r"[0-9]+\s+documents\s+were\s+not\s+reached", stopped.stderr)
        assert "MAX_ERROR_RATE" not in stopped.stderr
    replica.requests.clear()
    last = check(tmp_path, replica, "resume=1")
    assert last.exit_code == 1
    assert sum(last.kinds().values()) == 64
    assert last.kinds()["changed"] == 7
    assert last.report is not None
    assert last.report["complete"]
    # What both runs had read, was unchanged and needs no second look was not asked for again.
    assert len(asked(replica, "/release/release-")) < 64 + 20


def test_a_sample_that_was_stopped_is_still_that_sample(replica: Replica, tmp_path: Path) -> None:
    archive_pages(tmp_path, publish(replica, 60))
    whole = check(tmp_path, replica, "sample=20")
    sampled = set(asked(replica, "/release/"))
    (tmp_path / ".state" / "state.sqlite").unlink()
    replica.requests.clear()
    process = start(tmp_path, replica, "sample=20")
    wait_for_requests(replica, 9, process)
    process.send(signal.SIGKILL)
    process.wait()
    last = check(tmp_path, replica, "sample=20", "resume=1")
    assert last.kinds() == whole.kinds() == {"unchanged": 20}
    assert set(asked(replica, "/release/")) == sampled


def test_what_was_written_since_is_looked_at_again(replica: Replica, tmp_path: Path) -> None:
    files = archive_pages(tmp_path, publish(replica, 20))
    process = start(tmp_path, replica)
    wait_for_requests(replica, 16, process)
    process.send(signal.SIGKILL)
    process.wait()
    oldest = files[-1]  # the archive's order is by path
    oldest.write_text(oldest.read_text("utf-8") + " By hand.", encoding="utf-8")
    replica.requests.clear()
    last = check(tmp_path, replica, "resume=1")
    assert last.kinds() == {"unchanged": 19, "changed": 1}
    assert len(asked(replica, "/release/")) < 20


def test_without_resume_a_check_begins_anew(replica: Replica, tmp_path: Path) -> None:
    archive_pages(tmp_path, publish(replica, 10))
    process = start(tmp_path, replica)
    wait_for_requests(replica, 8, process)
    process.send(signal.SIGKILL)
    process.wait()
    replica.requests.clear()
    assert check(tmp_path, replica).kinds() == {"unchanged": 10}
    assert len(asked(replica, "/release/")) == 10

"""Three workers at one check, on a real Redis; one is killed midway."""

from __future__ import annotations

import signal
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from beehive_archive.cluster.config import LEAVING_LEASES
from tests.cluster.workers import Worker, copied_archive, merged, start
from tests.crawling import scrapy
from tests.replica import Replica, faults

COUNT = 60
DELAY_S = 0.2


def document_requests(site: Replica) -> Counter[str]:
    return Counter(each.path for each in site.requests if each.path.startswith("/release/"))


def test_three_workers_check_each_document_once(
    replica: Replica, redis_url: str, copies: list[Path], tmp_path: Path
) -> None:
    paths = copied_archive(replica, copies, COUNT)
    changed = replica.edit(paths[7], title="Another title")
    gone = replica.remove(paths[11])
    # Slow enough that each gets its share while the others start.
    workers = [
        start(copy, replica, redis_url, CLUSTER_JOB="once", DOWNLOAD_DELAY=0.1) for copy in copies
    ]
    codes = [worker.end() for worker in workers]
    assert set(codes) <= {0, 1}, [worker.said for worker in workers]
    whole = merged(workers, tmp_path / "whole.json")
    assert whole["complete"], whole["problems"]
    assert whole["counts"] == {"unchanged": COUNT - 2, "changed": 1, "removed": 1}
    assert {each["url"].rpartition("/")[2] for each in whole["findings"]} == {
        changed.slug,
        gone.slug,
    }
    asked = document_requests(replica)
    twice = {path for path, count in asked.items() if count > 1}
    assert twice == {changed.path, gone.path}, "second looks only"
    assert all(sum(worker.report()["counts"].values()) for worker in workers), "all had a share"
    again = start(copies[0], replica, redis_url, CLUSTER_JOB="once")
    again.end()
    assert "is finished" in again.said


def test_a_worker_that_is_killed_is_taken_over(
    replica: Replica, redis_url: str, copies: list[Path], tmp_path: Path
) -> None:
    paths = copied_archive(replica, copies, COUNT)
    replica.edit(paths[3], title="Another title")
    workers = [
        start(copy, replica, redis_url, CLUSTER_JOB="killed", DOWNLOAD_DELAY=0.1) for copy in copies
    ]
    victim, *others = workers
    wait_for_findings(victim, 4)
    victim.process.send(signal.SIGKILL)
    victim.end()
    codes = [worker.end() for worker in others]
    assert set(codes) <= {0, 1}, [worker.said for worker in others]
    assert any("taken over" in worker.said for worker in others)
    assert not victim.report_path.exists()
    whole = merged(others, tmp_path / "whole.json")
    assert whole["complete"], whole["problems"]
    assert sum(whole["counts"].values()) == COUNT
    named = Counter(each["path"] for each in whole["findings"])
    assert not [path for path, count in named.items() if count > 1]
    assert whole["counts"]["changed"] == 1
    asked = document_requests(replica)
    assert asked.keys() == set(paths)
    # What the victim had finished is not asked for again; what it had in hand may be.
    repeated = {path for path, count in asked.items() if count > 1} - {paths[3]}
    assert len(repeated) <= 1


def test_a_worker_that_is_stopped_gives_back_what_it_holds(
    replica: Replica, redis_url: str, copies: list[Path], tmp_path: Path
) -> None:
    copied_archive(replica, copies, COUNT)
    settings = {"CLUSTER_JOB": "stopped", "DOWNLOAD_DELAY": 0.2}
    workers = [start(copy, replica, redis_url, **settings) for copy in copies[:2]]
    wait_for_findings(workers[0], 4)
    workers[0].process.send(signal.SIGINT)
    assert [worker.end() for worker in workers] == [3, 0], workers[0].said
    assert sum(workers[0].report()["counts"].values()) >= 4
    assert "unverified" not in workers[0].report()["counts"]
    whole = merged(workers, tmp_path / "whole.json")
    assert whole["counts"] == {"unchanged": COUNT}
    assert not whole["complete"]
    assert "stopped before its end" in whole["problems"][0]


def test_a_worker_that_can_not_write_its_part_leaves_its_findings_to_another(
    replica: Replica, redis_url: str, copies: list[Path], tmp_path: Path
) -> None:
    paths = copied_archive(replica, copies, 12)
    (tmp_path / "reports").write_text("a file where the folder should be", "utf-8")
    settings = {"CLUSTER_JOB": "unwritten", "CLUSTER_LEASE_S": 1}
    mute = start(copies[0], replica, redis_url, REPORT_DIR=tmp_path / "reports", **settings)
    assert mute.end() == 3
    assert "stays in Redis" in mute.said
    assert "resume=1" not in mute.said
    assert document_requests(replica).keys() == set(paths)
    replica.requests.clear()
    time.sleep(LEAVING_LEASES + 1)
    other = start(copies[1], replica, redis_url, **settings)
    assert other.end() == 0, other.said
    assert other.report()["counts"] == {"unchanged": 12}
    assert not document_requests(replica)


def test_a_worker_that_comes_back_too_late_leaves_its_work_to_the_others(
    replica: Replica, redis_url: str, copies: list[Path], tmp_path: Path
) -> None:
    copied_archive(replica, copies, COUNT)
    settings = {"CLUSTER_JOB": "asleep", "CLUSTER_LEASE_S": 2, "DOWNLOAD_DELAY": 0.1}
    sleeper, other = (start(copy, replica, redis_url, **settings) for copy in copies[:2])
    wait_for_findings(sleeper, 4)
    sleeper.process.send(signal.SIGSTOP)
    assert other.end() == 0, other.said
    sleeper.process.send(signal.SIGCONT)
    assert sleeper.end() == 3
    assert other.report()["counts"] == {"unchanged": COUNT}
    assert sleeper.report()["counts"] == {}
    assert "taken for dead" in sleeper.report()["problems"][0]


def wait_for_findings(worker: Worker, count: int) -> None:
    """Wait until a worker has finished so many documents, and has one in hand."""
    ledgers = worker.archive / ".state/runs"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if sum(path.read_text().count("\n") for path in ledgers.glob("check-*.jsonl")) >= count:
            return
        time.sleep(0.02)
    raise TimeoutError(worker.archive)


def test_the_cluster_has_one_polite_rate(
    replica: Replica, redis_url: str, copies: list[Path]
) -> None:
    count = 36  # enough that a worker which starts late on a busy machine finds some left
    copied_archive(replica, copies, count)
    workers = [
        start(copy, replica, redis_url, CLUSTER_JOB="pace", DOWNLOAD_DELAY=DELAY_S)
        for copy in copies
    ]
    assert {worker.end() for worker in workers} == {0}
    log = sorted(replica.requests, key=lambda each: each.received_at_s)
    assert len(log) == count + 3  # and robots.txt for each worker
    gaps = [later.received_at_s - earlier.received_at_s for earlier, later in pairwise(log)]
    assert sum(gaps) / len(gaps) >= DELAY_S * 0.98
    # A worker's first request, for robots.txt, starts late: its client is only being set up.
    started = [number for number, each in enumerate(log) if each.path == "/robots.txt"]
    steady = [gap for number, gap in enumerate(gaps) if not {number, number + 1} & {*started}]
    assert min(steady) > DELAY_S / 2, steady


def test_when_the_site_asks_one_worker_to_wait_all_wait(
    replica: Replica, redis_url: str, copies: list[Path]
) -> None:
    copied_archive(replica, copies, 30)
    replica.fault(faults.status(503, retry_after=3), "/release/*", after=10, times=1)
    workers = [
        start(copy, replica, redis_url, CLUSTER_JOB="wait", DOWNLOAD_DELAY=0.1) for copy in copies
    ]
    assert {worker.end() for worker in workers} == {0}
    refused = next(each.received_at_s for each in replica.requests if each.status == 503)
    meanwhile = [each for each in replica.requests if 0 < each.received_at_s - refused < 2.5]
    assert len(meanwhile) <= 2, "those whose turn had come already"


def test_workers_of_different_jobs_refuse_each_other(
    replica: Replica, redis_url: str, copies: list[Path]
) -> None:
    copied_archive(replica, copies, 3)
    next(copies[1].rglob("*.md")).unlink()
    replica.fault(faults.delayed(3), "/release/*")
    first = start(copies[0], replica, redis_url, CLUSTER_JOB="differs")
    until = time.monotonic() + 60
    while not document_requests(replica) and time.monotonic() < until:
        time.sleep(0.05)
    second = start(copies[1], replica, redis_url, CLUSTER_JOB="differs")
    assert second.end() == 3
    assert "begun with another archive" in second.said
    assert first.end() == 0, first.said


@pytest.mark.parametrize("spared", [0, 5])
def test_what_the_last_worker_leaves_is_named(
    replica: Replica, redis_url: str, copies: list[Path], spared: int
) -> None:
    copied_archive(replica, copies, 10)
    replica.fault(faults.blocked(), after=1 + spared)
    worker = start(copies[0], replica, redis_url, CLUSTER_JOB=f"rest-{spared}")
    assert worker.end() == 3
    report = worker.report()
    expected = {"unchanged": spared, "unverified": 10 - spared}
    assert report["counts"] == {kind: count for kind, count in expected.items() if count}
    assert len({each["path"] for each in report["findings"]}) == 10 - spared


def test_a_backfill_is_shared_by_lists(
    replica: Replica, redis_url: str, copies: list[Path]
) -> None:
    copied_archive(replica, copies[:1], 8)
    workers = [
        start(
            *(copy, replica, redis_url, "crawl", "releases", "-a", "government=all"),
            CLUSTER_JOB="backfill",
        )
        for copy in copies[1:]
    ]
    assert {worker.end() for worker in workers} == {0}, [worker.said for worker in workers]
    found = [path.name for copy in copies[1:] for path in copy.glob("releases/**/*.md")]
    assert len(found) == len(set(found)) == 8


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (("crawl", "check"), {"CLUSTER_JOB": ""}, "CLUSTER_JOB"),
        (("crawl", "check"), {"REDIS_URL": "localhost"}, "redis://host"),
        (("crawl", "check", "-a", "resume=1"), {}, "resume"),
        (("crawl", "releases"), {}, "backfill"),
        (("crawl", "attachments"), {}, "backfill"),
    ],
)
def test_what_cannot_be_shared_is_refused(
    words: tuple[str, ...], settings: dict[str, str], said: str, replica: Replica, tmp_path: Path
) -> None:
    chosen = {"REDIS_URL": "redis://127.0.0.1:1", "CLUSTER_JOB": "x", **settings}
    outcome = scrapy(*words, archive=tmp_path, site=replica.url, **chosen)
    assert outcome.exit_code == 2, outcome.stderr
    assert said in outcome.stderr
    assert not replica.requests


def test_without_its_redis_a_worker_ends_at_once(replica: Replica, tmp_path: Path) -> None:
    settings = {"REDIS_URL": "redis://:secret@127.0.0.1:1", "CLUSTER_JOB": "x"}
    outcome = scrapy("crawl", "check", archive=tmp_path, site=replica.url, **settings)
    assert outcome.exit_code == 3, outcome.stderr
    assert "127.0.0.1:1" in outcome.stderr
    assert "secret" not in outcome.stderr

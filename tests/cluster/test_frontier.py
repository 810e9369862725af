"""The frontier against a real Redis: what is whose, and until when."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest

from beehive_archive.cluster.config import ClusterConfig
from beehive_archive.cluster.frontier import Frontier

LEASE_S = 0.2


@pytest.fixture
def two(redis_url: str) -> tuple[Frontier, Frontier]:
    """Two workers that joined a job of three units."""
    job = uuid4().hex
    workers = []
    for name in ("first", "second"):
        worker = Frontier(ClusterConfig(redis_url=redis_url, job=job, worker=name, lease_s=LEASE_S))
        worker.join({"spider": "check"}, ["a", "b", "c"])
        workers.append(worker)
    return workers[0], workers[1]


def test_a_unit_is_one_workers(two: tuple[Frontier, Frontier]) -> None:
    first, second = two
    assert [first.claim(), second.claim(), first.claim(), second.claim()] == ["a", "b", "c", None]
    assert not first.complete("b", "{}")
    assert second.complete("b", "{}")
    assert not second.complete("b", "{}")


def test_a_silent_worker_leaves_its_work_to_the_others(two: tuple[Frontier, Frontier]) -> None:
    first, second = two
    first.claim()
    first.complete("a", '"found"')
    first.claim()
    time.sleep(2 * LEASE_S)
    estate = second.reap()
    assert (estate.workers, estate.findings) == (("first",), ('"found"',))
    assert not first.beat()
    assert second.claim() == "b"
    assert not first.sign_off()


def test_a_worker_that_writes_its_report_is_given_longer(two: tuple[Frontier, Frontier]) -> None:
    """It writes for longer than a lease lasts, and can't show a sign of life meanwhile."""
    first, second = two
    first.claim()
    first.complete("a", '"found"')
    assert first.leave() == []
    time.sleep(2 * LEASE_S)
    assert second.reap().findings == ()
    assert first.sign_off()

"""A check among faults: nothing is called changed or removed that only could not be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawling import documents_in, scrapy
from tests.replica import Replica, faults
from tests.replica.faults import Fault
from tests.spiders.sites import asked, publish


def archived(replica: Replica, archive: Path, count: int = 12) -> dict[str, bytes]:
    publish(replica, count)
    assert scrapy("crawl", "releases", archive=archive, site=replica.url).exit_code == 0
    replica.requests.clear()
    return documents_in(archive)


@pytest.mark.parametrize("after", [0, 6])
@pytest.mark.parametrize(
    "fault", [faults.blocked(), faults.challenge()], ids=lambda each: each.name
)
def test_the_firewall_for_the_whole_check_or_from_its_middle(
    replica: Replica, tmp_path: Path, fault: Fault, after: int
) -> None:
    before = archived(replica, tmp_path)
    replica.fault(fault, "/release/*", after=after)
    outcome = scrapy("crawl", "check", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert "the firewall answered 5 times in a row" in outcome.stderr
    assert outcome.kinds().get("unchanged", 0) == after
    assert set(outcome.kinds()) <= {"unchanged", "unverified"}
    assert documents_in(tmp_path) == before
    replica.clear_faults()
    after_it = scrapy("crawl", "check", archive=tmp_path, site=replica.url)
    assert (after_it.exit_code, after_it.kinds()) == (0, {"unchanged": 12})


def test_the_firewall_now_and_then_is_only_waited_for(replica: Replica, tmp_path: Path) -> None:
    archived(replica, tmp_path)
    replica.fault(faults.blocked(), "/release/*", every=4)
    outcome = scrapy("crawl", "check", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"unchanged": 12})


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(500),
        faults.status(503),
        faults.reset(),
        faults.reset_midway(0.5),
        faults.truncated(0.7),
        faults.broken_chunks(0.7),
        faults.no_answer(),
        faults.garbage(),
        faults.empty(),
        faults.error_page(),
        faults.redirect_loop(),
        faults.huge(),
        faults.huge(declared=False),
        faults.gzip_bomb(),
        faults.drip(1, 0.1),
        faults.charset("utf-16", "iso-8859-1"),
    ],
    ids=lambda each: each.name,
)
def test_an_answer_that_says_nothing_is_unverified(
    replica: Replica, tmp_path: Path, fault: Fault
) -> None:
    """Of one document for ever; the others are compared."""
    before = archived(replica, tmp_path, 4)
    rule = replica.fault(fault, "/release/release-1")
    outcome = scrapy(
        "crawl", "check", archive=tmp_path, site=replica.url,
        DOWNLOAD_TIMEOUT=1, RETRY_TIMES=1, BACKOFF_START_S=0,
    )  # fmt: skip
    assert outcome.exit_code == 3
    assert outcome.kinds() == {"unchanged": 3, "unverified": 1}
    assert rule.struck > 0
    assert "Traceback" not in outcome.stderr
    assert documents_in(tmp_path) == before


def test_the_site_goes_away_in_the_middle(replica: Replica, tmp_path: Path) -> None:
    before = archived(replica, tmp_path)

    def vanish(_request: object) -> None:
        if len(asked(replica, "/release/")) >= 5:
            replica.fault(faults.reset())

    replica.on_request.append(vanish)
    outcome = scrapy("crawl", "check", archive=tmp_path, site=replica.url, BACKOFF_START_S=0.001)
    assert outcome.exit_code == 3
    assert "in a row" in outcome.stderr
    assert set(outcome.kinds()) <= {"unchanged", "unverified"}
    assert documents_in(tmp_path) == before

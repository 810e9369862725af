"""Markup that changed: named, and nothing of such pages written, whatever part it was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.crawling import documents_in, scrapy
from tests.replica import Replica, document, faults
from tests.spiders.sites import NEWEST, asked, publish_recent, slugs

PARTS = {
    "ministers": faults.renamed_class("meta--ministers", "meta--people"),
    "portfolios": faults.renamed_class("tag--portfolio", "tag--area"),
    "body": faults.renamed_class("field--name-body", "field--body"),
    "date": faults.renamed_class("meta__date", "meta__day"),
    "title": faults.renamed_class("article__title", "article__name"),
    "document": faults.document_drift(),
}
WHOLE = {"ministers": ("Hon A B",), "portfolios": ("Health",)}


def publish(replica: Replica, count: int, name: str = "Release", later_days: int = 0) -> None:
    newest = NEWEST + timedelta(days=later_days)
    for number in range(count):
        replica.add(document(f"{name} {number}", newest - timedelta(days=number), **WHOLE))


def archived(replica: Replica, archive: Path, count: int = 25) -> dict[str, bytes]:
    publish(replica, count)
    outcome = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    return documents_in(archive)


@pytest.mark.parametrize("part", PARTS)
def test_new_documents_of_another_layout_are_refused_and_not_lost(
    replica: Replica, tmp_path: Path, part: str
) -> None:
    before = archived(replica, tmp_path)
    publish(replica, 8, "Later", later_days=20)
    replica.fault(PARTS[part], "/release/*")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert f"layout drift: 8 of 8 pages (release) have no {part}" in outcome.stderr
    assert outcome.kinds() == {"unverified": 8}
    assert all(f"no {part}" in each["detail"] for each in outcome.findings("unverified"))
    assert documents_in(tmp_path) == before
    # The next hour leaves them until their next try; the parser that knows the layout has them all.
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert documents_in(tmp_path) == before
    replica.clear_faults()
    outcome = scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 8})
    assert len(documents_in(tmp_path)) == len(before) + 8


@pytest.mark.parametrize("on_change", ["report", "update"])
@pytest.mark.parametrize("part", PARTS)
def test_archived_documents_keep_their_text(
    replica: Replica, tmp_path: Path, part: str, on_change: str
) -> None:
    """In a run's rechecks and in a check of some; too few for MAX_CHANGE_RATE to say anything."""
    archived(replica, tmp_path)
    for each in publish_recent(replica, 6):
        replica.edit(each, **WHOLE)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)
    replica.fault(PARTS[part], "/release/*")
    for words in (("releases",), ("check", "-a", "sample=9")):
        outcome = scrapy("crawl", *words, archive=tmp_path, site=replica.url, ON_CHANGE=on_change)
        assert outcome.exit_code == 3
        assert "layout drift" in outcome.stderr
        assert f"have no {part}" in outcome.stderr
        assert set(outcome.kinds()) == {"unverified"}
        assert documents_in(tmp_path) == before


def test_a_backfill_stops_once_it_is_plain(replica: Replica, tmp_path: Path) -> None:
    before = archived(replica, tmp_path)
    publish(replica, 60, "Later", later_days=100)
    replica.fault(PARTS["body"], "/release/*")
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert "layout drift" in outcome.stderr
    assert len(asked(replica, "/release/")) <= 25
    assert documents_in(tmp_path) == before
    replica.clear_faults()
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    retried = scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert after.kinds()["new"] + retried.kinds().get("new", 0) == 60


def test_a_page_that_has_no_ministers_is_written_after_a_second_look(
    replica: Replica, tmp_path: Path
) -> None:
    """With its attachments; and one that came wrong once has what it has."""
    archived(replica, tmp_path)
    replica.add(document("Bare", NEWEST + timedelta(days=2)))
    replica.add(document("Once", NEWEST + timedelta(days=1), **WHOLE))
    replica.fault(PARTS["ministers"], "/release/once", times=1)
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 2})
    assert len(asked(replica, "/release/bare")) == len(asked(replica, "/release/once")) == 2
    assert slugs(documents_in(tmp_path)) >= {"bare", "once"}
    (once,) = tmp_path.rglob("*-once.md")
    assert "Hon A B" in once.read_text()


def test_accept_believes_the_pages(replica: Replica, tmp_path: Path) -> None:
    archived(replica, tmp_path)
    for number in range(8):
        replica.add(document(f"Bare {number}", NEWEST + timedelta(days=10 + number)))
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (3, {"unverified": 8})
    outcome = scrapy(
        "crawl", "releases", "-a", "retry=failed", "-a", "accept=1",
        archive=tmp_path, site=replica.url,
    )  # fmt: skip
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 8})


def test_an_archive_that_says_nothing_of_what_is_usual(replica: Replica, tmp_path: Path) -> None:
    """An empty one, or one whose documents have none either: every page is taken as it is."""
    for number in range(30):
        replica.add(document(f"Bare {number}", NEWEST - timedelta(days=number)))
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 30})
    replica.add(document("Bare too", NEWEST + timedelta(days=1)))
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 1})
    assert len(asked(replica, "/release/bare-too")) == 1


def _every_part(page: str) -> str:
    for old in ("meta--ministers", "tag--portfolio", "field--name-body"):
        page = page.replace(old, f"new-{old}")
    return page


def test_every_part_that_is_missing_is_named(replica: Replica, tmp_path: Path) -> None:
    archived(replica, tmp_path)
    publish(replica, 5, "Later", later_days=20)
    replica.fault(faults.rewritten(_every_part), "/release/*")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    for part in ("ministers", "portfolios", "body"):
        assert f"have no {part}" in outcome.stderr

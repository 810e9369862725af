"""``check -a lists=1``: what the lists name against what the archive holds."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

from tests.crawling import Outcome, documents_in, scrapy
from tests.replica import Replica, ReplicaDocument, document, faults
from tests.spiders.archiving import archive_pages
from tests.spiders.sites import asked, publish


def compare_lists(archive: Path, replica: Replica, *words: str) -> Outcome:
    replica.requests.clear()
    given = [word for each in ("lists=1", *words) for word in ("-a", each)]
    return scrapy("crawl", "check", *given, archive=archive, site=replica.url)


def months(outcome: Outcome) -> dict[tuple[int, int, str], tuple[int, int, int, int]]:
    assert outcome.report is not None
    return {
        (each["year"], each["month"], each["government"]): (
            *(each["listed"], each["archived"]),
            *(each["missing"], each["unlisted"]),
        )
        for each in outcome.report["coverage"]["months"]
    }


def commands_in(said: str) -> list[str]:
    lines = (line.strip() for line in said.splitlines())
    return [line for line in lines if line.startswith("scrapy crawl releases ")]


def a_history(replica: Replica) -> list[ReplicaDocument]:
    """Releases of three governments, old ones behind node links, some with lost characters."""
    days = [(2002, 5), (2003, 6), (2010, 7), (2019, 2), (2019, 3), (2023, 10), (2024, 4), (2025, 1)]
    return [
        replica.add(
            document(
                f"Kōrero {year} {month} – {number}", datetime(year, month, 3, 3, number, tzinfo=UTC)
            )
        )
        for year, month in days
        for number in range(6)
    ]


def archive_old(archive: Path, pages: list[ReplicaDocument]) -> None:
    for page in pages:
        slug = page.slug.replace("ō", "o").replace("–", "")
        archive_pages(archive, [page], url=f"https://www.beehive.govt.nz/release/{slug}")


def test_a_whole_archive_has_no_gaps(replica: Replica, tmp_path: Path) -> None:
    archive_old(tmp_path, a_history(replica))
    outcome = compare_lists(tmp_path, replica)
    assert (outcome.exit_code, outcome.kinds()) == (0, {})
    assert set(months(outcome).values()) == {(6, 6, 0, 0)}
    assert not asked(replica, "/release/")


def test_the_commands_that_are_printed_fill_the_gaps(replica: Replica, tmp_path: Path) -> None:
    pages = a_history(replica)
    missing = {3, 9, 20, 26, 27, 33, 40, 46, 47}
    archive_old(tmp_path, [page for number, page in enumerate(pages) if number not in missing])
    before = documents_in(tmp_path)
    found = compare_lists(tmp_path, replica)
    assert (found.exit_code, found.kinds()) == (1, {"new": 9})
    assert sum(counts[2] for counts in months(found).values()) == 9
    assert documents_in(tmp_path) == before

    while commands := commands_in(found.stderr):  # it prints those of the five largest gaps
        for command in commands:
            filled = scrapy(*shlex.split(command)[1:], archive=tmp_path, site=replica.url)
            assert filled.exit_code == 0, filled.stderr
            assert filled.kinds()["new"] > 0
        found = compare_lists(tmp_path, replica)
    assert (found.exit_code, found.kinds()) == (0, {})
    assert len(documents_in(tmp_path)) == len(pages)


def test_what_no_list_names_is_unlisted_and_never_removed(replica: Replica, tmp_path: Path) -> None:
    pages = publish(replica, 30)
    archive_pages(tmp_path, pages)
    replica.unlist(pages[4])
    replica.remove(pages[8])
    for _ in range(2):
        outcome = compare_lists(tmp_path, replica)
        assert (outcome.exit_code, outcome.kinds()) == (0, {"unlisted": 2})


def test_short_and_empty_lists(replica: Replica, tmp_path: Path) -> None:
    """They end the run as incomplete, or say that they were short; documents stay."""
    pages = a_history(replica)
    archive_old(tmp_path, pages)
    before = documents_in(tmp_path)
    rule = replica.fault(faults.no_rows(), lambda request: "facet:6203" in request.target)
    empty = compare_lists(tmp_path, replica)
    assert not empty.kinds().keys() & {"unlisted", "removed", "new"}
    assert empty.report is not None
    assert empty.report["coverage"]["short_lists"] == ["2017-2020-labour"]
    assert rule.struck

    replica.clear_faults()
    replica.fault(faults.no_rows(), lambda request: request.path in {"/search", "/releases"})
    none = compare_lists(tmp_path, replica)
    assert none.exit_code == 3
    assert none.kinds() == {}

    replica.clear_faults()
    replica.fault(faults.status(500), lambda request: "facet:6203" in request.target)
    failing = compare_lists(tmp_path, replica)
    assert failing.exit_code == 3
    assert not failing.kinds().keys() & {"unlisted", "removed"}
    assert documents_in(tmp_path) == before


def test_one_government_or_a_span(replica: Replica, tmp_path: Path) -> None:
    pages = a_history(replica)
    archive_old(tmp_path, pages[6:])
    one = compare_lists(tmp_path, replica, "government=2017-2020-labour")
    assert one.kinds() == {}
    assert list(months(one)) == [(2019, 2, "2017-2020-labour"), (2019, 3, "2017-2020-labour")]
    span = compare_lists(tmp_path, replica, "since=2002-01-01", "until=2002-12-31")
    assert span.kinds() == {"new": 6}
    assert [key[:2] for key in months(span)] == [(2002, 5)]


def test_what_is_published_meanwhile(replica: Replica, tmp_path: Path) -> None:
    pages = publish(replica, 25)
    archive_pages(tmp_path, pages)
    late = document("Late", "2025-03-31T05:00:00Z")
    asked_for: list[str] = []

    def publish_late(request: object) -> None:
        asked_for.append(str(request))
        if len(asked_for) == 3:
            replica.add(late)

    replica.on_request.append(publish_late)
    outcome = compare_lists(tmp_path, replica, "government=2023-2026-national")
    assert outcome.kinds().keys() <= {"new"}
    assert outcome.kinds().get("new", 0) <= 1

"""What a check reads, how it ends, and what it concludes of pages that are hard to find."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.crawling import Outcome, documents_in, scrapy
from tests.replica import Replica, document, faults
from tests.spiders.archiving import archive_pages
from tests.spiders.sites import asked, publish

AFTERNOON = "2024-08-13T03:05:00Z"


def check(archive: Path, replica: Replica, *words: str, **settings: object) -> Outcome:
    replica.requests.clear()
    given = [word for each in words for word in ("-a", each)]
    return scrapy("crawl", "check", *given, archive=archive, site=replica.url, **settings)


# --- How it ends --------------------------------------------------------------------------------


def test_exit_codes(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 30)
    archive_pages(tmp_path, made)
    before = documents_in(tmp_path)
    same = check(tmp_path, replica)
    assert (same.exit_code, same.kinds()) == (0, {"unchanged": 30})
    replica.edit(made[4], title="Another")
    other = check(tmp_path, replica)
    assert (other.exit_code, other.kinds()) == (1, {"unchanged": 29, "changed": 1})
    replica.fault(faults.blocked(), "/release/*", after=9)
    blocked = check(tmp_path, replica)
    assert blocked.exit_code == 3
    kinds = blocked.kinds()
    assert sum(kinds.values()) == 30
    assert set(kinds) == {"unchanged", "unverified"}
    assert documents_in(tmp_path) == before


def test_the_brake_and_accept(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 60)
    archive_pages(tmp_path, made)
    for each in made[:25]:
        replica.edit(each, body_html="<p>Other words.</p>")
    for each in made[25:30]:
        replica.remove(each)
    braked = check(tmp_path, replica)
    assert braked.exit_code == 3
    assert "MAX_CHANGE_RATE" in braked.stderr
    assert not braked.kinds().keys() & {"changed", "removed", "moved"}
    assert sum(braked.kinds().values()) == 60
    believed = check(tmp_path, replica, "accept=1")
    assert believed.exit_code == 1
    assert believed.kinds() == {"changed": 25, "removed": 5, "unchanged": 30}


def test_nineteen_changes_brake_nothing(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 21)
    archive_pages(tmp_path, made)
    for each in made[:19]:
        replica.edit(each, title="Another")
    assert check(tmp_path, replica).kinds() == {"changed": 19, "unchanged": 2}


# --- What it reads ------------------------------------------------------------------------------


def test_a_sample_is_the_same_each_time_and_another_with_another_seed(
    replica: Replica, tmp_path: Path
) -> None:
    archive_pages(tmp_path, publish(replica, 40))
    drawn = []
    for words in (("sample=6",), ("sample=6",), ("sample=6", "seed=b")):
        assert check(tmp_path, replica, *words).kinds() == {"unchanged": 6}
        drawn.append(asked(replica, "/release/"))
    assert drawn[0] == drawn[1] != drawn[2]
    assert check(tmp_path, replica, "sample=99").kinds() == {"unchanged": 40}


def test_since_and_until_are_the_archives_dates(replica: Replica, tmp_path: Path) -> None:
    archive_pages(tmp_path, publish(replica, 10))  # 31 March 2025 and the days before
    outcome = check(tmp_path, replica, "since=2025-03-25", "until=2025-03-27")
    assert outcome.kinds() == {"unchanged": 3}
    assert asked(replica, "/release/") == [f"/release/release-{number}" for number in (6, 5, 4)]


def test_urls_as_the_archive_or_the_site_has_them(replica: Replica, tmp_path: Path) -> None:
    plain, macron, other = (
        replica.add(document(title, AFTERNOON)) for title in ("Plain", "Taupō wins", "Other")
    )
    archive_pages(tmp_path, [plain, other])
    archive_pages(tmp_path, [macron], url="https://www.beehive.govt.nz/release/taupo-wins")
    for url in (macron.url, "https://www.beehive.govt.nz/release/taupo-wins"):
        outcome = check(tmp_path, replica, f"urls={url},{plain.url}")
        assert outcome.kinds() == {"unchanged": 1, "convention": 1}
    unknown = "https://www.beehive.govt.nz/release/nowhere"
    some = check(tmp_path, replica, f"urls={unknown},{plain.url}")
    assert (some.exit_code, some.kinds()) == (0, {"unchanged": 1})
    assert f"{unknown}: the archive does not hold it" in some.stderr
    none = check(tmp_path, replica, f"urls={unknown}")
    assert (none.exit_code, none.kinds()) == (3, {})


# --- Conditional requests -----------------------------------------------------------------------


def conditional(replica: Replica) -> list[bool]:
    return [
        "if-none-match" in each.headers or "if-modified-since" in each.headers
        for each in replica.requests
        if each.path.startswith("/release/")
    ]


@pytest.mark.parametrize("validators", [("etag",), ("last-modified",), ("etag", "last-modified")])
def test_what_agreed_is_asked_for_on_condition(
    replica: Replica, tmp_path: Path, validators: tuple[str, ...]
) -> None:
    replica.options.validators = validators
    made = publish(replica, 4)
    files = archive_pages(tmp_path, made)
    check(tmp_path, replica)
    assert not any(conditional(replica))

    again = check(tmp_path, replica)
    assert again.kinds() == {"unchanged": 4}
    assert all(conditional(replica))
    assert {each.status for each in replica.requests if "/release/" in each.path} == {304}

    # A file that was edited since is compared with the page, whatever the page's validators say.
    files[0].write_text(files[0].read_text("utf-8") + " By hand.", encoding="utf-8")
    replica.edit(made[1], title="Another")
    edited = check(tmp_path, replica)
    assert edited.kinds() == {"changed": 2, "unchanged": 2}
    assert {each["path"] for each in edited.findings("changed")} == {
        str(each.relative_to(tmp_path)) for each in files[:2]
    }
    assert check(tmp_path, replica).kinds() == {"changed": 2, "unchanged": 2}
    # Other settings want other texts.
    assert check(tmp_path, replica, ARCHIVE_TIMEZONE="UTC").kinds()["changed"] == 2
    assert not any(conditional(replica))


def test_304_without_a_condition_says_nothing(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 3)
    archive_pages(tmp_path, made)
    replica.fault(faults.not_modified(), made[0].path)
    outcome = check(tmp_path, replica, MAX_ERROR_RATE=0.5)
    assert outcome.kinds() == {"unchanged": 2, "unverified": 1}
    assert "304" in outcome.findings("unverified")[0]["detail"]


# --- Dates --------------------------------------------------------------------------------------


def test_an_edit_by_one_day_is_seen_where_the_instant_is_known(
    replica: Replica, tmp_path: Path
) -> None:
    """The new instant's UTC date is the archived one: without ``.state/`` it is taken for that."""
    morning = replica.add(document("Morning", "2024-08-12T21:05:00Z"))  # the 13th
    archive_pages(tmp_path, [morning])
    assert check(tmp_path, replica).kinds() == {"unchanged": 1}
    replica.edit(morning, published_at=datetime(2024, 8, 13, 21, 5, tzinfo=UTC))
    for _ in range(2):  # what was found is found again
        (found,) = check(tmp_path, replica).findings("changed")
        assert (found["fields"], found["after"]) == (["date"], {"date": "2024-08-14"})
    (tmp_path / ".state" / "state.sqlite").unlink()
    (found,) = check(tmp_path, replica).findings("convention")
    assert found["conventions"] == ["date"]


def test_an_hour_across_midnight_is_no_edit_where_the_instant_is_known(
    replica: Replica, tmp_path: Path
) -> None:
    late = replica.add(document("Late", "2024-07-09T12:20:00Z"))  # 0:20 am of the 10th
    archive_pages(tmp_path, [late])
    assert check(tmp_path, replica).kinds() == {"unchanged": 1}
    replica.edit(late, published_at=datetime(2024, 7, 9, 11, 20, tzinfo=UTC))
    for _ in range(2):
        (found,) = check(tmp_path, replica).findings("convention")
        assert (found["conventions"], found["after"]) == (["date"], {"date": "2024-07-09"})


# --- What is hard to find -----------------------------------------------------------------------


def lose(archive: Path, page: object, url: str, day: date | None = None) -> None:
    archive_pages(archive, [page], url=f"https://www.beehive.govt.nz/release/{url}", day=day)  # type: ignore[list-item]


def test_a_document_of_the_old_government_near_the_change(replica: Replica, tmp_path: Path) -> None:
    page = replica.add(document("Taupō farewell", "2023-11-25T23:05:00Z"))
    replica.add(document("New day", "2023-11-27T23:05:00Z"))
    lose(tmp_path, page, "taupo-farewell")
    outcome = check(tmp_path, replica)
    assert outcome.kinds() == {"convention": 1}
    assert outcome.findings("convention")[0]["conventions"] == ["url"]


@pytest.mark.parametrize("known", [False, True])
def test_two_old_releases_of_one_title_that_lists_name_by_node(
    replica: Replica, tmp_path: Path, *, known: bool
) -> None:
    first = replica.add(document("People’s day", "2003-08-12T03:00:00Z"))
    second = replica.add(document("People’s day", "2003-08-13T03:00:00Z", slug="people’s-day-0"))
    lose(tmp_path, first, "peoples-day")
    lose(tmp_path, second, "peoples-day-0")
    replica.options.shortlink = known
    for kinds in ({"convention": 2}, {"convention": 2}):
        assert check(tmp_path, replica).kinds() == kinds
    replica.remove(second)
    assert check(tmp_path, replica).kinds() == {"convention": 1, "removed": 1}


def test_a_node_id_finds_what_was_renamed_and_edited(replica: Replica, tmp_path: Path) -> None:
    replica.options.shortlink = True
    page = replica.add(document("Old name", AFTERNOON))
    gone = replica.add(document("Old news", AFTERNOON))
    archive_pages(tmp_path, [page, gone])
    assert check(tmp_path, replica).kinds() == {"unchanged": 2}
    replica.rename(page, "new-name", status=None)
    replica.edit("/release/new-name", title="New name")
    replica.remove(gone)
    outcome = check(tmp_path, replica)
    assert outcome.kinds() == {"moved": 1, "removed": 1}
    assert outcome.findings("moved")[0]["after"]["url"].endswith("/release/new-name")
    listed = [target for target in asked(replica) if target.startswith("/releases")]
    assert listed  # the other one was looked for there too


def test_a_404_that_a_list_contradicts(replica: Replica, tmp_path: Path) -> None:
    once, always = publish(replica, 2)
    archive_pages(tmp_path, [once, always])
    replica.fault(faults.status(404), once.path, times=1)
    replica.fault(faults.status(404), always.path)
    outcome = check(tmp_path, replica, MAX_ERROR_RATE=0.5)
    assert outcome.kinds() == {"unchanged": 1, "unverified": 1}
    assert "still name it" in outcome.findings("unverified")[0]["detail"]


@pytest.mark.parametrize(
    "fault",
    [faults.no_rows(), faults.status(500), faults.list_drift(), faults.challenge()],
    ids=lambda fault: fault.name,
)
def test_no_removal_where_no_list_can_be_read(
    replica: Replica, tmp_path: Path, fault: faults.Fault
) -> None:
    made = publish(replica, 30)
    archive_pages(tmp_path, made)
    replica.remove(made[7])
    replica.fault(fault, "/releases*")
    outcome = check(tmp_path, replica, MAX_ERROR_RATE=0.5)
    assert outcome.kinds() == {"unchanged": 29, "unverified": 1}
    detail = outcome.findings("unverified")[0]["detail"]
    assert "404" in detail
    assert "could not be searched" in detail


def test_no_removal_where_a_list_was_cut_short(replica: Replica, tmp_path: Path) -> None:
    """Its last page with rows leads on to one that has none."""
    made = publish(replica, 60)
    archive_pages(tmp_path, made)
    replica.remove(made[45])
    replica.remove(made[3])
    replica.fault(
        faults.no_rows(),
        lambda request: request.path == "/releases" and int(request.query.get("page", "0")) > 1,
    )
    outcome = check(tmp_path, replica, MAX_ERROR_RATE=0.5)
    assert outcome.kinds() == {"unchanged": 58, "unverified": 1, "removed": 1}
    assert outcome.findings("removed")[0]["title"] == "Release 3"


def test_a_date_that_no_list_has(replica: Replica, tmp_path: Path) -> None:
    page = replica.add(document("World’s simplest", AFTERNOON))
    lose(tmp_path, page, "worlds-simplest", date(1, 1, 1))
    outcome = check(tmp_path, replica, MAX_ERROR_RATE=1)
    assert outcome.kinds() == {"unverified": 1}
    assert "0001-01-01" in outcome.findings("unverified")[0]["detail"]


def test_a_twins_page_is_nobody_elses(replica: Replica, tmp_path: Path) -> None:
    """A removed document is not moved to another that has its title."""
    kept = replica.add(document("Budget", AFTERNOON, slug="budget-0"))
    gone = replica.add(document("Budget", AFTERNOON))
    archive_pages(tmp_path, [kept, gone])
    replica.remove(gone)
    assert check(tmp_path, replica).kinds() == {"unchanged": 1, "removed": 1}


# --- Files that can't be read -------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_read_once_it_has_it(replica: Replica, tmp_path: Path) -> None:
    (path,) = archive_pages(tmp_path, publish(replica, 1))
    path.chmod(0)
    assert check(tmp_path, replica).kinds() == {}
    path.chmod(0o644)
    assert check(tmp_path, replica).kinds() == {"unchanged": 1}


def test_a_page_whose_file_cannot_be_read_is_not_new(replica: Replica, tmp_path: Path) -> None:
    morning = replica.add(document("Morning", datetime(2025, 3, 30, 21, tzinfo=UTC)))
    whole = replica.add(document("Whole", datetime(2025, 3, 30, 3, tzinfo=UTC)))
    archive_pages(tmp_path, [whole])
    (broken,) = archive_pages(tmp_path, [morning], day=date(2025, 3, 30))  # its UTC date
    broken.write_text(broken.read_text("utf-8").replace("date:", "data:"), encoding="utf-8")
    before = documents_in(tmp_path)
    crawled = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, MAX_ERROR_RATE=1)
    assert crawled.kinds() == {"unverified": 1}
    (found,) = crawled.findings("unverified")
    assert found["path"] == str(broken.relative_to(tmp_path))
    assert "can't be read" in found["detail"]
    assert documents_in(tmp_path) == before


def test_the_state_keeps_itself_out_of_git(replica: Replica, tmp_path: Path) -> None:
    archive_pages(tmp_path, publish(replica, 1))
    check(tmp_path, replica)
    assert (tmp_path / ".state" / ".gitignore").read_text("utf-8") == "*\n"


def test_stale_documents_come_oldest_first(replica: Replica, tmp_path: Path) -> None:
    archive_pages(tmp_path, publish(replica, 6))
    newest = (datetime(2025, 3, 31, tzinfo=UTC) - timedelta(days=2)).date()
    check(tmp_path, replica, f"since={newest}")
    assert check(tmp_path, replica, "stale=7").kinds() == {"unchanged": 3}
    assert check(tmp_path, replica, "stale=7").kinds() == {}


def test_an_old_page_with_another_title_that_lists_name_by_node(
    replica: Replica, tmp_path: Path
) -> None:
    """Neither its title nor its slug stands in the list; its node leads to its slug."""
    page = replica.add(document("People’s day", "2003-08-12T03:00:00Z"))
    for number in range(5):
        replica.add(document(f"Other {number}", "2003-08-12T04:00:00Z"))
    lose(tmp_path, page, "peoples-day")
    replica.edit(page, title="Day of the people")
    (found,) = check(tmp_path, replica).findings("changed")
    assert (found["fields"], found["conventions"]) == (["title"], ["url"])

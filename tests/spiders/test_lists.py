"""Walks through lists that grow, shrink, repeat and go empty while they are paged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.pages.listing import ListingPage, Row
from beehive_archive.site import GOVERNMENTS, KINDS
from beehive_archive.spiders.lists import DocumentList, Walk, lists_of, routine_list, sighting_of

RELEASES = routine_list(KINDS["release"])
NEWEST = datetime(2025, 3, 31, 3, tzinfo=UTC)


def row(number: int) -> Row:
    """Document ``number``, a day older than the one before."""
    instant = NEWEST - timedelta(days=number)
    return Row(f"https://www.beehive.govt.nz/release/r{number}", None, f"R{number}", instant)


def page(numbers: list[int], *, has_next: bool = False) -> ListingPage:
    return ListingPage(tuple(map(row, numbers)), has_next=has_next)


class Site:
    """A list of document numbers that can change before any page is read."""

    def __init__(self, count: int, size: int = 10) -> None:
        self.numbers = list(range(count))
        self.size = size
        self.pages_read: list[int] = []
        self.before: dict[int, Callable[[], None]] = {}  # by how many pages were read

    def read(self, number: int) -> ListingPage:
        self.before.get(len(self.pages_read), lambda: None)()
        self.pages_read.append(number)
        begin = number * self.size
        rows = self.numbers[begin : begin + self.size]
        return page(rows, has_next=begin + self.size < len(self.numbers))


def walk_through(site: Site, walk: Walk, *, most_pages: int = 200) -> list[int]:
    """Take a walk to its end; returns the numbers of the documents that it wants read."""
    wanted: list[int] = []
    number, again = 0, False
    while len(site.pages_read) < most_pages:
        read = site.read(number)
        step = walk.take_again(read, number) if again else walk.take(read, number)
        wanted += [int((each.url or "").rpartition("/r")[2]) for each in step.rows]
        if step.next_page is None:
            return wanted
        number, again = step.next_page, step.again
    raise AssertionError(f"the walk does not end: {site.pages_read[-20:]}")


def full_walk(**options: object) -> Walk:
    return Walk(RELEASES, is_new=lambda _: True, incremental=False, **options)  # type: ignore[arg-type]


def incremental_walk(known: set[int]) -> Walk:
    def is_new(row: Row) -> bool:
        return int((row.url or "").rpartition("/r")[2]) not in known

    return Walk(RELEASES, is_new=is_new, incremental=True)


def test_one_page_without_anything_new_is_all_that_is_read() -> None:
    site = Site(30)
    walk_through(site, incremental_walk(set(range(30))))
    assert site.pages_read == [0]


def test_it_turns_round_at_the_first_page_without_anything_new() -> None:
    site = Site(50)
    walk = incremental_walk(set(range(15, 50)))
    assert set(range(15)) <= set(walk_through(site, walk))
    assert site.pages_read == [0, 1, 2, 1, 0]


def test_an_empty_page_in_the_middle_is_no_end_and_is_read_again() -> None:
    site = Site(45)
    whole = site.numbers

    def empty_once() -> None:
        site.numbers = []

    def whole_again() -> None:
        site.numbers = whole

    site.before = {2: empty_once, 3: whole_again}
    assert sorted(walk_through(site, full_walk())) == list(range(45))


def test_three_empty_pages_in_a_row_are_no_end_where_the_pager_leads_on() -> None:
    site = Site(95)
    whole = site.numbers
    site.before = {
        3: lambda: setattr(site, "numbers", []),
        6: lambda: setattr(site, "numbers", whole),
    }
    assert sorted(walk_through(site, full_walk())) == list(range(95))


def test_an_empty_first_page_ends_the_walk_without_rows() -> None:
    site, walk = Site(0), full_walk()
    assert walk_through(site, walk) == []
    assert not walk.has_rows
    assert site.pages_read == [0, 0]  # it could have been empty by accident


def test_a_first_page_that_is_empty_once_is_no_empty_list() -> None:
    site = Site(15)
    whole, site.numbers = site.numbers, []
    site.before = {1: lambda: setattr(site, "numbers", whole)}
    assert walk_through(site, incremental_walk(set())) == list(range(15))


def test_a_list_that_ignores_page_numbers_is_a_problem() -> None:
    walk = full_walk()
    same = page(list(range(10)), has_next=True)
    number = 0
    while walk.take(same, number).next_page == number + 1:
        number += 1
        assert number < 20
    assert walk.problem is not None
    assert "/releases" in walk.problem


def test_ten_documents_published_between_two_pages_look_like_a_repeat_and_are_none() -> None:
    site = Site(30)
    site.before = {1: lambda: site.numbers.__setitem__(slice(0, 0), range(-10, 0))}
    walk = full_walk()
    assert sorted(walk_through(site, walk)) == list(range(-10, 30))
    assert walk.problem is None


def test_what_is_published_meanwhile_is_found_even_if_it_fills_pages() -> None:
    site = Site(30)
    site.before = {4: lambda: site.numbers.__setitem__(slice(0, 0), range(-25, 0))}
    assert sorted(walk_through(site, full_walk())) == list(range(-25, 30))


@given(
    count=st.integers(1, 60),
    removed=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 59)), max_size=6),
    incremental_from=st.integers(0, 60),
)
def test_no_row_is_missed_when_others_are_removed(
    count: int, removed: list[tuple[int, int]], incremental_from: int
) -> None:
    site = Site(count)

    def remove(numbers: list[int]) -> Callable[[], None]:
        return lambda: site.numbers.__setitem__(
            slice(None), [each for each in site.numbers if each not in numbers]
        )

    for moment, _ in removed:
        site.before[moment] = remove([number for when, number in removed if when == moment])
    wanted = walk_through(site, incremental_walk(set(range(incremental_from, count))))
    assert set(site.numbers) & set(range(incremental_from)) <= set(wanted)


@given(
    count=st.integers(1, 60),
    added=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), max_size=4),
)
def test_no_row_is_missed_or_wanted_twice_when_others_are_published(
    count: int, added: list[tuple[int, int]]
) -> None:
    site = Site(count)

    def publish(amount: int) -> Callable[[], None]:
        def add() -> None:
            newest = site.numbers[0]
            site.numbers[0:0] = range(newest - amount, newest)

        return add

    for moment, amount in added:
        site.before[moment] = publish(amount)
    wanted = walk_through(site, full_walk())
    # What comes after the first page was read for the last time is the next run's.
    assert set(range(count)) <= set(wanted)
    assert len(wanted) == len(set(wanted))


def test_pages_since_and_until() -> None:
    site = Site(80)
    assert walk_through(site, full_walk(max_pages=2)) == list(range(20))
    assert site.pages_read == [0, 1, 0]
    site = Site(80)
    # In New Zealand 03:00 UTC is the same day's afternoon.
    walk = full_walk(since=date(2025, 3, 17), until=date(2025, 3, 20))
    assert walk_through(site, walk) == [11, 12, 13, 14]
    assert site.pages_read == [0, 1, 2, 1, 0]


def test_a_row_without_a_date_is_read_to_find_out() -> None:
    walk = full_walk(since=date(2025, 1, 1))
    undated = Row("https://www.beehive.govt.nz/release/x", None, "X", None)
    step = walk.take(ListingPage((undated,), has_next=False), 0)
    assert step.rows == (undated,)


@pytest.mark.parametrize(
    ("since", "until", "names"),
    [
        (None, None, ["/releases"]),
        (date(2024, 1, 1), None, ["/releases"]),
        (
            date(2023, 11, 26),
            date(2023, 11, 27),
            ["/releases", "/search?f[0]=government_facet:6455&f[1]=content_type_facet:article"],
        ),
        (
            date(2010, 1, 1),
            date(2010, 1, 31),
            ["/search?f[0]=government_facet:4775&f[1]=content_type_facet:article"],
        ),
    ],
)
def test_which_lists_hold_a_span(since: date | None, until: date | None, names: list[str]) -> None:
    assert [each.name for each in lists_of([KINDS["release"]], None, since, until)] == names


def test_until_alone_goes_back_to_the_beginning() -> None:
    lists = lists_of([KINDS["release"]], None, None, date(2010, 1, 1))
    assert [each.government for each in lists] == list(GOVERNMENTS.values())[5:]


def test_diaries_are_only_in_the_search() -> None:
    (diaries,) = lists_of([KINDS["diary"]], None, None, None)
    assert diaries == routine_list(KINDS["diary"])
    assert diaries.government is next(iter(GOVERNMENTS.values()))
    assert diaries.page_url(2).endswith("content_type_facet:ministerial_diary&page=2")


def test_a_government_is_always_searched() -> None:
    current = next(iter(GOVERNMENTS.values()))
    assert lists_of([KINDS["release"]], (current,), None, None) == (
        DocumentList(KINDS["release"], current),
    )


def test_a_row_may_be_filed_under_either_side_of_midnight() -> None:
    late = Row(
        "https://www.beehive.govt.nz/release/x", None, "X", datetime(2024, 8, 12, 21, 5, tzinfo=UTC)
    )
    assert sighting_of(late, late.url or "").dates == {date(2024, 8, 12), date(2024, 8, 13)}

"""Finding archived documents again whose own URL is dead: by date, slug and title in a list.

Lists are newest first, so a document's page is found by bisection. Pure: pages come in, page
numbers to ask for and answers go out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from beehive_archive.archive.index import Entry
from beehive_archive.items import NEW_ZEALAND, Absence
from beehive_archive.pages.listing import ListingPage, Row
from beehive_archive.spiders.lists import DocumentList
from beehive_archive.text.rendered import same_words
from beehive_archive.urls import fold_slug, kind_of, slug_of

# The archive's date is the New Zealand date or the UTC date before it; a day more on each side
# is for pages whose instant was put right since.
DAYS_BEFORE = timedelta(days=1)
DAYS_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Lost:
    """An archived document that is not at its URL, and what the site said there.

    ``lists`` are those that may name it, the newest first.
    """

    entry: Entry
    absence: Absence
    lists: tuple[DocumentList, ...] = ()

    @property
    def earliest(self) -> date:
        """The first day under which a list may have it."""
        return _shifted(self.entry.date, -DAYS_BEFORE)

    @property
    def latest(self) -> date:
        """The last day under which a list may have it."""
        return _shifted(self.entry.date, DAYS_AFTER)


@dataclass(frozen=True, slots=True)
class Found:
    """A lost document and the rows that are like it, the likest first."""

    lost: Lost
    rows: tuple[Row, ...]


class Finder:
    """Looks for lost documents in one list.

    Call ``go_on`` for what is decided and for the page to ask for next, ``take`` with that page,
    and so on until no page is asked for. What the list can't decide, as it named nothing or
    was cut short, ``give_up`` has then.
    """

    def __init__(self, source: DocumentList, lost: Iterable[Lost]) -> None:
        self.source = source
        self._lost = sorted(lost, key=lambda each: each.entry.date)  # taken from its end
        self._pages: dict[int, ListingPage] = {}
        self._spans: dict[int, tuple[date, date]] = {}  # newest and oldest day of a page
        self._end: int | None = None  # the first page that is past the end
        self._asked_twice: set[int] = set()
        self._undecided: list[Lost] = []

    def take(self, page: ListingPage, number: int) -> None:
        """Take a page in. An empty one is asked for once more: some come empty by accident."""
        days = [
            each.published_at.astimezone(NEW_ZEALAND).date()
            for each in page.rows
            if each.published_at
        ]
        if days:
            self._pages[number] = page
            self._spans[number] = (max(days), min(days))
        elif number in self._asked_twice:
            self._end = number if self._end is None else min(self._end, number)
        else:
            self._asked_twice.add(number)

    def go_on(self) -> tuple[list[Found], int | None]:
        """Return what is decided by now, and the number of the page to ask for, None at the end."""
        found: list[Found] = []
        while self._lost:
            number = self._next_page(self._lost[-1])
            if number is not None:
                return found, number
            lost = self._lost.pop()
            rows = self._like_rows(lost)
            if rows or self._reaches(lost):
                found.append(Found(lost, rows))
            else:
                self._undecided.append(lost)
        return found, None

    def give_up(self) -> list[Lost]:
        """Return what was not decided, because the list could not be read to its end."""
        undecided = [*self._lost, *self._undecided]
        self._lost, self._undecided = [], []
        return undecided

    def _reaches(self, lost: Lost) -> bool:
        """Tell whether the list was seen to where a document would be, or to its true end."""
        if any(oldest < lost.earliest for _, oldest in self._spans.values()):
            return True
        last = self._pages.get((self._end or 0) - 1)
        return last is not None and not last.has_next

    def _next_page(self, lost: Lost) -> int | None:
        """Return the next page to look at for a document, None when all that may have it came."""
        before = [number for number, (_, oldest) in self._spans.items() if oldest > lost.latest]
        reached = [number for number, (_, oldest) in self._spans.items() if oldest <= lost.latest]
        low = max(before, default=-1)
        high = min([*reached, *([self._end] if self._end is not None else [])], default=None)
        if high is None:
            return 2 * low + 1 if low >= 0 else 0  # doubling, until a page lies behind the date
        if high - low > 1:
            return (low + high) // 2
        number = high
        while number != self._end:
            if number not in self._spans:
                return number
            if self._spans[number][1] < lost.earliest:
                return None
            number += 1
        return None

    def _like_rows(self, lost: Lost) -> tuple[Row, ...]:
        rows = [
            row
            for number, (newest, oldest) in sorted(self._spans.items())
            if newest >= lost.earliest and oldest <= lost.latest
            for row in self._pages[number].rows
            if _likeness(lost, row)
        ]
        unlike_each_other = {row.key: row for row in rows}.values()
        return tuple(sorted(unlike_each_other, key=lambda row: -_likeness(lost, row)))


def _likeness(lost: Lost, row: Row) -> int:
    """Return how much a row is like a lost document; 0 for not at all.

    The slug weighs most: it is the URL without the characters that the archive lost. A title
    alone must come with a fitting date; a row that names a node only, whose slug is not known,
    need have no more than the date.
    """
    entry = lost.entry
    day = row.published_at.astimezone(NEW_ZEALAND).date() if row.published_at else None
    fits = day is not None and lost.earliest <= day <= lost.latest
    same_title = same_words(row.title) == same_words(entry.title)
    same_slug = (
        row.url is not None
        and kind_of(row.url) == kind_of(entry.url)
        and fold_slug(slug_of(row.url)) == fold_slug(slug_of(entry.url))
    )
    if not same_slug and not (fits and (same_title or row.url is None)):
        return 0
    return 4 * same_slug + 2 * same_title + fits


def _shifted(day: date, by: timedelta) -> date:
    """Return a day moved by some days, as far as there are days."""
    try:
        return day + by
    except OverflowError:
        return day

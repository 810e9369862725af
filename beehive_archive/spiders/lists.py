"""The site's lists of documents, and walks through them: which rows to read, when to stop.

Pure but for what a walk remembers; requests and responses are the spider's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date

from beehive_archive.archive.index import Sighting
from beehive_archive.items import NEW_ZEALAND
from beehive_archive.pages.listing import ListingPage, Row
from beehive_archive.site import (
    BASE_URL,
    CURRENT_GOVERNMENT,
    Government,
    Kind,
    governments_between,
    listing_url,
    search_url,
)

# A page past the end has no rows, but so has, now and then, one in the middle: two in a row are
# the end, more where the last page with rows had a link to a next one. A page that repeats the
# one before it brings nothing either, but is no end.
FRUITLESS_PAGES_TO_END = 2
FRUITLESS_PAGES_DESPITE_NEXT = 4


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A listing of the government of the day, or the search under one government."""

    kind: Kind
    government: Government | None = None

    @property
    def name(self) -> str:
        """What the list is called in messages and in ``.state/``."""
        return self.page_url(0).removeprefix(BASE_URL)

    def page_url(self, number: int) -> str:
        """Return the URL of a page; numbers count from 0."""
        if self.government is None:
            return listing_url(self.kind, number)
        return search_url(self.government, self.kind, number)


def lists_of(
    kinds: Iterable[Kind],
    governments: tuple[Government, ...] | None,
    since: date | None,
    until: date | None,
) -> tuple[DocumentList, ...]:
    """Return the lists that together name what is asked for.

    Listings hold the government of the day only, and diaries have none: for the rest there is
    the search.

    >>> from beehive_archive.site import KINDS
    >>> [each.name for each in lists_of([KINDS["release"]], None, date(2023, 11, 1), None)]
    ['/releases', '/search?f[0]=government_facet:6455&f[1]=content_type_facet:article']
    """
    if governments is not None:
        return tuple(DocumentList(kind, each) for each in governments for kind in kinds)
    is_open = since is None and until is None
    spanned = (CURRENT_GOVERNMENT,) if is_open else governments_between(since, until)
    return tuple(
        DocumentList(kind, None if each is CURRENT_GOVERNMENT and kind.listing else each)
        for each in spanned
        for kind in kinds
    )


def routine_list(kind: Kind) -> DocumentList:
    """Return the list that a run without arguments walks through for a kind.

    >>> from beehive_archive.site import KINDS
    >>> routine_list(KINDS["speech"]).name
    '/speeches'
    """
    return DocumentList(kind, None if kind.listing else CURRENT_GOVERNMENT)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do after a page: rows to read, and the next page's number, None at the end.

    ``again`` says that the next page is one that was read before.
    """

    rows: tuple[Row, ...]
    next_page: int | None
    again: bool = False


class Walk:
    """A walk through one list, newest first, and back.

    ``is_new`` tells of a row whether it was unknown before this walk began. An incremental walk
    turns round at the first page that holds nothing new; one with ``since`` at the first page
    that lies wholly before it; any at ``max_pages`` or where the list ends.

    The way back is for what changes meanwhile: a document that is removed moves the rows after it
    onto a page that was read already, where the way forward misses them; a page can be empty by
    accident. Documents published meanwhile move rows the other way, and stand on the first page,
    which is the last on the way back.
    """

    def __init__(
        self,
        source: DocumentList,
        *,
        is_new: Callable[[Row], bool],
        incremental: bool,
        since: date | None = None,
        until: date | None = None,
        max_pages: int | None = None,
    ) -> None:
        self.source = source
        self.has_rows = False
        self.problem: str | None = None
        self.leaves_more = False  # that is new, behind the last page that it may read
        self._is_new = is_new
        self._incremental = incremental
        self._since = since
        self._until = until
        self._max_pages = max_pages
        self._seen: set[str] = set()
        self._last_page = 0  # with rows
        self._last_has_next = False
        self._last_keys: set[str] = set()
        self._fruitless_pages = 0
        self._was_empty = False  # the first page, when it was first read
        self._reads_on = False  # past the first page again, for so much moved in

    @property
    def is_whole(self) -> bool:
        """Whether nothing but the list's own end, or what is known, ends the walk."""
        return self._since is None and self._until is None and self._max_pages is None

    def has_seen(self, key: str) -> bool:
        """Tell whether a page of the list named a document, by its row's key."""
        return key in self._seen

    def take(self, page: ListingPage, number: int) -> Step:
        """Take in a page on the way forward and say how to go on."""
        if number == 0 and not page.rows and not self._was_empty:
            self._was_empty = True  # by accident, perhaps: it is asked for once more
            return Step((), 0)
        keys = {row.key for row in page.rows}
        fresh = tuple(row for row in page.rows if row.key not in self._seen)
        any_new = any(self._is_new(row) for row in page.rows)
        repeats = bool(keys) and keys == self._last_keys
        self._fruitless_pages = 0 if keys and not repeats else self._fruitless_pages + 1
        self._seen |= keys
        if keys:
            self.has_rows = True
            self._last_keys, self._last_has_next = keys, page.has_next
            self._last_page = number
        is_cut = self._max_pages is not None and number + 1 >= self._max_pages
        has_all = (
            self._is_past_the_end(repeats=repeats)
            or (number == 0 and not keys)
            or (self._incremental and bool(keys) and not any_new)
            or self._is_before_span(page.rows)
        )
        self.leaves_more = is_cut and not has_all and any_new and page.has_next
        rows = tuple(row for row in fresh if self._is_in_span(row))
        if not has_all and not is_cut:
            return Step(rows, number + 1)
        back_to = min(number - 1, self._last_page)
        return Step(rows, back_to if back_to >= 0 else None, again=True)

    def take_again(self, page: ListingPage, number: int) -> Step:
        """Take in a page on the way back: rows that were not there before, or not seen."""
        keys = {row.key for row in page.rows}
        fresh = tuple(row for row in page.rows if row.key not in self._seen)
        all_moved_in = bool(keys) and not keys & self._seen
        self._seen |= keys
        rows = tuple(row for row in fresh if self._is_in_span(row))
        if number > 0 and not self._reads_on:
            return Step(rows, number - 1, again=True)
        self._reads_on = True
        return Step(rows, number + 1 if all_moved_in else None, again=True)

    def _is_past_the_end(self, *, repeats: bool) -> bool:
        if repeats and self._fruitless_pages >= FRUITLESS_PAGES_TO_END:
            self.problem = (
                f"{self.source.name}: expected other rows on each page, found page "
                f"{self._last_page} like the one before it; the list no longer takes page numbers"
            )
            return True
        needed = FRUITLESS_PAGES_DESPITE_NEXT if self._last_has_next else FRUITLESS_PAGES_TO_END
        return self._fruitless_pages >= needed

    def _is_in_span(self, row: Row) -> bool:
        """Tell whether a row's date fits; one without a date is read to find out."""
        if row.published_at is None:
            return True
        day = row.published_at.astimezone(NEW_ZEALAND).date()
        return not (self._since and day < self._since) and not (self._until and day > self._until)

    def _is_before_span(self, rows: tuple[Row, ...]) -> bool:
        dated = [row.published_at for row in rows if row.published_at]
        if self._since is None or not dated:
            return False
        return all(each.astimezone(NEW_ZEALAND).date() < self._since for each in dated)


def sighting_of(row: Row, url: str) -> Sighting:
    """Return a row as a sighting of the document at ``url``."""
    if row.published_at is None:
        return Sighting(url, row.title)
    days = {row.published_at.astimezone(zone).date() for zone in (UTC, NEW_ZEALAND)}
    return Sighting(url, row.title, frozenset(days))

"""The site's lists of documents, and walks through them: which rows to read, when to stop.

Pure but for what a walk remembers; requests and responses are the spider's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date

from beehive_archive import site
from beehive_archive.archive.index import Sighting
from beehive_archive.items import NEW_ZEALAND
from beehive_archive.pages.listing import ListingPage, Row
from beehive_archive.site import CURRENT_GOVERNMENT, Government, Kind, governments_between

# A page past the end has no rows, but so has, now and then, one in the middle.
EMPTY_PAGES_TO_END = 2


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A listing of the government of the day, or the search under one government."""

    kind: Kind
    government: Government | None = None

    @property
    def name(self) -> str:
        """What the list is called in messages and in ``.state/``."""
        return self.page_url(0).removeprefix(site.BASE_URL)

    def page_url(self, number: int) -> str:
        """Return the URL of a page; numbers count from 0."""
        if self.government is None:
            return site.listing_url(self.kind, number)
        return site.search_url(self.government, self.kind, number)


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
    spanned = (CURRENT_GOVERNMENT,) if since is None else governments_between(since, until)
    return tuple(
        DocumentList(kind, None if each is CURRENT_GOVERNMENT and kind.listing else each)
        for each in spanned
        for kind in kinds
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What to do after a page: rows to read, and the next page's number, None at the end."""

    rows: tuple[Row, ...]
    next_page: int | None


class Walk:
    """A walk through one list, newest first.

    ``is_new`` tells of a row whether it was unknown before this walk began. An incremental walk
    ends at the first page that holds nothing new; one with ``since`` at the first page that
    lies wholly before it; any at ``max_pages`` or where the list ends.
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
        self.hit_max_pages = False
        self._is_new = is_new
        self._incremental = incremental
        self._since = since
        self._until = until
        self._max_pages = max_pages
        self._seen: set[str | int] = set()
        self._last_keys: set[str | int] = set()
        self._empty_pages = 0

    def take(self, page: ListingPage, number: int) -> Step:
        """Take a page in and say how to go on."""
        keys = {key_of(row) for row in page.rows}
        fresh = tuple(row for row in page.rows if key_of(row) not in self._seen)
        repeated = bool(keys) and keys == self._last_keys  # a site that ignores the number
        any_new = any(self._is_new(row) for row in page.rows)
        self._seen |= keys
        self._last_keys = keys
        self.has_rows |= bool(keys)
        self._empty_pages = 0 if keys else self._empty_pages + 1
        ended = (
            repeated
            or self._empty_pages >= EMPTY_PAGES_TO_END
            or (number == 0 and not keys)
            or (self._incremental and bool(keys) and not any_new)
            or self._is_before_span(page.rows)
        )
        if not ended and self._max_pages is not None and number + 1 >= self._max_pages:
            ended = self.hit_max_pages = True
        rows = tuple(row for row in fresh if self._is_in_span(row))
        return Step(rows, None if ended else number + 1)

    def take_again(self, page: ListingPage, number: int) -> Step:
        """Take in a page read once more at the end: rows that moved in while the walk went on.

        New rows stand before those seen, so a page that holds a seen one is the last.
        """
        keys = {key_of(row) for row in page.rows}
        fresh = tuple(row for row in page.rows if key_of(row) not in self._seen)
        ended = not keys or bool(keys & self._seen)
        self._seen |= keys
        rows = tuple(row for row in fresh if self._is_in_span(row))
        return Step(rows, None if ended else number + 1)

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


def key_of(row: Row) -> str | int:
    """Return what tells rows of a list apart."""
    return site.canonical_url(row.url) if row.url else row.node_id or 0


def sighting_of(row: Row, url: str) -> Sighting:
    """Return a row as a sighting of the document at ``url``."""
    if row.published_at is None:
        return Sighting(url, row.title)
    days = {row.published_at.astimezone(zone).date() for zone in (UTC, NEW_ZEALAND)}
    return Sighting(url, row.title, frozenset(days))

"""Listing and search pages: which documents they name, newest first.

The markup round the rows was not seen whole, so no class name is relied on: a row is the
smallest element that holds both a link to a document and a `time`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import TypeAlias

from selectolax.lexbor import LexborNode

from beehive_archive.errors import BlockedPageError
from beehive_archive.pages.fields import base_of, instant_of, text_of
from beehive_archive.pages.firewall import blocked_reason
from beehive_archive.pages.trees import tree_of
from beehive_archive.urls import canonical_url, document_url_of, node_id_of, node_url

MAIN = '[role="main"], main'
NEXT = 'a[rel~="next"][href], link[rel~="next"][href]'
# Menus and boxes beside the list name documents too. Nothing in the others is on the page.
NOT_IN_ROWS = frozenset({"nav", "aside", "script", "style", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class Row:
    """A document as a list names it.

    ``url`` is the document's own as the list links it; None where the list links its node,
    ``node_id``, instead. One of the two is always there. ``title`` is the link's text.
    ``published_at`` is an aware UTC datetime, None where the row has none that can be read.
    """

    url: str | None
    node_id: int | None
    title: str
    published_at: datetime | None

    @property
    def key(self) -> str:
        """What tells rows of a list apart: the one form of the address that it links.

        >>> Row(None, 21127, "", None).key
        'https://www.beehive.govt.nz/node/21127'
        """
        return canonical_url(self.url or node_url(self.node_id or 0))


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A page of a listing or of search results.

    ``rows`` are in the page's order, each document once; a page past the end has none.
    ``has_next`` says that the pager leads on.
    """

    rows: tuple[Row, ...]
    has_next: bool


def parse(html: str, url: str) -> ListingPage:
    """Return the documents that a listing or search page names.

    A link to a document that stands among the rows but has no `time` of its own is a row
    without ``published_at``, so that it isn't lost. Documents of any kind count.

    Raises BlockedPageError where the firewall answered, and PageError for a page that would
    take too long to read. That the first page of a list has no rows is for the caller to judge.
    """
    tree = tree_of(html, url)
    main = tree.css_first(MAIN)
    if main is None and (reason := blocked_reason(html)):
        raise BlockedPageError(f"{url}: the firewall answered: {reason}; try again later")
    root = main or tree.body
    return ListingPage(
        rows=_each_once(_rows_below(root, base_of(url))) if root else (),
        has_next=tree.css_first(NEXT) is not None,
    )


@dataclass(frozen=True, slots=True)
class _Mark:
    """A link to a document, or a `time`, at its place among the page's others.

    ``document`` is the key of the link's document, None for a `time`.
    """

    place: int
    document: str | None
    link: Row | None = None
    instant: datetime | None = None


_Placed: TypeAlias = tuple[int, Row]


@dataclass(slots=True)
class _Element:
    """What an element holds, as far as it was read.

    ``marks`` are those that belong to no row yet, with links or times among them.
    """

    marks: deque[_Mark] = field(default_factory=deque)
    has_links: bool = False
    has_times: bool = False
    has_rows: bool = False

    def add(self, mark: _Mark) -> None:
        self.marks.append(mark)
        self.has_links |= mark.link is not None
        self.has_times |= mark.link is None

    def absorb(self, child: _Element) -> None:
        """Take over a child's content, moving the fewer marks, so that depth costs no copies."""
        if len(self.marks) < len(child.marks):
            child.marks.extendleft(reversed(self.marks))
            self.marks = child.marks
        else:
            self.marks.extend(child.marks)
        self.has_links |= child.has_links
        self.has_times |= child.has_times
        self.has_rows |= child.has_rows

    def take_rows(self) -> list[_Placed]:
        """Make rows of the marks, now that all descendants were read and if they are enough."""
        if self.has_rows:
            rows = [(mark.place, mark.link) for mark in self.marks if mark.link]
        elif self.has_links and self.has_times:
            rows = _rows_of(list(self.marks))
        else:
            return []
        self.marks.clear()
        self.has_links = self.has_times = False
        self.has_rows = True
        return rows


def _rows_below(root: LexborNode, base_url: str) -> list[_Placed]:
    """Find the rows from the leaves upwards, in one walk."""
    rows: list[_Placed] = []
    place = 0
    levels = [(root.iter(), _Element())]
    while levels:
        children, element = levels[-1]
        node = next(children, None)
        if node is None:
            levels.pop()
            rows += element.take_rows()
            if levels:
                levels[-1][1].absorb(element)
        elif node.tag not in NOT_IN_ROWS:
            child = _Element()
            if mark := _mark_of(node, place, base_url):
                child.add(mark)
                place += 1
            levels.append((node.iter(), child))
    return rows


def _mark_of(node: LexborNode, place: int, base_url: str) -> _Mark | None:
    if node.tag == "time":
        return _Mark(place, None, instant=instant_of(node.attributes.get("datetime")))
    if node.tag != "a":
        return None
    row = row_of(node.attributes.get("href") or "", base_url)
    if row is None:
        return None
    return _Mark(place, row.key, replace(row, title=text_of(node)))


def row_of(href: str, base_url: str) -> Row | None:
    """Return a link to a document as a row without title and time, None for any other link."""
    if url := document_url_of(href, base_url):
        return Row(url, None, "", None)
    if (node_id := node_id_of(href)) is not None:
        return Row(None, node_id, "", None)
    return None


def _rows_of(marks: list[_Mark]) -> list[_Placed]:
    """Return the rows of the smallest element round some links and times.

    Mostly they are of one document. Where several take turns with times, as in a list without
    elements round its rows, each has the time of its turn; else the first document has the first
    time, and the others, which a summary links, have none.
    """
    turns = [list(turn) for _, turn in groupby(marks, key=lambda mark: mark.document)]
    pairs = list(zip(turns[::2], turns[1::2], strict=False))
    takes_turns = len(turns) % 2 == 0 and all(
        (first[0].link is None) != (second[0].link is None) for first, second in pairs
    )
    if takes_turns and len({first[0].link is None for first, _ in pairs}) == 1:
        return [_row_of_marks([*first, *second]) for first, second in pairs]
    documents: dict[str, list[_Mark]] = {}
    for mark in marks:
        if mark.document is not None:
            documents.setdefault(mark.document, []).append(mark)
    first, *others = documents.values()
    times = [mark for mark in marks if mark.link is None]
    return [_row_of_marks([*first, *times]), *map(_row_of_marks, others)]


def _row_of_marks(marks: list[_Mark]) -> _Placed:
    """Return one document's row: its first title that isn't empty, the first time that is one."""
    links = [(mark.place, mark.link) for mark in marks if mark.link]
    place, row = links[0]
    title = next((link.title for _, link in links if link.title), "")
    instant = next((mark.instant for mark in marks if mark.instant), None)
    return place, replace(row, title=title, published_at=instant)


def _each_once(placed: list[_Placed]) -> tuple[Row, ...]:
    """Return the rows in the page's order; of a document's several, the first with a time."""
    rows: dict[str, Row] = {}
    for _, row in sorted(placed, key=lambda each: each[0]):
        known = rows.setdefault(row.key, row)
        if known.published_at is None and row.published_at is not None:
            rows[row.key] = row
    return tuple(rows.values())

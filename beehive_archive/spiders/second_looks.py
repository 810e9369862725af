"""Looking again before the spider closes: for documents that are lost, at alarms to confirm.

A document is lost whose URL is dead or gives another document's page. It is looked for under its
node id where that is known, then in the lists of its date, by its folded slug and by its title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from beehive_archive.errors import PageError
from beehive_archive.items import GONE, Absence
from beehive_archive.pages import listing
from beehive_archive.pages.listing import Row
from beehive_archive.reconcile import may_be_same_url
from beehive_archive.spiders.finder import Finder, Found, Lost
from beehive_archive.spiders.lists import DocumentList, lists_of, sighting_of
from beehive_archive.spiders.responses import REDIRECTS, location_of, page_text
from beehive_archive.text.rendered import same_words
from beehive_archive.traffic import RunIsEndingError
from beehive_archive.urls import (
    canonical_url,
    document_url_of,
    fetch_url,
    kind_of,
    node_url,
    recorded_url,
)

if TYPE_CHECKING:
    from beehive_archive.run import Run

FIRST_YEAR = 1990  # of dates that a list can be searched for


@dataclass(slots=True)
class _Trail:
    """What may be a lost document: nodes to ask for, then addresses with another slug."""

    lost: Lost
    nodes: list[Row]
    others: list[str]


class SecondLooks:
    """The requests of one spider's second looks, and what their answers mean."""

    def __init__(self, run: Run, document_request: Callable[..., Request]) -> None:
        self.run = run
        self._site_url = run.config.site_url
        self._document_request = document_request
        self._first: dict[str, Absence] = {}  # what the site said at each lost document's URL
        self._asked_node: set[str] = set()
        self._in_lists: set[str] = set()  # what was looked for in the lists already
        self._last_resort: dict[str, Absence] = {}

    def requests(self) -> Iterator[Request]:
        """Return requests that look for what is lost; when nothing is, that confirm alarms."""
        if requests := list(self._look_for(self.run.take_lost())):
            return iter(requests)
        if self._last_resort:
            # By now the others that share its URL were found at theirs: what is left is its own.
            last, self._last_resort = self._last_resort, {}
            return (
                self._document_request(absence.requested_url, path, searched=True)
                for path, absence in last.items()
            )
        return (self._document_request(*each) for each in self.run.to_confirm())

    def _look_for(self, absences: Iterable[Absence]) -> Iterator[Request]:
        in_lists: list[Lost] = []
        for absence in absences:
            path = absence.path or ""
            entry = self.run.index.get(path)
            if entry is None or path in self._in_lists:
                self.run.give_up_on(absence)
                continue
            first = self._first.setdefault(path, absence)
            self.run.asked.expect(first.requested_url, path)
            node_id = self.run.identity.node_id_of(entry)
            if node_id is not None and path not in self._asked_node:
                self._asked_node.add(path)
                self.run.asked.dismiss(first.requested_url, path)
                yield self._document_request(node_url(node_id), path)
                continue
            self._in_lists.add(path)
            lost = Lost(entry, first)
            kind = kind_of(entry.url)
            if kind is None or entry.date.year < FIRST_YEAR:
                reason = f"{first.reason}; its date, {entry.date}, tells no list to look for it in"
                self.run.give_up_on(replace(first, reason=reason))
            else:
                lists = lists_of([kind], None, lost.earliest, lost.latest)
                in_lists.append(replace(lost, lists=lists))
        yield from self._search(in_lists)

    # --- lists

    def _search(self, lost: Iterable[Lost]) -> Iterator[Request]:
        by_list: defaultdict[DocumentList, list[Lost]] = defaultdict(list)
        for each in lost:
            by_list[each.lists[0]].append(replace(each, lists=each.lists[1:]))
        for source, members in by_list.items():
            yield self._page_request(Finder(source, members), 0)

    def _page_request(self, finder: Finder, number: int) -> Request:
        return Request(
            fetch_url(finder.source.page_url(number), self._site_url),
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"finder": finder, "number": number},
        )

    def parse_page(
        self, response: Response, finder: Finder, number: int
    ) -> Iterator[Request | Absence]:
        """Read a list's page, and ask for the documents that were found again."""
        try:
            finder.take(listing.parse(page_text(response), response.url), number)
        except PageError as error:
            yield from self._stop(finder, str(error))
            return
        found, next_number = finder.go_on()
        for each in found:
            yield from self._found(each)
        if next_number is not None:
            yield self._page_request(finder, next_number)
        else:
            yield from self._stop(finder, "it names nothing of that time")

    def page_failed(self, failure: Failure) -> Iterator[Absence]:
        """Say of what was looked for that its list could not be read."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if not isinstance(failure.value, RunIsEndingError):
            yield from self._stop(request.cb_kwargs["finder"], str(failure.value))

    def _stop(self, finder: Finder, problem: str) -> Iterator[Absence]:
        """Conclude nothing of documents that could not be looked for."""
        for lost in finder.give_up():
            where = f"{finder.source.name} could not be searched: {problem}"
            yield self._unknown(lost, where)

    def _unknown(self, lost: Lost, why: str) -> Absence:
        absence = lost.absence
        return replace(absence, status=None, reason=f"{absence.reason}; {why}", searched=True)

    # --- rows that may be the document

    def _found(self, found: Found) -> Iterator[Request | Absence]:
        """Ask for the row that is a lost document, if one is."""
        lost, trail = found.lost, _Trail(found.lost, [], [])
        path = lost.entry.name
        for row in found.rows:
            url = row.url or self.run.state.url_of_node(row.node_id or 0)
            if url is None:
                trail.nodes.append(row)  # those with its title come first
            elif canonical_url(url) == canonical_url(lost.absence.requested_url):
                if lost.absence.status in GONE:
                    yield self._at_its_url(url, path)
                    return
            elif self.run.identity.is_of_another(sighting_of(row, url), path):
                continue
            elif may_be_same_url(lost.entry.url, url):
                yield self._document_request(url, path, searched=True)
                return
            elif _has_its_title(row, lost):
                trail.others.append(url)
        yield from self._follow(trail)

    def _at_its_url(self, url: str, path: str) -> Request:
        """Return the request for a document's own URL, which a list still names."""
        self.run.still_listed.add(path)
        return self._document_request(url, path, searched=True)

    def _follow(self, trail: _Trail) -> Iterator[Request | Absence]:
        """Ask where the next node leads; at the trail's end, for the likest other address."""
        lost = trail.lost
        while trail.nodes:
            row = trail.nodes.pop(0)
            url = self.run.state.url_of_node(row.node_id or 0)
            if url is None:
                yield self._node_request(trail, row)
                return
            if request := self._taken(trail, row, url):  # another trail came by meanwhile
                yield request
                return
        if trail.others:
            yield self._document_request(trail.others[0], lost.entry.name, searched=True)
        elif lost.lists:
            yield from self._search([lost])
        elif lost.absence.misplaced:
            self._last_resort[lost.entry.name] = lost.absence
        else:
            reason = f"{lost.absence.reason}; not found in the site's lists"
            yield replace(lost.absence, reason=reason, searched=True)

    def _taken(self, trail: _Trail, row: Row, url: str) -> Request | None:
        """Return the request for a node's address where it is the document's own."""
        path = trail.lost.entry.name
        if self.run.identity.is_of_another(sighting_of(row, url), path):
            return None
        if may_be_same_url(trail.lost.entry.url, url):
            return self._document_request(url, path, searched=True)
        if _has_its_title(row, trail.lost):
            trail.others.append(url)
        return None

    def _node_request(self, trail: _Trail, row: Row) -> Request:
        return Request(
            fetch_url(node_url(row.node_id or 0), self._site_url),
            callback=self.parse_node,
            errback=self.node_failed,
            cb_kwargs={"trail": trail, "row": row},
            meta={"handle_httpstatus_list": [*GONE, *REDIRECTS], "dont_redirect": True},
        )

    def parse_node(
        self, response: Response, trail: _Trail, row: Row
    ) -> Iterator[Request | Absence]:
        """Take the address that a node leads to, unless it is another document's."""
        location = recorded_url(location_of(response), self._site_url)
        url = document_url_of(location) if response.status in REDIRECTS else None
        if url is not None:
            self.run.state.node_is(row.node_id or 0, url)
            if request := self._taken(trail, row, url):
                yield request
                return
        yield from self._follow(trail)

    def node_failed(self, failure: Failure) -> Iterator[Absence]:
        """Conclude nothing of a document that a node may be."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if not isinstance(failure.value, RunIsEndingError):
            where = f"{request.url} could not be followed: {failure.value}"
            yield self._unknown(request.cb_kwargs["trail"].lost, where)


def _has_its_title(row: Row, lost: Lost) -> bool:
    return same_words(row.title) == same_words(lost.entry.title)

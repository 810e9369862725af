"""``scrapy crawl releases``: find what is new on the site and bring it into the archive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar

from scrapy import Request
from scrapy.http import Response

from beehive_archive.errors import PageError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.items import NEW_ZEALAND, Attachment
from beehive_archive.pages import feed
from beehive_archive.pages.listing import Row
from beehive_archive.site import CURRENT_GOVERNMENT, KINDS, Kind, feed_url
from beehive_archive.spiders import arguments
from beehive_archive.spiders.captured import CapturedDocuments
from beehive_archive.spiders.lists import (
    DocumentList,
    Walk,
    lists_of,
    routine_list,
    sighting_of,
)
from beehive_archive.spiders.walking import ListSpider
from beehive_archive.urls import canonical_url, kind_of, node_url, recorded_url


class ReleasesSpider(ListSpider):
    """Newest first by feed and listing; further back by search, under each government."""

    name = "releases"
    writes_new = True
    units_are_lists = True
    SHARED_ARGUMENTS = frozenset({"kind", "government", "since", "until", "accept"})
    ARGUMENTS: ClassVar[Mapping[str, str]] = {
        "kind": f"some of {','.join(KINDS)} (default: release)",
        "since": "YYYY-MM-DD, only documents of this New Zealand date and later",
        "until": "YYYY-MM-DD, only documents of this New Zealand date and earlier",
        "pages": "N, at most so many pages of each list",
        "government": "NAME,NAME or all: backfill through search",
        "urls": "URL,URL or @FILE: just these",
        "retry": "failed: just those that could not be had before",
        "warc": "PATH,PATH: from captures (WARC files or folders of them), without the network",
        "accept": "1: believe a run in which very many documents changed",
    }

    def read_arguments(self, given: Mapping[str, str]) -> None:
        """Read what this spider takes."""
        self.kinds = arguments.kinds(given.get("kind", "release"))
        self.max_pages = arguments.count("pages", given.get("pages"))
        chosen = given.get("government")
        self.governments = arguments.governments(chosen) if chosen is not None else None
        self.urls = arguments.urls(given.get("urls"), self.site_url)
        self.only_failed = arguments.choice("retry", given.get("retry"), "failed")
        rest = {name: value for name, value in given.items() if name != "pages"}
        self.without_pages = arguments.command(self.name, rest)
        files = arguments.warc_files(given)
        self.captured = (
            CapturedDocuments(self, files, kinds=self.kinds, urls=self.urls) if files else None
        )
        not_routine = {"since", "until", "government", "urls", "retry", "warc"}
        self.is_routine = not given.keys() & not_routine
        self.in_feed: defaultdict[Kind, set[str]] = defaultdict(set)  # new ones, by key

    async def start(self) -> AsyncIterator[Request | Attachment]:
        """Ask for what the arguments name, else for feeds, listings and the recent documents."""
        if not self.is_routine:
            self.leave_gaps_open()
        source = self.cluster or self.captured
        if source is not None:
            async for request in source.requests():
                yield request
            return
        if self.urls is not None:
            requests = self.known_requests(self.urls)
        elif self.only_failed:
            requests = self.retries()
        else:
            requests = self.discovery()
        for request in requests:
            yield request
        if self.is_routine:
            for attachment in ArchiveRun.of(self.crawler).attachments.overdue():
                yield attachment

    @property
    def can_be_shared(self) -> bool:
        """Whether it is a backfill."""
        return self.governments is not None

    def lists(self) -> tuple[DocumentList, ...]:
        """Return the lists to walk through."""
        return lists_of(self.kinds, self.governments, self.since, self.until)

    def units(self) -> list[str]:
        """Return the lists' names."""
        return [source.name for source in self.lists()]

    def unit_requests(self, unit: str) -> Iterator[Request]:
        """Return the request for a list's first page."""
        for source in self.lists():
            if source.name == unit:
                yield self.begin_walk(source)

    def discovery(self) -> Iterator[Request]:
        """Return the first requests of a run that finds out for itself what is new."""
        if self.is_routine:
            yield from self.retries()
            for kind in self.kinds:
                if kind.feed:
                    yield self.list_request(feed_url(kind), self.parse_feed, kind=kind)
            yield from self.rechecks()
        for source in self.lists():
            yield self.begin_walk(source)

    # --- lists

    def leave_gaps_open(self) -> None:
        """Keep the next routine run from stopping at what this one brings in.

        A run with ``since`` or ``urls`` can store newer documents than some that the archive
        still lacks: that a page of the listing holds nothing new would no longer mean that the
        pages after it hold nothing new either.
        """
        is_discovery = self.urls is None and not self.only_failed
        for kind in self.kinds if is_discovery else KINDS.values():
            self.run.begin_walk(routine_list(kind).name)

    def parse_feed(self, response: Response, kind: Kind) -> Iterator[Request]:
        """Read a feed: the newest ten or so."""
        url = recorded_url(response.url, self.site_url)
        try:
            rows = feed.parse(response.body, url)
        except PageError as error:
            self.run.end_with(str(error))
            return
        if not rows:
            self.run.end_with(f"{url}: expected the newest {kind.folder}, found an empty feed")
        for request in self.row_requests(rows):
            self.in_feed[kind].add(canonical_url(request.cb_kwargs["requested_url"]))
            yield request

    # --- walks and rows

    def new_walk(self, source: DocumentList) -> Walk:
        """Return a walk that ends where nothing is new, or where the arguments say."""
        # With `pages` the user says where to stop; the walk stays unfinished for later runs.
        first_run = None
        if self.is_routine:
            began = self.run.begin_walk(source.name)
            first_run = None if self.max_pages else began
        return Walk(
            source,
            is_new=partial(self.is_new, first_run=first_run),
            incremental=self.is_routine,
            since=self.since,
            until=self.until,
            max_pages=self.max_pages,
        )

    def end_walk(self, walk: Walk) -> None:
        """Note that the routine's list was seen whole, where it was."""
        super().end_walk(walk)
        if walk.leaves_more:
            self.run.hints[:] = ["More that is new stands on the pages after. To have all:"]
            self.run.hints.append(self.without_pages)
        source = walk.source
        is_routines = self.is_routine or source.government is CURRENT_GOVERNMENT
        # A listing from a cache can lack what the feed names: then it says nothing of what
        # stands between the two, and the next run is to look again.
        is_current = all(map(walk.has_seen, self.in_feed[source.kind]))
        if walk.is_whole and is_routines and is_current and not walk.problem:
            self.run.end_walk(routine_list(source.kind).name)

    def take_rows(self, rows: tuple[Row, ...]) -> Iterator[Request]:
        """Ask for the documents that the archive may lack."""
        yield from self.row_requests(rows)

    def is_new(self, row: Row, first_run: int | None) -> bool:
        """Tell whether a row's document was unknown before the walk began."""
        url = row.url or self.run.state.url_of_node(row.node_id or 0)
        if url is None:
            return True
        if kind_of(url) not in self.kinds:
            return False
        if first_run is not None and self.run.state.stored_since(url, first_run):
            return True
        if self.run.identity.knows(sighting_of(row, url)) is not False:
            return False
        # What is put off ends no walk that a stopped run left unfinished: that run may have
        # met nothing else, and what stands after it was never seen.
        is_resumed = first_run not in {None, self.run.state.run_id}
        return is_resumed or not self.run.pages.is_put_off(url)

    def row_requests(self, rows: tuple[Row, ...]) -> Iterator[Request]:
        """Return requests for the rows whose documents the archive may lack."""
        urls = [row.url or self.run.state.url_of_node(row.node_id or 0) for row in rows]
        for row, url in zip(rows, urls, strict=True):
            if url is not None:
                self.run.identity.is_listed(sighting_of(row, url))
        for row, url in zip(rows, urls, strict=True):
            if url is not None and (
                kind_of(url) not in self.kinds  # linked beside the rows, or in a summary
                or self.run.identity.knows(sighting_of(row, url)) is True
                or self.run.pages.is_put_off(url)
            ):
                continue
            address = url or node_url(row.node_id or 0)
            if not self.run.asked.has(address):
                yield self.document_request(address)

    # --- documents that are asked for without a list

    def known_requests(self, urls: Iterable[str]) -> Iterator[Request]:
        """Return requests for URLs, as checks where the archive has their documents."""
        for url in urls:
            yield self.document_request(url, self.run.identity.path_of(url))

    def rechecks(self) -> Iterator[Request]:
        """Return requests for the archived documents of the last ``RECHECK_DAYS`` days."""
        today = datetime.now(UTC).astimezone(NEW_ZEALAND).date()
        first = today - timedelta(days=self.run.config.recheck_days)
        if self.run.config.recheck_days:
            for entry in self.run.index.between(first):
                if kind_of(entry.url) in self.kinds:
                    url = self.run.state.live_url_of(str(entry.path)) or entry.url
                    if not self.run.asked.has(url, str(entry.path)):
                        yield self.document_request(
                            url, str(entry.path), headers=self.run.pages.validators(entry)
                        )

    def retries(self) -> Iterator[Request]:
        """Return requests for what failed before; in a routine run only what is due."""
        due = None if self.only_failed else datetime.now(UTC)
        yield from self.known_requests(each.url for each in self.run.state.failures(due))

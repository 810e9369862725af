"""``scrapy crawl releases``: find what is new on the site and bring it into the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from beehive_archive.errors import PageError
from beehive_archive.items import NEW_ZEALAND
from beehive_archive.middlewares.backoff import RunIsEndingError
from beehive_archive.pages import feed, listing
from beehive_archive.pages.listing import Row
from beehive_archive.site import (
    KINDS,
    Kind,
    feed_url,
    fetch_url,
    node_url,
    recorded_url,
)
from beehive_archive.spiders import arguments
from beehive_archive.spiders.base import ArchiveSpider, page_text
from beehive_archive.spiders.lists import DocumentList, Step, Walk, lists_of, sighting_of


class ReleasesSpider(ArchiveSpider):
    """Newest first by feed and listing; further back by search, under each government."""

    name = "releases"
    writes_new = True
    ARGUMENTS: ClassVar[Mapping[str, str]] = {
        "kind": f"some of {','.join(KINDS)} (default: release)",
        "since": "YYYY-MM-DD, only documents of this New Zealand date and later",
        "until": "YYYY-MM-DD, only documents of this New Zealand date and earlier",
        "pages": "N, at most so many pages of each list",
        "government": "NAME,NAME or all: backfill through search",
        "urls": "URL,URL or @FILE: just these",
        "retry": "failed: just those that could not be had before",
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
        self.is_routine = not given.keys() & {"since", "until", "government", "urls", "retry"}
        self.open_walks: list[Walk] = []
        self.any_rows = False

    async def start(self) -> AsyncIterator[Request]:
        """Ask for what the arguments name, else for feeds, listings and the recent documents."""
        requests: Iterator[Request]
        if self.urls is not None:
            requests = map(self.document_request, self.urls)
        elif self.only_failed:
            requests = self.retries()
        else:
            requests = self.discovery()
        for request in requests:
            yield request

    def discovery(self) -> Iterator[Request]:
        """Return the first requests of a run that finds out for itself what is new."""
        if self.is_routine:
            yield from self.retries()
            for kind in self.kinds:
                if kind.feed:
                    yield self.list_request(feed_url(kind), self.parse_feed, kind=kind)
            yield from self.rechecks()
        for source in lists_of(self.kinds, self.governments, self.since, self.until):
            yield self.begin_walk(source)

    # --- lists

    def begin_walk(self, source: DocumentList) -> Request:
        """Return the request for a list's first page."""
        first_run = self.run.begin_walk(source.name)
        walk = Walk(
            source,
            is_new=partial(self.is_new, first_run=first_run),
            incremental=self.is_routine,
            since=self.since,
            until=self.until,
            max_pages=self.max_pages,
        )
        self.open_walks.append(walk)
        return self.page_request(walk, 0)

    def page_request(self, walk: Walk, number: int, *, again: bool = False) -> Request:
        """Return the request for a list's page; ``again`` for the look back at the end."""
        url = walk.source.page_url(number)
        kwargs = {"walk": walk, "number": number, "again": again}
        return self.list_request(url, self.parse_page, **kwargs)

    def list_request(self, url: str, callback: Any, **cb_kwargs: Any) -> Request:
        """Return a request for a list or feed."""
        return Request(
            fetch_url(url, self.site_url),
            callback=callback,
            errback=self.list_failed,
            cb_kwargs=cb_kwargs,
            dont_filter=True,
        )

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
        yield from self.row_requests(rows)

    def parse_page(
        self, response: Response, walk: Walk, number: int, again: bool
    ) -> Iterator[Request]:
        """Read a page of a list, and go on to the next where the walk does."""
        url = recorded_url(response.url, self.site_url)
        try:
            page = listing.parse(page_text(response), url)
        except PageError as error:
            self.run.end_with(str(error))
            return
        step = walk.take_again(page, number) if again else walk.take(page, number)
        if number == 0 and not page.rows and walk.source.government is None:
            self.run.end_with(
                f"{url}: expected rows with links to documents, found none; the list's layout "
                "has changed, or it needs a browser"
            )
            return
        self.any_rows |= bool(page.rows)
        yield from self.row_requests(step.rows)
        yield from self.go_on(walk, number, step, again=again)

    def go_on(self, walk: Walk, number: int, step: Step, *, again: bool) -> Iterator[Request]:
        """Ask for the next page, or at the end for the first once more: it may have grown."""
        if step.next_page is not None:
            yield self.page_request(walk, step.next_page, again=again)
        elif not again and number > 0:
            yield self.page_request(walk, 0, again=True)
        else:
            self.end_walk(walk)

    def end_walk(self, walk: Walk) -> None:
        """Note a walk's end; searches that found nothing at all are no searches."""
        self.run.end_walk(walk.source.name)
        self.open_walks.remove(walk)
        if not self.open_walks and not self.any_rows:
            self.run.end_with(
                "no search named a single document; its layout has changed, or it needs a browser"
            )

    def list_failed(self, failure: Failure) -> None:
        """Note that a list could not be read: the run is not complete."""
        if not isinstance(failure.value, RunIsEndingError):
            request: Request = failure.request  # type: ignore[attr-defined]
            url = recorded_url(request.url, self.site_url)
            self.run.end_with(f"{url}: the list could not be read ({failure.value})")

    # --- rows

    def is_new(self, row: Row, first_run: int) -> bool:
        """Tell whether a row's document was unknown before the walk began."""
        url = row.url or self.run.state.url_of_node(row.node_id or 0)
        if url is None:
            return True
        if self.run.state.stored_since(url, first_run):
            return True
        return self.run.knows(sighting_of(row, url)) is False and not self.run.was_refused(url)

    def row_requests(self, rows: tuple[Row, ...]) -> Iterator[Request]:
        """Return requests for the rows whose documents the archive may lack."""
        for row in rows:
            url = row.url or self.run.state.url_of_node(row.node_id or 0)
            if url is None or (
                self.run.knows(sighting_of(row, url)) is not True and not self.run.was_refused(url)
            ):
                yield self.document_request(url or node_url(row.node_id or 0))

    # --- documents that are asked for without a list

    def rechecks(self) -> Iterator[Request]:
        """Return requests for the archived documents of the last ``RECHECK_DAYS`` days."""
        today = datetime.now(UTC).astimezone(NEW_ZEALAND).date()
        first = today - timedelta(days=self.run.config.recheck_days)
        if self.run.config.recheck_days:
            for entry in self.run.index:
                if entry.date >= first:
                    url = self.run.state.live_url_of(str(entry.path)) or entry.url
                    yield self.document_request(url, str(entry.path))

    def retries(self) -> Iterator[Request]:
        """Return requests for what failed before; in a routine run only what is due."""
        due = None if self.only_failed else datetime.now(UTC)
        for failure in self.run.state.failures(due):
            yield self.document_request(failure.url)

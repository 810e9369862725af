"""Walking through the site's lists: what the spiders share that do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from beehive_archive.errors import PageError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.pages import listing
from beehive_archive.pages.listing import Row
from beehive_archive.site import Kind
from beehive_archive.spiders.lists import DocumentList, Walk
from beehive_archive.spiders.responses import page_text
from beehive_archive.spiders.shared import SharedSpider
from beehive_archive.urls import fetch_url, recorded_url


class ListSpider(SharedSpider):
    """A spider that walks through lists; what it does with their rows is its own."""

    def __init__(self, *, site_url: str, **given: str) -> None:
        self.open_walks: list[Walk] = []
        self.kinds_seen: set[Kind] = set()
        super().__init__(site_url=site_url, **given)

    @abstractmethod
    def new_walk(self, source: DocumentList) -> Walk:
        """Return a walk through a list, as this spider wants it."""

    @abstractmethod
    def take_rows(self, rows: tuple[Row, ...]) -> Iterable[Request]:
        """Do what is to be done with rows that were not seen before."""

    def begin_walk(self, source: DocumentList) -> Request:
        """Return the request for a list's first page."""
        walk = self.new_walk(source)
        self.open_walks.append(walk)
        return self.page_request(walk, 0)

    def page_request(self, walk: Walk, number: int, *, again: bool = False) -> Request:
        """Return the request for a list's page; ``again`` for the way back."""
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
        )

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
        if step.next_page is None and not walk.has_rows and walk.source.government is None:
            self.run.end_with(
                f"{url}: expected rows with links to documents, found none; the list's layout "
                "has changed, or it needs a browser"
            )
            return
        if page.rows:
            self.kinds_seen.add(walk.source.kind)
        yield from self.take_rows(step.rows)
        if step.next_page is not None:
            yield self.page_request(walk, step.next_page, again=step.again)
        else:
            self.end_walk(walk)

    def end_walk(self, walk: Walk) -> None:
        """Note a walk's end; searches that found nothing at all are no searches."""
        source = walk.source
        self.open_walks.remove(walk)
        if walk.problem:
            self.run.end_with(walk.problem)
        is_last = not any(each.source.kind is source.kind for each in self.open_walks)
        # A cluster's worker has some of the lists only, and those may be empty.
        if is_last and source.kind not in self.kinds_seen and self.cluster is None:
            self.run.end_with(
                f"no search named a single {source.kind.name}; its layout has changed, or it needs "
                "a browser"
            )

    def list_failed(self, failure: Failure) -> None:
        """Note that a list could not be read: the run is not complete."""
        if not ArchiveRun.of(self.crawler).ending:
            request: Request = failure.request  # type: ignore[attr-defined]
            url = recorded_url(request.url, self.site_url)
            self.run.end_with(f"{url}: the list could not be read ({failure.value})")

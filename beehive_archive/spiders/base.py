"""What the spiders share: asking for documents, and handing their pages to the parser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import BlockedPageError, IncompletePageError, PageError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.items import GONE, Absence, Fetched, Unmodified
from beehive_archive.pages import document
from beehive_archive.run import Run
from beehive_archive.spiders import arguments
from beehive_archive.spiders.responses import REDIRECTS, header_of, location_of, page_text
from beehive_archive.spiders.second_looks import SecondLooks
from beehive_archive.traffic import CAPTURED_AT, NOBODY_THERE, RunIsEndingError
from beehive_archive.urls import (
    canonical_url,
    document_url_of,
    fetch_url,
    kind_of,
    node_id_of,
    normal_url,
    recorded_url,
)

# Documents go before the next page of a list, so that little waits in memory.
DOCUMENT_PRIORITY = 10


class ArchiveSpider(scrapy.Spider):
    """A spider over documents of the site; ``ARGUMENTS`` says what ``-a`` takes."""

    ARGUMENTS: ClassVar[Mapping[str, str]] = {}
    writes_new: ClassVar[bool] = False

    since: date | None = None
    until: date | None = None

    def __init__(self, *, site_url: str, **given: str) -> None:
        super().__init__()
        arguments.check_names(self.name, given, self.ARGUMENTS)
        self.site_url = site_url
        self.allowed_domains = [urlsplit(site_url).hostname]
        self.given = given
        self.accept = arguments.switch("accept", given.get("accept"))
        self.since, self.until = arguments.span(given.get("since"), given.get("until"))
        self.read_arguments(given)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider; raises ConfigurationError on wrong arguments or settings."""
        config = ArchiveConfig.from_settings(crawler.settings)
        spider = super().from_crawler(crawler, *args, site_url=config.site_url, **kwargs)
        crawler.signals.connect(spider.look_again, signal=signals.spider_idle)
        return spider

    def read_arguments(self, given: Mapping[str, str]) -> None:
        """Read what this spider takes beside ``since until accept``."""

    @property
    def run(self) -> Run:
        """The run over the archive."""
        return ArchiveRun.of(self.crawler).run

    # --- documents

    def document_request(
        self, url: str, path: str | None = None, *, searched: bool = False, **kwargs: Any
    ) -> Request:
        """Return a request for a document, by its own URL or ``/node/N``.

        ``path`` is the archived document that it is to check; ``searched`` says that the URL
        was found by looking for it.
        """
        self.run.asked.expect(url, path)
        is_node = node_id_of(url) is not None
        handled = [304, *GONE, *(REDIRECTS if is_node else ())]
        return Request(
            fetch_url(url, self.site_url),
            callback=self.parse_node if is_node else self.parse_document,
            errback=self.document_failed,
            cb_kwargs={"requested_url": url, "path": path, "searched": searched},
            meta={"handle_httpstatus_list": handled, "dont_redirect": is_node},
            priority=DOCUMENT_PRIORITY,
            **kwargs,
        )

    def parse_node(
        self, response: Response, requested_url: str, path: str | None, searched: bool
    ) -> Iterator[Request | Fetched | Unmodified | Absence]:
        """Follow ``/node/N`` to its document, unless the archive has that already."""
        if response.status not in REDIRECTS:
            yield from self.parse_document(response, requested_url, path, searched)
            return
        location = location_of(response)
        url = document_url_of(recorded_url(location, self.site_url))
        if url is None:
            reason = f"{requested_url}: the site leads to {location}, which is no document"
            yield Absence(requested_url=requested_url, path=path, reason=reason, searched=searched)
            return
        self.run.asked.dismiss(requested_url, path)
        self.run.state.succeeded(canonical_url(requested_url))
        self.run.state.node_is(node_id_of(requested_url) or 0, url)
        if path is not None or self.run.state.path_of(url) is None:
            yield self.document_request(url, path, searched=searched)

    def parse_document(
        self, response: Response, requested_url: str, path: str | None, searched: bool
    ) -> Iterator[Fetched | Unmodified | Absence]:
        """Read a document's page.

        @url https://www.beehive.govt.nz/release/our-journey-towards-net-zero
        @cb_kwargs {"requested_url": "/release/our-journey", "path": null, "searched": false}
        @returns items 1 1
        """
        absence = partial(Absence, requested_url=requested_url, path=path, searched=searched)
        url = recorded_url(response.url, self.site_url)
        if response.status == 304:
            if path is not None and _was_conditional(response):
                yield Unmodified(requested_url=requested_url, path=path)
            else:
                yield absence(status=304, reason=f"{url}: the site answers 304, though not asked")
            return
        if response.status in GONE:
            reason = f"{url}: the site answers {response.status}"
            if path in self.run.still_listed:
                reason = f"{reason}, but the site's lists still name it"
                yield absence(reason=reason)
            else:
                yield absence(status=response.status, reason=reason)
            return
        try:
            release = document.parse(page_text(response), url)
        except PageError as error:
            missing = error.missing if isinstance(error, IncompletePageError) else ()
            yield absence(
                status=response.status, reason=str(error), refused=bool(missing), missing=missing
            )
            return
        named_by_link = canonical_url(release.url) != canonical_url(url)
        if named_by_link and kind_of(url) is not None and not self.run.identity.may_be_at(release):
            release = replace(release, url=document_url_of(url) or url)
        if release.url == url == requested_url and path is not None:
            # Known from the archive alone, which may have it in another percent-encoding.
            release = replace(release, url=normal_url(url))
        if kind_of(release.url) is None:
            reason = f"{requested_url}: the site leads to {url}, which is no document's address"
            yield absence(reason=reason, misplaced=True)
        elif path is None and not self.is_in_span(release.date):
            self.run.asked.dismiss(requested_url)
        else:
            yield Fetched(
                release=release,
                requested_url=requested_url,
                path=path,
                etag=header_of(response, "ETag"),
                last_modified=header_of(response, "Last-Modified"),
                captured_at=response.meta.get(CAPTURED_AT),
            )

    def document_failed(self, failure: Failure) -> Iterator[Absence]:
        """Say why a document could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, RunIsEndingError):
            return  # it stays among those that were not reached
        status = error.response.status if isinstance(error, HttpError) else None
        what = f"the site answers {status}" if status else f"{type(error).__name__}: {error}"
        yield Absence(
            **request.cb_kwargs,
            status=status,
            reason=f"{request.url}: {what}",
            blameless=isinstance(error, (BlockedPageError, *NOBODY_THERE)),
        )

    # --- second looks

    def look_again(self) -> None:
        """Have what is lost looked for, and alarms confirmed, before the spider closes."""
        if ArchiveRun.of(self.crawler).ending:
            return
        requests = list(self.second_looks())
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def second_looks(self) -> Iterator[Request]:
        """Return requests that look again before the spider closes; none when all is settled."""
        yield from self._second_looks.requests()

    @cached_property
    def _second_looks(self) -> SecondLooks:
        return SecondLooks(self.run, self.document_request)

    def is_in_span(self, day: date) -> bool:
        """Tell whether a New Zealand date lies between ``since`` and ``until``."""
        return not (self.since and day < self.since) and not (self.until and day > self.until)


def _was_conditional(response: Response) -> bool:
    headers = response.request.headers if response.request is not None else {}
    return "If-None-Match" in headers or "If-Modified-Since" in headers

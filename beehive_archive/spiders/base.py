"""What the spiders share: asking for documents, and handing their pages to the parser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import IncompletePageError, PageError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.items import Absence, Fetched
from beehive_archive.middlewares.backoff import RunIsEndingError
from beehive_archive.pages import document
from beehive_archive.run import Run
from beehive_archive.site import fetch_url, kind_of, recorded_url
from beehive_archive.spiders import arguments

# Documents go before the next page of a list, so that little waits in memory.
DOCUMENT_PRIORITY = 10

GONE = (404, 410)


class ArchiveSpider(scrapy.Spider):
    """A spider over documents of the site; ``ARGUMENTS`` says what ``-a`` takes."""

    ARGUMENTS: ClassVar[Mapping[str, str]] = {}

    since: date | None = None
    until: date | None = None

    def __init__(self, *, site_url: str, **given: str) -> None:
        super().__init__()
        arguments.check_names(self.name, given, self.ARGUMENTS)
        self.site_url = site_url
        self.allowed_domains = [urlsplit(site_url).hostname]
        self.accept = arguments.switch("accept", given.get("accept"))
        self.since, self.until = arguments.span(given.get("since"), given.get("until"))
        self.read_arguments(given)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider; raises ConfigurationError on wrong arguments or settings."""
        config = ArchiveConfig.from_settings(crawler.settings)
        return super().from_crawler(crawler, *args, site_url=config.site_url, **kwargs)

    def read_arguments(self, given: Mapping[str, str]) -> None:
        """Read what this spider takes beside ``since until accept``."""

    @property
    def run(self) -> Run:
        """The run over the archive."""
        return ArchiveRun.of(self.crawler).run

    def document_request(self, url: str, path: str | None = None, **kwargs: Any) -> Request:
        """Return a request for a document; ``path`` is the archived one that it is to check."""
        self.run.expect(url, path)
        return Request(
            fetch_url(url, self.site_url),
            callback=self.parse_document,
            errback=self.document_failed,
            cb_kwargs={"requested_url": url, "path": path},
            meta={"handle_httpstatus_list": list(GONE)},
            priority=DOCUMENT_PRIORITY,
            **kwargs,
        )

    def parse_document(
        self, response: Response, requested_url: str, path: str | None
    ) -> Iterator[Fetched | Absence]:
        """Read a document's page.

        @url https://www.beehive.govt.nz/release/our-journey-towards-net-zero
        @cb_kwargs {"requested_url": "/release/our-journey-towards-net-zero", "path": null}
        @returns items 1 1
        """
        url = recorded_url(response.url, self.site_url)
        if response.status in GONE:
            reason = f"{url}: the site answers {response.status}"
            yield Absence(
                requested_url=requested_url, path=path, status=response.status, reason=reason
            )
            return
        try:
            release = document.parse(page_text(response), url)
        except PageError as error:
            yield Absence(
                requested_url=requested_url,
                path=path,
                status=response.status,
                reason=str(error),
                refused=isinstance(error, IncompletePageError),
            )
            return
        if kind_of(release.url) is None:
            reason = f"{requested_url}: the site leads to {url}, which is no document's address"
            yield Absence(requested_url=requested_url, path=path, reason=reason)
        elif self.is_in_span(release.date):
            yield Fetched(
                release=release,
                requested_url=requested_url,
                path=path,
                etag=_header(response, "ETag"),
                last_modified=_header(response, "Last-Modified"),
            )
        else:
            self.run.dismiss(requested_url)

    def document_failed(self, failure: Failure) -> Iterator[Absence]:
        """Say why a document could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, RunIsEndingError):
            return  # it stays among those that were not reached
        status = error.response.status if isinstance(error, HttpError) else None
        what = f"the site answers {status}" if status else f"{type(error).__name__}: {error}"
        yield Absence(
            requested_url=request.cb_kwargs["requested_url"],
            path=request.cb_kwargs["path"],
            status=status,
            reason=f"{request.url}: {what}",
        )

    def is_in_span(self, day: date) -> bool:
        """Tell whether a New Zealand date lies between ``since`` and ``until``."""
        return not (self.since and day < self.since) and not (self.until and day > self.until)


def page_text(response: Response) -> str:
    """Return a page as text; raises PageError where it is none.

    The site writes UTF-8. Bytes that decode as UTF-8 are UTF-8, whatever a header claims; only
    others are left to Scrapy's guess.
    """
    try:
        return response.body.decode("utf-8")
    except UnicodeDecodeError:
        if isinstance(response, TextResponse):
            return response.text
        raise PageError(
            f"{response.url}: expected a page, found "
            f"{(response.headers.get('Content-Type') or b'unnamed').decode('latin-1')}"
        ) from None


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None

"""What the spiders share: asking for documents, and handing their pages to the parser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import BlockedPageError, IncompletePageError, PageError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.items import Absence, Fetched, Unmodified
from beehive_archive.middlewares.backoff import NOBODY_THERE, RunIsEndingError
from beehive_archive.middlewares.captures import CAPTURED_AT
from beehive_archive.pages import document, listing
from beehive_archive.pages.fields import shown
from beehive_archive.run import GONE, Run
from beehive_archive.site import (
    canonical_url,
    document_url_of,
    fetch_url,
    governments_between,
    kind_of,
    node_id_of,
    node_url,
    recorded_url,
)
from beehive_archive.spiders import arguments
from beehive_archive.spiders.finder import Finder, Found, Lost
from beehive_archive.spiders.lists import DocumentList

# Documents go before the next page of a list, so that little waits in memory.
DOCUMENT_PRIORITY = 10

REDIRECTS = (301, 302, 303, 307, 308)


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

    # --- documents

    def document_request(
        self, url: str, path: str | None = None, *, searched: bool = False, **kwargs: Any
    ) -> Request:
        """Return a request for a document, by its own URL or ``/node/N``.

        ``path`` is the archived document that it is to check; ``searched`` says that the URL
        was found by looking for it.
        """
        self.run.expect(url, path)
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
        location = response.urljoin((response.headers.get("Location") or b"").decode("latin-1"))
        url = document_url_of(recorded_url(location, self.site_url))
        if url is None:
            reason = f"{requested_url}: the site leads to {location}, which is no document"
            yield Absence(requested_url=requested_url, path=path, reason=reason, searched=searched)
            return
        self.run.dismiss(requested_url, path)
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
        if response.status == 304 and path is not None:
            yield Unmodified(requested_url=requested_url, path=path)
            return
        absence = partial(Absence, requested_url=requested_url, path=path, searched=searched)
        url = recorded_url(response.url, self.site_url)
        if response.status in GONE:
            reason = f"{url}: the site answers {response.status}"
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
        if kind_of(release.url) is None:
            reason = f"{requested_url}: the site leads to {url}, which is no document's address"
            yield absence(reason=reason, misplaced=True)
        elif path is None and not self.is_in_span(release.date):
            self.run.dismiss(requested_url)
        else:
            yield Fetched(
                release=release,
                requested_url=requested_url,
                path=path,
                etag=_header(response, "ETag"),
                last_modified=_header(response, "Last-Modified"),
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

    # --- second looks, before the spider closes

    def second_looks(self) -> Iterator[Request]:
        """Return requests that look for lost documents; when none is lost, that confirm alarms."""
        lost = [
            Lost(entry, absence)
            for absence in self.run.take_lost()
            if (entry := self.run.index.get(absence.path or ""))
        ]
        if lost:
            yield from self.look_for(lost)
            return
        for url, path in self.run.to_confirm():
            yield self.document_request(url, path)

    def look_for(self, lost: list[Lost]) -> Iterator[Request]:
        """Ask for lost documents by node id where it is known, else through the lists."""
        by_list: defaultdict[DocumentList, list[Lost]] = defaultdict(list)
        for each in lost:
            path = str(each.entry.path)
            self.run.expect(each.absence.requested_url, path)
            node_id = self.run.state.node_id_of(each.entry.url)
            kind = kind_of(each.entry.url)
            if node_id is not None:
                yield self.document_request(node_url(node_id), path, searched=True)
            elif kind is not None:
                for government in governments_between(each.earliest, each.latest):
                    by_list[DocumentList(kind, government)].append(each)
                    break  # the newer of two at a change of government
        for source, members in by_list.items():
            _, number = (finder := Finder(source, members)).go_on()
            if number is not None:
                yield self.finder_request(finder, number)

    def finder_request(self, finder: Finder, number: int) -> Request:
        """Return the request for a list's page that may name lost documents."""
        return Request(
            fetch_url(finder.source.page_url(number), self.site_url),
            callback=self.parse_finder_page,
            errback=self.finder_failed,
            cb_kwargs={"finder": finder, "number": number},
        )

    def parse_finder_page(
        self, response: Response, finder: Finder, number: int
    ) -> Iterator[Request | Absence]:
        """Read a list's page, and ask for the documents that were found again."""
        try:
            finder.take(listing.parse(page_text(response), response.url), number)
        except PageError as error:
            yield from self.stop_looking(finder, str(error))
            return
        found, next_number = finder.go_on()
        for each in found:
            yield self.found_again(each)
        if next_number is not None:
            yield self.finder_request(finder, next_number)

    def finder_failed(self, failure: Failure) -> Iterator[Absence]:
        """Say of what was looked for that its list could not be read."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if not isinstance(failure.value, RunIsEndingError):
            yield from self.stop_looking(request.cb_kwargs["finder"], str(failure.value))

    def stop_looking(self, finder: Finder, problem: str) -> Iterator[Absence]:
        """Conclude nothing of documents that could not be looked for."""
        for lost in finder.give_up():
            reason = f"{lost.absence.reason}; its list could not be searched: {problem}"
            yield replace(lost.absence, status=None, reason=reason, searched=True)

    def found_again(self, found: Found) -> Request | Absence:
        """Return the request for a lost document's new address, or that it has none."""
        absence, row = found.lost.absence, found.row
        if row is None:
            return replace(absence, reason=f"{absence.reason}; not found in search", searched=True)
        url = row.url or node_url(row.node_id or 0)
        if canonical_url(url) == canonical_url(absence.requested_url):
            reason = f"{absence.reason}, but the site's lists still name it"
            return replace(absence, status=None, reason=reason, searched=True)
        return self.document_request(url, absence.path, searched=True)

    def is_in_span(self, day: date) -> bool:
        """Tell whether a New Zealand date lies between ``since`` and ``until``."""
        return not (self.since and day < self.since) and not (self.until and day > self.until)


def page_text(response: Response) -> str:
    """Return a page as text; raises PageError where it is none.

    The site writes UTF-8. Bytes that decode as UTF-8 are UTF-8, whatever a header claims; others
    must be what they are declared as. Nothing is guessed and nothing replaced: a wrong guess
    would be stored as the document's words.
    """
    content_type = (response.headers.get("Content-Type") or b"none").decode("latin-1")
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(
        response.body
    )
    for encoding in ("utf-8", declared):
        if encoding is not None:
            with suppress(UnicodeDecodeError, LookupError):
                return response.body.decode(encoding)
    raise PageError(
        f"{response.url}: expected a page in UTF-8, found bytes that aren't (Content-Type: "
        f"{shown(content_type)}); try again later"
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None

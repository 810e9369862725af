"""Which requests go through the browser: those that were answered for want of one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from beehive_archive.errors import PageError
from beehive_archive.middlewares.backoff import is_blocked
from beehive_archive.pages import listing
from beehive_archive.site import FILES_PATH

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

WITH_ROWS = "browser_rows"  # in request.meta: the page is wanted as its scripts made it
_VALIDATORS = ("If-None-Match", "If-Modified-Since")


class BrowserMiddleware:
    """Sends blocked requests, and searches without rows, through the browser; nothing else.

    They are scheduled again, so that delays, robots.txt and every other middleware hold for them
    too. A page that the browser is refused as well counts as blocked, and is waited for. Once the
    browser brought a search's rows, the search's later pages go there at once: without rows they
    would seem to be its end. Attachments are left to the plain client.

    Stats: ``browser/blocked``, ``browser/searches``, ``browser/refused``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._host = urlsplit(str(crawler.settings["SITE_URL"])).netloc
        self._scripted: set[str] = set()  # searches, without their page numbers

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware; see Scrapy's components."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Mark the later pages of a search that needed the browser before."""
        if _search_of(request.url) in self._scripted:
            request.meta.update({"playwright": True, WITH_ROWS: True})
        if request.meta.get("playwright"):
            for name in _VALIDATORS:  # it must come whole: the browser would be shown nothing
                request.headers.pop(name, None)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Pass an answer on, or ask for it again through the browser."""
        if request.meta.get("playwright"):
            if is_blocked(response):
                self._stats.inc_value("browser/refused")
            elif request.meta.get(WITH_ROWS) and _has_rows(response) is True:
                self._scripted.add(_search_of(request.url) or "")
            return response
        parts = urlsplit(request.url)
        if (
            request.method != "GET"
            or parts.netloc != self._host
            or parts.path.startswith(FILES_PATH)
        ):
            return response
        if is_blocked(response):
            self._stats.inc_value("browser/blocked")
            return _through_browser(request)
        is_first_page = _search_of(request.url) and "page" not in parse_qs(parts.query)
        if is_first_page and response.status == 200 and _has_rows(response) is False:
            self._stats.inc_value("browser/searches")
            return _through_browser(request, with_rows=True)
        return response


def _through_browser(request: Request, *, with_rows: bool = False) -> Request:
    meta = {**request.meta, "playwright": True, WITH_ROWS: with_rows}
    return request.replace(meta=meta, dont_filter=True)


def _search_of(url: str) -> str | None:
    """Return what a search is for, without the page's number; None for other pages.

    >>> _search_of("http://localhost/search?f[0]=government_facet:6700&page=2")
    "[('f[0]', ['government_facet:6700'])]"
    >>> _search_of("http://localhost/releases?page=2")
    """
    parts = urlsplit(url)
    if parts.path.rstrip("/") != "/search":
        return None
    query = parse_qs(parts.query)
    query.pop("page", None)
    return str(sorted(query.items()))


def _has_rows(response: Response) -> bool | None:
    """Tell whether a search's page names documents; None where it can't be read."""
    try:
        return bool(listing.parse(response.body.decode("utf-8", "replace"), response.url).rows)
    except PageError:
        return None

"""One brake for the whole run: retries with growing waits, Retry-After, and the firewall.

It takes the place of Scrapy's RetryMiddleware, which retries at once, reads no Retry-After and
takes a firewall page, answered with status 200, for a document.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.response import response_status_message

from beehive_archive.config import number
from beehive_archive.errors import BlockedPageError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.pages import firewall
from beehive_archive.traffic import (
    NOBODY_THERE,
    REPLAYED_FLAG,
    RunIsEndingError,
    asked_to_wait,
)

logger = logging.getLogger(__name__)

ASKS_TO_WAIT = frozenset({429, 503})

# A page may fail for good by itself (a 500 of its own), in four tries; ten bad answers without a
# good one between them are the site's. The waits between them come to some twenty minutes.
STORM = 10

_LOOK_AGAIN_S = 0.25  # how soon a waiting request notices that the run is ending


class BackoffMiddleware(RetryMiddleware):
    """Retries what can be retried; while the site asks for patience, every request waits.

    Waits begin at ``BACKOFF_START_S`` and double up to ``BACKOFF_MAX_S`` with every bad answer in
    a row, or last as long as Retry-After says. ``BLOCKED_LIMIT`` answers of the firewall (or of
    nobody) in a row end the run as incomplete. Stats: ``backoff/blocked``, ``backoff/waited_ms``.
    """

    run: ArchiveRun

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self.start_s = number("BACKOFF_START_S", settings["BACKOFF_START_S"], 0, 86_400)
        self.max_s = number("BACKOFF_MAX_S", settings["BACKOFF_MAX_S"], 0, 86_400)
        self.blocked_limit = int(number("BLOCKED_LIMIT", settings["BLOCKED_LIMIT"], 1, 1_000))
        self._bad_in_a_row = 0
        self._blocked_in_a_row = 0
        self._replayed = False  # whether the last answer came from a cassette
        self._resume_at = 0.0  # by the event loop's clock, which nobody sets back

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware; see Scrapy's components."""
        middleware = super().from_crawler(crawler)
        middleware.run = ArchiveRun.of(crawler)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Hold a request back while the site asks for patience."""
        if self._is_elsewhere(request):
            return
        loop = asyncio.get_running_loop()
        began = loop.time()
        while (left_s := self._resume_at - loop.time()) > 0:
            if self.run.ending or not self.crawler.crawling:  # Ctrl-C must not wait
                raise RunIsEndingError(f"{request.url}: not fetched, the run ends")
            await asyncio.sleep(min(left_s, _LOOK_AGAIN_S))
        if (waited_s := loop.time() - began) > _LOOK_AGAIN_S / 10:
            self.crawler.stats.inc_value("backoff/waited_ms", round(waited_s * 1_000))

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Retry a blocked or failed answer, pass a good one on."""
        if self._is_elsewhere(request):
            return self._retry_elsewhere(request, response)
        self._replayed = REPLAYED_FLAG in response.flags
        if is_blocked(response):
            return self._blocked(request)
        if response.status not in self.retry_http_codes:
            self._bad_in_a_row = self._blocked_in_a_row = 0
            return response
        asked_s = retry_after_s(response) if response.status in ASKS_TO_WAIT else None
        if asked_s is not None and asked_s > self.max_s:
            self.run.end(
                f"{response.url} asks to come back in {asked_s:.0f} s; run again after that",
                reason="retry_after",
            )
            return response
        self._wait(f"{response.url}: the site answers {response.status}", asked_s)
        if self._bad_in_a_row >= STORM:
            self.run.end(
                f"{self._bad_in_a_row} bad answers in a row, the last {response.status} for "
                f"{response.url}; run again later",
                reason="server_errors",
            )
        return self._retry(request, response_status_message(response.status)) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """Retry a connection that failed, and end the run where nobody answers at all."""
        if not isinstance(exception, self.exceptions_to_retry):
            return None
        if self._is_elsewhere(request):
            return self._retry(request, exception)
        self._wait(f"{request.url}: {exception}", None)
        if isinstance(exception, NOBODY_THERE):
            self._blocked_in_a_row += 1
            if self._blocked_in_a_row >= self.blocked_limit:
                self.run.end(
                    f"{request.url}: the site can't be reached ({exception}); check the network, "
                    "or try the whole job offline, on an invented site, with "
                    "-s CASSETTE=tests/cassettes/releases.yaml -s ARCHIVE_DIR=trial",
                    reason="unreachable",
                )
        elif self._bad_in_a_row >= STORM:
            self.run.end(
                f"{self._bad_in_a_row} failures in a row, the last for {request.url}: {exception}; "
                "run again later",
                reason="failures",
            )
        return self._retry(request, exception)

    def _is_elsewhere(self, request: Request) -> bool:
        """Tell whether a request is for another host's file: its trouble is not the site's."""
        return urlsplit(request.url).netloc != urlsplit(self.run.config.site_url).netloc

    def _retry_elsewhere(self, request: Request, response: Response) -> Request | Response:
        blocked = is_blocked(response)
        if not blocked and response.status not in self.retry_http_codes:
            return response
        again = self._retry(request, response_status_message(response.status))
        if again is None and blocked:
            raise BlockedPageError(f"{request.url}: a firewall answered in that host's place")
        return again or response

    def _blocked(self, request: Request) -> Request:
        self.crawler.stats.inc_value("backoff/blocked")
        self._blocked_in_a_row += 1
        self._wait(f"{request.url}: the firewall answers in the site's place", None)
        if self._blocked_in_a_row >= self.blocked_limit:
            self.run.end(
                f"the firewall answered {self._blocked_in_a_row} times in a row in the site's "
                "place; run again in some hours, and less often",
                reason="blocked",
            )
        again = self._retry(request, "firewall")
        if again is None:
            raise BlockedPageError(
                f"{request.url}: the firewall answered in the site's place; nothing was concluded "
                "from it, and the next run asks again"
            )
        return again

    def _retry(self, request: Request, reason: str | Exception | type[Exception]) -> Request | None:
        return None if self.run.ending else super()._retry(request, reason)

    def _wait(self, why: str, asked_s: float | None) -> None:
        """Let every request wait: as long as asked, else twice as long as the last time."""
        grown_s = min(self.start_s * 2 ** min(self._bad_in_a_row, 30), self.max_s)
        self._bad_in_a_row += 1
        wait_s = grown_s if asked_s is None else asked_s
        if self._replayed:
            return  # nobody is there to be spared
        self._resume_at = max(self._resume_at, asyncio.get_running_loop().time() + wait_s)
        self.crawler.signals.send_catch_log(asked_to_wait, wait_s=wait_s)
        logger.info("%s; waiting %.1f s before the next request", why, wait_s)


def is_blocked(response: Response) -> bool:
    """Tell whether the firewall answered in the site's place."""
    if len(response.body) > firewall.MAX_PAGE_CHARS:
        return False  # no page of the firewall's is that long: spare the decoding
    return firewall.is_blocked(response.body.decode("utf-8", "replace"))


def retry_after_s(response: Response, now: datetime | None = None) -> float | None:
    """Return how long an answer's Retry-After asks to wait, None where it asks nothing usable.

    The header holds seconds or an HTTP date (RFC 9110, 10.2.3).

    >>> retry_after_s(Response("http://localhost/", headers={"Retry-After": "120"}))
    120.0
    """
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())

"""The download handler: scrapy-playwright, one page at a time, with nothing left behind.

Reported of long crawls are pages that stay open, browsers that grow to gigabytes and pages that
never end (scrapy-playwright issues 126, 240, 330): so pages are closed whatever happens, the
browser is restarted, and each page has a time limit.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from beehive_archive.browser.config import BrowserConfig
from beehive_archive.browser.middleware import WITH_ROWS
from beehive_archive.pages import firewall

if TYPE_CHECKING:
    from playwright.async_api import Page
    from playwright.async_api import Request as PageRequest
    from playwright.async_api import Response as PageResponse
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

LOOK_AGAIN_S = 0.1  # how soon it is seen that a challenge was passed
CLOSING_S = 10.0  # for a page or browser to close
NEEDLESS = frozenset({"image", "media", "font", "stylesheet"})
_ADDED = ("playwright_page_event_handlers", "playwright_page_methods")
_NOT_OF_THE_BODY = ("Content-Encoding", "Content-Length", "Transfer-Encoding")


class Visit:
    """What one page was answered with, last: a challenge's script loads it again."""

    def __init__(self, deadline_s: float, *, with_rows: bool) -> None:
        self.last: PageResponse | None = None
        self.body: bytes | None = None
        self._deadline_s = deadline_s  # by the event loop's clock
        self._with_rows = with_rows

    def saw(self, response: PageResponse) -> None:
        """Note an answer to the page itself."""
        with suppress(PlaywrightError):
            if response.request.is_navigation_request() and not response.frame.parent_frame:
                self.last = response

    async def settle(self, page: Page) -> None:
        """Wait until the page is the site's own, or the time is over."""
        loop = asyncio.get_running_loop()
        while True:
            # While a page is loaded again, its last answer's body can't be had.
            with suppress(PlaywrightError):
                if self.last is not None:
                    self.body = await self.last.body()
                    if not firewall.is_blocked(self.body.decode("utf-8", "replace")):
                        break
            if loop.time() >= self._deadline_s:
                return
            await asyncio.sleep(LOOK_AGAIN_S)
        if self._with_rows:
            left_ms = max(1.0, 1_000 * (self._deadline_s - loop.time()))
            with suppress(PlaywrightError):
                await page.wait_for_load_state("networkidle", timeout=left_ms)


class BrowserDownloadHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Takes requests with ``playwright`` in their meta through Chromium, others as ever.

    The answer is the one that the browser got, byte for byte; for searches the page as its
    scripts made it. Stats: scrapy-playwright's own, ``browser/restarts``.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        config = BrowserConfig.from_settings(crawler.settings)
        if config is None:
            raise RuntimeError("BrowserDownloadHandler is set without BROWSER=fallback")
        self.timeout_s = config.timeout_s
        self.restart_pages = config.restart_pages
        self.max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.user_agent = str(crawler.settings["USER_AGENT"])
        self.host = urlsplit(str(crawler.settings["SITE_URL"])).netloc
        self.abort_request = self._is_needless
        self._one_page = asyncio.Lock()
        self._pages_since_start = 0

    async def download_request(self, request: Request) -> Response:
        """Fetch a page; raises DownloadTimeoutError or DownloadFailedError."""
        if not request.meta.get("playwright"):
            plain: Response = await super().download_request(request)
            return plain
        async with self._one_page:
            try:
                async with asyncio.timeout(self.timeout_s + CLOSING_S):
                    return await self._visit(request)
            except TimeoutError as error:
                raise DownloadTimeoutError(
                    f"{request.url}: the browser took longer than {self.timeout_s:g} s "
                    "(BROWSER_TIMEOUT_S)"
                ) from error
            except PlaywrightError as error:
                reason = str(error).strip().partition("\n")[0]
                raise DownloadFailedError(f"{request.url}: the browser failed: {reason}") from error
            finally:
                for name in _ADDED:
                    request.meta.pop(name, None)
                await self._tidy()

    async def _visit(self, request: Request) -> Response:
        deadline_s = asyncio.get_running_loop().time() + self.timeout_s
        with_rows = bool(request.meta.get(WITH_ROWS))
        visit = Visit(deadline_s, with_rows=with_rows)
        request.meta.update(
            {
                "playwright_page_event_handlers": {"response": visit.saw},
                "playwright_page_methods": [PageMethod(visit.settle)],
                "playwright_context_kwargs": {
                    "user_agent": self.user_agent,  # what scripts read is what the header says
                    "accept_downloads": False,
                    "service_workers": "block",
                },
            }
        )
        response: Response = await super().download_request(request)
        if visit.last is None or visit.body is None:
            return response
        body = response.body if with_rows else visit.body
        if len(body) > self.max_bytes > 0:
            raise DownloadFailedError(f"{request.url}: {len(body):,} bytes exceed DOWNLOAD_MAXSIZE")
        headers = Headers(await visit.last.all_headers())
        for name in _NOT_OF_THE_BODY:
            headers.pop(name, None)
        url = visit.last.url
        response_class = responsetypes.from_args(headers=headers, url=url, body=body)
        return response_class(
            url=url,
            status=visit.last.status,
            headers=headers,
            body=body,
            request=request,
            flags=["playwright"],
        )

    def _is_needless(self, request: PageRequest) -> bool:
        """Tell whether a page does without something; other hosts are never asked."""
        return request.resource_type in NEEDLESS or urlsplit(request.url).netloc != self.host

    async def _tidy(self) -> None:
        """Close every page that is open, and the browser after so many pages."""
        for wrapper in tuple(self.context_wrappers.values()):
            for page in tuple(wrapper.context.pages):
                with suppress(PlaywrightError, TimeoutError):
                    async with asyncio.timeout(CLOSING_S):
                        await page.close()
        self._pages_since_start += 1
        if self._pages_since_start >= self.restart_pages:
            self._pages_since_start = 0
            await self._stop_browser()

    async def _stop_browser(self) -> None:
        """Close the browser; the next page starts another one, which knows no cookies."""
        browser: Any = getattr(self, "browser", None)
        if browser is None:
            return
        # The parent's listener would delete the attribute later, perhaps the next browser's.
        browser.remove_listener("disconnected", self._browser_disconnected_callback)
        del self.browser
        for wrapper in tuple(self.context_wrappers.values()):
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(CLOSING_S):
                    await wrapper.context.close()
        self.context_wrappers.clear()
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                await browser.close()
        self.stats.inc_value("browser/restarts")

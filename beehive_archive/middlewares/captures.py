"""Answer every request of a crawl from captures; the network is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from beehive_archive.errors import CaptureMissError
from beehive_archive.traffic import CAPTURED_AT, REPLAYED_FLAG

if TYPE_CHECKING:
    from typing import Protocol, Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from beehive_archive.captures.reader import Captures

    class Captured(Protocol):
        """What a spider has as ``captured``; ``captures`` are there once they were read."""

        captures: Captures | None


class CapturesMiddleware:
    """Serves the captures of ``crawl releases -a warc=PATH``; off without it.

    As the cassette's it belongs next to the downloader: captured bodies are as they came, and
    take the same way outwards as real ones.
    """

    def __init__(self, captured: Captured) -> None:
        self._captured = captured

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware; see Scrapy's components."""
        spider = crawler.spider
        captured = getattr(spider, "captured", None)
        if captured is None:
            raise NotConfigured
        return cls(captured)

    def process_request(self, request: Request) -> Response:
        """Return the captured answer; raises CaptureMissError where there is none."""
        url = urldefrag(request.url).url
        if urlsplit(url).path == "/robots.txt":
            return Response(url, status=404, flags=[REPLAYED_FLAG])  # nobody is asked anything
        captures = self._captured.captures
        capture = captures.get(url) if captures else None
        if captures is None or capture is None or request.method != "GET":
            raise CaptureMissError(url)
        try:
            answer = captures.read_answer(capture)
        except (OSError, ValueError) as error:
            raise CaptureMissError(url, str(error)) from error
        request.meta[CAPTURED_AT] = capture.good_until
        headers = Headers()
        for name, value in answer.headers:
            headers.appendlist(name, value.encode("latin-1", "replace"))
        response_class = responsetypes.from_args(headers=headers, url=url, body=answer.body)
        return response_class(
            url=url, status=answer.status, headers=headers, body=answer.body, flags=[REPLAYED_FLAG]
        )

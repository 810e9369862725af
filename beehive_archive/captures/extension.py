"""The extension that keeps every answer of a run as a WARC record."""

from __future__ import annotations

import logging
import sqlite3
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response

from beehive_archive.captures.config import folder_of
from beehive_archive.errors import ArchiveError
from beehive_archive.extensions import ArchiveRun

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from beehive_archive.captures.writer import CaptureWriter

logger = logging.getLogger(__name__)

# What a request may carry that is nobody else's business.
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
_PHRASES = {each.value: each.phrase for each in HTTPStatus}


class KeepCaptures:
    """Writes each answer, with its request, to ``WARC_DIR``; off without it.

    It listens for ``response_downloaded``, which the downloader sends for what came over the
    wire, before any middleware sees it: each hop of a redirect, robots.txt, attachments, the
    firewall's pages; bodies still compressed; and nothing that a cassette or cache answered. A
    middleware next to the downloader would have to tell those apart.

    A capture that can't be written ends the run as incomplete. Stats: ``captures/written``.
    """

    def __init__(self, crawler: Crawler, writer: CaptureWriter) -> None:
        self.crawler = crawler
        self._writer = writer
        crawler.signals.connect(self.response_downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; raises ConfigurationError on a wrong setting."""
        settings = crawler.settings
        folder = folder_of(settings)
        if folder is None:
            raise NotConfigured
        from beehive_archive.captures.writer import CaptureWriter  # noqa: PLC0415 -- an extra

        about = {
            "description": f"scrapy crawl {crawler.spider.name if crawler.spider else ''}",
            "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            "http-header-user-agent": str(settings["USER_AGENT"]),
        }
        return cls(crawler, CaptureWriter(folder, settings.getint("WARC_MAX_BYTES"), about))

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Keep an answer; ends the run where that can't be done."""
        from beehive_archive.captures.writer import Exchange  # noqa: PLC0415 -- an extra

        parts = urlsplit(request.url)
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        protocol = response.protocol or "HTTP/1.1"
        exchange = Exchange(
            url=request.url.partition("#")[0],
            request_line=f"{request.method} {target} {protocol}",
            request_headers=[("Host", parts.netloc), *_pairs(request.headers)],
            request_body=request.body,
            status_line=f"{protocol} {response.status} {_PHRASES.get(response.status, '')}",
            response_headers=_pairs(response.headers),
            response_body=response.body,
        )
        try:
            self._writer.write(exchange)
        except ArchiveError as error:
            ArchiveRun.of(self.crawler).end(str(error), reason="capture_error")
            return
        self.crawler.stats.inc_value("captures/written")

    def spider_closed(self) -> None:
        """Close the file; it must come before the run's verdict."""
        try:
            self._writer.close()
        except (OSError, sqlite3.Error) as error:
            ArchiveRun.of(self.crawler).run.end_with(
                f"{self._writer.folder}: captures can't be kept ({error})"
            )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    """Return headers as text; a line end within one would begin another."""
    return [
        (name.decode("latin-1"), value.decode("latin-1").replace("\r", " ").replace("\n", " "))
        for name in headers
        if name.decode("latin-1").lower() not in _SECRET
        for value in headers.getlist(name)
    ]

"""Replay a crawl's HTTP traffic from a cassette, or record it.

vcrpy's patches don't reach Scrapy's download handlers, so this middleware asks vcrpy's cassette
itself.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urldefrag

from scrapy import signals
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from beehive_archive.errors import CassetteMissError
from beehive_archive.site import BASE_URL
from beehive_archive.traffic import REPLAYED_FLAG
from beehive_archive.urls import fetch_url

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from vcr.request import Request as VcrRequest

    from beehive_archive.cassettes.cassette import IndexedCassette
    from beehive_archive.cassettes.file import RecordedResponse

logger = logging.getLogger(__name__)

_TO_RECORD = "_cassette_to_record"  # in request.meta of what goes on to the network


class CassetteMiddleware:
    """Answer requests from the cassette ``CASSETTE``, and record by ``CASSETTE_MODE``.

    Off without ``CASSETTE``. The modes are vcrpy's: ``none`` (default) only replays, ``once``
    records a cassette that doesn't exist, ``new_episodes`` adds what one lacks, ``all`` records
    everything anew. Each recorded exchange is played once, in order, unless
    ``CASSETTE_ALLOW_PLAYBACK_REPEATS``: then a request gets its first one each time.

    It belongs next to the downloader (order 950): inside RedirectMiddleware, so that each hop is
    an exchange of its own, and so inside HttpCompressionMiddleware too. Bodies arrive compressed
    and are decoded for the cassette alone; the crawl gets them as it would without us. A replayed
    response takes the same way outwards as a real one but never reaches the download slot: no
    delay, and nothing for AutoThrottle to learn from.

    Stats: ``cassette/played``, ``cassette/recorded``, ``cassette/missed``,
    ``cassette/unrecorded``, ``cassette/save_failed``.
    """

    def __init__(self, crawler: Crawler, cassette: IndexedCassette, site_url: str) -> None:
        self._stats = crawler.stats
        self._cassette = cassette
        self._site_url = site_url
        self._compression = None
        if crawler.settings.getbool("COMPRESSION_ENABLED"):
            self._compression = HttpCompressionMiddleware(crawler=crawler)
            self._compression.stats = None  # the crawl's own one counts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the cassette; raises ConfigurationError where that can't be done."""
        settings = crawler.settings
        path = settings.get("CASSETTE")
        if not path:
            raise NotConfigured  # a reason would be logged as a warning in each run
        # Only now: vcrpy takes 0.2 s to import every HTTP client that it could patch.
        from beehive_archive.cassettes.cassette import open_cassette  # noqa: PLC0415

        site_url = settings.get("SITE_URL") or BASE_URL
        cassette = open_cassette(
            Path(path),
            settings.get("CASSETTE_MODE") or "none",
            site_url=site_url,
            allow_playback_repeats=settings.getbool("CASSETTE_ALLOW_PLAYBACK_REPEATS"),
        )
        middleware = cls(crawler, cassette, site_url)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    def process_request(self, request: Request) -> Response | None:
        """Answer from the cassette, or let the request out; raises CassetteMissError if neither."""
        wanted = _to_vcr_request(request)
        if self._cassette.can_play_response_for(wanted):
            self._count("played")
            return self._replay(request, self._cassette.play_response(wanted))
        if self._cassette.write_protected:
            self._count("missed")
            raise CassetteMissError(
                request.url, self._cassette.path, self._cassette.count_recorded(wanted)
            )
        request.meta[_TO_RECORD] = True
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        """Record a response that came from the network."""
        # What we or another middleware answered in process_request comes by here too.
        if request.meta.pop(_TO_RECORD, False):
            self._record(request, response)
        return response

    def spider_closed(self) -> None:
        """Save what was recorded, after Ctrl-C too."""
        try:
            self._cassette.save()
        except OSError as error:
            self._count("save_failed")
            logger.error("CASSETTE: %s was not saved: %s", self._cassette.path, error)

    def _replay(self, request: Request, recorded: RecordedResponse) -> Response:
        headers = Headers(
            {
                name: [value.encode("latin-1") for value in values]
                for name, values in recorded["headers"].items()
            }
        )
        if location := headers.get("Location"):
            # Recorded below www.beehive.govt.nz; this run's site may be another.
            url = fetch_url(location.decode("latin-1"), self._site_url)
            headers["Location"] = url.encode("latin-1")
        url = urldefrag(request.url).url  # as the download handlers have it
        body = recorded["body"]["string"] or b""
        response_class = responsetypes.from_args(headers=headers, url=url, body=body)
        return response_class(
            url=url,
            status=recorded["status"]["code"],
            headers=headers,
            body=body,
            flags=[REPLAYED_FLAG],
        )

    def _record(self, request: Request, response: Response) -> None:
        recorded = _to_vcr_response(self._decoded(request, response))
        problem = None
        if "dataloss" in response.flags:
            problem = "its body is cut short, and would be replayed as if it were whole"
        elif not self._cassette.has_room_for(recorded):
            problem = "the cassette is full"
        if problem is None:
            self._cassette.append(_to_vcr_request(request), recorded)
            self._count("recorded")
            return
        if not self._stats.get_value("cassette/unrecorded"):  # one line in the log says enough
            logger.error("CASSETTE: %s was not recorded: %s", request.url, problem)
        self._count("unrecorded")

    def _decoded(self, request: Request, response: Response) -> Response:
        """Return the response without its content encoding, so that the cassette is readable.

        Scrapy's own middleware does it, within DOWNLOAD_MAXSIZE. What it can't decode is recorded
        as it came: the crawl meets the same fault, and so will the replay.
        """
        if self._compression is None:
            return response
        try:
            # A copy, for the middleware changes the headers of what it gets.
            decoded = self._compression.process_response(request, response.replace())
        except Exception:  # noqa: BLE001  # each decoder has errors of its own
            return response
        return cast("Response", decoded)

    def _count(self, what: str) -> None:
        self._stats.inc_value(f"cassette/{what}")


def _to_vcr_request(request: Request) -> VcrRequest:
    from vcr.request import Request as VcrRequest  # noqa: PLC0415  # see from_crawler

    headers = {name: values[0] for name, values in _texts(request.headers).items() if values}
    return VcrRequest(request.method, request.url, request.body or None, headers)


def _to_vcr_response(response: Response) -> RecordedResponse:
    known = {each.value: each.phrase for each in HTTPStatus}
    return {
        "status": {"code": response.status, "message": known.get(response.status, "")},
        "headers": _texts(response.headers),
        "body": {"string": response.body},
    }


def _texts(headers: Headers) -> dict[str, list[Any]]:
    """Return headers as text; Latin-1 keeps every byte."""
    return {
        name.decode("latin-1"): [value.decode("latin-1") for value in headers.getlist(name)]
        for name in headers
    }

"""One polite rate for the whole cluster: each request waits for its turn among all workers'."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from beehive_archive.cluster.worker import ClusterWorker
from beehive_archive.errors import ClusterError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.middlewares.backoff import RunIsEndingError

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

_LOOK_AGAIN_S = 0.25  # how soon a waiting request notices that the run is ending


class PaceMiddleware:
    """Lets a request to the site go when its turn comes.

    Turns are as far apart as the download delay of the worker that asks, AutoThrottle's where
    that is on: the slower the site, the slower all of them. Stats: ``cluster/waited_ms``.
    """

    def __init__(self, crawler: Crawler, worker: ClusterWorker) -> None:
        self._crawler = crawler
        self._worker = worker
        self._host = urlsplit(str(crawler.settings["SITE_URL"])).netloc
        self._first_delay_s = crawler.settings.getfloat("DOWNLOAD_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware; see Scrapy's components."""
        worker = crawler.get_extension(ClusterWorker)
        if worker is None:
            raise RuntimeError("PaceMiddleware is set without ClusterWorker in EXTENSIONS")
        return cls(crawler, worker)

    async def process_request(self, request: Request) -> None:
        """Wait for this request's turn; raises RunIsEndingError where the run ends meanwhile."""
        if urlsplit(request.url).netloc != self._host:
            return
        run = ArchiveRun.of(self._crawler)
        try:
            left_s = self._worker.frontier.take_turn(self._delay_s(request))
        except ClusterError as error:
            run.end(str(error), reason="cluster")
            raise RunIsEndingError(f"{request.url}: not fetched, the run ends") from error
        self._crawler.stats.inc_value("cluster/waited_ms", round(left_s * 1_000))
        loop = asyncio.get_running_loop()
        until = loop.time() + left_s
        while (left_s := until - loop.time()) > 0:
            if run.ending or not self._crawler.crawling:
                raise RunIsEndingError(f"{request.url}: not fetched, the run ends")
            await asyncio.sleep(min(left_s, _LOOK_AGAIN_S))

    def _delay_s(self, request: Request) -> float:
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        return max(self._first_delay_s, slot.delay if slot else 0.0)

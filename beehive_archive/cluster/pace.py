"""One polite rate for the whole cluster: each request waits for its turn among all workers'."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from beehive_archive.cluster.worker import ClusterWorker
from beehive_archive.errors import ClusterError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.traffic import RunIsEndingError

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

# A worker that was busy when its turn came would come close to the next one's: it lets its turn
# go, if it is later than this part of the delay, and takes another.
LATE = 0.25
MOST_TURNS = 10

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
        for _ in range(MOST_TURNS):
            delay_s = self._delay_s(request)
            if await self._wait_for_turn(request, run, delay_s) <= delay_s * LATE:
                return

    async def _wait_for_turn(self, request: Request, run: ArchiveRun, delay_s: float) -> float:
        """Wait for the next turn; returns how many seconds too late it was taken up."""
        loop = asyncio.get_running_loop()
        try:
            until = loop.time() + self._worker.frontier.take_turn(delay_s)
        except ClusterError as error:
            run.end(str(error), reason="cluster")
            raise RunIsEndingError(f"{request.url}: not fetched, the run ends") from error
        self._crawler.stats.inc_value("cluster/waited_ms", round((until - loop.time()) * 1_000))
        while (left_s := until - loop.time()) > 0:
            if run.ending or not self._crawler.crawling:
                raise RunIsEndingError(f"{request.url}: not fetched, the run ends")
            await asyncio.sleep(min(left_s, _LOOK_AGAIN_S))
        return loop.time() - until

    def _delay_s(self, request: Request) -> float:
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        return max(self._first_delay_s, slot.delay if slot else 0.0)

"""A worker's life: it joins a job, takes unit after unit, takes over from the dead, signs off."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider, DontCloseSpider, NotConfigured
from scrapy.utils.asyncio import create_looping_call

from beehive_archive import __version__
from beehive_archive.cluster.config import LEAVING_LEASES, ClusterConfig
from beehive_archive.cluster.ledger import SharedLedger
from beehive_archive.errors import ClusterError, ConfigurationError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.findings import UNVERIFIED, Finding, Part
from beehive_archive.spiders.base import ArchiveSpider
from beehive_archive.spiders.shared import SharedSpider
from beehive_archive.traffic import asked_to_wait

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall

    from beehive_archive.run import Run

logger = logging.getLogger(__name__)

BEATS_PER_LEASE = 4


class ClusterWorker:
    """One worker at the job ``CLUSTER_JOB``; spiders ask it for their requests.

    Stats: ``cluster/units``, ``cluster/taken_over``.
    """

    def __init__(self, crawler: Crawler, config: ClusterConfig) -> None:
        from beehive_archive.cluster.frontier import Frontier  # noqa: PLC0415 -- redis is an extra

        self.crawler = crawler
        self.config = config
        self.frontier = Frontier(config)
        self.has_joined = False
        self._signed_off = True
        self._in_hand: list[str] = []  # lists that are being walked through
        self._confirmed: set[str] = set()
        self._beating: AsyncioLoopingCall | LoopingCall | None = None
        crawler.signals.connect(self.site_asked_to_wait, signal=asked_to_wait)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(self.engine_stopped, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; raises ConfigurationError on what can't be shared."""
        config = ClusterConfig.from_settings(crawler.settings)
        if config is None:
            raise NotConfigured
        spider: ArchiveSpider = crawler.spider  # type: ignore[assignment]
        if (
            not isinstance(spider, SharedSpider)
            or not spider.can_be_shared
            or spider.given.keys() - spider.SHARED_ARGUMENTS
        ):
            raise ConfigurationError(
                f"REDIS_URL: workers share `crawl check`, with no other arguments than "
                "since, until, urls, sample, seed and accept, or a backfill, `crawl releases` with "
                f"government, and kind, since, until or accept; found crawl {spider.name} with "
                f"{', '.join(sorted(spider.given)) or 'no arguments'}"
            )
        spider.cluster = worker = cls(crawler, config)
        return worker

    @property
    def spider(self) -> SharedSpider:
        """The spider at work."""
        return self.crawler.spider  # type: ignore[return-value]

    @property
    def archive_run(self) -> ArchiveRun:
        """The run around this worker."""
        return ArchiveRun.of(self.crawler)

    @property
    def run(self) -> Run:
        """The worker's run over its copy of the archive."""
        return self.archive_run.run

    # --- work

    async def requests(self) -> AsyncIterator[Request]:
        """Join the job, and yield the requests of unit after unit, no faster than they are done."""
        self.join()
        if self.spider.units_are_lists:
            return  # one at a time, whenever the one before is done: see spider_idle
        while True:
            if self.crawler.engine.needs_backout():
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            requests = self.claim()
            if not requests:
                return
            for request in requests:
                yield request

    def join(self) -> None:
        """Begin the job or join it; raises CloseSpider where that can't be done."""
        spider, run = self.spider, self.run
        units = spider.units()
        entries = "\n".join(sorted(f"{entry.name} {entry.url}" for entry in run.index))
        head = {
            "spider": spider.name,
            "arguments": dict(sorted(spider.given.items())),
            "site": run.config.site_url,
            "archive": hashlib.sha256(entries.encode("utf-8", "surrogateescape")).hexdigest(),
            "ARCHIVE_TIMEZONE": run.config.timezone.key,
            "TABLES": run.config.tables,
            "version": __version__,
        }
        try:
            self.frontier.join(head, units)
        except ClusterError as error:
            run.end_with(str(error))
            run.to_resume = None  # resume=1 is for one that works alone
            raise CloseSpider("cluster") from error
        self.has_joined, self._signed_off = True, False
        total = None if spider.units_are_lists else len(units)
        run.part = Part(job=self.config.job, worker=self.config.worker, total=total)
        if total is not None:
            run.ledger.close(keep=False)
            run.ledger = SharedLedger(run.ledger.path, self.frontier)
        logger.info("Worker %s joined the job %s", self.config.worker, self.config.job)
        self._beating = create_looping_call(self.beat)
        self._beating.start(self.config.lease_s / BEATS_PER_LEASE, now=False)
        # Only now, so that second looks come before more work.
        self.crawler.signals.connect(self.spider_idle, signal=signals.spider_idle)

    def claim(self) -> list[Request]:
        """Take a unit and return its requests; none where no unit is free, or Redis fails."""
        try:
            while (unit := self.frontier.claim()) is not None:
                self.crawler.stats.inc_value("cluster/units")
                if requests := list(self.spider.unit_requests(unit)):
                    if self.spider.units_are_lists:
                        self._in_hand.append(unit)
                    return requests
        except ClusterError as error:
            self.archive_run.end(str(error), reason="cluster")
        return []

    def spider_idle(self) -> None:
        """Go on: second looks at what was taken over, free units, dead workers' units."""
        engine = self.crawler.engine
        if self.archive_run.ending or (
            engine.scheduler and engine.scheduler.has_pending_requests()
        ):
            return
        try:
            while self._in_hand:
                self.frontier.walked(self._in_hand.pop())
            requests = self.late_second_looks() or self.claim()
            if not requests:
                self.take_over()
                requests = self.claim()
            is_over = not requests and self.frontier.is_over()
        except ClusterError as error:
            self.archive_run.end(str(error), reason="cluster")
            return
        for request in requests:
            engine.crawl(request)
        if not is_over:
            raise DontCloseSpider

    def late_second_looks(self) -> list[Request]:
        """Return requests that confirm alarms which came after the run's own second looks."""
        run = self.run
        if run.alarms.are_too_many(run.ledger.counts.total() + len(run.alarms)):
            return []  # MAX_CHANGE_RATE: nothing is believed
        late = [(url, path) for url, path in run.alarms if path not in self._confirmed]
        self._confirmed |= {path for _, path in late}
        return [self.spider.document_request(url, path) for url, path in late]

    def take_over(self) -> None:
        """Take over what dead workers found and held."""
        estate = self.frontier.reap()
        for worker in estate.workers:
            logger.warning("Worker %s was silent for too long: its work is taken over", worker)
            self.crawler.stats.inc_value("cluster/taken_over")
        if isinstance(self.run.ledger, SharedLedger):
            for finding in estate.findings:
                self.run.ledger.adopt(finding)
        for unit in estate.hopeless:
            self.name_unverified(unit, "several workers died with it in hand")

    def name_unverified(self, unit: str, reason: str) -> None:
        """List a unit that nobody looked at."""
        entry = self.run.index.get(unit)
        if entry is None:
            self.run.end_with(f"{unit}: not walked through, {reason}")
        else:
            finding = Finding(kind=UNVERIFIED, url=entry.url, path=unit, detail=reason)
            self.run.ledger.add(finding)

    # --- life and death

    def beat(self) -> None:
        """Show a sign of life, and end where this worker was taken for dead."""
        try:
            is_alive = self.frontier.beat()
        except ClusterError as error:
            logger.warning("%s", error)
            return  # the lease lasts a few beats
        if not is_alive:
            self.archive_run.end(
                "this worker was silent for longer than CLUSTER_LEASE_S and was taken for dead: "
                "its work is in the other workers' parts",
                reason="cluster",
            )

    def site_asked_to_wait(self, wait_s: float) -> None:
        """Let every worker wait, as this one does."""
        try:
            self.frontier.hold(wait_s)
        except ClusterError as error:
            logger.warning("%s", error)

    def spider_closed(self) -> None:
        """Give back what is in hand, before the report is written."""
        if not self.has_joined:
            return
        run = self.run
        try:
            rest = self.frontier.leave()
            for unit in rest or ():
                self.name_unverified(unit, "not reached before the last worker's run ended")
            problem = "this worker was taken for dead" if rest is None else None
        except ClusterError as error:
            problem = str(error)
        if problem:  # what it found is in Redis, for others to take over
            run.end_with(f"{problem}; this part of the report is empty")
            if isinstance(run.ledger, SharedLedger):
                run.ledger.clear()
            self._signed_off = True

    def engine_stopped(self) -> None:
        """Say that the report is written: what was found is no longer needed in Redis."""
        if self._beating is not None and self._beating.running:
            self._beating.stop()
        if self._signed_off:
            return
        if not self.archive_run.has_reported:
            logger.error(
                "Worker %s could not write its part of the report: what it found stays in Redis, "
                "for one that takes it over; start a worker again, in %d s or later",
                self.config.worker,
                LEAVING_LEASES * self.config.lease_s,
            )
            return
        try:
            signed_off = self.frontier.sign_off()
        except ClusterError as error:
            logger.error("%s", error)
            signed_off = False
        if not signed_off:
            logger.error(
                "Worker %s could not sign off: others may take its findings over; leave its part "
                "out where a merged report counts too many documents",
                self.config.worker,
            )

"""An extension that shows how far a crawl is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sized
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import AsyncioLoopingCall, create_looping_call

from beehive_archive.attachments.pipeline import AttachmentsPipeline
from beehive_archive.config import ArchiveConfig
from beehive_archive.extensions import ArchiveRun
from beehive_archive.findings import UNCHANGED
from beehive_archive.progress import Progress, Tally

if TYPE_CHECKING:
    from twisted.internet.task import LoopingCall

LOOK_EVERY_S = 0.5


class CrawlProgress:
    """Shows documents done and known, rate, time left and findings, in place of ``LogStats``.

    Settings: ``PROGRESS_ENABLED``, ``PROGRESS_LOG_S``.
    """

    def __init__(self, crawler: Crawler, config: ArchiveConfig) -> None:
        self.crawler = crawler
        name = crawler.spider.name if crawler.spider else "crawl"
        self.progress = Progress(name, log_every_s=config.progress_log_s)
        self._looking: AsyncioLoopingCall | LoopingCall | None = None
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; raises NotConfigured where no progress is wanted."""
        config = ArchiveConfig.from_settings(crawler.settings)
        if not config.progress_enabled:
            raise NotConfigured
        return cls(crawler, config)

    def spider_opened(self) -> None:
        """Begin; the archive is opened after this, which takes a while where it is large."""
        self.progress.__enter__()
        self.progress.message("opening the archive")
        self._looking = create_looping_call(self.look)
        self._looking.start(LOOK_EVERY_S, now=False)

    def look(self) -> None:
        """Show how far the crawl is."""
        archive_run = ArchiveRun.of(self.crawler)
        if archive_run.attachments.is_open:
            self.progress.show(self.tally(archive_run))

    def tally(self, archive_run: ArchiveRun) -> Tally:
        """Return how far a crawl is; its total is known once no list is being read any more."""
        run, desk = archive_run.run, archive_run.attachments
        counts = Counter({**run.ledger.counts, "to confirm": len(run.alarms) + len(desk.alarms)})
        done = run.ledger.counts.total()
        waiting = run.waiting + desk.waiting if desk.lists_all else run.waiting
        del counts[UNCHANGED]
        counts["texts to read"] = self._texts_to_read()
        counts["problems"] = len(run.problems)
        lists: Sized = getattr(self.crawler.spider, "open_walks", ())
        if not done and not waiting:
            pages = self.crawler.stats.get_value("response_received_count", 0)
            return Tally(done=pages, unit="pages read", counts=counts)
        return Tally(
            done=done,
            total=None if len(lists) else done + waiting,
            unit="attachments" if desk.lists_all else "documents",
            counts=counts,
        )

    def spider_closed(self) -> None:
        """Clear the line; the summary follows."""
        if self._looking is not None and self._looking.running:
            self._looking.stop()
        self.progress.__exit__()

    def _texts_to_read(self) -> int:
        pipeline = self.crawler.get_item_pipeline(AttachmentsPipeline)
        return pipeline.texts.waiting if pipeline else 0

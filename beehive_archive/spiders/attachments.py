"""``scrapy crawl attachments``: fetch the files that archived documents name, and read them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, ClassVar, Self

from scrapy import signals
from scrapy.crawler import Crawler

from beehive_archive.archive.attachments import attachment_key
from beehive_archive.attachments.desk import AttachmentDesk
from beehive_archive.extensions import ArchiveRun
from beehive_archive.items import Attachment
from beehive_archive.spiders import arguments
from beehive_archive.spiders.base import ArchiveSpider
from beehive_archive.urls import canonical_url


class AttachmentsSpider(ArchiveSpider):
    """Yields attachments as items; ``AttachmentsPipeline`` fetches them."""

    name = "attachments"
    writes_new = False
    lists_attachments = True
    ARGUMENTS: ClassVar[Mapping[str, str]] = {
        "since": "YYYY-MM-DD, only those of documents of this date and later",
        "until": "YYYY-MM-DD, only those of documents of this date and earlier",
        "urls": "URL,URL or @FILE: just these, documents or attachments",
        "verify": "1: also hash those that are there, and ask the site whether they changed",
        "retry": "failed: just those that could not be had before",
        "accept": "1: believe a run in which very many attachments changed",
    }

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider; raises ConfigurationError on wrong arguments or settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.item_ended, signal=signal)
        return spider

    def read_arguments(self, given: Mapping[str, str]) -> None:
        """Read what this spider takes."""
        self.urls = arguments.urls_of_any(given.get("urls"), self.site_url)
        self.verifies = arguments.switch("verify", given.get("verify"))
        self.only_failed = arguments.choice("retry", given.get("retry"), "failed")
        self.under_way = 0
        self.ended = asyncio.Event()

    @property
    def desk(self) -> AttachmentDesk:
        """What the run knows of attachments."""
        return ArchiveRun.of(self.crawler).attachments

    async def start(self) -> AsyncIterator[Attachment]:
        """Give the chosen attachments to the pipeline, then again what seems changed or gone."""
        self.desk.verifies = self.verifies
        self.desk.retries = self.only_failed or self.urls is not None
        chosen = self.choose()
        self.logger.info("Attachments to look after: %d", len(chosen))
        for attachment in chosen:
            self.desk.expect(attachment)
        async for attachment in self.paced(chosen):
            yield attachment
        await self.until_under_way(0)
        async for attachment in self.paced(self.desk.to_confirm()):
            yield attachment

    def choose(self) -> list[Attachment]:
        """Return the attachments to look after, those of the earliest documents first."""
        entries = self.run.index.between(self.since, self.until)
        named = self.desk.named_by(
            (each.url, each.date, each.attachments) for each in entries if each.attachments
        )
        if self.urls is not None:
            named = self.only_given(named, self.urls)
        if self.only_failed:
            named = [each for each in named if self.desk.has_failed(each)]
        return named

    def only_given(self, named: list[Attachment], urls: tuple[str, ...]) -> list[Attachment]:
        """Return the attachments that are given, or whose documents are."""
        files = {attachment_key(url) for url in urls}
        documents = {canonical_url(url) for url in urls}
        given = [
            each
            for each in named
            if attachment_key(each.url) in files or canonical_url(each.release_url) in documents
        ]
        if not given:
            self.run.end_with("no archived document names any of the given URLs; see -a urls")
        return given

    async def paced(self, attachments: Iterable[Attachment]) -> AsyncIterator[Attachment]:
        """Yield attachments no faster than they are fetched; none more once the run ends.

        Scrapy takes items from ``start`` as fast as they come; what is queued for a connection is
        sent even if the site asks to stop meanwhile. So only one waits.
        """
        limit = self.crawler.settings.getint("CONCURRENT_REQUESTS")
        for attachment in attachments:
            await self.until_under_way(limit)
            if ArchiveRun.of(self.crawler).ending:
                return
            self.under_way += 1
            yield attachment

    async def until_under_way(self, most: int) -> None:
        """Wait until at most so many are under way."""
        while self.under_way > most:
            self.ended.clear()
            await self.ended.wait()

    def item_ended(self, item: object) -> None:
        """Count an attachment whose way through the pipelines is over."""
        if isinstance(item, Attachment):
            self.under_way -= 1
            self.ended.set()

"""``crawl releases -a warc=PATH``: documents from captures instead of the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Request, signals

from beehive_archive.site import Kind
from beehive_archive.urls import canonical_url, kind_of

if TYPE_CHECKING:
    from beehive_archive.captures.reader import Capture, Captures
    from beehive_archive.spiders.base import ArchiveSpider


class CapturedDocuments:
    """The captures that a spider reads: which of them, and through the way of any other page."""

    def __init__(
        self,
        spider: ArchiveSpider,
        files: list[Path],
        *,
        kinds: Collection[Kind],
        urls: Iterable[str] | None,
    ) -> None:
        self._spider = spider
        self._files = files
        self._kinds = kinds
        self._wanted = None if urls is None else {canonical_url(url) for url in urls}
        self.captures: Captures | None = None

    async def requests(self) -> AsyncIterator[Request]:
        """Ask for the captured documents, no faster than they are read."""
        from beehive_archive.captures.reader import Captures  # noqa: PLC0415 -- an extra

        spider = self._spider
        spider.logger.info("WARC files to look through: %d", len(self._files))
        self.captures = Captures.read(self._files, spider.site_url)
        spider.logger.info("Found good captures of %d addresses", len(self.captures))
        for problem in self.captures.problems:
            spider.run.end_with(problem)
        for capture in self.captures.documents():
            path = spider.run.identity.path_of(capture.url)
            if not self._is_wanted(capture, path):
                continue
            if spider.run.pages.has_seen_since(path, capture.good_until):
                when = capture.captured_at.isoformat(timespec="seconds")
                spider.logger.warning(
                    "%s: its capture of %s is left out, the site was seen after it",
                    capture.url,
                    when,
                )
                continue
            if spider.crawler.engine.needs_backout():
                await spider.crawler.signals.wait_for(signals.scheduler_empty)
            yield spider.document_request(capture.url, path)

    def _is_wanted(self, capture: Capture, path: str | None) -> bool:
        """Tell whether a capture is what ``kind``, ``urls``, ``since`` and ``until`` ask for."""
        if kind_of(capture.url) not in self._kinds:
            return False
        if self._wanted is not None:
            return canonical_url(capture.url) in self._wanted
        entry = self._spider.run.index.get(path or "")
        return entry is None or self._spider.is_in_span(entry.date)

"""Item pipelines: hold what came against the archive, then write and note the outcome."""

from __future__ import annotations

import logging
import sqlite3
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from beehive_archive.alarms import Outcome
from beehive_archive.errors import ArchiveError, BeehiveError, FrontMatterError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.items import Absence, Attachment, Fetched, Unmodified
from beehive_archive.text.front_matter import Document

logger = logging.getLogger(__name__)


class ReconcilePipeline:
    """Turns a fetched page, or its absence, into what it means for the archive."""

    def __init__(self, archive_run: ArchiveRun) -> None:
        self.archive_run = archive_run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline; see Scrapy's components."""
        return cls(ArchiveRun.of(crawler))

    async def process_item(
        self, item: Fetched | Unmodified | Absence | Attachment
    ) -> Outcome | Attachment:
        """Hold an item against the archive; attachments pass."""
        if isinstance(item, Attachment):
            return item
        try:
            return await self._outcome_of(item)
        except ArchiveError as error:  # says nothing of the page: the index, or what is known
            raise _ended(self.archive_run, error, item.requested_url, item.path) from error

    async def _outcome_of(self, item: Fetched | Unmodified | Absence) -> Outcome:
        run = self.archive_run.run
        run.answered(item)
        if isinstance(item, Absence):
            return run.reconcile_absence(item)
        if isinstance(item, Unmodified):
            return run.reconcile_unmodified(item)
        for note in item.release.notes:
            logger.warning("%s: %s", item.release.url, note)
            self.archive_run.crawler.stats.inc_value("beehive/notes")
        try:
            return await run.reconcile(item)
        except FrontMatterError as error:  # a page that can't be a document: a URL no YAML can hold
            absence = Absence(
                requested_url=item.requested_url,
                path=item.path,
                reason=f"{item.release.url}: {error}",
                refused=True,
            )
            run.answered(absence)
            return run.reconcile_absence(absence)


class StorePipeline:
    """Writes new documents and notes every outcome; documents go on to Scrapy's feed exports."""

    def __init__(self, archive_run: ArchiveRun) -> None:
        self.archive_run = archive_run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline; see Scrapy's components."""
        return cls(ArchiveRun.of(crawler))

    async def process_item(self, outcome: Outcome | Attachment) -> Document | Attachment:
        """Settle an outcome; a document or attachment goes on, anything else ends here."""
        if isinstance(outcome, Attachment):
            return outcome
        run = self.archive_run.run
        try:
            await run.settle(outcome)
        except (BeehiveError, OSError, sqlite3.Error) as error:  # a full disk: stop at once
            path = outcome.fetched.path if outcome.fetched else outcome.finding.path
            raise _ended(self.archive_run, error, outcome.requested_url, path) from error
        if run.is_hopeless:
            self.archive_run.end(
                "more documents changed or vanished than MAX_CHANGE_RATE allows: nothing was "
                "written or marked; look at the site, then run again with -a accept=1",
                reason="change_rate",
            )
        if run.health.is_hopeless:
            self.archive_run.end(run.health.problem() or "layout drift", reason="layout_drift")
        if outcome.document is None:
            raise DropItem(outcome.finding.detail, log_level="DEBUG")
        return outcome.document


def _ended(archive_run: ArchiveRun, error: Exception, url: str, path: str | None) -> DropItem:
    """End a run that can't read or write what it must; returns what drops the item."""
    archive_run.run.left_unsettled(url, path)
    archive_run.end(str(error), reason="archive_error")
    return DropItem(str(error), log_level="ERROR")

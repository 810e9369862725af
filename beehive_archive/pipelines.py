"""Item pipelines: hold what came against the archive, then write and note the outcome."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from beehive_archive.errors import ArchiveError, BeehiveError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.findings import Finding
from beehive_archive.items import Absence, Fetched
from beehive_archive.run import Reconciled
from beehive_archive.text.front_matter import Document


class ReconcilePipeline:
    """Turns a fetched page, or its absence, into what it means for the archive."""

    def __init__(self, archive_run: ArchiveRun) -> None:
        self.archive_run = archive_run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline; see Scrapy's components."""
        return cls(ArchiveRun.of(crawler))

    def process_item(self, item: Fetched | Absence) -> Reconciled | Finding:
        """Hold an item against the archive."""
        run = self.archive_run.run
        run.answered(item)
        if isinstance(item, Absence):
            return run.reconcile_absence(item)
        try:
            return run.reconcile(item)
        except BeehiveError as error:  # a page that can't be a document: a URL no YAML can hold
            reason = f"{item.release.url}: {error}"
            absence = Absence(
                requested_url=item.requested_url, path=item.path, reason=reason, refused=True
            )
            run.answered(absence)
            return run.reconcile_absence(absence)


class StorePipeline:
    """Writes new documents and notes every outcome; what it passes on leaves by feed exports."""

    def __init__(self, archive_run: ArchiveRun) -> None:
        self.archive_run = archive_run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline; see Scrapy's components."""
        return cls(ArchiveRun.of(crawler))

    def process_item(self, outcome: Reconciled | Finding) -> Document:
        """Settle an outcome; a document goes on, anything else ends here."""
        run = self.archive_run.run
        try:
            run.settle(outcome)
        except (ArchiveError, OSError) as error:  # a full disk: stop, nothing more can be kept
            self.archive_run.end(str(error), reason="archive_error")
            raise DropItem(str(error), log_level="ERROR") from error
        if run.has_too_many_alarms:
            self.archive_run.end(
                "more documents changed or vanished than MAX_CHANGE_RATE allows: nothing was "
                "written or marked; look at the site, then run again with -a accept=1",
                reason="change_rate",
            )
        if isinstance(outcome, Finding):
            raise DropItem(outcome.detail, log_level="DEBUG")
        return outcome.document

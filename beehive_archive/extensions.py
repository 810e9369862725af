"""The run around a crawl: opens the archive, ends with a report and a verdict."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import CloseSpider

from beehive_archive import run_report
from beehive_archive.attachments.config import AttachmentConfig
from beehive_archive.attachments.desk import AttachmentDesk
from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import ArchiveLockedError, BeehiveError, StateError
from beehive_archive.findings import UNVERIFIED
from beehive_archive.items import Absence, Attachment, Fetched, Unmodified
from beehive_archive.run import Run
from beehive_archive.verdict import ExitCode, exit_code, too_many_errors

if TYPE_CHECKING:
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

EXIT_CODE_STAT = "beehive/exit_code"

# Why a spider may end without anything being wrong: it is done, or a limit of the user's ends it.
DELIBERATE_ENDS = ("finished", "closespider_pagecount", "closespider_itemcount")


class _WithoutTraceback(logging.Filter):
    """Drops tracebacks: that robots.txt can't be had is the network's fault, not a program's."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


class ArchiveRun:
    """Holds the ``Run`` for spiders, middlewares and pipelines of one crawl.

    Stats: ``beehive/exit_code`` and ``beehive/documents/KIND``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.config = ArchiveConfig.from_settings(crawler.settings)
        self.ending = False
        self.has_reported = False  # whether the report's files are written
        spider = crawler.spider
        self.run = Run(
            self.config,
            spider.name if spider else "",
            accept=getattr(spider, "accept", False),
            writes_new=getattr(spider, "writes_new", False),
        )
        self.attachments = AttachmentDesk(
            AttachmentConfig.from_settings(crawler.settings, self.config.archive_dir),
            self.run,
            accept=getattr(spider, "accept", False),
            lists_all=getattr(spider, "lists_attachments", False),
        )
        logging.getLogger(RobotsTxtMiddleware.__module__).addFilter(_WithoutTraceback())
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(self.spider_error, signal=signals.spider_error)
        crawler.signals.connect(self.item_error, signal=signals.item_error)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; raises ConfigurationError on a wrong setting."""
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Return a crawl's own ``ArchiveRun``."""
        extension = crawler.get_extension(cls)
        if extension is None:
            raise RuntimeError("beehive_archive.extensions.ArchiveRun is missing in EXTENSIONS")
        return extension

    def end(self, problem: str, *, reason: str) -> None:
        """End the run as incomplete, now; what is under way is waited for."""
        if not self.ending:
            self.ending = True
            self.run.end_with(problem)
            closing = self.crawler.engine.close_spider_async(reason=reason)
            # Kept, since an event loop holds its tasks weakly: this one could vanish half done.
            self._closing = asyncio.ensure_future(closing)

    def spider_opened(self) -> None:
        """Take the archive, or close the spider before it has fetched anything."""
        try:
            self.run.open()
            self.attachments.open()
        except ArchiveLockedError as error:
            logger.error("%s", error)
            self._set_exit_code(ExitCode.LOCKED)
            raise CloseSpider("locked") from error
        except (BeehiveError, OSError) as error:
            logger.error("%s", error)
            self._set_exit_code(ExitCode.INCOMPLETE)
            raise CloseSpider("archive_error") from error

    def spider_error(self, failure: Failure) -> None:
        """End the run at once where what it remembers can't be read or written."""
        if isinstance(failure.value, StateError):
            self.end(str(failure.value), reason="archive_error")

    def item_error(self, item: object, failure: Failure) -> None:
        """Note a document or attachment whose outcome an error of this program swallowed."""
        url = item.url if isinstance(item, Attachment) else getattr(item, "requested_url", "")
        self.run.end_with(
            f"{url}: {type(failure.value).__name__}: {failure.value}; see the log above"
        )
        if isinstance(item, (Fetched, Unmodified, Absence)):
            self.run.left_unsettled(item.requested_url, item.path)

    def spider_closed(self, reason: str) -> None:
        """Write the report, say the summary and set the exit code."""
        if self.crawler.stats.get_value(EXIT_CODE_STAT) is not None:
            return  # the archive was never opened
        try:
            self._conclude(reason)
        except Exception as error:
            # A problem of the run's, so that its findings are kept.
            alone = self.run.to_resume is not None and self.run.part is None
            how = " with -a resume=1" if alone else ""
            self.run.end_with(f"the run could not be concluded: {error}; run it again{how}")
            self._set_exit_code(ExitCode.INCOMPLETE)
            if not isinstance(error, (BeehiveError, OSError)):
                raise
        finally:
            self.attachments.close()
            self.run.close()

    def _conclude(self, reason: str) -> None:
        run, stats = self.run, self.crawler.stats
        was_stopped = reason not in DELIBERATE_ENDS and not run.problems
        run.finish()
        unreached = len(run.asked)
        if was_stopped:
            left = f", {unreached:,} documents were not reached" if unreached else ""
            run.end_with(f"the run was stopped before its end ({reason}){left}; run it again")
        if exceptions := stats.get_value("spider_exceptions/count", 0):
            run.end_with(f"{exceptions} pages met an error of this program; see the log above")
        documents = run.ledger.counts - self.attachments.beside
        if was_stopped:  # what it did not reach is no error
            documents[UNVERIFIED] -= unreached
        if problem := too_many_errors(documents, self.config.max_error_rate):
            run.end_with(problem)
        report = run_report.report_of(run)
        files = run_report.write_files(report, self.config)
        self.has_reported = True
        code = exit_code(report.counts, report.problems, differences_count=run.spider == "check")
        self._set_exit_code(code)
        for kind, count in report.counts.items():
            stats.set_value(f"beehive/documents/{kind}", count)
        run_report.print_summary(report, files, run)
        summary = run_report.summary_of(report, files, code)
        if self.crawler.settings.getbool("SUMMARY_JSON"):
            print(json.dumps(summary))  # noqa: T201 -- asked for with --json
        if self.config.notify_url:
            run_report.notify(self.config.notify_url, summary)

    def _set_exit_code(self, code: ExitCode) -> None:
        self.crawler.stats.set_value(EXIT_CODE_STAT, int(code))

"""``scrapy crawl`` with exit codes that a scheduler can trust.

Scrapy 2.19's own exits with 0 after a refused connection, a failing callback and CloseSpider
alike.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import sys
from typing import ClassVar, Self

from scrapy.commands.crawl import Command as ScrapyCrawlCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from beehive_archive.archive_command import refuse_unknown_settings, require_archive
from beehive_archive.attachments.config import AttachmentConfig
from beehive_archive.command_help import describe, spiders_help
from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import ConfigurationError
from beehive_archive.extensions import EXIT_CODE_STAT
from beehive_archive.spiders.base import ArchiveSpider
from beehive_archive.verdict import MEANINGS, ExitCode

# Who logs an error of an extension or a feed; asyncio that of a feed that can't be opened.
SWALLOWING = ("scrapy.utils.signal", "scrapy.extensions.feedexport", "asyncio")


class Command(ScrapyCrawlCommand):
    """Run a spider; the run's verdict is the exit code."""

    exit_codes = MEANINGS
    examples: ClassVar[tuple[str, ...]] = (
        "scrapy crawl releases",
        "scrapy crawl releases -a since=2024-01-01 -a until=2024-01-31",
        "scrapy crawl check -a sample=500",
        "scrapy crawl attachments",
    )

    def short_desc(self) -> str:
        """Say what the command does, in one line."""
        return "Bring in what is new, check the archive against the site, or fetch attachments"

    def long_desc(self) -> str:
        """Say what the command does."""
        return (
            "Bring in what is new, check the archive against the site, or fetch attachments: each "
            "is the work of a spider."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--json``, and the spiders with their arguments to the help."""
        super().add_options(parser)
        if self.settings is None:
            raise UsageError("run this inside the project's folder")
        loader = get_spider_loader(self.settings)
        spiders = [loader.load(name) for name in sorted(loader.list())]
        more = spiders_help(each for each in spiders if issubclass(each, ArchiveSpider))
        describe(parser, self.examples, self.exit_codes, more)
        parser.add_argument(
            "--json", action="store_true", help="print the run's summary as JSON, for monitors"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn ``--json`` into the setting that the run reads."""
        super().process_options(args, opts)
        if opts.json and self.settings is not None:
            self.settings.set("SUMMARY_JSON", True, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check arguments and settings, then crawl."""
        if len(args) != 1:
            raise UsageError(_what_is_wrong(args), print_help=False)
        try:
            self._check(args[0], opts)
            self.exitcode = int(self._crawl(args[0], opts))
        except ConfigurationError as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            self.exitcode = int(ExitCode.USAGE)

    def _crawl(self, spider: str, opts: argparse.Namespace) -> ExitCode:
        """Crawl and return the verdict; raises what kept the crawl from starting."""
        if self.crawler_process is None:
            raise UsageError("scrapy gave no process to crawl in")
        crawler = self._create_crawler(spider)
        crawling = self.crawler_process.crawl(crawler, **opts.spargs)
        errors: list[BaseException] = []
        if isinstance(crawling, asyncio.Task):
            crawling.add_done_callback(lambda task: errors.extend(_errors_of(task)))
        elif isinstance(crawling, Deferred):
            crawling.addErrback(_collect, errors)
        with SwallowedErrors() as swallowed:
            self.crawler_process.start()
        if errors and isinstance(errors[0], ValueError):  # -s DOWNLOAD_DELAY=slow
            raise ConfigurationError(f"a setting has a wrong value: {errors[0]}") from errors[0]
        if errors:
            raise errors[0]
        code = crawler.stats.get_value(EXIT_CODE_STAT)
        if swallowed.records:
            print("error: not everything was done, see the log above", file=sys.stderr)  # noqa: T201
        # Without a verdict the crawl never got as far as to give one.
        if code is None or (swallowed.records and code < ExitCode.USAGE):
            return ExitCode.INCOMPLETE
        return ExitCode(code)

    def _check(self, spider: str, opts: argparse.Namespace) -> None:
        """Refuse a wrong spider, setting or argument before anything is fetched."""
        if self.settings is None or self.crawler_process is None:
            raise UsageError("run this inside the project's folder")
        refuse_unknown_settings(opts.set)
        config = ArchiveConfig.from_settings(self.settings)
        AttachmentConfig.from_settings(self.settings, config.archive_dir)
        loader = self.crawler_process.spider_loader
        if spider not in loader.list():
            raise ConfigurationError(
                f"there is no spider {spider!r}; there are {', '.join(loader.list())}"
            )
        spider_class = loader.load(spider)
        if issubclass(spider_class, ArchiveSpider):
            spider_class(site_url=config.site_url, **opts.spargs)
            if not spider_class.writes_new:
                require_archive(config)


class SwallowedErrors(logging.Handler):
    """Gathers the errors that Scrapy logs and goes on after, as if nothing had been.

    An extension that fails on a signal, a feed (``-O``) that can't be written.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Gather a record; asyncio's only where it tells of a feed."""
        if record.name != "asyncio" or "FeedExporter" in record.getMessage():
            self.records.append(record)

    def __enter__(self) -> Self:
        """Begin to listen."""
        for name in SWALLOWING:
            logging.getLogger(name).addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        gc.collect()  # asyncio tells of a task's error when the task goes
        for name in SWALLOWING:
            logging.getLogger(name).removeHandler(self)


def _what_is_wrong(args: list[str]) -> str:
    for stray in args[1:]:
        name, equals, _ = stray.lstrip("-").partition("=")
        if equals or stray.startswith("-"):
            return (
                f"unrecognized: {stray}; a spider's arguments are given with -a, as in: "
                f"scrapy crawl {args[0]} -a {name}=..."
            )
    return "name one spider, as in: scrapy crawl releases"


def _collect(failure: Failure, errors: list[BaseException]) -> None:
    if failure.value is not None:
        errors.append(failure.value)


def _errors_of(task: asyncio.Task[None]) -> list[BaseException]:
    error = None if task.cancelled() else task.exception()
    return [error] if error else []

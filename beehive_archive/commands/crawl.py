"""``scrapy crawl`` with exit codes that a scheduler can trust.

Scrapy 2.19's own exits with 0 after a refused connection, a failing callback and CloseSpider
alike.
"""

from __future__ import annotations

import argparse
import sys

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawlCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import ConfigurationError
from beehive_archive.extensions import EXIT_CODE_STAT
from beehive_archive.spiders.base import ArchiveSpider
from beehive_archive.verdict import ExitCode


class Command(ScrapyCrawlCommand):
    """Run a spider; the run's verdict is the exit code."""

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return "Run a spider: releases, check or attachments, as in: scrapy crawl releases"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check arguments and settings, then crawl."""
        self._made: Crawler | None = None
        try:
            self._check(args, opts)
        except ConfigurationError as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            self.exitcode = int(ExitCode.USAGE)
            return
        super().run(args, opts)
        stats = self._made._stats if self._made else None
        code = stats.get_value(EXIT_CODE_STAT) if stats else None
        # Without a verdict the crawl never got as far as to give one.
        self.exitcode = int(ExitCode.INCOMPLETE if code is None else code)

    def _check(self, args: list[str], opts: argparse.Namespace) -> None:
        if self.settings is None or self.crawler_process is None:
            raise UsageError("run this inside the project's folder")
        config = ArchiveConfig.from_settings(self.settings)
        if not args:
            return  # Scrapy's own command says what is missing
        loader = self.crawler_process.spider_loader
        if args[0] not in loader.list():
            raise ConfigurationError(
                f"there is no spider {args[0]!r}; there are {', '.join(loader.list())}"
            )
        spider_class = loader.load(args[0])
        if issubclass(spider_class, ArchiveSpider):
            spider_class(site_url=config.site_url, **opts.spargs)

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._made = super()._create_crawler(spidercls)
        return self._made

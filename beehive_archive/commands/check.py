"""``scrapy check``: short for ``scrapy crawl check``.

Scrapy's own command of this name runs spiders' contracts. There are none here, and whoever means
the archive would be told that all is well.
"""

from __future__ import annotations

import argparse

from beehive_archive.commands.crawl import Command as CrawlCommand


class Command(CrawlCommand):
    """Run the spider ``check``."""

    examples = ("scrapy check", "scrapy check -a sample=500")

    def syntax(self) -> str:
        """Say the command's options."""
        return "[options]"

    def short_desc(self) -> str:
        """Say what the command does, in one line."""
        return "Hold the archive against the site; short for scrapy crawl check"

    def long_desc(self) -> str:
        """Say what the command does."""
        return "Hold the archive against the site; short for scrapy crawl check."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check arguments and settings, then crawl."""
        super().run(["check", *args], opts)

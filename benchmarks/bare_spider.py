"""A bare Scrapy spider: fetches the URLs of a file and does nothing with them.

What ``benchmarks/crawl.py`` compares the whole main job with.
"""

from __future__ import annotations

import sys
from pathlib import Path

import scrapy
from scrapy.crawler import AsyncCrawlerProcess


class BareSpider(scrapy.Spider):
    """Fetches, and forgets."""

    name = "bare"
    custom_settings = {  # noqa: RUF012 -- Scrapy's own name and shape
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        "CONCURRENT_REQUESTS": 4,
    }

    async def start(self):
        """Ask for every URL, none of them twice by mistake."""
        for url in Path(self.urls).read_text("utf-8").splitlines():
            if self.crawler.engine.needs_backout():
                await self.crawler.signals.wait_for(scrapy.signals.scheduler_empty)
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):
        """Do nothing."""


if __name__ == "__main__":
    process = AsyncCrawlerProcess()
    process.crawl(BareSpider, urls=sys.argv[1])
    process.start()

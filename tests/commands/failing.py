"""An extension that fails, as someone's own may."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler


class Failing:
    """Raises when the spider closes."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; see Scrapy's components."""
        extension = cls()
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_closed(self) -> None:
        """Fail."""
        raise RuntimeError("this extension fails")

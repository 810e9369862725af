"""A crawl to run in a process of its own: one tiny spider, given URLs and settings.

It fetches the URLs in order and prints one JSON object: what each came to, the stats, and the
error that kept the crawl from starting, if one did.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import TextResponse

MIDDLEWARE = "beehive_archive.middlewares.cassette.CassetteMiddleware"
SETTINGS = {
    "DOWNLOADER_MIDDLEWARES": {MIDDLEWARE: 950},
    "CONCURRENT_REQUESTS": 1,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "LOG_LEVEL": "INFO",
}


class TinySpider(scrapy.Spider):
    name = "tiny"

    def __init__(self, urls: list[str]) -> None:
        super().__init__()
        self.urls = urls
        self.answers: dict[int, dict[str, Any]] = {}

    async def start(self):
        for number, url in enumerate(self.urls):
            yield scrapy.Request(
                url,
                dont_filter=True,
                priority=-number,
                meta={"number": number},
                callback=self.parse,
                errback=self.failed,
            )

    def parse(self, response):
        self.answers[response.meta["number"]] = {
            "url": response.url,
            "status": response.status,
            "class": type(response).__name__,
            "encoding": response.encoding if isinstance(response, TextResponse) else None,
            "headers": {
                name.decode(): [each.decode() for each in values]
                for name, values in response.headers.items()
            },
            "body": base64.b64encode(response.body).decode(),
            "flags": response.flags,
            "hops": response.meta.get("redirect_urls", []),
            "latency": response.meta.get("download_latency"),
        }

    def failed(self, failure):
        self.answers[failure.request.meta["number"]] = {
            "error": failure.type.__name__,
            "message": failure.getErrorMessage(),
        }


def crawl(settings: dict[str, Any], urls: list[str]) -> None:
    process = AsyncCrawlerProcess({**SETTINGS, **settings})
    crawler = process.create_crawler(TinySpider)
    failures: list[str] = []

    def remember(task) -> None:
        if not task.cancelled() and (error := task.exception()):
            failures.append(f"{type(error).__name__}: {error}")

    process.crawl(crawler, urls=urls).add_done_callback(remember)
    process.start()
    result: dict[str, Any] = {"failure": failures[0]} if failures else {}
    if not failures:
        answers = crawler.spider.answers
        result["answers"] = [answers[each] for each in sorted(answers)]
        result["stats"] = crawler.stats.get_stats()
    print(json.dumps(result, default=str))  # noqa: T201 -- for the process that started this one

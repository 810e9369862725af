"""What forked processes have imported already; see ``tests.forking``.

Nothing here may import Twisted's reactor: each crawl installs its own.
"""

import warnings
from importlib import import_module

warnings.simplefilter("ignore")  # as `python -W ignore`: what a command says is compared

for name in (
    "scrapy.cmdline",
    "scrapy.commands.crawl",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.engine",
    "scrapy.crawler",
    "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.robotstxt",
    "beehive_archive.commands.crawl",
    "beehive_archive.middlewares.backoff",
    "beehive_archive.middlewares.onsite",
    "beehive_archive.pipelines",
    "beehive_archive.spiders.check",
    "beehive_archive.spiders.releases",
):
    import_module(name)

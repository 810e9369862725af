"""The crawl command itself: help, usage, and what it leans on in Scrapy."""

from __future__ import annotations

import inspect
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawlCommand

from beehive_archive.commands.crawl import Command
from tests.crawling import scrapy


def test_scrapy_still_has_what_the_command_leans_on() -> None:
    """``_create_crawler`` and ``spargs`` are Scrapy's own affair; this says when they change."""
    assert "_create_crawler(" in inspect.getsource(ScrapyCrawlCommand.run)
    assert "**opts.spargs" in inspect.getsource(ScrapyCrawlCommand.run)
    assert issubclass(Command, ScrapyCrawlCommand)


def test_wrong_usage(tmp_path: Path) -> None:
    no_spider = scrapy("crawl", archive=tmp_path)
    assert no_spider.exit_code == 2
    assert "scrapy crawl releases" in no_spider.stdout + no_spider.stderr
    two_spiders = scrapy("crawl", "releases", "check", archive=tmp_path)
    assert two_spiders.exit_code == 2
    no_value = scrapy("crawl", "releases", "-a", "since", archive=tmp_path)
    assert no_value.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_its_own_help_names_an_example(tmp_path: Path) -> None:
    shown = scrapy("crawl", "-h", archive=tmp_path)
    assert shown.exit_code == 0
    assert "scrapy crawl releases" in shown.stdout

"""The crawl command itself: help, usage, and what it leans on in Scrapy."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest
from scrapy.commands.crawl import Command as ScrapyCrawlCommand

from beehive_archive import settings
from beehive_archive.commands.crawl import Command
from tests.crawling import scrapy
from tests.replica import Replica, document


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
    no_dash_a = scrapy("crawl", "releases", "since=2024-01-01", archive=tmp_path)
    assert no_dash_a.exit_code == 2
    assert "scrapy crawl releases -a since=..." in no_dash_a.stderr
    no_value = scrapy("crawl", "releases", "-a", "since", archive=tmp_path)
    assert no_value.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_its_own_help_names_an_example(tmp_path: Path) -> None:
    shown = scrapy("crawl", "-h", archive=tmp_path)
    assert shown.exit_code == 0
    assert "scrapy crawl releases" in shown.stdout


@pytest.mark.parametrize("words", [("crawl", "releases"), ("verify",), ("check",)])
def test_a_misspelt_setting_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    refused = scrapy(*words, "-s", "ARCHIV_DIR=elsewhere", archive=tmp_path)
    assert refused.exit_code == 2
    assert "ARCHIV_DIR: there is no such setting; did you mean ARCHIVE_DIR?" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_setting_that_is_like_no_other_is_somebodys_own(replica: Replica, tmp_path: Path) -> None:
    replica.add(document("Kia ora", "2024-08-13T03:05:00Z"))
    words = ("crawl", "releases", "-a", "pages=1", "-s", "MY_EXTENSION_NAME=x")
    crawl = scrapy(*words, archive=tmp_path, site=replica.url)
    assert crawl.exit_code == 0
    assert "-s MY_EXTENSION_NAME: neither Scrapy nor this project lists it" in crawl.stderr


@pytest.mark.parametrize("spider", ["check", "attachments"])
def test_what_needs_an_archive_is_refused_without_one(spider: str, tmp_path: Path) -> None:
    refused = scrapy("crawl", spider, archive=tmp_path / "not-mounted")
    assert refused.exit_code == 2
    assert "ARCHIVE_DIR: expected the archive's folder, found none at" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_scrapy_check_is_the_spider_and_not_scrapys_contracts(
    replica: Replica, tmp_path: Path
) -> None:
    replica.add(document("First", "2026-03-01T20:05:00Z"))
    assert scrapy("crawl", "releases", archive=tmp_path, site=replica.url).exit_code == 0
    checked = scrapy("check", "-a", "sample=1", archive=tmp_path, site=replica.url)
    assert checked.exit_code == 0
    assert "check: 1 document looked at, no findings" in checked.stderr


def test_a_feed_that_cannot_be_written_is_no_success(replica: Replica, tmp_path: Path) -> None:
    """Scrapy itself logs the error and exits with 0."""
    replica.add(document("Kia ora", "2024-08-13T03:05:00Z"))
    (tmp_path / "file").touch()
    archive = tmp_path / "archive"
    options = ("crawl", "releases", "-a", "pages=1", "-O", str(tmp_path / "file/feed.jsonl"))
    crawl = scrapy(*options, archive=archive, site=replica.url)
    assert crawl.exit_code == 3
    assert "feed.jsonl" in crawl.stderr


def test_an_extension_that_fails_is_no_success(replica: Replica, tmp_path: Path) -> None:
    replica.add(document("Kia ora", "2024-08-13T03:05:00Z"))
    crawl = scrapy(
        *("crawl", "releases", "-a", "pages=1"),
        archive=tmp_path,
        site=replica.url,
        EXTENSIONS=json.dumps({**settings.EXTENSIONS, "tests.commands.failing.Failing": 1}),
    )
    assert crawl.exit_code == 3
    assert "this extension fails" in crawl.stderr
    assert "error: not everything was done" in crawl.stderr

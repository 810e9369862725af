"""What the end of a run says to do next, as commands that do it."""

from __future__ import annotations

import shlex
from pathlib import Path

from beehive_archive.spiders.check import CheckSpider
from tests.crawling import scrapy
from tests.replica import Replica
from tests.spiders.sites import publish

BEHIND = "More that is new stands on the pages after. To have all:"


def test_a_walk_cut_by_pages_says_so_and_its_command_brings_the_rest(
    replica: Replica, tmp_path: Path
) -> None:
    publish(replica, 25)
    cut = scrapy("crawl", "releases", "-a", "pages=1", archive=tmp_path, site=replica.url)
    assert cut.exit_code == 0
    lines = [each.strip() for each in cut.stderr.splitlines()]
    command = shlex.split(lines[lines.index(BEHIND) + 1])
    assert command[:3] == ["scrapy", "crawl", "releases"]
    assert f"ARCHIVE_DIR={tmp_path}" in command
    assert f"SITE_URL={replica.url}" in command

    rest = scrapy(*command[1:], archive=tmp_path, site=replica.url)
    assert rest.exit_code == 0
    assert len(list(tmp_path.rglob("*.md"))) == 25
    assert BEHIND not in rest.stderr


def test_a_walk_that_pages_did_not_cut_says_nothing(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 25)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    again = scrapy("crawl", "releases", "-a", "pages=1", archive=tmp_path, site=replica.url)
    assert again.exit_code == 0
    assert BEHIND not in again.stderr


def test_the_command_that_resumes_a_check_names_the_same_documents() -> None:
    site = "https://www.beehive.govt.nz"
    given = {"since": "2024-01-01", "urls": f"{site}/release/a", "resume": "1"}
    assert CheckSpider(site_url=site, **given).to_resume == (
        f"scrapy crawl check -a since=2024-01-01 -a urls={site}/release/a -a resume=1"
    )

"""The exit code of ``scrapy crawl releases`` under everything that can end it."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

import pytest

from tests.crawling import documents_in, scrapy
from tests.replica import Replica, faults
from tests.spiders.sites import asked, publish, slugs


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (["-a", "kind=poem"], {}, "kind: expected some of release"),
        (["-a", "sicne=2024-01-01"], {}, "releases has no argument sicne"),
        (["-a", "since=2024-02-01", "-a", "until=2024-01-01"], {}, "until: expected"),
        (["-a", "urls=https://example.org/release/a"], {}, "example.org"),
        ([], {"ON_CHANGE": "overwrite"}, "ON_CHANGE: expected report or update"),
        ([], {"SITE_URL": "beehive.govt.nz"}, "SITE_URL: expected an http or https address"),
        ([], {"CASSETTE": "/no/such/cassette.yaml"}, "/no/such/cassette.yaml"),
        ([], {"BACKOFF_START_S": "soon"}, "BACKOFF_START_S"),
        ([], {"DOWNLOAD_DELAY": "slow"}, "a setting has a wrong value"),
    ],
)
def test_2_wrong_usage_fetches_and_writes_nothing(
    replica: Replica,
    tmp_path: Path,
    arguments: list[str],
    settings: dict[str, str],
    words: str,
) -> None:
    publish(replica, 1)
    site = settings.pop("SITE_URL", replica.url)
    outcome = scrapy(
        "crawl", "releases", *arguments, archive=tmp_path / "archive", site=site, **settings
    )
    assert outcome.exit_code == 2, outcome.stderr
    assert words in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not replica.requests
    assert not (tmp_path / "archive").exists()


def test_2_no_such_spider(tmp_path: Path) -> None:
    outcome = scrapy("crawl", "realeses", archive=tmp_path)
    assert outcome.exit_code == 2
    assert "releases" in outcome.stderr


def test_3_nobody_is_there(replica: Replica, tmp_path: Path) -> None:
    """The message names the way to do the whole job offline."""
    publish(replica, 1)
    with replica.refusing_connections():
        outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert "can't be reached" in outcome.stderr
    assert "-s CASSETTE=" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert documents_in(tmp_path) == {}
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (after.exit_code, after.kinds()) == (0, {"new": 1})


def test_3_a_name_that_does_not_resolve(tmp_path: Path) -> None:
    outcome = scrapy("crawl", "releases", archive=tmp_path, site="http://beehive.invalid")
    assert outcome.exit_code == 3
    assert "-s CASSETTE=" in outcome.stderr


def test_3_a_site_that_goes_away_in_the_middle(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 12)
    replica.fault(faults.reset(), "/release*", after=6)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, BACKOFF_START_S=0.001)
    assert outcome.exit_code == 3
    assert len(slugs(documents_in(tmp_path))) == outcome.kinds()["new"] > 0
    replica.clear_faults()
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert after.exit_code == 0
    assert len(slugs(documents_in(tmp_path))) == 12


BROKEN_SPIDERS = """
from scrapy.exceptions import CloseSpider
from beehive_archive.spiders.releases import ReleasesSpider
from beehive_archive import pipelines

class Failing(ReleasesSpider):
    name = "failing-callback"
    def parse_page(self, response, **kwargs):
        raise ZeroDivisionError("a callback of ours")
        yield

class Closing(ReleasesSpider):
    name = "closing"
    def parse_document(self, response, **kwargs):
        raise CloseSpider("enough")
        yield

class Starting(ReleasesSpider):
    name = "failing-start"
    async def start(self):
        raise ZeroDivisionError("a start of ours")
        yield

class Pipeline(pipelines.ReconcilePipeline):
    def process_item(self, item):
        if item.requested_url.endswith("release-1"):
            raise ZeroDivisionError("a pipeline of ours")
        return super().process_item(item)

class Later(pipelines.ReconcilePipeline):
    async def process_item(self, item):
        outcome = await super().process_item(item)
        if item.requested_url.endswith("release-29"):
            raise ZeroDivisionError("a pipeline of ours")
        return outcome

class FullDisk(pipelines.StorePipeline):
    async def process_item(self, outcome):
        if outcome.requested_url.endswith("release-29"):
            self.archive_run.run.settle = self.fail
        return await super().process_item(outcome)
    async def fail(self, outcome):
        raise OSError(28, "No space left on device")

class Damaging(pipelines.ReconcilePipeline):
    async def process_item(self, item):
        if item.requested_url.endswith("release-29"):
            self.archive_run.run.index._file._file._db.execute("drop table files")
        return await super().process_item(item)

class LaterPiping(ReleasesSpider):
    name = "failing-later"
    custom_settings = {"ITEM_PIPELINES": {
        Later: 300, "beehive_archive.pipelines.StorePipeline": 500}}

class FullDiskPiping(ReleasesSpider):
    name = "full-disk"
    custom_settings = {"ITEM_PIPELINES": {
        "beehive_archive.pipelines.ReconcilePipeline": 300, FullDisk: 500}}

class DamagedPiping(ReleasesSpider):
    name = "damaged-index"
    custom_settings = {"ITEM_PIPELINES": {
        Damaging: 300, "beehive_archive.pipelines.StorePipeline": 500}}

class Piping(ReleasesSpider):
    name = "failing-pipeline"
    custom_settings = {"ITEM_PIPELINES": {
        Pipeline: 300, "beehive_archive.pipelines.StorePipeline": 500}}
"""


@pytest.mark.parametrize(
    ("spider", "words"),
    [
        ("failing-callback", "error of this program"),
        ("closing", "enough"),
        ("failing-start", "start_error"),
        ("failing-pipeline", "a pipeline of ours"),
    ],
)
def test_3_where_scrapy_itself_exits_with_0(
    replica: Replica,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spider: str,
    words: str,
) -> None:
    publish(replica, 3)
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "broken_spiders.py").write_text(BROKEN_SPIDERS, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(modules))
    archive = tmp_path / "archive"
    outcome = scrapy(
        "crawl", spider, archive=archive, site=replica.url, SPIDER_MODULES="broken_spiders"
    )
    assert outcome.exit_code == 3
    assert words in outcome.stderr
    assert outcome.report is not None
    assert outcome.report["complete"] is False
    # The next run makes good what was left out.
    after = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert after.exit_code == 0
    assert len(slugs(documents_in(archive))) == 3


@pytest.mark.parametrize(
    ("spider", "words"),
    [
        ("failing-later", "a pipeline of ours"),
        ("full-disk", "No space left"),
        ("damaged-index", "no such table"),
    ],
)
def test_what_an_error_swallowed_deep_in_a_list_comes_with_the_next_run(
    replica: Replica,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spider: str,
    words: str,
) -> None:
    """All of the list was read, and a routine run looks no further than what is known."""
    publish(replica, 30)
    modules, archive = tmp_path / "modules", tmp_path / "archive"
    modules.mkdir()
    (modules / "broken_spiders.py").write_text(BROKEN_SPIDERS, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(modules))
    outcome = scrapy(
        "crawl", spider, archive=archive, site=replica.url, SPIDER_MODULES="broken_spiders"
    )
    assert outcome.exit_code == 3
    assert words in outcome.stderr
    assert "release-29" in {
        each["url"].rpartition("/")[2] for each in outcome.findings("unverified")
    }
    after = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert after.exit_code == 0
    assert len(slugs(documents_in(archive))) == 30


def test_3_a_listing_without_rows_is_layout_drift(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 12)
    for fault in (faults.no_rows(), faults.list_drift()):
        replica.clear_faults()
        replica.fault(fault, "/releases")
        replica.fault(faults.empty_feed(), "/releases/feed")
        outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
        assert outcome.exit_code == 3
        assert "the list's layout has changed" in outcome.stderr
        assert "empty feed" in outcome.stderr
        assert documents_in(tmp_path) == {}
    assert asked(replica, "/release/") == []


def test_3_a_search_that_needs_a_browser(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 2)
    replica.options.search_needs_javascript = True
    outcome = scrapy(
        "crawl",
        "releases",
        *("-a", "government=2023-2026-national"),
        archive=tmp_path,
        site=replica.url,
    )
    assert outcome.exit_code == 3
    assert "needs a browser" in outcome.stderr


def test_3_a_list_that_cannot_be_read(replica: Replica, tmp_path: Path) -> None:
    """What the feed named is kept; the run says what it could not see, and the next one sees it."""
    publish(replica, 25)
    replica.fault(faults.status(500), "/releases?page=1")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (3, {"new": 10})
    assert "/releases?page=1: the list could not be read" in outcome.stderr
    replica.clear_faults()
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (after.exit_code, after.kinds()) == (0, {"new": 15})


def test_3_an_archive_that_cannot_be_written(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 2)
    file = tmp_path / "file"
    file.write_text("not a folder", "utf-8")
    outcome = scrapy("crawl", "releases", archive=file, site=replica.url)
    assert outcome.exit_code == 3
    assert str(file) in outcome.stderr
    assert "Traceback" not in outcome.stderr
    # In the middle of the run: a folder that leads out of the archive.
    archive = tmp_path / "archive"
    archive.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (archive / "releases").symlink_to(outside)
    outcome = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert outcome.exit_code == 3
    assert "symbolic link" in outcome.stderr
    assert list(outside.iterdir()) == []


def test_4_another_run_holds_the_archive(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 1)
    lock = tmp_path / ".state" / "lock"
    lock.parent.mkdir()
    with lock.open("w") as file:
        file.write("process 4711, since noon\n")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 4
    assert "process 4711, since noon" in outcome.stderr
    assert not replica.requests
    assert documents_in(tmp_path) == {}
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert after.exit_code == 0


def test_0_a_page_limit_of_the_user_is_no_failure_but_says_what_is_left(
    replica: Replica, tmp_path: Path
) -> None:
    """Scrapy's own CLOSESPIDER_PAGECOUNT: the rest is listed, and the next run brings it."""
    publish(replica, 12)
    outcome = scrapy(
        "crawl", "releases", archive=tmp_path, site=replica.url, CLOSESPIDER_PAGECOUNT=5
    )
    assert outcome.exit_code == 3
    assert outcome.kinds()["unverified"] > 0
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert after.exit_code == 0
    assert len(slugs(documents_in(tmp_path))) == 12


def test_no_port_is_opened(replica: Replica, tmp_path: Path) -> None:
    """Neither Scrapy's telnet console nor its remote control, which run code for whoever asks."""
    publish(replica, 1)
    for port in (6023, 6024):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "another program has the port"
    open_ports: list[int] = []

    def probe_ports(_: object) -> None:
        for port in (6023, 6024, 6073, 6074):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    open_ports.append(port)

    replica.on_request.append(probe_ports)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, LOG_LEVEL="DEBUG")
    assert outcome.exit_code == 0
    assert open_ports == []
    assert "Telnet console listening" not in outcome.stderr
    assert "emote control" not in outcome.stderr.replace("REMOTE_CONTROL", "")

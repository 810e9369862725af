"""``BROWSER=fallback`` against the replica's challenge; skipped without Chromium or the extra."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import pytest

from beehive_archive.site import CURRENT_GOVERNMENT
from tests.crawling import ROOT, Outcome, arguments, documents_in, scrapy
from tests.replica import Replica, document, faults

pytest.importorskip(
    "scrapy_playwright", reason="scrapy-playwright is not installed: pip install .[browser]"
)
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="there is no chromium: apt-get install chromium"
)
PAGES = 7
RESTART_PAGES = 3


@pytest.fixture
def site(replica: Replica) -> Replica:
    for number in range(4):
        replica.add(document(f"Release {number}", f"2026-03-0{number + 1}T20:05:00Z"))
    return replica


def visited(site: Replica) -> list[str]:
    """Return what Chromium asked for: a plain client says nothing of its brand."""
    return [request.path for request in site.requests if "sec-ch-ua" in request.headers]


def crawl(*args: str, archive: Path, site: Replica, **settings: object) -> Outcome:
    return scrapy(
        *("crawl", "releases", *args),
        archive=archive,
        site=site.url,
        **{"BROWSER": "fallback", "BROWSER_TIMEOUT_S": 20, "RECHECK_DAYS": 0, **settings},
    )


def test_a_challenged_client_gets_what_an_unchallenged_one_gets(
    site: Replica, tmp_path: Path
) -> None:
    plain = scrapy("crawl", "releases", archive=tmp_path / "plain", site=site.url, RECHECK_DAYS=0)
    assert plain.kinds() == {"new": 4}
    site.options.challenge_clients = True
    blocked = scrapy("crawl", "releases", archive=tmp_path / "blocked", site=site.url)
    assert blocked.exit_code == 3
    through = crawl(archive=tmp_path / "browser", site=site)
    assert through.exit_code == 0, through.stderr
    assert documents_in(tmp_path / "browser") == documents_in(tmp_path / "plain")


def test_only_blocked_requests_reach_the_browser(site: Replica, tmp_path: Path) -> None:
    unwanted = next(iter(site)).path
    site.fault(faults.blocked(), unwanted, times=1)
    outcome = crawl(archive=tmp_path, site=site)
    assert outcome.kinds() == {"new": 4}
    pages = [path for path in visited(site) if not path.startswith("/_Incapsula")]
    assert pages == [unwanted]
    agents = {request.headers["user-agent"] for request in site.requests}
    assert len(agents) == 1, "the browser says who it is, as the plain client does"


def test_without_the_setting_nothing_of_it_is_there(site: Replica, tmp_path: Path) -> None:
    outcome = crawl(archive=tmp_path, site=site, BROWSER="off", STATS_DUMP=True, LOG_LEVEL="DEBUG")
    assert outcome.kinds() == {"new": 4}
    assert "playwright" not in outcome.stderr


def test_a_search_that_needs_javascript(site: Replica, tmp_path: Path) -> None:
    site.options.search_needs_javascript = True
    site.options.search_size = 3
    outcome = crawl("-a", f"government={CURRENT_GOVERNMENT.name}", archive=tmp_path, site=site)
    assert outcome.kinds() == {"new": 4}, outcome.stderr


def test_a_page_that_never_ends_has_a_time_limit(site: Replica, tmp_path: Path) -> None:
    stuck = next(iter(site)).path
    site.fault(faults.blocked(), stuck, times=1)
    site.fault(faults.silence(), stuck, times=1)
    outcome = crawl(archive=tmp_path, site=site, BROWSER_TIMEOUT_S=1)
    assert outcome.kinds() == {"new": 4}, outcome.stderr


def test_nothing_is_left_behind_after_many_pages(site: Replica, tmp_path: Path) -> None:
    """Counted at each request: renderers while it crawls, processes when it ended."""
    for number in range(PAGES):
        site.add(document(f"More {number}", f"2026-02-{number + 10}T20:05:00Z"))
    site.options.challenge_clients = True
    mark = uuid4().hex
    renderers: list[int] = []
    site.on_answer.append(
        lambda request: renderers.append(sum("--type=renderer" in each for each in of(mark)))
    )
    words = arguments(
        *("crawl", "releases"),
        archive=tmp_path,
        site=site.url,
        BROWSER="fallback",
        BROWSER_RESTART_PAGES=RESTART_PAGES,
        RECHECK_DAYS=0,
        STATS_DUMP=True,
        LOG_LEVEL="INFO",
    )
    ended = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "BEEHIVE_TEST": mark},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    stats = {name: int(value) for name, value in re.findall(r"'([\w/]+)': (\d+)[,}]", ended.stderr)}
    pages = stats["playwright/page_count"]
    assert pages >= PAGES
    assert stats["playwright/page_count/max_concurrent"] == 1
    assert stats["playwright/context_count/max_concurrent"] == 1
    assert stats["browser/restarts"] == pages // RESTART_PAGES
    assert stats["playwright/browser_count"] <= pages // RESTART_PAGES + 1
    assert max(renderers) <= 3, renderers  # the page, a spare, one on its way out
    until = time.monotonic() + 10
    while of(mark) and time.monotonic() < until:
        time.sleep(0.1)
    assert of(mark) == []


def of(mark: str) -> list[str]:
    """Return the command lines of the processes that descend from a marked one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().decode("utf-8", "replace"))
    return found


def test_a_browser_that_runs_elsewhere(site: Replica, tmp_path: Path) -> None:
    """It stays open when the crawl ends, without any page of the crawl's."""
    site.options.challenge_clients = True
    profile = tmp_path / "profile"
    words = [
        *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync"),
        *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
        *("--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"),
    ]
    remote = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port_file = profile / "DevToolsActivePort"
        until = time.monotonic() + 30
        while not port_file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        url = f"http://127.0.0.1:{port_file.read_text().split()[0]}"
        settings = {"PLAYWRIGHT_CDP_URL": url, "BROWSER_RESTART_PAGES": 3}
        outcome = crawl(archive=tmp_path / "archive", site=site, **settings)
        assert outcome.kinds() == {"new": 4}, outcome.stderr
        assert remote.poll() is None
        with urlopen(f"{url}/json/list") as listed:
            pages = [each["url"] for each in json.load(listed) if each["type"] == "page"]
        assert pages == ["about:blank"]
    finally:
        remote.terminate()
        remote.wait(10)

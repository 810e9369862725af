"""How the crawl behaves towards the site: by the project's own settings, not the tests'."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from beehive_archive import settings
from tests.crawling import documents_in, scrapy
from tests.replica import Replica
from tests.spiders.sites import asked, publish, slugs


def test_one_request_a_second_with_a_name_and_an_address(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 2)
    outcome = scrapy(
        "crawl",
        "releases",
        archive=tmp_path,
        site=replica.url,
        DOWNLOAD_DELAY="1.0",
        AUTOTHROTTLE_ENABLED="True",
        CONTACT="archive@example.org",
    )
    assert outcome.exit_code == 0
    # robots.txt aside, which stands before the first request.
    times_s = [each.received_at_s for each in replica.requests if each.path != "/robots.txt"]
    gaps_s = [later - earlier for earlier, later in pairwise(times_s)]
    assert len(gaps_s) == 6
    assert min(gaps_s) > 0.95
    agents = {each.headers["user-agent"] for each in replica.requests}
    (agent,) = agents
    assert agent.startswith("beehive-archive/")
    assert "archive@example.org" in agent
    assert not any("cookie" in each.headers for each in replica.requests)


def test_the_project_says_so_by_default() -> None:
    """What the test above sets for itself, and what no test waits for."""
    assert settings.DOWNLOAD_DELAY == 1.0
    assert settings.DOWNLOAD_DELAY_JITTER == 0
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert settings.AUTOTHROTTLE_ENABLED
    assert settings.ROBOTSTXT_OBEY
    assert settings.DOWNLOAD_VERIFY_CERTIFICATES
    assert not settings.TELNETCONSOLE_ENABLED
    assert not settings.REMOTE_CONTROL_ENABLED
    assert not settings.COOKIES_ENABLED


def test_robots_txt_is_obeyed(replica: Replica, tmp_path: Path) -> None:
    """For documents, lists and redirects; under the project's own name too."""
    publish(replica, 3)
    replica.redirect("/release/release-2", "/admin/secret")
    replica.options.robots = "User-agent: *\nDisallow: /release/release-1\nDisallow: /admin/\n"
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert asked(replica, "/release/release-1", "/admin") == []
    assert slugs(documents_in(tmp_path)) == {"release-0", "release-2"}
    assert "robots.txt" in outcome.findings("unverified")[0]["detail"]

    replica.requests.clear()
    replica.options.robots = "User-agent: beehive-archive\nDisallow: /\n"
    outcome = scrapy("crawl", "releases", archive=tmp_path / "none", site=replica.url)
    assert outcome.exit_code == 3
    assert "robots.txt" in outcome.stderr
    assert asked(replica) == []

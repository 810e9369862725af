"""Attachments on other hosts: fetched as they are, by that host's own rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.attachments.stock import FILES, SITE, write_document
from tests.crawling import scrapy
from tests.replica import Replica, attachment, document, faults, files, serving


@pytest.fixture
def elsewhere() -> Iterator[Replica]:
    """Another host."""
    with serving(Replica()) as other:
        other.add_file("/reports/annual.pdf", files.pdf("An annual report"))
        yield other


def paths(replica: Replica) -> list[str]:
    return [each.path for each in replica.requests]


def name(archive: Path, *urls: str) -> None:
    write_document(archive, f"{SITE}/release/a", date(2024, 1, 1), urls)


def test_an_outside_file_is_kept_under_its_host(
    replica: Replica, elsewhere: Replica, tmp_path: Path
) -> None:
    name(tmp_path, f"{elsewhere.url}/reports/annual.pdf")
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    host = urlsplit(elsewhere.url).netloc.replace(":", "_")
    stored = tmp_path / "attachments/_elsewhere" / host / "reports/annual.pdf"
    assert stored.read_bytes() == files.pdf("An annual report")
    assert paths(elsewhere) == ["/robots.txt", "/reports/annual.pdf"]
    assert paths(replica) == []


@pytest.mark.parametrize("spider", ["attachments", "check"])
def test_that_hosts_robots_txt_is_obeyed(
    replica: Replica, elsewhere: Replica, tmp_path: Path, spider: str
) -> None:
    elsewhere.options.robots = "User-agent: *\nDisallow: /reports/\n"
    replica.add(document("A", "2024-01-01T01:00:00Z", slug="a"))
    name(tmp_path, f"{elsewhere.url}/reports/annual.pdf")
    words = ("crawl", spider, *(("-a", "attachments=1") if spider == "check" else ()))
    outcome = scrapy(*words, archive=tmp_path, site=replica.url)
    (finding,) = outcome.findings("unverified")
    assert "robots.txt" in finding["detail"]
    assert paths(elsewhere) == ["/robots.txt"]
    assert outcome.exit_code == 3


def test_an_outside_redirect_is_followed_by_the_next_hosts_rules(
    replica: Replica, elsewhere: Replica, tmp_path: Path
) -> None:
    with serving(Replica()) as third:
        third.options.robots = "User-agent: *\nDisallow: /private/\n"
        third.add_file("/open/a.pdf", files.pdf("Open"))
        third.add_file("/private/b.pdf", files.pdf("Private"))
        elsewhere.redirect("/a.pdf", f"{third.url}/open/a.pdf")
        elsewhere.redirect("/b.pdf", f"{third.url}/private/b.pdf")
        name(tmp_path, f"{elsewhere.url}/a.pdf", f"{elsewhere.url}/b.pdf")
        outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
        assert [each["url"] for each in outcome.findings("new")] == [f"{elsewhere.url}/a.pdf"]
        assert paths(third) == ["/robots.txt", "/open/a.pdf"]


def test_a_host_that_is_away_does_not_end_the_run(replica: Replica, tmp_path: Path) -> None:
    gone = "http://127.0.0.1:9"
    replica.add(document("B", attachments=(attachment(f"{FILES}good.pdf"),)))
    name(tmp_path, *(f"{gone}/{number}.pdf" for number in range(4)), f"{FILES}good.pdf")
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"new": 1, "unverified": 4}
    assert outcome.exit_code == 3
    assert "can't be reached" not in outcome.stderr


def test_another_hosts_errors_do_not_slow_the_site(
    replica: Replica, elsewhere: Replica, tmp_path: Path
) -> None:
    elsewhere.fault(faults.status(503, retry_after=3_600), "/reports/annual.pdf")
    replica.add(document("B", attachments=(attachment(f"{FILES}good.pdf"),)))
    name(tmp_path, f"{elsewhere.url}/reports/annual.pdf", f"{FILES}good.pdf")
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url, timeout_s=60)
    assert outcome.kinds() == {"new": 1, "unverified": 1}
    assert "503" in outcome.findings("unverified")[0]["detail"]


def test_a_web_page_elsewhere_is_a_file_too_but_not_in_a_pdfs_place(
    replica: Replica, elsewhere: Replica, tmp_path: Path
) -> None:
    page = "<!DOCTYPE html><html><body><main>A report as a page</main></body></html>"
    elsewhere.add_page("/report", page)
    elsewhere.add_page("/report.pdf", page)
    name(tmp_path, f"{elsewhere.url}/report", f"{elsewhere.url}/report.pdf")
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert [each["url"] for each in outcome.findings("new")] == [f"{elsewhere.url}/report"]
    assert outcome.findings("unverified")[0]["detail"] == "expected a pdf, found a web page"


def test_what_is_no_web_address_is_listed_and_not_asked_for(
    replica: Replica, tmp_path: Path
) -> None:
    addresses = ("ftp://example.org/minutes.pdf", "file:///etc/passwd", "mailto:a@example.org")
    name(tmp_path, *addresses)
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert {each["url"] for each in outcome.findings("unverified")} == set(addresses)
    assert not replica.requests

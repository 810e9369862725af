"""Firewall pages, error statuses and broken answers: retried, waited for, never taken for pages."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.crawling import documents_in, scrapy
from tests.replica import Replica, document, faults
from tests.replica.faults import Fault
from tests.replica.messages import Request, Response
from tests.spiders.sites import NEWEST, asked, publish, publish_recent, slugs


@pytest.mark.parametrize("fault", [faults.blocked(), faults.challenge()])
def test_a_firewall_in_front_of_everything_ends_the_run_after_five_answers(
    replica: Replica, tmp_path: Path, fault: Fault
) -> None:
    publish(replica, 3)
    rule = replica.fault(fault)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert "the firewall answered 5 times in a row" in outcome.stderr
    assert rule.struck == 5
    assert documents_in(tmp_path) == {}


def test_a_firewall_from_the_middle_says_nothing_of_the_documents(
    replica: Replica, tmp_path: Path
) -> None:
    """Neither new ones nor archived ones; the next run, at once, has them all."""
    recent = publish_recent(replica, 2)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)
    publish(replica, 12)
    replica.fault(faults.blocked(), "/release/*", after=1)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert set(outcome.kinds()) <= {"unchanged", "unverified"}
    assert documents_in(tmp_path) == before
    replica.clear_faults()
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert after.exit_code == 0
    assert after.kinds() == {"new": 12, "unchanged": len(recent)}


def test_a_firewall_now_and_then_is_only_waited_for(replica: Replica, tmp_path: Path) -> None:
    """On robots.txt, feed, listing and documents; a page that it let through is a page."""
    replica.options.robots = "User-agent: *\nDisallow: /release/release-3\n"
    publish(replica, 12)
    for where in ("/robots.txt", "/releases/feed", "/releases", "/release/release-5"):
        replica.fault(faults.blocked(), where, times=2)
    replica.fault(faults.challenge(), "/release/*", every=5)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert slugs(documents_in(tmp_path)) == {f"release-{each}" for each in range(12)} - {
        "release-3"
    }
    # robots.txt was read in the end, and obeyed.
    (finding,) = outcome.findings("unverified")
    assert "robots.txt" in finding["detail"]
    assert asked(replica, "/release/release-3") == []
    assert outcome.exit_code == 3  # one page in twelve


def test_a_document_that_the_firewall_keeps_back_for_ever(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 3)
    replica.fault(faults.blocked(), "/release/release-1")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"new": 2, "unverified": 1}
    assert "firewall" in outcome.findings("unverified")[0]["detail"]
    assert len(asked(replica, "/release/release-1")) == 4


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_every_request_back(
    replica: Replica, tmp_path: Path, status: int
) -> None:
    publish(replica, 2)
    replica.fault(faults.status(status, retry_after=2), "/releases", times=1)

    def date(_request: Request, _ordinary: Callable[[], Response]) -> Response:
        soon = datetime.now(UTC) + timedelta(seconds=3)
        return faults.status(status, retry_after=soon).answer(_request, _ordinary)

    replica.fault(Fault("date", date), "/release/release-1", times=1)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 2})
    log = list(replica.requests)
    for place, request in enumerate(log):
        if request.status == status:
            gap_s = log[place + 1].received_at_s - request.received_at_s
            assert gap_s >= 1.9  # an HTTP date has whole seconds only
    assert sum(request.status == status for request in log) == 2


def test_retry_after_that_is_too_long_ends_the_run(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 2)
    replica.fault(faults.status(503, retry_after=86_400), "/release/release-1")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert "asks to come back in 86400 s" in outcome.stderr
    assert len(asked(replica, "/release/release-1")) == 1


def test_an_error_for_one_document_for_ever(replica: Replica, tmp_path: Path) -> None:
    """Four tries, the others unharmed, listed in the report; put off once it failed twice."""
    publish(replica, 12)
    replica.fault(faults.status(500), "/release/release-4")
    for tries, exit_code in ((4, 3), (4, 3), (0, 0)):
        replica.requests.clear()
        outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
        assert outcome.exit_code == exit_code
        assert len(asked(replica, "/release/release-4")) == tries
        if tries:
            assert "answers 500" in outcome.findings("unverified")[0]["detail"]
    assert len(slugs(documents_in(tmp_path))) == 11
    replica.clear_faults()
    retried = scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert (retried.exit_code, retried.kinds()) == (0, {"new": 1})
    again = scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert (again.exit_code, again.kinds()) == (0, {})


@pytest.mark.parametrize("fault", [faults.status(503), faults.reset(), faults.garbage()])
def test_a_storm_is_bounded(replica: Replica, tmp_path: Path, fault: Fault) -> None:
    publish(replica, 30)
    rule = replica.fault(fault, after=8)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, BACKOFF_START_S=0.001)
    assert outcome.exit_code == 3
    assert "in a row" in outcome.stderr
    assert rule.struck <= 20
    replica.clear_faults()
    after = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert after.exit_code == 0
    assert len(slugs(documents_in(tmp_path))) == 30


def half_gzip() -> Fault:
    """A gzip body that a proxy cut and stored, with the length of what it stored."""

    def answer(_request: Request, ordinary: Callable[[], Response]) -> Response:
        response = ordinary()
        body = gzip.compress(response.body)
        headers = {**response.headers, "Content-Encoding": "gzip"}
        return Response(200, body[: len(body) * 2 // 3], headers=headers)

    return Fault("half gzip", answer)


@pytest.mark.parametrize(
    "fault",
    [
        faults.truncated(0.7),
        faults.broken_chunks(0.7),
        faults.reset_midway(0.7),
        half_gzip(),
        faults.no_answer(),
        faults.empty(),
        faults.error_page(),
    ],
    ids=lambda fault: fault.name,
)
def test_a_broken_answer_is_never_a_document(
    replica: Replica, tmp_path: Path, fault: Fault
) -> None:
    """Retried where the wire is at fault; the second page is broken for ever."""
    replica.options.compress = fault.name not in {"half gzip", "reset midway"}
    body = "<p>Whole.</p>" + "<p>More and more.</p>" * 2_000 + "<p>The end.</p>"
    for number in range(3):
        replica.add(document(f"Release {number}", NEWEST - timedelta(days=number), body_html=body))
    replica.fault(fault, "/release/release-0", times=1)
    replica.fault(fault, "/release/release-1")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert outcome.findings("unverified")
    documents = documents_in(tmp_path)
    assert slugs(documents) >= {"release-2"}
    assert "release-1" not in slugs(documents)
    assert all(text.rstrip().endswith(b"The end.") for text in documents.values())
    replica.clear_faults()
    scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert len(slugs(documents_in(tmp_path))) == 3


def test_endless_answers_are_bounded(replica: Replica, tmp_path: Path) -> None:
    """Slow drip, 10 GB, a gzip bomb, endless headers and redirects; and redirects off the site."""
    publish(replica, 8)
    replica.fault(faults.drip(1, 0.1), "/release/release-0")
    replica.fault(faults.huge(), "/release/release-1")
    replica.fault(faults.huge(declared=False), "/release/release-2")
    replica.fault(faults.gzip_bomb(), "/release/release-3")
    replica.fault(faults.redirect_loop(), "/release/release-4")
    replica.fault(faults.huge_head(10_000_000), "/release/release-5")
    replica.fault(faults.redirect("http://127.0.0.2:9/release/release-6"), "/release/release-6")
    outcome = scrapy(
        "crawl",
        "releases",
        archive=tmp_path,
        site=replica.url,
        DOWNLOAD_TIMEOUT=1,
        RETRY_TIMES=1,
        BACKOFF_START_S=0,
    )
    assert outcome.exit_code == 3
    assert outcome.kinds() == {"new": 1, "unverified": 7}
    details = {each["url"][-1]: each["detail"] for each in outcome.findings("unverified")}
    assert "redirect" in details["4"]
    assert "127.0.0.2" in details["6"]
    assert "Traceback" not in outcome.stderr


def test_lists_that_lead_off_the_site_are_not_followed(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 2)
    with_other = replica.url.replace("127.0.0.1", "localhost")
    replica.fault(faults.redirect(f"{with_other}/releases?page=0"), "/releases")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert "localhost" in outcome.stderr
    assert not any("localhost" in each.headers.get("host", "") for each in replica.requests)
    assert asked(replica, "/releases?page=0") == []


@pytest.mark.parametrize(
    "fault", [faults.xml_bomb(), faults.external_entity(), faults.malformed_feed()]
)
def test_hostile_feeds_keep_nobody_from_the_listing(
    replica: Replica, tmp_path: Path, fault: Fault
) -> None:
    publish(replica, 2)
    replica.fault(fault, "/releases/feed")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (3, {"new": 2})
    assert "/releases/feed" in outcome.stderr
    assert "root:" not in outcome.stderr


def test_charsets(replica: Replica, tmp_path: Path) -> None:
    """What is declared wrongly is UTF-8 still; what can't be read for sure is not stored."""
    for number in range(4):
        body = "<p>Māori café</p>" if number < 2 else "<p>Un café</p>"
        replica.add(document(f"Release {number}", NEWEST - timedelta(days=number), body_html=body))
    replica.fault(faults.charset("utf-8", "iso-8859-1"), "/release/release-0")
    replica.fault(faults.charset("utf-8"), "/release/release-1")
    replica.fault(faults.charset("windows-1252", "windows-1252"), "/release/release-2")
    replica.fault(faults.charset("windows-1252", "utf-8"), "/release/release-3")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    documents = documents_in(tmp_path)
    assert slugs(documents) == {"release-0", "release-1", "release-2"}
    assert all(
        "café" in text.decode() and "\ufffd" not in text.decode() for text in documents.values()
    )
    assert sum("Māori" in text.decode() for text in documents.values()) == 2
    assert "UTF-8" in outcome.findings("unverified")[0]["detail"]


def test_hostile_documents_stay_in_the_archive(replica: Replica, tmp_path: Path) -> None:
    """Slugs that lead out, names of any kind, YAML and HTML in every field."""
    for number, slug in enumerate(
        [
            "..%2F..%2F..%2Fetc%2Fpasswd",
            "..",
            "a\x00b",
            "x" * 300,
            "con",
            "nul.md",
            "-rf",
            "a:b|c?*",
        ]
    ):
        replica.add(
            document(
                f"Slug {number}", NEWEST - timedelta(days=number), slug=slug.replace("%2F", "/")
            )
            if "%" not in slug
            else document(f"Slug {number}", NEWEST - timedelta(days=number), slug=slug)
        )
    hostile = '"\n---\nurl: &a !!python/object:os.system "x" <script>alert(1)</script> \x1b[31m'
    replica.add(
        document(
            hostile,
            NEWEST,
            slug="hostile",
            ministers=(hostile, "- a: *b", "{x: y}"),
            portfolios=("# no comment", "@at", "null"),
            body_html="<p>---</p><script>alert(1)</script><p>[x](javascript:alert(1))</p>",
        )
    )
    outside = tmp_path / "outside.txt"
    archive = tmp_path / "deep" / "archive"
    outcome = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert outcome.exit_code in {0, 3}
    assert not outside.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["archive"]
    assert "\x1b" not in outcome.stderr
    assert "Traceback" not in outcome.stderr
    documents = documents_in(archive)
    assert any("hostile" in path for path in documents)
    assert all(path.startswith("releases/2025/03/2025-03-") for path in documents)
    assert scrapy("verify", archive=archive).exit_code == 0
    again = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert not again.findings("new")
    assert documents_in(archive) == documents

"""The replica behaves as SITE facts say, over real HTTP."""

from __future__ import annotations

import http.client
import socket
import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.replica import Replica, attachment, document, serving
from tests.replica.documents import GOVERNMENTS, government_at, slugify
from tests.replica.messages import Request


def get(replica: Replica, target: str, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
    """One request without following redirects."""
    where = urlsplit(replica.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", target, headers=names)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


def tree(page: str) -> LexborHTMLParser:
    return LexborHTMLParser(page)


def row_links(page: str) -> list[str]:
    links = tree(page).css(".views-row h2 a")
    return [link.attributes["href"] or "" for link in links]


def publish(replica: Replica, count: int, newest: str = "2025-06-30T01:00:00Z") -> None:
    """Documents a day apart, ``release-0`` the newest."""
    start = datetime.fromisoformat(newest)
    for number in range(count):
        replica.add(document(f"Release {number}", start - timedelta(days=number)))


class TestDocumentPage:
    def test_current_government(self, replica: Replica) -> None:
        file = attachment(
            "https://www.beehive.govt.nz/sites/default/files/2024-12/A%20plan.pdf", 920600
        )
        made = replica.add(
            document(
                "\u00a0Our journey\u200b ",
                "2024-12-10T16:07:20Z",
                ministers=("Hon Simon Watts",),
                portfolios=("Climate Change", "Energy"),
                attachments=(file,),
                body_html="<p>Eight <b>key</b> policies</p>",
            )
        )
        status, headers, text = get(replica, made.href)
        page = tree(text)
        assert status == 200
        assert headers["Content-Type"] == "text/html; charset=UTF-8"
        assert headers["X-CDN"] == "Imperva"
        assert "/_Incapsula_Resource" in text
        assert page.css_first("h1.article__title").text() == "\n  \u00a0Our journey\u200b \n"
        time_node = page.css_first("time.meta__date time[datetime]")
        assert time_node.attributes["datetime"] == "2024-12-10T16:07:20Z"
        assert time_node.text() == "11 December 2024"
        minister = page.css_first('ul.meta--ministers li a[href^="/minister/"] .minister__title')
        assert minister.text(strip=True) == "Hon Simon Watts"
        tags = page.css('em.tag--portfolio a[href^="/portfolio/"]')
        assert [tag.text(strip=True) for tag in tags] == ["Climate Change", "Energy"]
        link = page.css_first("aside.article__related a[href]")
        assert link.attributes["href"] == file.url
        assert link.attributes["type"] == "application/pdf; length=920600"
        assert link.text() == "A plan.pdf"
        assert page.css_first(".file-size").text() == "899.0 KB"
        assert (
            page.css_first("div.field--name-body").inner_html == "<p>Eight <b>key</b> policies</p>"
        )

    def test_past_government(self, replica: Replica) -> None:
        made = replica.add(
            document("Old", "2019-10-31T02:15:00Z", ministers=("Phil Goff",), portfolios=("Trade",))
        )
        page = tree(get(replica, made.href)[2])
        assert (
            page.css_first("ul.meta--ministers li span.is-archived").text(strip=True) == "Phil Goff"
        )
        assert page.css_first("em.tag--portfolio span.is-archived").text(strip=True) == "Trade"
        assert not page.css('a[href^="/minister/"]')

    def test_missing_parts(self, replica: Replica) -> None:
        made = replica.add(document("Bare", None, body_html=None))
        page = tree(get(replica, made.href)[2])
        assert page.css_first("article.node div.ds-three-col__main")
        for absent in (
            "time",
            "ul.meta--ministers",
            "em.tag",
            ".field--name-body",
            ".article__related",
        ):
            assert not page.css(absent)

    def test_node_id_and_canonical_link_are_optional(self, replica: Replica) -> None:
        made = replica.add(document("Taupō", node_id=21127))
        assert 'rel="shortlink"' not in get(replica, made.href)[2]
        replica.options.shortlink = replica.options.canonical = True
        page = tree(get(replica, made.href)[2])
        links = {link.attributes["rel"]: link.attributes["href"] for link in page.css("link")}
        assert links["shortlink"] == "https://www.beehive.govt.nz/node/21127"
        assert links["canonical"] == "https://www.beehive.govt.nz/release/taup%C5%8D"

    def test_markup_in_values_is_escaped(self, replica: Replica) -> None:
        made = replica.add(document("<b>&amp;", slug='a"b', ministers=("<i>x",)))
        page = tree(get(replica, quote(made.path))[2])
        assert page.css_first("h1").text(strip=True) == "<b>&amp;"
        assert page.css_first(".minister__title").text(strip=True) == "<i>x"

    def test_any_percent_encoding_reaches_it(self, replica: Replica) -> None:
        replica.add(document("PM’s mission", slug="pm’s-mission"))
        assert get(replica, "/release/pm%e2%80%99s-mission")[0] == 200
        assert get(replica, "/%72elease/pm%E2%80%99s-mission")[0] == 200
        assert get(replica, "/release/pms-mission")[0] == 404


class TestLists:
    def test_listing_is_newest_first_ten_a_page(self, replica: Replica) -> None:
        publish(replica, 25)
        first, last, past = (get(replica, f"/releases?page={n}")[2] for n in (0, 2, 3))
        assert row_links(first) == [f"/release/release-{n}" for n in range(10)]
        assert tree(first).css_first('a[rel="next"]').attributes["href"] == "?page=1"
        assert row_links(last) == [f"/release/release-{n}" for n in range(20, 25)]
        assert not tree(last).css('a[rel="next"]')
        assert not row_links(past)

    def test_listing_holds_the_current_government_and_kind_only(self, replica: Replica) -> None:
        publish(replica, 2)
        replica.add(document("Old", "2019-10-31T02:15:00Z"))
        replica.add(document("A speech", "2025-01-01T00:00:00Z", kind="speech"))
        assert len(row_links(get(replica, "/releases")[2])) == 2
        assert row_links(get(replica, "/speeches")[2]) == ["/speech/speech"]
        replica.current_government = "2017-2020-labour"
        assert row_links(get(replica, "/releases")[2]) == ["/release/old"]

    def test_a_row_has_a_time(self, replica: Replica) -> None:
        replica.add(document("Journey", "2024-12-10T16:07:20Z"))
        row = tree(get(replica, "/releases")[2]).css_first(".views-row time[datetime]")
        assert row.attributes["datetime"] == "2024-12-10T16:05:00Z"
        assert row.text() == "11 December 2024"

    def test_search_by_facets(self, replica: Replica) -> None:
        publish(replica, 30, newest="2019-10-31T02:15:00Z")
        replica.add(document("A speech", "2019-01-01T00:00:00Z", kind="speech"))
        query = "/search?f[0]=government_facet:6203&f[1]=content_type_facet:article"
        page = get(replica, query)[2]
        assert row_links(page) == [f"/release/release-{n}" for n in range(24)]
        next_href = tree(page).css_first('a[rel="next"]').attributes["href"] or ""
        assert next_href.endswith("&page=1")
        assert row_links(get(replica, f"/search{next_href}")[2])[-1] == "/release/release-29"
        encoded = "/search?f%5B0%5D=content_type_facet%3Aspeech&f%5B1%5D=government_facet%3A6203"
        assert row_links(get(replica, encoded)[2]) == ["/speech/speech"]
        assert not row_links(get(replica, "/search?f[0]=government_facet:1")[2])
        assert len(row_links(get(replica, "/search")[2])) == 24

    def test_old_search_results_link_nodes(self, replica: Replica) -> None:
        made = replica.add(document("Vietnam", "2006-12-07T12:05:00Z", node_id=21127))
        page = get(replica, "/search?f[0]=government_facet:4637")[2]
        assert row_links(page) == ["/node/21127"]
        status, headers, _ = get(replica, "/node/21127")
        assert (status, headers["Location"]) == (301, replica.url + made.href)

    def test_feed(self, replica: Replica) -> None:
        publish(replica, 12)
        status, headers, text = get(replica, "/releases/feed")
        items = ET.fromstring(text).findall("channel/item")
        assert (status, headers["Content-Type"]) == (200, "application/rss+xml; charset=utf-8")
        assert len(items) == 10
        assert items[0].findtext("link") == "https://www.beehive.govt.nz/release/release-0"
        assert items[0].findtext("pubDate") == "Mon, 30 Jun 2025 01:00:00 +0000"
        assert items[0].findtext("guid") == "140001 at https://www.beehive.govt.nz"
        assert get(replica, "/ministerial-diaries/feed")[0] == 404

    def test_search_that_needs_a_browser_shows_no_rows(self, replica: Replica) -> None:
        publish(replica, 3)
        replica.options.search_needs_javascript = True
        assert not row_links(get(replica, "/search?page=0")[2])
        assert len(row_links(get(replica, "/search?page=0&rows=1")[2])) == 3

    def test_unlisted_documents_stay_where_they_are(self, replica: Replica) -> None:
        publish(replica, 3)
        replica.unlist("/release/release-1")
        assert row_links(get(replica, "/releases")[2]) == [
            "/release/release-0",
            "/release/release-2",
        ]
        assert get(replica, "/release/release-1")[0] == 200


class TestChange:
    def test_edit_rename_and_remove(self, replica: Replica) -> None:
        made = replica.add(document("First", slug="first"))
        replica.edit(made, title="Second")
        assert "Second" in get(replica, "/release/first")[2]
        replica.rename(made, "second")
        status, headers, _ = get(replica, "/release/first")
        assert (status, headers["Location"]) == (301, f"{replica.url}/release/second")
        assert (
            get(replica, f"/node/{made.node_id}")[1]["Location"] == f"{replica.url}/release/second"
        )
        replica.remove("https://www.beehive.govt.nz/release/second", status=410)
        assert get(replica, "/release/second")[0] == 410
        assert get(replica, f"/node/{made.node_id}")[0] == 410
        assert not row_links(get(replica, "/releases")[2])

    def test_a_removed_document_can_come_back(self, replica: Replica) -> None:
        made = replica.add(document("First"))
        replica.add(replica.remove(made))
        assert get(replica, made.href)[0] == 200
        assert get(replica, f"/node/{made.node_id}")[0] == 301

    def test_mistakes_in_a_test_are_refused(self, replica: Replica) -> None:
        made = replica.add(document("First"))
        with pytest.raises(ValueError, match="already there"):
            replica.add(made)
        with pytest.raises(ValueError, match="another document's"):
            replica.add(document("Second", node_id=made.node_id))
        with pytest.raises(ValueError, match="rename"):
            replica.edit(made, slug="other")

    def test_hooks_publish_between_two_fetches(self, replica: Replica) -> None:
        publish(replica, 15)

        def publish_one(request: Request) -> None:
            if request.target == "/releases?page=1":
                replica.add(document("News", "2025-07-01T00:00:00Z"))

        replica.on_request.append(publish_one)
        first = row_links(get(replica, "/releases")[2])
        second = row_links(get(replica, "/releases?page=1")[2])
        assert second[0] == first[-1]
        assert "/release/news" in row_links(get(replica, "/releases")[2])

    def test_files(self, replica: Replica) -> None:
        url = "https://www.beehive.govt.nz/sites/default/files/2024-12/A%20plan.pdf"
        where = urlsplit(url).path
        assert get(replica, where)[0] == 404
        replica.add(document("Plan", attachments=(attachment(url),)))
        with urlopen(replica.url + where) as generated:
            assert generated.headers["Content-Type"] == "application/pdf"
            assert generated.read().startswith(b"%PDF-1.4")
        replica.add_file(url, b"%PDF-1.7 mine")
        _, headers, text = get(replica, where)
        assert text == "%PDF-1.7 mine"
        assert get(replica, where, If_None_Match=headers["ETag"])[0] == 304
        replica.add_file(url, b"same validator", headers={"ETag": headers["ETag"]})
        assert get(replica, where)[2] == "same validator"


class TestValidators:
    def test_not_modified(self, replica: Replica) -> None:
        made = replica.add(document("First", "2024-12-10T16:07:20Z"))
        headers = get(replica, made.href)[1]
        assert parsedate_to_datetime(headers["Last-Modified"]) == made.published_at
        for name, validator in (
            ("If_None_Match", headers["ETag"]),
            ("If_Modified_Since", headers["Last-Modified"]),
        ):
            assert get(replica, made.href, **{name: validator})[::2] == (304, "")
            assert replica.requests[-1].status == 304
        replica.edit(made, title="Second")
        assert get(replica, made.href, If_None_Match=headers["ETag"])[0] == 200
        assert get(replica, made.href, If_Modified_Since=headers["Last-Modified"])[0] == 200

    def test_they_can_be_switched_off(self, replica: Replica) -> None:
        made = replica.add(document("First"))
        etag = get(replica, made.href)[1]["ETag"]
        replica.options.validators = ()
        status, headers, _ = get(replica, made.href, If_None_Match=etag)
        assert status == 200
        assert headers["ETag"] is headers["Last-Modified"] is None


class TestFirewall:
    def test_challenge_lets_a_browser_through(self, replica: Replica) -> None:
        made = replica.add(document("First"))
        replica.options.challenge_clients = True
        status, _, text = get(replica, made.href)
        script = tree(text).css_first("script").attributes["src"] or ""
        assert (status, "First" in text) == (200, False)
        assert "document.cookie" in get(replica, script)[2]
        assert "First" in get(replica, made.href, Cookie="a=b; incap_ses_replica=passed")[2]


class TestServer:
    def test_refusing_connections(self, replica: Replica) -> None:
        with replica.refusing_connections(), pytest.raises(ConnectionRefusedError):
            get(replica, "/")
        assert get(replica, "/robots.txt")[0] == 200

    def test_keep_alive_pipelining_and_bad_requests(self, replica: Replica) -> None:
        where = urlsplit(replica.url)
        with socket.create_connection((where.hostname, where.port), timeout=10) as raw:
            raw.sendall(b"GET /robots.txt HTTP/1.1\r\n\r\n" * 3 + b"nonsense\r\n\r\n")
            received = b"".join(iter(lambda: raw.recv(65536), b""))
        assert received.count(b"HTTP/1.1 200 OK") == 3
        assert received.count(b"HTTP/1.1 400 Bad Request") == 1

    def test_what_a_hook_raises_reaches_the_test(self) -> None:
        def fail(request: Request) -> None:
            raise AssertionError(request.path)

        def run() -> None:
            with serving(Replica()) as replica:
                replica.on_request.append(fail)
                assert get(replica, "/robots.txt")[0] == 500

        with pytest.raises(AssertionError, match=r"^/robots\.txt$"):
            run()

    def test_the_log(self, replica: Replica) -> None:
        before_s = time.monotonic()
        get(replica, "/releases?page=2", User_Agent="a test")
        (entry,) = replica.requests
        assert (entry.method, entry.path, entry.query) == ("GET", "/releases", {"page": "2"})
        assert entry.headers["user-agent"] == "a test"
        assert before_s <= entry.received_at_s <= time.monotonic()


def test_governments_change_at_midnight_in_new_zealand() -> None:
    last = datetime.fromisoformat("2023-11-26T10:59:59Z")
    assert government_at(last) == "2020-2023-labour"
    assert government_at(last + timedelta(seconds=1)) == GOVERNMENTS[0].slug


def test_slugs_are_the_sites() -> None:
    assert slugify("New Zealand and Japan commit to greater cooperation in the Pacific") == (
        "new-zealand-and-japan-commit-greater-cooperation-pacific"
    )
    assert slugify("PM’s South East Asia mission does the business") == (
        "pm’s-south-east-asia-mission-does-business"
    )

"""Each fault does what it says, over real HTTP."""

from __future__ import annotations

import contextlib
import http.client
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request as UrlRequest
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest

from tests.replica import Replica, document, faults
from tests.replica.faults import Fault
from tests.replica.test_replica import get, publish, row_links, tree


@contextlib.contextmanager
def opened(replica: Replica, target: str = "/") -> Iterator[HTTPResponse]:
    """A response whose body is still to be read."""
    where = urlsplit(replica.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    try:
        connection.request("GET", target)
        with connection.getresponse() as response:
            yield response
    finally:
        connection.close()


class TestFaultRules:
    @pytest.mark.parametrize(
        ("rule", "struck"),
        [
            ({}, [1, 2, 3, 4, 5, 6]),
            ({"times": 2}, [1, 2]),
            ({"after": 4}, [5, 6]),
            ({"after": 2, "times": 1}, [3]),
            ({"every": 3}, [3, 6]),
            ({"after": 1, "every": 2, "times": 2}, [3, 5]),
        ],
    )
    def test_which_requests_are_struck(
        self, replica: Replica, rule: dict[str, int], struck: list[int]
    ) -> None:
        replica.fault(faults.status(500), **rule)
        answers = [get(replica, "/robots.txt")[0] for _ in range(6)]
        assert [n for n, status in enumerate(answers, 1) if status == 500] == struck

    def test_where(self, replica: Replica) -> None:
        replica.fault(faults.status(501), "/releases")
        replica.fault(faults.status(502), "/speeches?page=1")
        replica.fault(faults.status(503), "/release/*")
        replica.fault(faults.status(504), lambda request: request.method == "HEAD")
        targets = ["/releases?page=4", "/speeches", "/speeches?page=1", "/release/x", "/features"]
        assert [get(replica, target)[0] for target in targets] == [501, 200, 502, 503, 200]
        with pytest.raises(HTTPError, match="504"):
            urlopen(UrlRequest(replica.url + "/features", method="HEAD"))
        replica.clear_faults()
        assert get(replica, "/releases")[0] == 200

    def test_retry_after(self, replica: Replica) -> None:
        instant = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
        replica.fault(faults.status(429, retry_after=7), times=1)
        replica.fault(faults.status(503, retry_after=instant))
        assert get(replica, "/")[1]["Retry-After"] == "7"
        assert get(replica, "/")[1]["Retry-After"] == "Thu, 02 Jan 2031 03:04:05 GMT"


class TestAnswers:
    def test_blocked(self, replica: Replica) -> None:
        rule = replica.fault(faults.blocked(), "/releases")
        status, _, text = get(replica, "/releases")
        assert status == 200
        assert "Request unsuccessful. Incapsula incident ID" in text
        assert (replica.requests[-1].fault, rule.seen, rule.struck) == ("blocked", 1, 1)

    def test_challenge(self, replica: Replica) -> None:
        replica.fault(faults.challenge())
        status, _, text = get(replica, "/releases")
        assert (status, tree(text).body.text(strip=True)) == (200, "")

    @pytest.mark.parametrize(
        ("fault", "status", "size"),
        [
            (faults.empty(), 200, 0),
            (faults.not_modified(), 304, 0),
            (faults.page("hello"), 200, 5),
            (faults.redirect("/releases"), 302, 0),
        ],
    )
    def test_plain_ones(self, replica: Replica, fault: Fault, status: int, size: int) -> None:
        replica.fault(fault)
        answer = get(replica, "/")
        assert (answer[0], len(answer[2])) == (status, size)

    def test_an_error_page_in_place_of_a_file(self, replica: Replica) -> None:
        replica.add_file("/sites/default/files/a.pdf", b"%PDF-1.4")
        replica.fault(faults.error_page(), "/sites/*")
        status, headers, text = get(replica, "/sites/default/files/a.pdf")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
        assert text.startswith("<!DOCTYPE html>")

    def test_redirect_loop(self, replica: Replica) -> None:
        replica.fault(faults.redirect_loop(), "/releases")
        with pytest.raises(HTTPError, match="infinite loop"):
            urlopen(f"{replica.url}/releases")
        assert len(replica.requests) > 5

    def test_no_rows(self, replica: Replica) -> None:
        publish(replica, 25)
        replica.fault(faults.no_rows(), "/releases?page=1")
        text = get(replica, "/releases?page=1")[2]
        assert tree(text).css_first("div.view-releases footer") is None
        assert tree(text).css_first("div.view-releases").text(strip=True) == ""
        assert "/_Incapsula_Resource" in text
        assert len(row_links(get(replica, "/releases?page=2")[2])) == 5

    def test_list_drift(self, replica: Replica) -> None:
        publish(replica, 3)
        replica.fault(faults.list_drift())
        page = tree(get(replica, "/releases")[2])
        assert len(page.css(".views-row")) == 3
        assert not page.css('a[href^="/release/"]')
        assert not page.css("time")

    def test_document_drift(self, replica: Replica) -> None:
        replica.add(document("First", ministers=("A",), portfolios=("B",), body_html="<p>Body</p>"))
        replica.fault(faults.document_drift())
        page = tree(get(replica, "/release/first")[2])
        known = (
            "article, h1, .ds-three-col__main, .article__title, .field--name-body, .meta--ministers"
        )
        assert not page.css(known)
        assert {"First", "Body"} <= set(page.body.text(separator=" ").split())

    def test_drift_of_one_part(self, replica: Replica) -> None:
        replica.add(document("First", ministers=("A",)))
        replica.fault(faults.renamed_class("meta--ministers", "people"))
        page = tree(get(replica, "/release/first")[2])
        assert page.css("ul.people li")
        assert not page.css("ul.meta--ministers")

    def test_charset(self, replica: Replica) -> None:
        replica.add(document("Café", slug="a"))
        replica.fault(faults.charset("windows-1252"), times=1)
        replica.fault(faults.charset("utf-8", declared="iso-8859-1"))
        with urlopen(f"{replica.url}/release/a") as response:
            body = response.read()
            assert response.headers["Content-Type"] == "text/html"
        assert b"Caf\xe9" in body
        assert b"charset" not in body
        with urlopen(f"{replica.url}/release/a") as response:
            assert response.headers.get_content_charset() == "iso-8859-1"
            assert "Café" in response.read().decode()

    def test_feeds(self, replica: Replica) -> None:
        def feed(fault: Fault) -> str:
            replica.clear_faults()
            replica.fault(fault, "/releases/feed")
            return get(replica, "/releases/feed")[2]

        publish(replica, 3)
        assert not ET.fromstring(feed(faults.empty_feed())).findall("channel/item")
        with pytest.raises(ET.ParseError):
            ET.fromstring(feed(faults.malformed_feed()))
        assert '<!ENTITY a10 "&a9;&a9;' in feed(faults.xml_bomb())
        assert 'SYSTEM "file:///etc/passwd"' in feed(faults.external_entity())


class TestWire:
    def test_reset(self, replica: Replica) -> None:
        replica.fault(faults.reset())
        with pytest.raises(ConnectionResetError):
            get(replica, "/")

    def test_reset_midway(self, replica: Replica) -> None:
        replica.fault(faults.reset_midway())
        with opened(replica, "/releases") as response:
            assert response.status == 200
            with pytest.raises(ConnectionResetError):
                response.read()

    @pytest.mark.parametrize("fault", [faults.truncated(), faults.broken_chunks()])
    def test_cut_short(self, replica: Replica, fault: Fault) -> None:
        replica.fault(fault)
        with pytest.raises(http.client.IncompleteRead) as caught:
            get(replica, "/releases")
        assert caught.value.partial.startswith(b"<!DOCTYPE html>")

    def test_no_answer(self, replica: Replica) -> None:
        replica.fault(faults.no_answer())
        with pytest.raises(http.client.RemoteDisconnected):
            get(replica, "/")

    def test_garbage(self, replica: Replica) -> None:
        replica.fault(faults.garbage())
        with pytest.raises(http.client.BadStatusLine):
            get(replica, "/")

    def test_delay_and_drip_leave_other_clients_alone(self, replica: Replica) -> None:
        replica.fault(faults.silence(), "/silence")
        replica.fault(faults.drip(size_bytes=5, pause_s=0.01), "/robots.txt")
        replica.fault(faults.delayed(0.2), "/releases")
        where = urlsplit(replica.url)
        silent = http.client.HTTPConnection(where.hostname or "", where.port)
        silent.request("GET", "/silence")
        started_s = time.monotonic()
        assert get(replica, "/robots.txt")[2].startswith("User-agent")
        assert get(replica, "/releases")[0] == 200
        assert time.monotonic() - started_s > 0.5
        silent.close()

    @pytest.mark.parametrize("declared", [True, False])
    def test_huge(self, replica: Replica, *, declared: bool) -> None:
        replica.fault(faults.huge(declared=declared), "/")
        with opened(replica) as response:
            assert response.headers["Content-Length"] == ("10000000000" if declared else None)
            assert all(response.read(1_000_000) for _ in range(20))
        assert get(replica, "/robots.txt")[0] == 200

    @pytest.mark.parametrize("declared", [True, False])
    @pytest.mark.parametrize("size", [0, 1, 250_000])
    def test_huge_is_as_long_as_it_says(
        self, replica: Replica, size: int, *, declared: bool
    ) -> None:
        replica.fault(faults.huge(size, declared=declared))
        assert len(get(replica, "/")[2]) == size

    def test_huge_head(self, replica: Replica) -> None:
        replica.fault(faults.huge_head())
        with pytest.raises(http.client.HTTPException):
            get(replica, "/")

    def test_gzip_bomb(self, replica: Replica) -> None:
        replica.fault(faults.gzip_bomb(50_000_000))
        with opened(replica) as response:
            packed = response.read()
        assert len(packed) < 100_000
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        assert unpacker.decompress(packed) == bytes(50_000_000)
        assert unpacker.eof

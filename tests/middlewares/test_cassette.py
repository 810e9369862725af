"""Whole crawls against a real server on loopback, recorded, then replayed with the server gone."""

from __future__ import annotations

import base64
import gzip
import json
import signal
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
import yaml
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from beehive_archive.middlewares.cassette import CassetteMiddleware
from tests.forking import Forked
from tests.middlewares import tiny_crawl

SITE = "https://www.beehive.govt.nz"
PAGE = "<html>\n<p>Tēnā koutou \t</p>  \n</html>\n".encode()
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 3
HTML = {"Content-Type": "text/html; charset=UTF-8"}
TIME_LIMIT_S = 90  # a crawl takes about one second; this is for "does not hang"


ANSWERS = {
    "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private\n"),
    "/page": (200, HTML | {"ETag": '"1"', "Set-Cookie": "sid=SECRET"}, PAGE),
    "/gzip": (200, HTML | {"Content-Encoding": "gzip"}, gzip.compress(PAGE)),
    "/br": (200, HTML | {"Content-Encoding": "br"}, brotli.compress(PAGE)),
    "/bad-gzip": (200, HTML | {"Content-Encoding": "gzip"}, b"no gzip at all"),
    "/latin-1": (200, {"Content-Type": "text/html; charset=iso-8859-1"}, b"<p>\xe9</p>"),
    "/doc.pdf": (200, {"Content-Type": "application/pdf"}, PDF),
    "/nothing-said": (200, {}, b"{}"),
    "/hop": (302, {"Location": "/node/1"}, b""),
    "/node/1": (301, {"Location": "ORIGIN/page"}, b"<p>moved</p>"),
    "/count": (200, HTML, b"visit VISITS"),
}
NOT_FOUND = (404, HTML, b"<p>Not here</p>")


def answer(path, visits, origin):
    """Return the status, headers and body of the test site's pages."""
    if path == "/flaky" and visits == 1:
        return 503, {"Retry-After": "1"}, b"later"
    if path == "/flaky":
        return 200, HTML, b"now"
    if path == "/slow":
        time.sleep(TIME_LIMIT_S)
    status, headers, body = ANSWERS.get(path, NOT_FOUND)
    headers = {name: value.replace("ORIGIN", origin) for name, value in headers.items()}
    return status, headers, body.replace(b"VISITS", b"%d" % visits)


class Site:
    """The test site: its origin, and what was asked of it."""

    def __init__(self):
        site = self
        self.visits = Counter()
        self.headers = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.visits[self.path] += 1
                site.headers.append(dict(self.headers))
                status, headers, body = answer(self.path, site.visits[self.path], site.origin)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.socket.close()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def tape(tmp_path):
    return tmp_path / "cassette.yaml"


def start_crawl(tape, urls, **settings):
    return Forked(tiny_crawl.crawl, {"CASSETTE": str(tape), **settings}, urls)


def crawl(tape, urls, **settings):
    ended = start_crawl(tape, urls, **settings).wait(TIME_LIMIT_S)
    assert ended.stdout, ended.stderr
    return json.loads(ended.stdout) | {"log": ended.stderr}


def record(tape, site, paths, mode="once", **settings):
    urls = [site.origin + path for path in paths]
    return crawl(tape, urls, CASSETTE_MODE=mode, SITE_URL=site.origin, **settings)


def replay(tape, paths, **settings):
    return crawl(tape, [SITE + path for path in paths], **settings)


def bodies(result):
    return [base64.b64decode(each["body"]).decode() for each in result["answers"]]


PATHS = [
    "/page",
    "/gzip",
    "/br",
    "/latin-1",
    "/doc.pdf",
    "/nothing-said",
    "/hop",
    "/missing",
    "/count",
    "/count",
    "/page#part",
]


def test_a_recorded_crawl_is_replayed_without_the_server(site, tape):
    recorded = record(tape, site, PATHS, ROBOTSTXT_OBEY=True)
    site.stop()
    replayed = replay(tape, PATHS, ROBOTSTXT_OBEY=True)
    same = ("status", "class", "encoding", "body")
    for path, before, after in zip(PATHS, recorded["answers"], replayed["answers"], strict=True):
        assert {key: after[key] for key in same} == {key: before[key] for key in same}, path
        assert after["url"] == before["url"].replace(site.origin, SITE), path
        assert after["hops"] == [hop.replace(site.origin, SITE) for hop in before["hops"]]
        assert (before["flags"], after["flags"]) == ([], ["cassette"])
    assert [base64.b64decode(each["body"]) for each in replayed["answers"][:3]] == [PAGE] * 3
    assert base64.b64decode(replayed["answers"][4]["body"]) == PDF
    assert replayed["answers"][6]["hops"] == [f"{SITE}/hop", f"{SITE}/node/1"]
    # 11 pages, 2 redirects, 1 robots.txt; each hop was recorded by itself
    assert recorded["stats"]["cassette/recorded"] == 14
    assert replayed["stats"]["cassette/played"] == 14
    assert replayed["stats"]["robotstxt/response_count"] == 1
    assert replayed["stats"]["downloader/request_count"] == 14
    assert "cassette/missed" not in replayed["stats"]


def test_recording_changes_nothing_for_the_crawl(site, tape):
    paths = ["/page", "/gzip", "/br", "/doc.pdf", "/hop", "/bad-gzip"]
    urls = [site.origin + path for path in paths]
    plain = crawl(tape, urls, CASSETTE=None)
    recorded = crawl(tape, urls, CASSETTE_MODE="once")
    for one, other in zip(plain["answers"], recorded["answers"], strict=True):
        for each in (one, other):
            each.pop("latency", None)
            each.get("headers", {}).pop("Date", None)
        assert one == other
    for name in ("httpcompression/response_bytes", "downloader/response_bytes"):
        assert abs(recorded["stats"][name] - plain["stats"][name]) < 20, name


def test_a_body_that_cannot_be_decoded_is_replayed_with_its_fault(site, tape):
    recorded = record(tape, site, ["/bad-gzip"])
    site.stop()
    replayed = replay(tape, ["/bad-gzip"])
    assert replayed["answers"] == recorded["answers"]
    assert replayed["answers"][0]["error"] == "BadGzipFile"


def test_the_file_is_readable_and_holds_no_secrets(site, tape):
    settings = {
        "USER_AGENT": "tiny (+mailto:SECRET@example.org)",
        "DEFAULT_REQUEST_HEADERS": {"Authorization": "Basic SECRET", "Cookie": "a=SECRET"},
    }
    record(tape, site, ["/page", "/gzip", "/br", "/page"], **settings)
    assert any("SECRET" in each.get("User-Agent", "") for each in site.headers), "it was sent"
    text = tape.read_text("utf-8")
    assert "SECRET" not in text
    assert site.origin not in text
    assert text.count("        <p>Tēnā koutou \t</p>  \n") == 4
    exchanges = yaml.safe_load(text)["interactions"]
    assert {name for each in exchanges for name in each["response"]["headers"]} == {
        "Content-Type",
        "Etag",
    }


def test_recording_again_gives_the_same_file(site, tape):
    record(tape, site, ["/page", "/gzip", "/hop", "/missing", "/doc.pdf"])
    before = tape.read_bytes()
    record(tape, site, ["/doc.pdf", "/missing", "/hop", "/gzip", "/page"], mode="all")
    assert tape.read_bytes() == before


def test_each_exchange_is_played_once_in_order(site, tape):
    record(tape, site, ["/count", "/count"])
    site.stop()
    replayed = replay(tape, ["/count"] * 3)
    assert bodies({"answers": replayed["answers"][:2]}) == ["visit 1", "visit 2"]
    assert "2 that were all played already" in replayed["answers"][2]["message"]
    repeated = replay(tape, ["/count"] * 3, CASSETTE_ALLOW_PLAYBACK_REPEATS=True)
    assert bodies(repeated) == ["visit 1"] * 3


def test_retries_are_replayed_as_they_were(site, tape):
    record(tape, site, ["/flaky"], RETRY_HTTP_CODES=[503])
    site.stop()
    replayed = replay(tape, ["/flaky"], RETRY_HTTP_CODES=[503])
    assert bodies(replayed) == ["now"]
    assert replayed["stats"]["retry/count"] == 1


def test_a_missing_exchange_is_an_error_that_is_not_retried(site, tape):
    record(tape, site, ["/page"])
    replayed = record(tape, site, ["/count", "/page"], mode="none", RETRY_TIMES=5)
    missed, played = replayed["answers"]
    assert missed["error"] == "CassetteMissError"
    for part in (f"{site.origin}/count", str(tape), "CASSETTE_MODE=new_episodes"):
        assert part in missed["message"]
    assert played["status"] == 200
    assert replayed["stats"]["cassette/missed"] == 1
    assert "retry/count" not in replayed["stats"]
    assert site.visits == {"/page": 1}, "nothing went out"


def test_once_does_not_record_into_a_cassette_that_exists(site, tape):
    record(tape, site, ["/page"], mode="once")
    before = tape.read_bytes()
    again = record(tape, site, ["/page", "/count"], mode="once")
    assert again["answers"][0]["flags"] == ["cassette"]
    assert again["answers"][1]["error"] == "CassetteMissError"
    assert tape.read_bytes() == before


def test_new_episodes_replays_what_there_is_and_records_the_rest(site, tape):
    record(tape, site, ["/page"])
    again = record(tape, site, ["/page", "/count"], mode="new_episodes")
    assert [each["flags"] for each in again["answers"]] == [["cassette"], []]
    assert site.visits == {"/page": 1, "/count": 1}
    site.stop()
    assert replay(tape, ["/page", "/count"])["stats"]["cassette/played"] == 2


def test_all_records_anew_and_keeps_what_was_not_asked_for(site, tape):
    record(tape, site, ["/count", "/page"])
    again = record(tape, site, ["/count"], mode="all")
    assert again["answers"][0]["flags"] == []
    site.stop()
    replayed = replay(tape, ["/count", "/page"])
    assert bodies(replayed) == ["visit 2", PAGE.decode()]


def test_replaying_waits_for_nothing(site, tape):
    paths = ["/page", "/gzip", "/br", "/count"]
    record(tape, site, paths)
    site.stop()
    slow = {"DOWNLOAD_DELAY": 60, "AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 60}
    replayed = replay(tape, paths, **slow)
    assert replayed["stats"]["elapsed_time_seconds"] < 30
    assert [each["latency"] for each in replayed["answers"]] == [None] * 4


def test_a_replica_is_replayed_from_another_address(site, tape):
    record(tape, site, ["/hop"])
    site.stop()
    elsewhere = "http://127.0.0.1:9"
    replayed = crawl(tape, [elsewhere + "/hop"], SITE_URL=elsewhere)
    assert replayed["answers"][0]["url"] == elsewhere + "/page"


def test_ctrl_c_saves_what_was_recorded(site, tape):
    urls = [site.origin + path for path in ("/page", "/count", "/slow")]
    settings = {"CASSETTE_MODE": "once", "SITE_URL": site.origin, "DOWNLOAD_TIMEOUT": 2}
    settings["RETRY_ENABLED"] = False
    process = start_crawl(tape, urls, **settings)
    deadline = time.monotonic() + TIME_LIMIT_S
    while not site.visits["/slow"] and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send(signal.SIGINT)
    process.wait(TIME_LIMIT_S)
    assert replay(tape, ["/page", "/count"])["stats"]["cassette/played"] == 2


def test_a_cassette_that_cannot_be_saved_is_reported(site, tape):
    """The folder goes while the crawl runs: a file has taken its place when it ends."""
    lost = tape.parent / "folder" / "cassette.yaml"
    urls = [site.origin + path for path in ("/page", "/slow")]
    process = start_crawl(tape, urls, CASSETTE=str(lost), CASSETTE_MODE="once", DOWNLOAD_TIMEOUT=2)
    while not site.visits["/slow"] and process.is_alive():
        time.sleep(0.05)
    lost.parent.touch()
    ended = process.wait(TIME_LIMIT_S)
    assert json.loads(ended.stdout)["stats"]["cassette/save_failed"] == 1
    assert f"CASSETTE: {lost} was not saved" in ended.stderr


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "no file"), ("", "an empty file"), ("interactions: [", "ParserError")],
)
def test_without_a_sound_cassette_no_crawl_starts(site, tape, content, problem):
    if content is not None:
        tape.write_text(content)
    failure = record(tape, site, ["/page"], mode="none")["failure"]
    assert failure.startswith("ConfigurationError: CASSETTE: expected a cassette")
    assert str(tape) in failure
    assert problem in failure
    assert not site.visits


def test_it_is_off_without_the_setting():
    with pytest.raises(NotConfigured) as error:
        CassetteMiddleware.from_crawler(get_crawler(settings_dict={"CASSETTE": None}))
    assert not error.value.args, "Scrapy would log a reason as a warning"

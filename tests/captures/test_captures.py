"""Kept captures: WARC files that other tools read, and documents made from them again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

warcio = pytest.importorskip("warcio")

from warcio.archiveiterator import ArchiveIterator  # noqa: E402

from beehive_archive.captures.reader import Captures  # noqa: E402
from beehive_archive.captures.writer import CaptureWriter, Exchange  # noqa: E402
from tests.crawling import (  # noqa: E402
    ROOT,
    Started,
    arguments,
    documents_in,
    scrapy,
    wait_for_requests,
)
from tests.replica import Replica, faults  # noqa: E402
from tests.spiders.sites import asked, publish, publish_recent, slugs  # noqa: E402


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.warc.gz"))


def records(folder: Path) -> list[dict[str, Any]]:
    """Read every record as another tool does, digests checked."""
    found = []
    for path in files(folder):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests=True):
                content = record.content_stream().read()
                assert record.digest_checker.passed is not False, record.digest_checker.problems
                headers = dict(record.rec_headers.headers)
                http = record.http_headers
                head = f"{http.protocol} {http.statusline}" if http else ""
                found.append({"type": record.rec_type, "body": content, "head": head, **headers})
    return found


def check(folder: Path) -> int:
    """Run warcio's own check."""
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, files(folder))]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_every_exchange_is_kept_as_it_came(replica: Replica, tmp_path: Path) -> None:
    """robots.txt, feed, listing, each hop of a redirect, documents, attachments; still packed."""
    publish(replica, 3)
    replica.fault(faults.blocked(), "/release/release-1", times=1)
    warc = tmp_path / "warc"
    outcome = scrapy("crawl", "releases", archive=tmp_path / "a", site=replica.url, WARC_DIR=warc)
    assert outcome.exit_code == 0, outcome.stderr
    found = records(warc)
    assert check(warc) == 0
    assert found[0]["type"] == "warcinfo"
    answers = [each for each in found if each["type"] in {"response", "revisit"}]
    assert len(answers) == len(replica.requests)
    wanted = Counter(replica.url + each.target for each in replica.requests)
    assert Counter(each["WARC-Target-URI"] for each in answers) == wanted
    requests = [each for each in found if each["type"] == "request"]
    assert {each["WARC-Concurrent-To"] for each in requests} == {
        each["WARC-Record-ID"] for each in answers
    }
    assert all(each["head"].startswith("GET /") for each in requests)
    page = next(each for each in answers if each["WARC-Target-URI"].endswith("/release-2"))
    assert b"Release 2" in page["body"]
    raw = b"".join(path.read_bytes() for path in files(warc))
    assert raw.count(b"\x1f\x8b\x08") >= len(found)  # a gzip member for each record


def test_a_payload_that_is_there_already_is_only_referred_to(
    replica: Replica, tmp_path: Path
) -> None:
    """Also in a later run, but not where its file is gone."""
    replica.options.validators = ()
    publish_recent(replica, 2)
    archive, warc = tmp_path / "a", tmp_path / "warc"
    for _ in range(2):
        scrapy("crawl", "releases", archive=archive, site=replica.url, WARC_DIR=warc)
    assert check(warc) == 0
    second = [
        each
        for each in records(warc)
        if each.get("WARC-Target-URI", "").endswith("/release/recent-0")
        and each["type"] != "request"
    ]
    assert [each["type"] for each in second] == ["response", "revisit"]
    assert second[1]["WARC-Payload-Digest"] == second[0]["WARC-Payload-Digest"]
    assert second[1]["WARC-Refers-To-Date"] == second[0]["WARC-Date"]
    assert second[1]["WARC-Refers-To-Target-URI"] == second[0]["WARC-Target-URI"]
    # The revisit alone is enough to render the document again, with the first run's file.
    again = tmp_path / "again"
    outcome = scrapy("crawl", "releases", "-a", f"warc={warc}", archive=again, site=replica.url)
    assert outcome.kinds() == {"new": 2}
    assert documents_in(again) == documents_in(archive)

    files(warc)[0].unlink()
    (warc / "payloads.sqlite").write_bytes(b"damaged")
    scrapy("crawl", "releases", archive=archive, site=replica.url, WARC_DIR=warc)
    assert any(
        each["type"] == "response" and each["WARC-Target-URI"].endswith("/recent-0")
        for each in records(warc)
    )


def test_documents_from_captures_are_those_of_the_network(replica: Replica, tmp_path: Path) -> None:
    """The latest capture wins, the firewall's and cut ones are no captures; nobody is asked."""
    made = publish(replica, 12)
    archive, warc = tmp_path / "a", tmp_path / "warc"
    kept = {"archive": archive, "site": replica.url, "WARC_DIR": warc}
    scrapy("crawl", "releases", **kept)
    replica.edit(made[3], title="Put right since")
    url = f"{replica.url}{made[3].href}"
    scrapy("crawl", "releases", "-a", f"urls={url}", ON_CHANGE="update", **kept)
    replica.fault(faults.blocked())
    scrapy("crawl", "releases", "-a", f"urls={replica.url}{made[4].href}", **kept)
    replica.requests.clear()
    again = tmp_path / "again"
    outcome = scrapy("crawl", "releases", "-a", f"warc={warc}", archive=again, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 12})
    assert list(replica.requests) == []
    whole = {name: text for name, text in documents_in(archive).items() if "revisions" not in name}
    assert sorted(documents_in(again).values()) == sorted(whole.values())
    assert any(b"Put right since" in text for text in documents_in(again).values())
    # Over the archive itself nothing differs, and nothing counts as checked today.
    over = scrapy("crawl", "releases", "-a", f"warc={warc}", archive=archive, site=replica.url)
    assert (over.exit_code, over.kinds()) == (0, {"unchanged": 12})


def test_a_better_parser_over_old_captures(replica: Replica, tmp_path: Path) -> None:
    """What another version wrote differently is reported, and updated where that is asked for."""
    publish(replica, 3)
    archive, warc = tmp_path / "a", tmp_path / "warc"
    scrapy("crawl", "releases", archive=archive, site=replica.url, WARC_DIR=warc)
    good = documents_in(archive)
    worse = next(archive.rglob("*release-1.md"))
    worse.write_bytes(worse.read_bytes().replace(b"Release 1", b"Relese 1"))
    read = ("crawl", "releases", "-a", f"warc={files(warc)[0]}")
    outcome = scrapy(*read, archive=archive, site=replica.url)
    assert outcome.kinds() == {"unchanged": 2, "changed": 1}
    outcome = scrapy(*read, archive=archive, site=replica.url, ON_CHANGE="update")
    assert outcome.kinds() == {"unchanged": 2, "changed": 1}
    documents = documents_in(archive)
    assert {name: documents[name] for name in good} == good
    assert any(name.startswith("revisions/") for name in documents)


def test_a_capture_that_is_older_than_what_the_archive_saw_is_left_out(
    replica: Replica, tmp_path: Path
) -> None:
    (made,) = publish_recent(replica, 1)
    archive, warc = tmp_path / "a", tmp_path / "warc"
    scrapy("crawl", "releases", archive=archive, site=replica.url, WARC_DIR=warc)
    replica.edit(made, title="Put right")
    scrapy("crawl", "releases", archive=archive, site=replica.url, ON_CHANGE="update")
    _age(files(warc)[0])
    before = documents_in(archive)
    outcome = scrapy(
        "crawl", "releases", "-a", f"warc={warc}", archive=archive, site=replica.url,
        ON_CHANGE="update",
    )  # fmt: skip
    assert (outcome.exit_code, outcome.kinds()) == (0, {})
    assert "the site was seen after it" in outcome.stderr
    assert documents_in(archive) == before


def _age(path: Path) -> None:
    """Have a file's records say that they are of last year."""
    from warcio.warcwriter import WARCWriter

    aged = path.with_suffix(".aged")
    with path.open("rb") as stream, aged.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        for record in ArchiveIterator(stream):
            date = record.rec_headers.get_header("WARC-Date")
            record.rec_headers.replace_header("WARC-Date", f"2025{date[4:]}")
            writer.write_record(record)
    aged.replace(path)


def test_a_kill_leaves_whole_records(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 40)
    archive, warc = tmp_path / "a", tmp_path / "warc"
    process = Started("crawl", "releases", archive=archive, site=replica.url, WARC_DIR=warc)
    wait_for_requests(replica, 12, process)
    process.send(signal.SIGKILL)
    process.wait()
    (file,) = files(warc)
    assert len([each for each in records(warc) if each["type"] == "response"]) >= 10
    # As a power cut may leave it, too: in the middle of a record.
    whole = file.read_bytes()
    for lost in (1, 40, 300):
        file.write_bytes(whole[:-lost])
        again = tmp_path / f"again-{lost}"
        outcome = scrapy("crawl", "releases", "-a", f"warc={warc}", archive=again, site=replica.url)
        assert outcome.exit_code == 0, outcome.stderr
        assert documents_in(again)
    file.write_bytes(whole[: len(whole) // 2] + b"\0" * 200 + whole[len(whole) // 2 :])
    outcome = scrapy(
        "crawl", "releases", "-a", f"warc={warc}", archive=tmp_path / "damaged", site=replica.url
    )
    assert outcome.exit_code == 3
    assert "damaged record" in outcome.stderr


def exchange(number: int = 0, body: bytes = b"") -> Exchange:
    return Exchange(
        url=f"http://localhost/{number}",
        request_line=f"GET /{number} HTTP/1.1",
        request_headers=[("Host", "localhost")],
        request_body=b"",
        status_line="HTTP/1.1 200 OK",
        response_headers=[("Content-Type", "text/html"), ("X-Odd", "caf\xe9")],
        response_body=body or os.urandom(2_000),
    )


def test_files_are_rolled_by_their_size(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, 10_000, {"operator": "somebody"})
    for number in range(20):
        writer.write(exchange(number))
    writer.close()
    assert len(files(tmp_path)) > 3
    assert all(path.stat().st_size < 15_000 for path in files(tmp_path))
    found = records(tmp_path)
    assert sum(each["type"] == "warcinfo" for each in found) == len(files(tmp_path))
    assert sum(each["type"] == "response" for each in found) == 20
    assert check(tmp_path) == 0


def test_a_full_disk_ends_the_file_with_the_record_before(tmp_path: Path) -> None:
    """At the OS call: no file of this process may grow past the limit."""
    code = f"""
import resource, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from beehive_archive.errors import ArchiveError
from tests.captures.test_captures import CaptureWriter, exchange
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))
writer = CaptureWriter(Path({str(tmp_path)!r}), 10**9, {{}})
written = 0
try:
    for number in range(20):
        writer.write(exchange(number))
        written += 1
except ArchiveError as error:
    print(written, error)
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    written = int(said.split()[0])
    assert "can't be written" in said
    assert 0 < written < 20
    assert sum(each["type"] == "response" for each in records(tmp_path)) == written
    assert check(tmp_path) == 0


def test_captures_that_cannot_be_kept_end_the_run(replica: Replica, tmp_path: Path) -> None:
    """Loudly, and what is in the archive is whole."""
    publish(replica, 5)
    (tmp_path / "file").touch()
    outcome = scrapy(
        "crawl", "releases", archive=tmp_path / "a", site=replica.url,
        WARC_DIR=tmp_path / "file" / "warc",
    )  # fmt: skip
    assert outcome.exit_code == 3
    assert "captures can't be written" in outcome.stderr


@pytest.mark.parametrize(
    ("given", "settings", "problem"),
    [
        (["warc=/nowhere/at/all"], {}, "warc: expected a WARC file"),
        (["warc=", "pages=2"], {}, "warc: captures are read instead of lists"),
        ([], {"WARC_DIR": "x", "WARC_MAX_BYTES": "many"}, "WARC_MAX_BYTES"),
    ],
)
def test_wrong_usage(
    tmp_path: Path, given: list[str], settings: dict[str, str], problem: str
) -> None:
    words = [word for each in given for word in ("-a", each)]
    outcome = scrapy(
        "crawl", "releases", *words, archive=tmp_path, site="http://127.0.0.1:9", **settings
    )
    assert outcome.exit_code == 2
    assert problem in outcome.stderr


def test_without_the_extra_the_main_job_runs_and_captures_say_what_to_install(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hiding").mkdir()
    (tmp_path / "hiding" / "sitecustomize.py").write_text(
        "import sys, importlib.util as u\nf = u.find_spec\n"
        "u.find_spec = lambda n, p=None: None if n == 'warcio' else f(n, p)\n"
        "sys.modules['warcio'] = None\n"
    )
    publish(replica, 1)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "hiding")}

    def run(**settings: object) -> subprocess.CompletedProcess[str]:
        command = arguments(
            "crawl", "releases", archive=tmp_path / "a", site=replica.url, **settings
        )
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    assert run().returncode == 0
    without = run(WARC_DIR=tmp_path / "warc")
    assert without.returncode == 2
    assert "install -e '.[warc]'" in without.stderr


def test_an_attachment_is_read_from_its_capture_too(replica: Replica, tmp_path: Path) -> None:
    from tests.replica import attachment, document

    url = "https://www.beehive.govt.nz/sites/default/files/2025-03/plan.pdf"
    replica.add(document("With a plan", "2025-03-01T00:00:00Z", attachments=(attachment(url),)))
    archive, warc, again = tmp_path / "a", tmp_path / "warc", tmp_path / "again"
    first = scrapy("crawl", "releases", archive=archive, site=replica.url, WARC_DIR=warc)
    assert first.exit_code == 0, first.stderr
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", "-a", f"warc={warc}", archive=again, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    assert asked(replica) == []
    assert documents_in(again) == documents_in(archive)
    assert slugs(documents_in(again)) >= {"plan"}


def test_an_answer_without_a_body_is_no_capture(tmp_path: Path) -> None:
    """To a HEAD request, say, after the page itself was captured."""
    writer = CaptureWriter(tmp_path, 10**9, {})
    page = exchange(7, b"<main>The page</main>")
    writer.write(page)
    writer.write(replace(page, request_line="HEAD /7 HTTP/1.1", response_body=b""))
    writer.close()
    captures = Captures.read(files(tmp_path), "http://elsewhere")
    capture = captures.get(page.url)
    assert capture is not None
    assert captures.read_answer(capture).body == page.response_body


def test_another_tools_file_is_read(tmp_path: Path) -> None:
    """Without digests, chunked, not compressed, with the address in angle brackets."""
    body = b"<main>A page in pieces</main>"
    chunks = b"6\r\n<main>\r\n17\r\nA page in pieces</main>\r\n0\r\n\r\n"
    block = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    )
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:x>\r\n"
        "WARC-Target-URI: <http://localhost/release/a>\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    file = tmp_path / "other.warc"
    file.write_bytes(head.encode() + block + b"\r\n\r\n")
    captures = Captures.read([file], "http://localhost")
    (capture,) = captures.documents()
    assert capture.url == "https://www.beehive.govt.nz/release/a"
    assert captures.read_answer(capture).body == body

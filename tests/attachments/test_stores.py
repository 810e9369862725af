"""Other places for files, by Scrapy's own settings: another folder, and a bucket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from beehive_archive.attachments.config import AttachmentConfig
from beehive_archive.text.attachment_text import loads_attachment
from tests.attachments.stock import FILES, ROOT, SITE, file_requests, write_document
from tests.crawling import scrapy
from tests.replica import Replica, files

URLS = (f"{FILES}2024-01/Plan%20A.pdf", f"{FILES}2024-01/b.docx")
DEFAULTS = {
    "ATTACHMENTS_ENABLED": "True",
    "ATTACHMENT_MAX_BYTES": "1000",
    "ATTACHMENT_TIMEOUT_S": "5",
    "ATTACHMENT_WORKERS": "1",
}


@pytest.fixture
def archive(replica: Replica, tmp_path: Path) -> Path:
    replica.add_file(f"{ROOT}2024-01/Plan A.pdf", files.pdf("A plan"))
    replica.add_file(f"{ROOT}2024-01/b.docx", files.docx("A letter"))
    write_document(tmp_path / "archive", f"{SITE}/release/a", date(2024, 1, 1), URLS)
    return tmp_path / "archive"


def test_another_folder(replica: Replica, archive: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    settings = {"FILES_STORE": elsewhere}
    outcome = scrapy("crawl", "attachments", archive=archive, site=replica.url, **settings)
    assert outcome.exit_code == 0, outcome.stderr
    assert (elsewhere / "2024-01/Plan A.pdf").read_bytes() == files.pdf("A plan")
    assert (elsewhere / "2024-01/Plan A.pdf.md").exists()
    assert not (archive / "attachments").exists()
    replica.requests.clear()
    scrapy("crawl", "attachments", archive=archive, site=replica.url, **settings)
    assert file_requests(replica) == []


def test_a_bucket(replica: Replica, archive: Path) -> None:
    pytest.importorskip("botocore")
    with bucket() as (url, objects):
        settings = {
            "FILES_STORE": "s3://archive/files/",
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_REGION_NAME": "us-east-1",
        }
        outcome = scrapy("crawl", "attachments", archive=archive, site=replica.url, **settings)
        assert outcome.exit_code == 0, outcome.stderr
        assert outcome.kinds() == {"new": 2}
        assert objects["/archive/files/2024-01/Plan%20A.pdf"] == files.pdf("A plan")
        text = loads_attachment(objects["/archive/files/2024-01/Plan%20A.pdf.md"].decode())
        assert "A plan" in text.body
        assert not (archive / "attachments").exists()

        replica.requests.clear()
        again = scrapy("crawl", "attachments", archive=archive, site=replica.url, **settings)
        assert again.kinds() == {"unchanged": 2}
        assert file_requests(replica) == []

        before = dict(objects)
        replica.add_file(f"{ROOT}2024-01/Plan A.pdf", files.pdf("Another plan"))
        verify = ("crawl", "attachments", "-a", "verify=1")
        changed = scrapy(*verify, archive=archive, site=replica.url, **settings)
        assert changed.kinds() == {"changed": 1, "unchanged": 1}
        assert "no revisions" in changed.findings("changed")[0]["detail"]
        assert objects == before, "what can't be kept as a revision is not overwritten"


@pytest.mark.parametrize(
    ("store", "folder"),
    [
        ("/data/files", Path("/data/files")),
        ("file:///data/files", Path("/data/files")),
        (None, Path("/archive/attachments")),
    ],
)
def test_folders(store: str | None, folder: Path) -> None:
    settings = {**DEFAULTS, "FILES_STORE": store}
    assert AttachmentConfig.from_settings(settings, Path("/archive")).folder == folder


@contextmanager
def bucket() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Serve just enough of S3 on loopback to put objects."""
    objects: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            if self.headers.get("Expect"):
                self.send_response_only(100)
                self.end_headers()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            objects[self.path] = _unchunked(body, self.headers.get("Content-Encoding", ""))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", objects
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _unchunked(body: bytes, encoding: str) -> bytes:
    """Return an object's bytes, without the chunks in which the AWS client signs them."""
    if "aws-chunked" not in encoding:
        return body
    whole = b""
    while body:
        head, _, rest = body.partition(b"\r\n")
        size = int(head.split(b";")[0], 16)
        if size == 0:
            break
        whole, body = whole + rest[:size], rest[size + 2 :]
    return whole

"""Writing captures: WARC 1.1 by warcio, a gzip member for each record, files of a bounded size."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from beehive_archive import __version__
from beehive_archive.errors import ArchiveError

PAYLOADS_FILE = "payloads.sqlite"

_SCHEMA = """
create table if not exists payloads (
    digest text primary key,
    url text not null,
    date text not null,   -- WARC-Date of the record that holds the payload
    file text not null    -- the WARC file it is in
) without rowid
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer as they went over the wire, less the transfer encoding.

    Headers are pairs of text in Latin-1, which keeps every byte.
    """

    url: str
    request_line: str
    request_headers: list[tuple[str, str]]
    request_body: bytes
    status_line: str
    response_headers: list[tuple[str, str]]
    response_body: bytes


class CaptureWriter:
    """WARC files in a folder; a run opens its first one with its first exchange.

    Each record is written through to the system before ``write`` returns, so that a kill leaves
    a file whose whole records are readable. A payload that a file of the folder has already gets
    a ``revisit`` record; which ones are there stands in ``payloads.sqlite``, which can be
    deleted: payloads are then kept once more.
    """

    def __init__(self, folder: Path, max_bytes: int, about: dict[str, str]) -> None:
        self.folder = folder
        self.files: list[Path] = []
        self._max_bytes = max_bytes
        self._about = about
        self._file: IO[bytes] | None = None
        self._payloads: dict[str, tuple[str, str, str, str]] = {}  # of the open file

    def write(self, exchange: Exchange) -> None:
        """Keep an exchange; raises ArchiveError, and the file then ends with the record before."""
        try:
            if self._file is None:
                self._begin_file()
            self._write_pair(exchange)
            if self._position() >= self._max_bytes:
                self.close()
        except (OSError, sqlite3.Error) as error:
            self._cut_back()
            raise ArchiveError(
                f"{self.folder}: captures can't be written ({error}); check the disk's space and "
                "permissions, or run without WARC_DIR"
            ) from error

    def close(self) -> None:
        """Have what was written last through a power cut; raises OSError or sqlite3.Error."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with file:
            os.fsync(file.fileno())
        # Only now: a payload that is referred to must be on the disk.
        with closing(self._open_payloads()) as db, db:
            db.executemany(
                "insert or ignore into payloads values (?, ?, ?, ?)", self._payloads.values()
            )
        self._payloads.clear()

    def _begin_file(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        # The process in the name: runs over two archives may share a folder.
        name = f"beehive-{now:%Y%m%dT%H%M%S%fZ}-{os.getpid()}-{len(self.files):05}.warc.gz"
        path = self.folder / name
        self._file = path.open("xb")
        self.files.append(path)
        self._good_until = 0
        self._warc = WARCWriter(self._file, gzip=True, warc_version="1.1")
        about = {
            "software": f"beehive-archive/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/"
            "warc-1.1/",
            **self._about,
        }
        self._warc.write_record(self._warc.create_warcinfo_record(name, about))
        self._flush()

    def _write_pair(self, exchange: Exchange) -> None:
        answer = self._record(
            exchange.url,
            "response",
            exchange.status_line,
            exchange.response_headers,
            exchange.response_body,
        )
        digest = answer.rec_headers.get_header("WARC-Payload-Digest")
        known = self._known(digest) if exchange.response_body else None
        if known is not None:
            url, date = known
            answer = self._warc.create_revisit_record(
                exchange.url, digest, url, date, http_headers=answer.http_headers
            )
        request = self._record(
            exchange.url,
            "request",
            exchange.request_line,
            exchange.request_headers,
            exchange.request_body,
        )
        self._warc.write_request_response_pair(request, answer)
        self._flush()
        if known is None and exchange.response_body:
            date = answer.rec_headers.get_header("WARC-Date")
            self._payloads[digest] = (digest, exchange.url, date, self.files[-1].name)

    def _record(
        self, url: str, kind: str, first_line: str, headers: list[tuple[str, str]], body: bytes
    ) -> Any:
        head = StatusAndHeaders(first_line, headers, is_http_request=kind == "request")
        return self._warc.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), http_headers=head
        )

    def _known(self, digest: str) -> tuple[str, str] | None:
        """Return the URL and date of the record that holds a payload already."""
        if digest in self._payloads:
            _, url, date, _ = self._payloads[digest]
            return url, date
        if not (self.folder / PAYLOADS_FILE).exists():
            return None
        with closing(self._open_payloads()) as db:
            row = db.execute("select url, date, file from payloads where digest = ?", (digest,))
            found = row.fetchone()
        if found is None or not (self.folder / found[2]).is_file():
            return None
        return found[0], found[1]

    def _open_payloads(self) -> sqlite3.Connection:
        path = self.folder / PAYLOADS_FILE
        try:
            db = sqlite3.connect(path, timeout=30)
            db.execute(_SCHEMA)
        except sqlite3.OperationalError:  # a full disk, a folder that can't be written
            raise
        except sqlite3.DatabaseError:  # damaged: no capture is lost with it
            path.unlink()
            db = sqlite3.connect(path, timeout=30)
            db.execute(_SCHEMA)
        return db

    def _position(self) -> int:
        return self._file.tell() if self._file else 0

    def _flush(self) -> None:
        if self._file:
            self._file.flush()
            self._good_until = self._file.tell()

    def _cut_back(self) -> None:
        """Leave no half record behind; where even that fails, readers stop at it."""
        if self._file is not None:
            file, self._file = self._file, None
            with suppress(OSError):
                os.ftruncate(file.fileno(), self._good_until)
            with suppress(OSError):
                file.close()
            with suppress(OSError):  # what the failed write left in Python's own buffer
                os.truncate(self.files[-1], self._good_until)

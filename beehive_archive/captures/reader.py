"""Reading captures: the latest good answer of each URL, from WARC files of any tool's."""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from beehive_archive.errors import ConfigurationError
from beehive_archive.middlewares.wholeness import is_whole_gzip
from beehive_archive.pages import firewall
from beehive_archive.site import BASE_URL
from beehive_archive.urls import (
    canonical_url,
    document_url_of,
    joined,
    kind_of,
    link_key,
    recorded_url,
)

logger = logging.getLogger(__name__)

SUFFIXES = (".warc", ".warc.gz")
MAX_PAYLOAD_BYTES = 100 * 1024 * 1024  # the largest attachment that a run takes, by default

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UNCHANGED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An answer of the site at a time, and where it is: a record's file and offset.

    ``url`` is as it was asked for, below www.beehive.govt.nz. ``payload`` is where the payload
    is: elsewhere for a ``revisit`` record. ``good_until`` is when the site last said that nothing
    had changed.
    """

    url: str
    captured_at: datetime
    good_until: datetime
    head: tuple[Path, int]
    payload: tuple[Path, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """A captured answer as it came: headers as pairs, the body in its content encoding."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def files_below(paths: list[Path]) -> list[Path]:
    """Return WARC files and those in folders; raises ConfigurationError where there is none."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(each for each in path.rglob("*") if each.name.endswith(SUFFIXES))
        else:
            found = [path] if path.is_file() else []
        if not found:
            raise ConfigurationError(
                f"warc: expected a WARC file or a folder with *.warc.gz, found none at {path}"
            )
        files += found
    return files


class Captures:
    """The latest good capture of each URL; what is no answer of the site's is left out.

    Good are answers with status 200 that are whole and not the firewall's. Documents are keyed
    by their canonical URL, other files by their link.
    """

    def __init__(self, site_url: str) -> None:
        self.problems: list[str] = []
        self._site_url = site_url
        self._latest: dict[str, Capture] = {}
        self._moved: dict[str, tuple[datetime, str]] = {}
        self._payloads: dict[str, tuple[Path, int]] = {}

    @classmethod
    def read(cls, files: list[Path], site_url: str) -> Captures:
        """Look through files, in any order; one that is damaged is read as far as it goes."""
        captures = cls(site_url)
        revisits = []
        for file in files:
            revisits += list(captures._scan(file))
        for revisit, digest in revisits:  # what they refer to may stand in a later file
            payload = captures._payloads.get(digest)
            if payload is None:
                captures._problem(f"{revisit.head[0]}: {revisit.url} refers to a missing record")
            elif _is_good(answer := _read_at(*payload)):
                captures._take(replace(revisit, payload=payload))
            else:
                logger.debug("%s: not %s", revisit.url, answer.status)
        return captures

    def __len__(self) -> int:
        return len(self._latest)

    def documents(self) -> Iterator[Capture]:
        """Yield the latest capture of each document, by URL, but not of addresses that moved."""
        for key, capture in sorted(self._latest.items()):
            if kind_of(capture.url) is None:
                continue
            moved = self._moved.get(key)
            if moved and moved[0] > capture.good_until and moved[1] in self._latest:
                continue
            yield capture

    def get(self, url: str) -> Capture | None:
        """Return the latest capture of a URL, None where there is none."""
        return self._latest.get(self._key(url))

    def read_answer(self, capture: Capture) -> Answer:
        """Read a capture's answer; raises OSError or ValueError where the file changed since."""
        head = _read_at(*capture.head)
        if capture.payload == capture.head:
            return head
        return replace(head, body=_read_at(*capture.payload).body)

    def _recorded(self, url: str) -> str:
        recorded = recorded_url(url, self._site_url)
        return document_url_of(recorded) or recorded

    def _key(self, url: str) -> str:
        recorded = self._recorded(url)
        return link_key(recorded) if kind_of(recorded) is None else canonical_url(recorded)

    def _scan(self, file: Path) -> Iterator[tuple[Capture, str]]:
        """Take a file's answers in; yield its revisits, with the digests that they name."""
        try:
            with file.open("rb") as stream:
                iterator = ArchiveIterator(stream, check_digests=True)
                for record in iterator:
                    if record.rec_type not in {"response", "revisit"}:
                        continue
                    answer = _answer_of(record)
                    place = file, int(iterator.get_record_offset())
                    if answer is None:  # the last one of a run that was killed, mostly
                        logger.warning("%s: the record at %d is cut short", *place)
                        continue
                    yield from self._take_record(record, answer, place)
        except (ArchiveLoadFailed, OSError, EOFError, ValueError, zlib.error) as error:
            self._problem(f"{file}: read up to a damaged record only ({str(error)[:200]})")

    def _take_record(
        self, record: Any, answer: Answer, place: tuple[Path, int]
    ) -> Iterator[tuple[Capture, str]]:
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        date = _instant(record.rec_headers.get_header("WARC-Date") or "")
        digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
        if date is None:
            self._problem(f"{place[0]}: the record at {place[1]} has no date")
            return
        url = self._recorded(url.strip("<>"))
        key = self._key(url)
        capture = Capture(url=url, captured_at=date, good_until=date, head=place, payload=place)
        if record.rec_type == "revisit":
            if answer.status == 200:
                yield capture, digest
        elif answer.status == 200:
            if digest:
                self._payloads.setdefault(digest, place)
            if _is_good(answer):
                self._take(capture)
        elif answer.status in _REDIRECTS:
            target = dict(answer.headers).get("location", "")
            self._moved[key] = date, self._key(joined(BASE_URL, target))
        elif answer.status == _UNCHANGED and key in self._latest:
            known = self._latest[key]
            self._latest[key] = replace(known, good_until=max(known.good_until, date))

    def _take(self, capture: Capture) -> None:
        key = self._key(capture.url)
        known = self._latest.get(key)
        if known is None or known.captured_at <= capture.captured_at:
            self._latest[key] = capture

    def _problem(self, problem: str) -> None:
        self.problems.append(problem)
        logger.warning("%s; it was left out", problem)


def _read_at(file: Path, offset: int) -> Answer:
    with file.open("rb") as stream:
        stream.seek(offset)
        record = next(iter(ArchiveIterator(stream, check_digests=True)))
        answer = _answer_of(record)
    if answer is None:
        raise ValueError(f"{file}: the record at {offset} can't be read any more")
    return answer


def _answer_of(record: Any) -> Answer | None:
    """Return a record's answer, None where the record is cut short, damaged or none of HTTP."""
    head = record.http_headers
    if head is None:
        return None
    headers = [(name.lower(), value) for name, value in head.headers]
    stream = record.raw_stream
    if dict(headers).get("transfer-encoding", "").lower() == "chunked":  # other tools keep it
        stream = ChunkedDataReader(stream, raise_exceptions=True, decomp_type=None)
    try:
        body = _read_whole(stream)
    except ChunkedDataException:
        return None
    # A gzip member that ends too early gives fewer bytes, and no error.
    is_cut = getattr(record.raw_stream, "limit", 0) > 0
    if body is None or is_cut or record.digest_checker.passed is False:
        return None
    status = head.get_statuscode() or ""
    dropped = {"transfer-encoding", "content-length", "connection"}
    kept = [(name, value) for name, value in headers if name not in dropped]
    return Answer(int(status), kept, body) if status.isascii() and status.isdigit() else None


def _read_whole(stream: Any) -> bytes | None:
    pieces, size_bytes = [], 0
    while piece := stream.read(1024 * 1024):
        pieces.append(piece)
        size_bytes += len(piece)
        if size_bytes > MAX_PAYLOAD_BYTES:
            return None
    return b"".join(pieces)


def _is_good(answer: Answer) -> bool:
    """Tell whether an answer is the site's own, and whole."""
    body = answer.body
    if not body:  # of a HEAD request, mostly
        return False
    if dict(answer.headers).get("content-encoding", "").lower() in {"gzip", "x-gzip"}:
        if not is_whole_gzip(body, MAX_PAYLOAD_BYTES):
            return False
        if len(body) > firewall.MAX_PAGE_CHARS:
            return True
        try:
            with gzip.GzipFile(fileobj=BytesIO(body)) as file:
                body = file.read(firewall.MAX_PAGE_CHARS + 1)
        except (OSError, EOFError, zlib.error):
            return False
    if len(body) > firewall.MAX_PAGE_CHARS:
        return True
    return not firewall.is_blocked(body.decode("utf-8", "replace"))


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

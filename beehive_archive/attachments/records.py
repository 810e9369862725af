"""What runs remember of attachments, in ``.state/attachments.sqlite``.

None of it is needed to read the archive: without it, files are asked for again without
validators, and the same bytes at two URLs are no longer seen to be one file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from beehive_archive.archive.failures import MAX_REASON_LENGTH, is_due, next_try_at
from beehive_archive.archive.state_dir import make_state_dir
from beehive_archive.archive.state_file import StateFile, instant

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 1

_SCHEMA = """
create table files (
    key text primary key,       -- the URL's one form
    path text not null,         -- relative to the archive
    sha256 text not null,       -- of the bytes that were stored
    size_bytes integer not null,
    etag text,
    last_modified text,
    seen_at text not null       -- when the site last gave or confirmed these bytes
);
create index files_sha256 on files (sha256);
create table failures (
    key text primary key,
    reason text not null,
    status integer,             -- the answer's, null where there was none
    tries integer not null,
    next_try_at text not null
);
"""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A stored file: its URL's key, its place, its bytes' digest, and the answer's validators."""

    key: str
    path: str
    sha256: str
    size_bytes: int
    etag: str | None
    last_modified: str | None
    seen_at: str

    @property
    def validators(self) -> dict[str, str]:
        """The headers that ask for the file only if it is another one now."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that could not be had; ``status`` is the answer's, None where there was none.

    With no ``tries`` it was promised, and the run stopped before it asked.
    """

    key: str
    reason: str
    status: int | None
    tries: int
    next_try_at: str

    def is_due(self, now: datetime) -> bool:
        """Tell whether the next try has come."""
        return is_due(self.next_try_at, now)


class AttachmentRecords:
    """The SQLite file; every call is one whole transaction. Times are ISO instants in UTC.

    Every call raises StateError where the file can't be read or written.
    """

    def __init__(self, state_dir: Path) -> None:
        make_state_dir(state_dir)
        self.path = state_dir / "attachments.sqlite"
        self._file = StateFile.open(self.path, _SCHEMA, SCHEMA_VERSION)

    def close(self) -> None:
        """Close the file; the records can't be used after."""
        self._file.close()

    def file(self, key: str) -> FileRecord | None:
        """Return what is known of a URL's stored file."""
        row = self._file.row("select * from files where key = ?", key)
        return FileRecord(*row) if row else None

    def files(self) -> Iterator[FileRecord]:
        """Return every stored file."""
        return (FileRecord(*row) for row in self._file.rows("select * from files order by path"))

    def paths_with(self, sha256: str) -> list[str]:
        """Return where files of a digest were stored."""
        query = "select path from files where sha256 = ? order by path"
        return [row[0] for row in self._file.rows(query, sha256)]

    def stored(self, record: FileRecord) -> None:
        """Remember a stored or confirmed file; its failures are forgotten."""
        with self._file.transaction() as db:
            db.execute("insert or replace into files values (?,?,?,?,?,?,?)", astuple(record))
            db.execute("delete from failures where key = ?", (record.key,))

    def failure(self, key: str) -> FileFailure | None:
        """Return a URL's failure, None where it has none."""
        row = self._file.row("select * from failures where key = ?", key)
        return FileFailure(*row) if row else None

    def promised(self, key: str, now: datetime) -> None:
        """Remember that a file is wanted: a run that is stopped leaves it as due at once."""
        row = (key, "not reached before the run ended", None, 0, instant(now))
        with self._file.transaction() as db:
            db.execute("insert or ignore into failures values (?,?,?,?,?)", row)

    def due(self, now: datetime) -> set[str]:
        """Return the keys of files whose next try has come."""
        rows = self._file.rows("select * from failures")
        return {row[0] for row in rows if FileFailure(*row).is_due(now)}

    def failed(self, key: str, reason: str, now: datetime, status: int | None = None) -> None:
        """Remember that a file could not be had, and when to try it next."""
        known = self.failure(key)
        tries = known.tries + 1 if known else 1
        row = (key, reason[:MAX_REASON_LENGTH], status, tries, next_try_at(tries, now))
        with self._file.transaction() as db:
            db.execute("insert or replace into failures values (?,?,?,?,?)", row)

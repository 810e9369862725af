"""What the index read of each file, kept in ``.state/`` so that opening an archive is cheap.

SQLite, keyed by path, size and modification time. It is only a cache: one that is damaged, of
another version or gone is built anew from the documents.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from beehive_archive.archive.state_dir import make_state_dir

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 2

# A file that was written just before it was read can be written again without a trace in size
# or time (as git's racily clean entries); such ones are read anew. File systems tell times
# apart by 2 s at worst (FAT).
RACY_NS = 2_000_000_000
NEVER_NS = 0  # when a file was read that could not be: it is tried anew each time


class IndexedFile(NamedTuple):
    """A file as the index read it; the columns of the cache's table, in order.

    ``url`` is None for a file without front matter and for one that can't be read; ``problem``
    and its line say why. ``attachments`` are the URLs that the document names, as a JSON list,
    None where it names none. (A named tuple, since SQLite gives 55,000 of them at once.)
    """

    path: str
    size_bytes: int
    mtime_ns: int
    read_at_ns: int
    url: str | None = None
    title: str | None = None
    date: str | None = None
    url_key: str | None = None
    slug_key: str | None = None
    attachments: str | None = None
    problem: str | None = None
    problem_line: int | None = None

    def still_stands(self, size_bytes: int, mtime_ns: int) -> bool:
        """Tell whether a file of that size and time is the one that was read."""
        return (
            self.mtime_ns == mtime_ns
            and self.size_bytes == size_bytes
            and self.read_at_ns != NEVER_NS
            and mtime_ns + RACY_NS < self.read_at_ns
        )


_SCHEMA = f"""
create table files ({", ".join(IndexedFile._fields)}, primary key (path)) without rowid;
pragma user_version = {SCHEMA_VERSION};
"""


def load(path: Path) -> dict[str, IndexedFile]:
    """Return what the cache knows, by file path; empty where it can't be used."""
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            if db.execute("pragma user_version").fetchone()[0] != SCHEMA_VERSION:
                return {}
            return {row[0]: IndexedFile._make(row) for row in db.execute("select * from files")}
    except (sqlite3.Error, TypeError) as error:
        logger.warning("%s: unusable (%s), the index is read anew", path, error)
        return {}


def save(path: Path, changed: Iterable[IndexedFile], gone: Iterable[str], *, afresh: bool) -> None:
    """Write what changed; ``afresh`` replaces everything.

    A cache that can't be written is no failure: the next run reads every document.
    """
    try:
        make_state_dir(path.parent)
        if afresh:
            _remove(path)
        with closing(sqlite3.connect(path)) as db:
            db.execute("pragma synchronous = off")  # a lost cache costs seconds, no document
            if afresh:
                db.executescript(_SCHEMA)
            places = ", ".join("?" * len(IndexedFile._fields))
            with db:
                db.executemany("delete from files where path = ?", ((each,) for each in gone))
                db.executemany(f"insert or replace into files values ({places})", changed)  # noqa: S608
    except (sqlite3.Error, OSError) as error:
        logger.warning("%s: not written (%s), the next run reads every document", path, error)
        with suppress(OSError):
            _remove(path)


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

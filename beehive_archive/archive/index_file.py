"""What the index read of each file: a table in ``.state/``, so that opening an archive is cheap.

SQLite, keyed by path, with each file's size and modification time. It is only a cache: one that
is damaged, of another version or gone is built anew from the documents. Lookups go to the file,
not to memory: 55,000 rows held as objects are 70 MB.

It is synced as SQLite would have it in WAL mode (0.3 s of the first filling): a lookup that a
power cut left without a row looks whole when the file is opened, and a document that isn't found
by its URL would be written again beside itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from beehive_archive.archive.state_dir import make_state_dir
from beehive_archive.archive.state_file import StateFile
from beehive_archive.errors import StateError

SCHEMA_VERSION = 3

# A file that was written just before it was read can be written again without a trace in size
# or time (as git's racily clean entries); such ones are read anew. File systems tell times
# apart by 2 s at worst (FAT).
RACY_NS = 2_000_000_000
NEVER_NS = 0  # when a file was read that could not be: it is tried anew each time

PAGE_ROWS = 2_000  # that are held at once


class IndexedFile(NamedTuple):
    """A file as the index read it; the columns of the table, in order.

    ``url`` is None for a file without front matter and for one that can't be read; ``problem``
    and its line say why. ``attachments`` are the URLs that the document names, as a JSON list,
    None where it names none. (A named tuple, since SQLite gives 55,000 of them.)
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


class Stamp(NamedTuple):
    """What tells whether a file is as it was read, and what it was found to be."""

    path: str
    size_bytes: int
    mtime_ns: int
    read_at_ns: int
    is_document: bool
    problem: str | None
    problem_line: int | None

    @classmethod
    def of(cls, file: IndexedFile) -> Stamp:
        """Return the stamp of a file that was just read."""
        return cls(*file[:4], file.url is not None, file.problem, file.problem_line)

    def still_stands(self, size_bytes: int, mtime_ns: int) -> bool:
        """Tell whether a file of that size and time is the one that was read."""
        return (
            self.mtime_ns == mtime_ns
            and self.size_bytes == size_bytes
            and self.read_at_ns != NEVER_NS
            and mtime_ns + RACY_NS < self.read_at_ns
        )


_SCHEMA = f"create table files ({', '.join(IndexedFile._fields)}, primary key (path));"
_STAMP = "path, size_bytes, mtime_ns, read_at_ns, url is not null, problem, problem_line"
_ROW = ", ".join(IndexedFile._fields)


class IndexFile:
    """The table of files; each call that writes is one whole transaction.

    Every method raises StateError where the file is damaged or the disk full.
    """

    def __init__(self, file: StateFile) -> None:
        self._file = file

    @classmethod
    def open(cls, path: Path) -> IndexFile:
        """Open the file, empty where it isn't there or of no use; raises StateError."""
        try:
            make_state_dir(path.parent)
        except OSError as error:
            raise StateError(f"{path.parent}: can't be made ({error.strerror})") from error
        return cls(StateFile.open(path, _SCHEMA, SCHEMA_VERSION))

    @classmethod
    def temporary(cls) -> IndexFile:
        """Return one that lasts until it is closed."""
        return cls(StateFile.temporary(_SCHEMA))

    def close(self) -> None:
        """Close the file; it can't be used after."""
        self._file.close()

    def stamps(self) -> Iterator[Stamp]:
        """Yield the stamp of every file, by path; rows may be saved meanwhile."""
        return map(Stamp._make, self._by_path(_STAMP))

    def save(self, files: Iterable[IndexedFile], gone: Iterable[str] = ()) -> None:
        """Forget what is gone, and put files in, each in the place of the one with its path."""
        places = ", ".join("?" * len(IndexedFile._fields))
        with self._file.transaction() as db:
            db.executemany("delete from files where path = ?", ((each,) for each in gone))
            db.executemany(f"insert or replace into files values ({places})", files)  # noqa: S608

    def prepare_lookups(self) -> None:
        """Make what finds rows by their keys; after the first filling, which it would slow."""
        with self._file.transaction() as db:
            for key in ("url_key", "slug_key"):
                db.execute(f"create index if not exists files_{key} on files ({key})")

    def get(self, path: str) -> IndexedFile | None:
        """Return a document's row by its path."""
        return next(iter(self._documents("path = ?", path)), None)

    def with_url_key(self, key: str) -> list[IndexedFile]:
        """Return the documents with a canonical URL."""
        return self._documents("url_key = ?", key)

    def with_slug_key(self, key: str) -> list[IndexedFile]:
        """Return the documents with a kind and folded slug."""
        return self._documents("slug_key = ?", key)

    def newest(self, slug_keys_from: str, slug_keys_to: str, count: int) -> list[IndexedFile]:
        """Return the newest documents, at most ``count``, whose slug keys lie in a range."""
        within = "slug_key >= ? and slug_key < ? order by date desc, path desc limit ?"
        return self._documents(within, slug_keys_from, slug_keys_to, count)

    def between(self, since: str, until: str) -> Iterator[IndexedFile]:
        """Yield the documents with ISO dates in a span, by path; rows may be saved meanwhile."""
        where = "url is not null and date between ? and ?"
        return map(IndexedFile._make, self._by_path(_ROW, where, since, until))

    def _documents(self, where: str, *values: object) -> list[IndexedFile]:
        query = f"select {_ROW} from files where url is not null and {where}"  # noqa: S608
        return [IndexedFile._make(row) for row in self._file.rows(query, *values)]

    def _by_path(self, columns: str, where: str = "1", *values: str) -> Iterator[tuple[Any, ...]]:
        """Yield rows page by page: a table must not be written to while a query steps over it."""
        query = f"""
            select {columns} from files where path > ? and {where} order by path limit {PAGE_ROWS}
        """  # noqa: S608
        last = ""
        while rows := self._file.rows(query, last, *values):
            yield from rows
            last = rows[-1][0]

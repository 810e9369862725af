"""Which documents the archive holds, and which of them a live page is."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from beehive_archive.archive.files import FoundFile, files_in
from beehive_archive.archive.index_file import (
    NEVER_NS,
    PAGE_ROWS,
    IndexedFile,
    IndexFile,
    Stamp,
)
from beehive_archive.archive.layout import NOT_UTF8, is_utf8
from beehive_archive.errors import FrontMatterError, StateError
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document
from beehive_archive.text.front_matter_fields import MAX_DOCUMENT_BYTES, decode
from beehive_archive.urls import canonical_url, slug_key, slug_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """An archived document's place and what identifies it.

    ``name`` is its path relative to the archive as text, ``url_key`` its canonical URL and
    ``slug_key`` its kind and folded slug. ``attachments`` are the URLs that it names.
    """

    name: str
    url: str
    title: str
    date: date
    url_key: str
    slug_key: str
    attachments: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: PurePosixPath, document: Document) -> Entry:
        """Return the entry of a document at a path relative to the archive."""
        url, named = document.url, document.attachments
        keys = canonical_url(url), slug_key(url)
        return cls(str(path), url, document.title, document.date, *keys, named)

    @property
    def path(self) -> PurePosixPath:
        """The document's path, relative to the archive."""
        return PurePosixPath(self.name)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a list or a page tells of a live document.

    ``dates`` are the days that an archive may have filed it under: the New Zealand date and the
    UTC date of the same instant; empty where the list gives none.
    """

    url: str
    title: str
    dates: frozenset[date] = frozenset()


class ArchiveIndex:
    """The archived documents by path, canonical URL and folded slug.

    They are looked up in a file of ``.state/`` and not held, so memory stays flat.
    """

    def __init__(self, file: IndexFile | None = None) -> None:
        self.problems: list[FrontMatterError] = []
        self.unread: list[PurePosixPath] = []  # of the problems, as far as the name can be told
        self._file = file or IndexFile.temporary()
        self._count = 0

    @classmethod
    def read(cls, root: Path, cache: Path | None = None) -> ArchiveIndex:
        """Read the front matter of every document below ``root``.

        With ``cache``, a file's path, only of those that changed since the cache was written. A
        document that can't be read is kept in ``problems``; the others are not affected.
        """
        if cache is not None:
            try:
                return cls._read(root, IndexFile.open(cache))
            except StateError as error:
                logger.warning("%s: of no use (%s), every document is read", cache, error)
        return cls._read(root, IndexFile.temporary())

    @classmethod
    def _read(cls, root: Path, file: IndexFile) -> ArchiveIndex:
        index = cls(file)
        changed: list[IndexedFile] = []
        gone: list[str] = []
        known = file.stamps()
        next_known = next(known, None)
        for found in files_in(root):  # both by path
            if not is_utf8(found.path):
                name = f"{root}/{found.path}".encode(errors="backslashreplace").decode()
                index.problems.append(FrontMatterError(name, 1, NOT_UTF8))
                continue
            while next_known is not None and next_known.path < found.path:
                gone.append(next_known.path)
                next_known = next(known, None)
            stamp = None
            if next_known is not None and next_known.path == found.path:
                stamp, next_known = next_known, next(known, None)
            if stamp is None or not stamp.still_stands(found.size_bytes, found.mtime_ns):
                changed.append(_read(root, found))
                stamp = Stamp.of(changed[-1])
            index._take(root, stamp)
            if len(changed) >= PAGE_ROWS:
                file.save(changed, gone)
                changed, gone = [], []
        gone += [each.path for each in (next_known, *known) if each is not None]
        file.save(changed, gone)
        file.prepare_lookups()
        return index

    def close(self) -> None:
        """Close the file that the index looks things up in; it can't be used after."""
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries by path; each is read from the file as it comes."""
        return self.between()

    def between(self, since: date | None = None, until: date | None = None) -> Iterator[Entry]:
        """Yield the entries of a span of dates, both days included, by path."""
        first, last = since or date.min, until or date.max
        return map(_entry_of, self._file.between(first.isoformat(), last.isoformat()))

    def newest(self, kind: str, count: int) -> list[Entry]:
        """Return the entries with the latest dates of a kind of document, at most ``count``."""
        return [_entry_of(each) for each in self._file.newest(f"{kind}/", f"{kind}0", count)]

    def add(self, entry: Entry) -> None:
        """Add an entry, or put it in the place of the one with its path."""
        self._count += not self.has(entry.path)
        self._file.save([_unread_file_of(entry)])

    def remove(self, path: PurePosixPath) -> None:
        """Forget a path; one that isn't known is no error."""
        self._count -= self.has(path)
        self._file.save([], [str(path)])

    def has(self, path: PurePosixPath) -> bool:
        """Tell whether a document stands at a path."""
        return self._file.get(str(path)) is not None

    def get(self, path: PurePosixPath | str) -> Entry | None:
        """Return the entry of a path."""
        file = self._file.get(str(path))
        return _entry_of(file) if file else None

    def with_url(self, url: str) -> list[Entry]:
        """Return the entries that record a URL, in any percent-encoding."""
        return [_entry_of(each) for each in self._file.with_url_key(canonical_url(url))]

    def like_url(self, url: str) -> list[Entry]:
        """Return the entries that record a URL, or else that URL without its lost characters."""
        lost = (each for each in self._with_slug(url) if _may_have_lost(each))
        return self.with_url(url) or list(lost)

    def match(self, live: Sighting) -> Entry | None:
        """Return the archived document that a live one is, None where there is none.

        Two archived documents that may both be it are told apart by date and title.
        """
        likest = likest_of(candidates := self.candidates(live), live)
        if len(likest) != 1 or (len(candidates) > 1 and not likeness(likest[0], live)):
            return None
        return likest[0]

    def candidates(self, live: Sighting) -> list[Entry]:
        """Return the archived documents that a live one may be.

        Equal canonical URLs make them the same. Failing that, equal folded slugs do if the
        archived URL can have lost the characters that the live one has, and the date or the title
        agrees: otherwise two documents whose slugs fold to one would pass for each other.
        """
        exact = self.with_url(live.url)
        if exact or slug_of(live.url).isascii():
            return exact  # an ASCII slug has no characters that the archive could have lost
        return [
            each
            for each in self._with_slug(live.url)
            if _may_have_lost(each) and likeness(each, live)
        ]

    def _with_slug(self, url: str) -> Iterator[Entry]:
        return map(_entry_of, self._file.with_slug_key(slug_key(url)))

    def _take(self, root: Path, stamp: Stamp) -> None:
        self._count += stamp.is_document
        if stamp.problem is not None:
            name = str(root / stamp.path)
            self.unread.append(PurePosixPath(stamp.path))
            self.problems.append(FrontMatterError(name, stamp.problem_line or 1, stamp.problem))


def _read(root: Path, found: FoundFile) -> IndexedFile:
    """Read a file; None in its columns for one without front matter, a README say."""
    stamp = (found.path, found.size_bytes, found.mtime_ns, time.time_ns())
    place = f"{root}/{found.path}"
    try:
        with open(place, "rb", buffering=0) as file:  # noqa: PTH123 -- twice as fast as Path.open
            content = file.read(min(found.size_bytes, MAX_DOCUMENT_BYTES) + 1)
        if not front_matter.has_front_matter(content[:16]):
            return IndexedFile(*stamp)
        document = front_matter.loads(decode(content, place), name=place)
    except FrontMatterError as error:
        return IndexedFile(*stamp, problem=error.problem, problem_line=error.line)
    except OSError as error:  # permissions, a disk: it may be read next time, unchanged
        stamp = (*stamp[:3], NEVER_NS)
        return IndexedFile(*stamp, problem=f"can't be read: {error.strerror}", problem_line=1)
    return IndexedFile(*stamp, *_columns_of(Entry.of(PurePosixPath(found.path), document)))


def _unread_file_of(entry: Entry) -> IndexedFile:
    """Return the row of an entry whose file is being written; it is read at the next opening."""
    return IndexedFile(entry.name, 0, 0, NEVER_NS, *_columns_of(entry))


def _columns_of(entry: Entry) -> tuple[str, str, str, str, str, str | None]:
    named = json.dumps(entry.attachments) if entry.attachments else None
    day = entry.date.isoformat()
    return entry.url, entry.title, day, entry.url_key, entry.slug_key, named


def _entry_of(file: IndexedFile) -> Entry:
    return Entry(
        file.path,
        file.url or "",
        file.title or "",
        date.fromisoformat(file.date or ""),
        file.url_key or "",
        file.slug_key or "",
        tuple(json.loads(file.attachments)) if file.attachments else (),
    )


def _may_have_lost(entry: Entry) -> bool:
    return slug_of(entry.url).isascii()


def likeness(entry: Entry, live: Sighting) -> int:
    """Return in how many of date and title an archived document agrees with a live one."""
    return (entry.date in live.dates) + (entry.title == live.title)


def likest_of(entries: list[Entry], live: Sighting) -> list[Entry]:
    """Return those entries that agree best with a live document."""
    best = max((likeness(each, live) for each in entries), default=0)
    return [each for each in entries if likeness(each, live) == best]

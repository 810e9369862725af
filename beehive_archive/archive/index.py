"""Which documents the archive holds, and which of them a live page is."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from beehive_archive.archive import index_cache
from beehive_archive.archive.index_cache import NEVER_NS, IndexedFile
from beehive_archive.archive.layout import ATTACHMENTS, NOT_UTF8, REVISIONS, SUFFIXES, is_utf8
from beehive_archive.errors import FrontMatterError
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document
from beehive_archive.text.front_matter_fields import MAX_DOCUMENT_BYTES, decode
from beehive_archive.urls import canonical_url, fold_slug, kind_of, slug_of

_NOT_DOCUMENTS = frozenset({ATTACHMENTS, REVISIONS})


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
    """The archived documents by canonical URL and by folded slug."""

    def __init__(self) -> None:
        self.problems: list[FrontMatterError] = []
        self.unread: list[PurePosixPath] = []  # of the problems, as far as the name can be told
        self._entries: dict[str, Entry] = {}
        self._by_url: defaultdict[str, list[Entry]] = defaultdict(list)
        self._by_slug: defaultdict[str, list[Entry]] = defaultdict(list)

    @classmethod
    def read(cls, root: Path, cache: Path | None = None) -> ArchiveIndex:
        """Read the front matter of every document below ``root``.

        With ``cache``, a file's path, only of those that changed since the cache was written. A
        document that can't be read is kept in ``problems``; the others are not affected.
        """
        index = cls()
        known = index_cache.load(cache) if cache else {}
        is_afresh = not known
        changed: list[IndexedFile] = []
        for found in files_in(root):
            if not is_utf8(found.path):
                name = f"{root}/{found.path}".encode(errors="backslashreplace").decode()
                index.problems.append(FrontMatterError(name, 1, NOT_UTF8))
                continue
            file = known.pop(found.path, None)  # 55,000 rows beside their entries are 20 MB
            if file is None or not file.still_stands(found.size_bytes, found.mtime_ns):
                file = _read(root, found)
                changed.append(file)
            index._take(root, file)
        if cache and (changed or known):  # what is left of it is gone
            index_cache.save(cache, changed, known.keys(), afresh=is_afresh)
        return index

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries by path."""
        return iter(self._entries[name] for name in sorted(self._entries))

    def add(self, entry: Entry) -> None:
        """Add an entry, or put it in the place of the one with its path."""
        self.remove(entry.path)
        self._entries[entry.name] = entry
        self._by_url[entry.url_key].append(entry)
        self._by_slug[entry.slug_key].append(entry)

    def remove(self, path: PurePosixPath) -> None:
        """Forget a path; one that isn't known is no error."""
        entry = self._entries.pop(str(path), None)
        if entry is not None:
            self._by_url[entry.url_key].remove(entry)
            self._by_slug[entry.slug_key].remove(entry)

    def has(self, path: PurePosixPath) -> bool:
        """Tell whether a document stands at a path."""
        return str(path) in self._entries

    def get(self, path: PurePosixPath | str) -> Entry | None:
        """Return the entry of a path."""
        return self._entries.get(str(path))

    def _take(self, root: Path, file: IndexedFile) -> None:
        if file.problem is not None:
            name = str(root / file.path)
            self.unread.append(PurePosixPath(file.path))
            self.problems.append(FrontMatterError(name, file.problem_line or 1, file.problem))
        elif file.url is not None:
            entry = Entry(
                file.path,
                file.url,
                file.title or "",
                date.fromisoformat(file.date or ""),
                file.url if file.url_key == file.url else file.url_key or "",  # one text, not two
                file.slug_key or "",
                tuple(json.loads(file.attachments)) if file.attachments else (),
            )
            self._entries[entry.name] = entry
            self._by_url[entry.url_key].append(entry)
            self._by_slug[entry.slug_key].append(entry)

    def with_url(self, url: str) -> list[Entry]:
        """Return the entries that record a URL, in any percent-encoding."""
        return list(self._by_url.get(canonical_url(url), ()))

    def like_url(self, url: str) -> list[Entry]:
        """Return the entries that record a URL, or else that URL without its lost characters."""
        lost = (each for each in self._by_slug.get(slug_key(url), ()) if _may_have_lost(each))
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
            for each in self._by_slug.get(slug_key(live.url), ())
            if _may_have_lost(each) and likeness(each, live)
        ]


class FoundFile(NamedTuple):
    """A file that may be a document, as the file system shows it."""

    path: str
    size_bytes: int
    mtime_ns: int


def files_in(root: Path) -> Iterator[FoundFile]:
    """Yield every file below ``root`` that may be a document; paths are relative to it.

    Symbolic links are not followed, and folders whose name begins with a dot, revisions and
    attachments are left out. A file that goes away meanwhile is left out too.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                name = entry.name
                if name.startswith("."):
                    continue
                relative = f"{folder}{name}"
                if entry.is_dir(follow_symlinks=False):
                    if relative not in _NOT_DOCUMENTS:
                        folders.append(f"{relative}/")
                elif name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
                    with suppress(FileNotFoundError):
                        status = entry.stat(follow_symlinks=False)
                        yield FoundFile(relative, status.st_size, status.st_mtime_ns)


def document_paths(root: Path) -> Iterator[PurePosixPath]:
    """Yield the paths, relative to ``root``, of every file that may be a document."""
    return (PurePosixPath(found.path) for found in files_in(root))


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
    url = document.url
    day = document.date.isoformat()
    named = json.dumps(document.attachments) if document.attachments else None
    return IndexedFile(*stamp, url, document.title, day, canonical_url(url), slug_key(url), named)


def slug_key(url: str) -> str:
    """Return what documents share whose URLs are equal once characters are lost.

    >>> slug_key("https://www.beehive.govt.nz/release/taup%C5%8D")
    'release/taupo'
    """
    kind = kind_of(url)
    return f"{kind.name if kind else ''}/{fold_slug(slug_of(url))}"


def _may_have_lost(entry: Entry) -> bool:
    return slug_of(entry.url).isascii()


def likeness(entry: Entry, live: Sighting) -> int:
    """Return in how many of date and title an archived document agrees with a live one."""
    return (entry.date in live.dates) + (entry.title == live.title)


def likest_of(entries: list[Entry], live: Sighting) -> list[Entry]:
    """Return those entries that agree best with a live document."""
    best = max((likeness(each, live) for each in entries), default=0)
    return [each for each in entries if likeness(each, live) == best]

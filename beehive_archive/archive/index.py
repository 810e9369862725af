"""Which documents the archive holds, and which of them a live page is."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from beehive_archive.archive.layout import ATTACHMENTS, REVISIONS, SUFFIXES
from beehive_archive.errors import FrontMatterError
from beehive_archive.site import canonical_url, fold_slug, kind_of, slug_of
from beehive_archive.text import front_matter

_NOT_DOCUMENTS = frozenset({ATTACHMENTS, REVISIONS})


@dataclass(frozen=True, slots=True)
class Entry:
    """An archived document's place and what identifies it; ``path`` is relative to the archive."""

    path: PurePosixPath
    url: str
    title: str
    date: date


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
        self._entries: dict[PurePosixPath, Entry] = {}
        self._by_url: defaultdict[str, list[Entry]] = defaultdict(list)
        self._by_slug: defaultdict[str, list[Entry]] = defaultdict(list)

    @classmethod
    def read(cls, root: Path) -> ArchiveIndex:
        """Read the front matter of every document below ``root``.

        A document that can't be read is kept in ``problems``; the others are not affected.
        """
        index = cls()
        for path in document_paths(root):
            try:
                entry = _read_entry(root, path)
            except FrontMatterError as error:
                index.problems.append(error)
            else:
                if entry is not None:
                    index.add(entry)
        return index

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries by path."""
        return iter(self._entries[path] for path in sorted(self._entries))

    def add(self, entry: Entry) -> None:
        """Add an entry, or put it in the place of the one with its path."""
        self.remove(entry.path)
        self._entries[entry.path] = entry
        self._by_url[canonical_url(entry.url)].append(entry)
        self._by_slug[_slug_key(entry.url)].append(entry)

    def remove(self, path: PurePosixPath) -> None:
        """Forget a path; one that isn't known is no error."""
        entry = self._entries.pop(path, None)
        if entry is not None:
            self._by_url[canonical_url(entry.url)].remove(entry)
            self._by_slug[_slug_key(entry.url)].remove(entry)

    def get(self, path: PurePosixPath | str) -> Entry | None:
        """Return the entry of a path."""
        return self._entries.get(PurePosixPath(path))

    def with_url(self, url: str) -> list[Entry]:
        """Return the entries that record a URL, in any percent-encoding."""
        return list(self._by_url.get(canonical_url(url), ()))

    def match(self, live: Sighting) -> Entry | None:
        """Return the archived document that a live one is, None where there is none.

        Equal canonical URLs make them the same, told apart by date and title where two archived
        documents share one. Failing that, equal folded slugs do if the archived URL can have
        lost the characters that the live one has, and the date or the title agrees: otherwise
        two documents whose slugs fold to one would pass for each other.
        """
        exact = self._by_url.get(canonical_url(live.url), [])
        if exact:
            return _likest(exact, live) if len(exact) > 1 else exact[0]
        if slug_of(live.url).isascii():
            return None  # it has no characters that the archive could have lost
        lost = [each for each in self._by_slug.get(_slug_key(live.url), []) if _may_have_lost(each)]
        return _likest(lost, live)


def document_paths(root: Path) -> Iterator[PurePosixPath]:
    """Yield the paths, relative to ``root``, of every file that may be a document.

    Symbolic links are not followed, and folders whose name begins with a dot, revisions and
    attachments are left out.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                relative = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and relative not in _NOT_DOCUMENTS:
                        folders.append(relative)
                elif (
                    entry.name.endswith(SUFFIXES)
                    and not entry.name.startswith(".")
                    and entry.is_file(follow_symlinks=False)
                ):
                    yield PurePosixPath(relative)


def _read_entry(root: Path, path: PurePosixPath) -> Entry | None:
    """Read a file's entry; None for a file without front matter, a README say."""
    with (root / path).open("rb") as file:
        if not front_matter.has_front_matter(file.read(16)):
            return None
    document = front_matter.load(root / path)
    return Entry(path, document.url, document.title, document.date)


def _slug_key(url: str) -> str:
    kind = kind_of(url)
    return f"{kind.name if kind else ''}/{fold_slug(slug_of(url))}"


def _may_have_lost(entry: Entry) -> bool:
    return slug_of(entry.url).isascii()


def _likest(entries: list[Entry], live: Sighting) -> Entry | None:
    """Return the one entry that agrees with the sighting in most of date and title."""
    scores = [(entry.date in live.dates) + (entry.title == live.title) for entry in entries]
    best = max(scores, default=0)
    return entries[scores.index(best)] if best and scores.count(best) == 1 else None

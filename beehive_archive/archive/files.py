"""Which files of an archive may be documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from beehive_archive.archive.layout import ATTACHMENTS, REVISIONS, SUFFIXES

_NOT_DOCUMENTS = frozenset({ATTACHMENTS, REVISIONS})
_MAX_TIME_NS = 2**63 - 1  # of the year 2262: what SQLite can hold; file systems go further
_GONE = (FileNotFoundError, NotADirectoryError)  # a file may stand in a folder's place by now


class FoundFile(NamedTuple):
    """A file that may be a document, as the file system shows it."""

    path: str
    size_bytes: int
    mtime_ns: int


def files_in(root: Path) -> Iterator[FoundFile]:
    """Yield every file below ``root`` that may be a document, by path, which is relative to it.

    Symbolic links are not followed, and folders whose name begins with a dot, revisions and
    attachments are left out. What goes away meanwhile is left out too. Raises OSError for a folder
    that can't be read.
    """
    waiting: list[tuple[str, os.DirEntry[str] | None]] = [("", None)]  # the next one last
    while waiting:
        path, file = waiting.pop()
        if file is None:
            with suppress(*(_GONE if path else ())):  # an archive without its root is an error
                waiting += sorted(_listed(root, path), key=itemgetter(0), reverse=True)
            continue
        try:
            status = file.stat(follow_symlinks=False)
        except _GONE:
            continue
        yield FoundFile(path, status.st_size, min(status.st_mtime_ns, _MAX_TIME_NS))


def _listed(root: Path, folder: str) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """Yield the paths of a folder's files, and of its folders: those with a slash, and None."""
    with os.scandir(f"{root}/{folder}") as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            path = f"{folder}{name}"
            if entry.is_dir(follow_symlinks=False):
                if path not in _NOT_DOCUMENTS:
                    yield f"{path}/", None
            elif name.endswith(SUFFIXES) and entry.is_file(follow_symlinks=False):
                yield path, entry


def document_paths(root: Path) -> Iterator[PurePosixPath]:
    """Yield the paths, relative to ``root``, of every file that may be a document."""
    return (PurePosixPath(found.path) for found in files_in(root))

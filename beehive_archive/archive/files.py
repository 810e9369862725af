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


class FoundFile(NamedTuple):
    """A file that may be a document, as the file system shows it."""

    path: str
    size_bytes: int
    mtime_ns: int


def files_in(root: Path) -> Iterator[FoundFile]:
    """Yield every file below ``root`` that may be a document, by path, which is relative to it.

    Symbolic links are not followed, and folders whose name begins with a dot, revisions and
    attachments are left out. A file that goes away meanwhile is left out too.
    """
    waiting: list[tuple[str, os.DirEntry[str] | None]] = [("", None)]  # the next one last
    while waiting:
        path, file = waiting.pop()
        if file is None:
            waiting += sorted(_listed(root, path), key=itemgetter(0), reverse=True)
            continue
        with suppress(FileNotFoundError):
            status = file.stat(follow_symlinks=False)
            yield FoundFile(path, status.st_size, status.st_mtime_ns)


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

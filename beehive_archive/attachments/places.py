"""Which path is which URL's: two URLs never share one, on any file system."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from beehive_archive.archive.attachments import (
    apart,
    attachment_key,
    attachment_path,
    fold,
    is_text_path,
    text_path,
    url_of,
)
from beehive_archive.archive.layout import ATTACHMENTS
from beehive_archive.attachments.files import AttachmentFiles
from beehive_archive.attachments.records import FileRecord
from beehive_archive.errors import ArchiveError

_HEAD_BYTES = 16_384  # the front matter's first lines, with a title and a URL of any length
_URL_LINE = re.compile(rb"^url: (.*)$", re.MULTILINE)


class Places:
    """The paths of attachments; the first URL that claims a path keeps it, in later runs too.

    Who owns a path is told by the text beside the file, by the records, or by the path itself.
    """

    def __init__(self, files: AttachmentFiles | None, records: Iterable[FileRecord]) -> None:
        self._files = files
        self._by_key: dict[str, PurePosixPath] = {}
        self._key_of: dict[PurePosixPath, str] = {}
        self._by_fold: dict[str, PurePosixPath] = {}
        self._folders: set[str] = set()
        self._recorded = {record.path: record.key for record in records}
        for path in self._recorded if files is None else _paths_in(files):
            self._take(PurePosixPath(path))

    def of(self, url: str) -> PurePosixPath | None:
        """Return a URL's path, None for what is no web address; it is the URL's from now on."""
        key, path = attachment_key(url), attachment_path(url)
        if key is None or path is None:
            return None
        if key not in self._by_key:
            chosen = self._choose(key, path)
            self._by_key[key], self._key_of[chosen] = chosen, key
            self._take(chosen)
        return self._by_key[key]

    def _choose(self, key: str, plain: PurePosixPath) -> PurePosixPath:
        if any(fold(parent) in self._by_fold for parent in plain.parents):
            # Another URL's file has the name of this one's folder.
            digest = hashlib.sha256(key.encode()).hexdigest()
            plain = PurePosixPath(ATTACHMENTS, digest, plain.name)
        taken = self._by_fold.get(fold(plain))
        if taken is None:
            return apart(plain, key) if fold(plain) in self._folders else plain
        owner = self._owner(taken)
        if owner == key or (owner is None and taken == plain):
            return taken
        return apart(plain, key)

    def _owner(self, path: PurePosixPath) -> str | None:
        if path in self._key_of:
            return self._key_of[path]
        url = self._url_in_text(path) or self._recorded.get(str(path)) or url_of(path)
        return attachment_key(url) if url else None

    def _url_in_text(self, path: PurePosixPath) -> str | None:
        if self._files is None:
            return None
        try:
            with self._files.locate(text_path(path)).open("rb") as file:
                found = _URL_LINE.search(file.read(_HEAD_BYTES))
        except (ArchiveError, OSError):
            return None
        return found[1].decode("utf-8", "replace") if found else None

    def _take(self, path: PurePosixPath) -> None:
        self._by_fold[fold(path)] = path
        self._folders.update(fold(parent) for parent in path.parents)


def _paths_in(files: AttachmentFiles) -> Iterable[PurePosixPath]:
    """Yield the archive's paths of the files in a folder, without their texts."""
    for folder, _, names in os.walk(files.folder):
        below = PurePosixPath(ATTACHMENTS, os.path.relpath(folder, files.folder))
        for name in names:
            path = below / name
            if not name.startswith(".") and not is_text_path(path):
                yield path

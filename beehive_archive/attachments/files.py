"""Attachments on the local disk: written whole or not at all, the same bytes once."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path, PurePosixPath

from beehive_archive.archive.attachments import text_path
from beehive_archive.archive.layout import ATTACHMENTS
from beehive_archive.archive.store import TEMPORARY_PREFIX, ArchiveStore
from beehive_archive.errors import ArchiveError, FrontMatterError, UnsafePathError
from beehive_archive.text.attachment_text import AttachmentText, load_attachment

_HASHED_AT_ONCE_BYTES = 1 << 20


class AttachmentFiles:
    """A folder of attachments, by default the archive's ``attachments/``.

    Paths are the archive's, ``attachments/...``, wherever the folder lies.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = ArchiveStore(folder)

    def locate(self, path: PurePosixPath) -> Path:
        """Return a path's real place; raises UnsafePathError."""
        return self._store.resolve(_below(path))

    def has(self, path: PurePosixPath) -> bool:
        """Tell whether a file is there; behind a symbolic link there is none."""
        try:
            return self.locate(path).is_file()
        except UnsafePathError:
            return False

    def size_bytes(self, path: PurePosixPath) -> int:
        """Return a file's size; raises OSError."""
        return self.locate(path).stat().st_size

    def sha256(self, path: PurePosixPath) -> str:
        """Return the digest of a file's bytes; raises OSError."""
        digest = hashlib.sha256()
        with self.locate(path).open("rb") as file:
            while chunk := file.read(_HASHED_AT_ONCE_BYTES):
                digest.update(chunk)
        return digest.hexdigest()

    def text(self, path: PurePosixPath) -> AttachmentText | None:
        """Return the text beside a file, None where it is missing or can't be read."""
        try:
            return load_attachment(self.locate(text_path(path)))
        except (ArchiveError, FrontMatterError, OSError):
            return None

    def write(self, path: PurePosixPath, content: bytes, twins: list[str] | None = None) -> None:
        """Write a file atomically, in the place of one that stands there.

        ``twins`` are paths that may hold the same bytes: the file becomes another name of one
        that does, where the file system allows. Raises ArchiveError.
        """
        for twin in twins or ():
            if self._link(PurePosixPath(twin), path, content):
                return
        self._store.write_bytes(_below(path), content, replace=True)

    def set_aside(self, path: PurePosixPath, archive: ArchiveStore) -> PurePosixPath:
        """Copy a file and its text to ``revisions/``, and take the text away.

        Returns where the file lies. Of a folder outside the archive, that is ``revisions/`` in
        that folder. The file itself stays until another is written in its place; without a text
        it is read again, also where a kill comes between. Raises ArchiveError.
        """
        text = text_path(path)
        kept = self._keep(path, archive)
        if self.has(text):
            self._keep(text, archive)
            self.locate(text).unlink(missing_ok=True)
        return kept

    def _keep(self, path: PurePosixPath, archive: ArchiveStore) -> PurePosixPath:
        if self.folder == archive.root / ATTACHMENTS:
            return archive.keep_revision(path)
        return self._store.keep_revision(_below(path))

    def _link(self, twin: PurePosixPath, path: PurePosixPath, content: bytes) -> bool:
        try:
            source, target = self.locate(twin), self.locate(path)
            if source == target or source.stat().st_size != len(content):
                return False
            if self.sha256(twin) != hashlib.sha256(content).hexdigest():
                return False  # it was altered since
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(4)}"
            try:
                os.link(source, temporary)
                temporary.replace(target)
            finally:
                with suppress(FileNotFoundError):
                    temporary.unlink()
        except (ArchiveError, OSError):  # no hard links there, or too many: a copy will do
            return False
        return True


def _below(path: PurePosixPath) -> PurePosixPath:
    return path.relative_to(ATTACHMENTS)

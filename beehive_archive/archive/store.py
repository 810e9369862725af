"""Writing to the archive: whole or not at all, and never outside it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from beehive_archive.archive.layout import document_path, revision_path
from beehive_archive.errors import ArchiveError, UnsafePathError

# Names of unfinished files; `verify` reports leftovers, and no reader takes them for documents.
TEMPORARY_PREFIX = ".writing-"


def sha256_of(text: str) -> str:
    """Return the hex digest of a text's UTF-8 bytes.

    >>> sha256_of("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ArchiveStore:
    """The archive's folder as something to write to.

    Every write goes to a temporary file in the target's folder, is synced, and renamed: a kill
    or a full disk leaves the old text or the new one, never a part. Paths are relative to the
    archive; one that leads outside, through ``..`` or a symbolic link, raises UnsafePathError.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._inside: set[Path] = set()  # folders that were seen to lie in the archive

    def resolve(self, path: PurePosixPath) -> Path:
        """Return the real place of a path in the archive; raises UnsafePathError."""
        if path.is_absolute() or ".." in path.parts or "\x00" in str(path):
            raise UnsafePathError(
                f"{path}: expected a path inside {self.root}; nothing was written"
            )
        target = self.root / path
        if not self._is_inside(target.parent) or target.is_symlink():
            raise UnsafePathError(
                f"{target}: a symbolic link leads outside {self.root} or stands for a document; "
                "nothing was written, replace the link by a folder or file"
            )
        return target

    def _is_inside(self, folder: Path) -> bool:
        """Tell whether a folder lies in the archive; asked of the disk once for each."""
        if folder in self._inside:
            return True
        try:
            is_inside = folder.resolve().is_relative_to(self.root.resolve())
        except (OSError, RuntimeError):  # Python up to 3.12 raises RuntimeError for a loop of links
            return False
        if is_inside and folder.is_dir():
            self._inside.add(folder)
        return is_inside

    def free_path(
        self,
        published_on: date,
        url: str,
        is_taken: Callable[[PurePosixPath], bool] = lambda _: False,
    ) -> PurePosixPath:
        """Return a path for a new document, numbered where others have its name already.

        ``is_taken`` tells of names that are given away but not on disk yet.
        """
        number = 1
        while True:
            path = document_path(published_on, url, number)
            if not is_taken(path) and not os.path.lexists(self.resolve(path)):
                return path
            number += 1

    def write(self, path: PurePosixPath, text: str, *, replace: bool = False) -> None:
        """Write a text as UTF-8 with LF, atomically.

        Without ``replace`` an existing file is never overwritten: ArchiveError.
        """
        self.write_bytes(path, text.encode("utf-8"), replace=replace)

    def write_bytes(self, path: PurePosixPath, content: bytes, *, replace: bool = False) -> None:
        """Write bytes atomically; see ``write``."""
        target = self.resolve(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_atomically(target, content, replace=replace)
        except FileExistsError as error:
            raise ArchiveError(
                f"{target}: expected no file, found one; it was left as it is"
            ) from error
        except OSError as error:
            raise ArchiveError(
                f"{target}: can't be written ({error.strerror or error}); "
                "check the disk's space and permissions, then run again: nothing was lost"
            ) from error

    def keep_revision(self, path: PurePosixPath, mark: str = "") -> PurePosixPath:
        """Copy the text that stands at ``path`` to ``revisions/``; returns where it lies.

        ``mark`` is put after the time in its name. A text that a stopped run kept already is not
        kept twice. Raises ArchiveError.
        """
        content = self._read(path)
        kept = self.revisions(path)
        if kept and self._read(kept[-1]) == content:
            return kept[-1]
        now = datetime.now(UTC)
        # A second's name can be taken (two changes in one second, a clock set back).
        for attempt in range(1_000):
            time = f"{now:%Y%m%dT%H%M%S}{f'.{attempt:03}' if attempt else ''}Z"
            revision = revision_path(path, time + mark)
            if not os.path.lexists(self.resolve(revision)):
                self.write_bytes(revision, content)
                return revision
        raise ArchiveError(
            f"{self.root / path}: a thousand revisions in one second; is the clock right?"
        )

    def revisions(self, path: PurePosixPath) -> list[PurePosixPath]:
        """Return a document's kept revisions, oldest first."""
        folder = revision_path(path, "").parent
        try:
            names = os.listdir(self.resolve(folder))  # noqa: PTH208 -- names are all that's wanted
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [folder / name for name in sorted(names) if _is_revision(name, path)]

    def move_revisions(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Have a renamed document's revisions follow it; can be stopped and done again."""
        for revision in self.revisions(old):
            target = revision_path(new, "").parent / revision.name
            number = 1
            while os.path.lexists(self.resolve(target)):
                number += 1
                target = target.with_name(f"{revision.stem}-{number}{revision.suffix}")
            self.move(revision, target)
        with contextlib.suppress(OSError):  # it was never there, or holds something else
            self.resolve(revision_path(old, "").parent).rmdir()

    def move(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Rename a document; never over another one."""
        source, target = self.resolve(old), self.resolve(new)
        try:
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, "a file stands there")
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
        except OSError as error:
            raise ArchiveError(
                f"{source}: can't be renamed to {target} ({error.strerror})"
            ) from error
        sync_folder(target.parent)
        if source.parent != target.parent:
            sync_folder(source.parent)

    def _read(self, path: PurePosixPath) -> bytes:
        place = self.resolve(path)
        try:
            return place.read_bytes()
        except OSError as error:
            raise ArchiveError(f"{place}: can't be read ({error.strerror or error})") from error


def _is_revision(name: str, path: PurePosixPath) -> bool:
    """Tell whether a file holds a revision: `x.md` and `x.txt` share a folder of revisions."""
    return name.endswith(path.suffix) and not name.startswith(".")


def _write_atomically(target: Path, content: bytes, *, replace: bool) -> None:
    handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)  # mkstemp's 0600 would hide documents from others
            file.flush()
            os.fsync(file.fileno())
        # The archive's lock keeps other runs out between this look and the rename.
        if not replace and os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "a file stands there", str(target))
        temporary.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

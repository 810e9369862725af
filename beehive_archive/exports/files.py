"""Export files: whole or not at all, and never over something that isn't an export."""

from __future__ import annotations

import fcntl
import filecmp
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from beehive_archive.archive.layout import SUFFIXES
from beehive_archive.archive.store import TEMPORARY_PREFIX, sync_folder
from beehive_archive.errors import ArchiveLockedError, ConfigurationError


def checked_target(option: str, value: str, archive_dir: Path) -> Path:
    """Return the file that an option names; raises ConfigurationError where it can't be one."""
    target = Path(value).expanduser().absolute()
    if not value or target.is_dir():
        raise ConfigurationError(f"{option}: expected a file's name, found {value!r}, a folder")
    if not target.parent.is_dir():
        raise ConfigurationError(
            f"{option}: expected a folder at {target.parent}, found none; make it first"
        )
    if target.suffix in SUFFIXES and target.resolve().is_relative_to(archive_dir.resolve()):
        raise ConfigurationError(
            f"{option}: {target} would count as a document of the archive; name it otherwise"
        )
    return target


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield an empty file's path beside ``target``, which takes its place at the end.

    After an exception the target stays as it was, and also where the new file has the same
    bytes. A second writer of the same target gets ArchiveLockedError; what one that was killed
    left behind is written over.
    """
    target = target.resolve()  # a symbolic link stays one
    temporary = target.with_name(TEMPORARY_PREFIX + target.name)
    descriptor = _own(temporary, target)
    try:
        yield temporary
        if target.exists() and filecmp.cmp(temporary, target, shallow=False):
            temporary.unlink()
        else:
            os.fsync(descriptor)  # also what was written through other descriptors of the file
            temporary.replace(target)
            sync_folder(target.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    finally:
        os.close(descriptor)


def _own(temporary: Path, target: Path) -> int:
    """Open an empty file that this process alone writes to, as long as the descriptor is open."""
    while True:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise ArchiveLockedError(
                f"{target}: another export is writing it; wait for its end"
            ) from error
        # The one who had it may have renamed it just before: then the name is another file's.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), temporary.stat()):
                os.truncate(descriptor, 0)
                return descriptor
        os.close(descriptor)

"""One run at a time per archive: a lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from beehive_archive.archive.state_dir import make_state_dir
from beehive_archive.archive.state_file import instant
from beehive_archive.errors import ArchiveError, ArchiveLockedError


class ArchiveLock:
    """An exclusive ``flock`` on ``.state/lock``; readers never ask for it.

    The kernel lets go of it when the process ends, however it ends, so no lock is ever stale.
    The file's text says who holds it.
    """

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / "lock"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock; raises ArchiveLockedError, which says who holds it, or ArchiveError."""
        try:
            make_state_dir(self.path.parent)
            file = self.path.open("a+", encoding="utf-8", errors="replace")
        except OSError as error:
            raise self._failure(error) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read(200).strip() or "a process that has not said which"
            file.close()
            raise ArchiveLockedError(
                f"{self.path}: the archive is held by {holder}; wait for it to end or stop it"
            ) from error
        except OSError as error:  # a file system without locks
            file.close()
            raise self._failure(error) from error
        file.seek(0)
        file.truncate()
        started = instant(datetime.now(UTC))
        file.write(f"process {os.getpid()}, since {started}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let go of the lock; the file stays, so that nobody locks a deleted one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _failure(self, error: OSError) -> ArchiveError:
        return ArchiveError(
            f"{self.path}: can't be locked ({error.strerror or error}); "
            "check the folder's permissions and its disk"
        )

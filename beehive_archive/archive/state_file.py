"""SQLite files in ``.state/``: opened as we want them, begun anew where they are of no use."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import suppress
from pathlib import Path

from beehive_archive.errors import ArchiveError

logger = logging.getLogger(__name__)


def open_state_file(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """Open a file, made with ``schema`` where there is none.

    One that is damaged or of another version is begun anew: nothing in ``.state/`` is needed to
    read the archive. Raises ArchiveError where it can't be opened.
    """
    try:
        db = _connect(path, schema, version)
        problem = _problem_of(db, version)
        if problem is None:
            return db
        db.close()
    except sqlite3.OperationalError as error:  # a full disk, a folder that can't be written
        raise ArchiveError(
            f"{path}: can't be opened ({error}); check the disk's space and permissions"
        ) from error
    except sqlite3.DatabaseError as error:
        problem = str(error)
    logger.warning("%s: unusable (%s), begun anew; no document is lost by that", path, problem)
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
    return _connect(path, schema, version)


def _connect(path: Path, schema: str, version: int) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30)
    # WAL: readers are never blocked, and a kill loses no committed row.
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = normal")
    if db.execute("pragma user_version").fetchone()[0] == 0:
        db.executescript(f"begin; {schema} pragma user_version = {version}; commit;")
    return db


def _problem_of(db: sqlite3.Connection, version: int) -> str | None:
    found = db.execute("pragma user_version").fetchone()[0]
    if found != version:
        return f"of version {found} instead of {version}"
    # Damage within opens without an error, and would show in the middle of a run.
    damage = str(db.execute("pragma quick_check(1)").fetchone()[0])
    return None if damage == "ok" else damage

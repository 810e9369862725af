"""SQLite files in ``.state/``: opened as we want them, begun anew where they are of no use."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from beehive_archive.errors import StateError

logger = logging.getLogger(__name__)


class StateFile:
    """An open file whose every access is one whole transaction; all raise StateError."""

    def __init__(self, db: sqlite3.Connection, path: Path | None) -> None:
        self.path = path
        self._db = db

    @classmethod
    def open(cls, path: Path, schema: str, version: int) -> Self:
        """Open a file, made with ``schema`` where there is none.

        One that is damaged or of another version is begun anew: nothing in ``.state/`` is needed
        to read the archive.
        """
        return cls(_opened(path, schema, version), path)

    @classmethod
    def temporary(cls, schema: str) -> Self:
        """Return one that SQLite keeps for itself, in the folder for temporary files."""
        db = sqlite3.connect("")
        # Nobody reads it after a kill, but without any journal a full disk would leave a table
        # that no longer can be read.
        db.execute("pragma journal_mode = memory")
        db.executescript(schema)
        return cls(db, None)

    def close(self) -> None:
        """Close the file; it can't be used after."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit what is done within, or nothing of it."""
        try:
            with self._db as db:
                yield db
        except sqlite3.Error as error:
            what = "where TMPDIR leads"
            if self.path is not None:
                what = f"delete {self.path}: no document is lost by that"
            raise StateError(
                f"{self.path or 'a temporary file'}: can't be read or written ({error});"
                f" check the disk's space, or {what}"
            ) from error

    def rows(self, query: str, *keys: object) -> list[tuple[Any, ...]]:
        """Return a query's rows."""
        with self.transaction() as db:
            return db.execute(query, keys).fetchall()

    def row(self, query: str, *keys: object) -> tuple[Any, ...] | None:
        """Return a query's first row, None where it has none."""
        with self.transaction() as db:
            row: tuple[Any, ...] | None = db.execute(query, keys).fetchone()
            return row

    def value(self, query: str, key: object) -> str | None:
        """Return the first value of a query's first row as text, None where it has none."""
        row = self.row(query, key)
        return None if row is None or row[0] is None else str(row[0])


def instant(moment: datetime) -> str:
    """Return an instant as these files and reports hold it, so that texts sort as times do.

    >>> instant(datetime(2026, 11, 21, 17, 0, 0, 999, tzinfo=UTC))
    '2026-11-21T17:00:00+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _opened(path: Path, schema: str, version: int) -> sqlite3.Connection:
    try:
        db = _connect(path, schema, version)
        problem = _problem_of(db, version)
        if problem is None:
            return db
        db.close()
    except sqlite3.OperationalError as error:  # a full disk, a folder that can't be written
        raise StateError(
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

"""The archive as an SQLite database, through sqlite-utils: tables, views, full-text search.

A new database is built beside its place and renamed. One that stands is brought up to date in a
single transaction, by what changed: a kill leaves the old content or the new.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from beehive_archive.errors import ArchiveError, ArchiveLockedError, ConfigurationError
from beehive_archive.exports.files import replacing
from beehive_archive.exports.schema import (
    PROJECT,
    SCHEMA_VERSION,
    SEARCHED,
    TABLES,
    TOKENIZER,
    VIEWS,
    Table,
)
from beehive_archive.exports.sqlite_rows import Changes, SqliteWriter

CACHE_KIB = 64 * 1024


@contextmanager
def writing_sqlite(target: Path, root: Path) -> Iterator[SqliteWriter]:
    """Bring ``target`` up to date with the archive at ``root``, or build it.

    Raises ConfigurationError where the file is not this project's, ArchiveLockedError where
    another program writes it, ArchiveError where SQLite fails.
    """
    changes = Changes()
    version = schema_version(target)
    if version is not None and version > SCHEMA_VERSION:
        raise ConfigurationError(
            f"{target}: expected schema version {SCHEMA_VERSION} or older, found {version}; "
            f"update {PROJECT}, or name another file"
        )
    try:
        if version == SCHEMA_VERSION:
            with _updating(target) as db:
                yield SqliteWriter(db, root, changes, is_new=False)
        else:
            changes.rebuilt_from = version
            with replacing(target) as temporary, _building(temporary) as db:
                yield SqliteWriter(db, root, changes, is_new=True)
    except sqlite3.Error as error:
        raise ArchiveError(
            f"{target}: SQLite says {error}; what stood there is whole or can be deleted: "
            "the next export builds it anew"
        ) from error


def schema_version(target: Path) -> int | None:
    """Return the schema version of an earlier export, None where there is no file (or an empty).

    Raises ConfigurationError for a file that is not this project's export.
    """
    if not target.exists() or target.stat().st_size == 0:
        return None
    try:
        # rw, so that SQLite can undo what an export that was killed left half done.
        with closing(sqlite3.connect(f"{target.as_uri()}?mode=rw", uri=True)) as connection:
            row = connection.execute("select version, project from schema").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ArchiveLockedError(f"{target}: another program is writing it") from error
        row = None
    except sqlite3.DatabaseError:
        row = None
    if row is None or row[1] != PROJECT or not isinstance(row[0], int):
        raise ConfigurationError(
            f"{target}: expected a database that scrapy export wrote, found something else; "
            "name another file: it was left as it is"
        )
    return row[0]


@contextmanager
def _building(path: Path) -> Iterator[Database]:
    """Yield a database with empty tables at ``path``; indexes, search and views come at the end."""
    db = Database(path)
    with closing(db):
        # Nobody reads the file before it is whole, and one that isn't is thrown away.
        for pragma in ("journal_mode = off", "synchronous = off", f"cache_size = -{CACHE_KIB}"):
            db.conn.execute(f"pragma {pragma}")
        for table in TABLES:
            _create(db, table)
        db.table("schema").insert({"version": SCHEMA_VERSION, "project": PROJECT})
        db.conn.execute("begin")
        yield db
        db.conn.commit()
        db.table("texts").enable_fts(SEARCHED, create_triggers=True, tokenize=TOKENIZER)
        for table in TABLES:
            for column in table.indexes:
                db.table(table.name).create_index([column])
        for view in VIEWS:
            db.create_view(view.name, view.sql)
        db.analyze()


@contextmanager
def _updating(path: Path) -> Iterator[Database]:
    """Yield the database at ``path`` in a transaction, which ends with the block."""
    db = Database(path)
    with closing(db):
        db.conn.execute(f"pragma cache_size = -{CACHE_KIB}")
        db.conn.execute("pragma foreign_keys = on")
        try:
            db.conn.execute("begin immediate")
        except sqlite3.OperationalError as error:
            raise ArchiveLockedError(
                f"{path}: another program is writing it ({error}); wait for its end"
            ) from error
        try:
            yield db
        except BaseException:
            db.conn.rollback()
            raise
        db.conn.commit()


def _create(db: Database, table: Table) -> None:
    pk = (table.pk,) if isinstance(table.pk, str) else table.pk
    db.table(table.name).create(
        {column.name: column.type for column in table.columns},
        pk=table.pk,
        foreign_keys=[(c.name, c.references, "id") for c in table.columns if c.references],
        not_null={c.name for c in table.columns} - set(pk) - table.optional,
    )
    for column in table.unique:
        db.table(table.name).create_index([column], unique=True)

"""The rows of an export's database: brought up to date with the archive, one record at a time."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from beehive_archive.exports.documents import (
    LinkedAttachment,
    Record,
    Revision,
    SourceFile,
    stat_file,
)
from beehive_archive.exports.schema import TABLES
from beehive_archive.urls import slug_key

LINKED = ("ministers", "portfolios", "attachments")
_json = json.JSONEncoder(ensure_ascii=False).encode
_INSERT = {
    table.name: f"insert into {table.name} values ({', '.join('?' * len(table.columns))})"  # noqa: S608
    for table in TABLES
}


@dataclass(slots=True)
class Changes:
    """What an export did to the database, in documents."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    rebuilt_from: int | None = None  # the older schema's version


@dataclass(slots=True)
class SqliteWriter:
    """Brings a database's rows up to date with the records that it is given."""

    db: Database
    root: Path
    changes: Changes
    is_new: bool  # nothing is in it yet, so nothing has to be looked up
    _seen: set[int] = field(default_factory=set)
    _ids: dict[tuple[str, str], int] = field(default_factory=dict)

    def wants(self, file: SourceFile) -> bool:
        """Tell whether a document must be read: it is new, or one of its files was written to."""
        if self.is_new:
            return True
        sources = self._rows(
            "select document_id, path, size_bytes, mtime_ns from sources where document_id ="
            " (select id from documents where path = ?)",
            file.path,
        )
        for _, path, size_bytes, mtime_ns in sources:
            now = file if path == file.path else stat_file(self.root, path)
            if (now.size_bytes, now.mtime_ns) != (size_bytes, mtime_ns):
                return True
        if not sources:
            return True
        self._seen.add(sources[0][0])
        self.changes.unchanged += 1
        return False

    def add(self, record: Record, file: SourceFile) -> None:
        """Bring in a record, in the place of the one with its path where its content differs."""
        known, digest = self._known(record.path)
        if known is None:
            self.changes.added += 1
            document_id = self._insert(record, None)
        elif digest == record.digest:
            self.changes.unchanged += 1
            document_id = known
            self._execute("delete from sources where document_id = ?", known)
        else:
            self.changes.updated += 1
            self._remove(known)
            document_id = self._insert(record, known)
        self._seen.add(document_id)
        self._insert_sources(document_id, record, file)

    def knows_revision(self, file: SourceFile) -> bool:
        """Tell whether a replaced text is in the database as it is on disk."""
        known = self._rows("select size_bytes, mtime_ns from revisions where path = ?", file.path)
        return known == [(file.size_bytes, file.mtime_ns)]

    def add_revision(self, revision: Revision, file: SourceFile) -> None:
        """Bring in a replaced text."""
        document, replaced_at = revision.document, revision.replaced_at
        self._execute("delete from revisions where path = ?", file.path)
        self._execute(
            _INSERT["revisions"],
            None,
            None,
            f"{replaced_at:%Y-%m-%dT%H:%M:%SZ}" if replaced_at else None,
            document.title,
            document.date.isoformat(),
            document.url,
            _json(document.ministers),
            _json(document.portfolios),
            _json(document.attachments),
            document.body,
            revision.path,
            file.size_bytes,
            file.mtime_ns,
        )

    def finish(self, revisions: set[str]) -> None:
        """Take out what the archive no longer has, and link revisions to their documents."""
        for (document_id,) in self._rows("select id from documents"):
            if document_id not in self._seen:
                self._remove(document_id)
                self.changes.removed += 1
        for (path,) in self._rows("select path from revisions"):
            if path not in revisions:
                self._execute("delete from revisions where path = ?", path)
        for name in LINKED:
            self._execute(
                f"delete from {name} where id not in"  # noqa: S608 -- names of the schema
                f" (select {name[:-1]}_id from documents_{name})"
            )
        self._link_revisions()

    def _known(self, path: str) -> tuple[int | None, str | None]:
        """Return the number and the digest of the document with a path."""
        sql = (
            "select documents.id, digest from documents join sources"
            " on document_id = documents.id and sources.path = documents.path"
            " where documents.path = ?"
        )
        found = [] if self.is_new else self._rows(sql, path)
        return found[0] if found else (None, None)

    def _insert(self, record: Record, document_id: int | None) -> int:
        document = record.document
        inserted = self._execute(
            _INSERT["documents"],
            document_id,
            document.date.isoformat(),
            document.date.year,
            record.kind,
            document.title,
            _json(document.ministers),
            _json(document.portfolios),
            len(document.attachments),
            document.url,
            record.path,
        ).lastrowid
        assert inserted is not None  # noqa: S101 -- an insert has a row
        texts = (each.text for each in record.attachments if each.text is not None)
        self._execute(
            _INSERT["texts"],
            inserted,
            document.title,
            document.body,
            "\n\n".join(f"{text.title}\n\n{text.body}" for text in texts),
        )
        self._link("ministers", inserted, [self._id("ministers", e) for e in document.ministers])
        self._link("portfolios", inserted, [self._id("portfolios", e) for e in document.portfolios])
        self._link("attachments", inserted, [self._attachment(e) for e in record.attachments])
        return inserted

    def _remove(self, document_id: int) -> None:
        """Take a document out; the texts' trigger keeps the search right."""
        for name in LINKED:
            self._execute(f"delete from documents_{name} where document_id = ?", document_id)  # noqa: S608
        for name in ("texts", "sources"):
            self._execute(f"delete from {name} where document_id = ?", document_id)  # noqa: S608
        self._execute("update revisions set document_id = null where document_id = ?", document_id)
        self._execute("delete from documents where id = ?", document_id)

    def _insert_sources(self, document_id: int, record: Record, file: SourceFile) -> None:
        # By path: two addresses of one file have one text.
        texts = {each.path: each for linked in record.attachments for each in linked.sources}
        rows = [(file, record.digest), *((text, None) for text in texts.values())]
        self.db.conn.executemany(
            _INSERT["sources"],
            ((document_id, e.path, e.size_bytes, e.mtime_ns, digest) for e, digest in rows),
        )

    def _link(self, name: str, document_id: int, ids: list[int]) -> None:
        self.db.conn.executemany(
            _INSERT[f"documents_{name}"],
            ((document_id, position, each) for position, each in enumerate(ids, start=1)),
        )

    def _id(self, table: str, name: str) -> int:
        """Return the number of a minister or portfolio; there are some hundreds of them."""
        if (table, name) not in self._ids:
            self._execute(f"insert or ignore into {table} (name) values (?)", name)  # noqa: S608
            found = self._rows(f"select id from {table} where name = ?", name)  # noqa: S608
            self._ids[table, name] = found[0][0]
        return self._ids[table, name]

    def _attachment(self, attachment: LinkedAttachment) -> int:
        text = attachment.text
        values = (
            (text.title, text.pages, text.sha256, text.note, text.body) if text else (None,) * 5
        )
        found = self._execute(
            """
            insert into attachments (url, suffix, title, pages, sha256, note, text)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (url) do update set title = excluded.title, pages = excluded.pages,
                sha256 = excluded.sha256, note = excluded.note, text = excluded.text
            returning id
            """,
            attachment.url,
            attachment.suffix,
            *values,
        ).fetchone()
        return int(found[0])

    def _link_revisions(self) -> None:
        """Say which document each revision was: by its path, else by its slug where one has it.

        A repair can mend a document's date and URL, and its path with them; the slug without
        the characters that archived URLs lost stays the same.
        """
        revisions = self._rows("select id, path, url, document_id from revisions")
        if not revisions:
            return
        by_stem: dict[str, int] = {}
        by_slug: defaultdict[str, list[int]] = defaultdict(list)
        for document_id, path, url in self._rows(
            "select id, path, url from documents order by path"
        ):
            by_stem.setdefault(path.rpartition(".")[0], document_id)
            by_slug[slug_key(url)].append(document_id)
        for revision_id, path, url, linked in revisions:
            stem = path.partition("/")[2].rpartition("/")[0]
            alike = by_slug[slug_key(url)]
            found = by_stem.get(stem, alike[0] if len(alike) == 1 else None)
            if found != linked:
                sql = "update revisions set document_id = ? where id = ?"
                self._execute(sql, found, revision_id)

    def _execute(self, sql: str, *values: str | int | None) -> sqlite3.Cursor:
        return self.db.conn.execute(sql, values)

    def _rows(self, sql: str, *values: str | int) -> list[tuple[Any, ...]]:
        return self.db.conn.execute(sql, values).fetchall()

"""Archives to export, exports to read, and what of two databases must be equal."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from beehive_archive.archive.attachments import attachment_path, text_path
from beehive_archive.exports.run import Exported, Targets, export
from beehive_archive.text.attachment_text import AttachmentText, dumps_attachment
from beehive_archive.text.front_matter import Document, dumps

BASE = "https://www.beehive.govt.nz"
PLAN = f"{BASE}/sites/default/files/2023-06/Plan%20A.pdf"


def document(slug: str = "kia-ora", /, **fields: Any) -> Document:
    """A document; every field can be given."""
    made = {
        "title": slug.replace("-", " ").capitalize(),
        "date": dt.date(2023, 6, 4),
        "url": f"{BASE}/release/{slug}",
        "ministers": ("Hon Andrew Little",),
        "portfolios": ("Defence",),
        "body": "The text.",
        **fields,
    }
    return Document(**made)


def put(root: Path, path: str, content: Document | AttachmentText | str) -> Path:
    """Write a file of the archive; returns its place."""
    if isinstance(content, Document):
        content = dumps(content)
    elif isinstance(content, AttachmentText):
        content = dumps_attachment(content)
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.encode())
    return place


def put_text(root: Path, url: str = PLAN, body: str = "Kōwhai in the plan.", **fields: Any) -> Path:
    """Write an attachment's text where the archive keeps it."""
    made = {
        "title": "Plan A",
        "date": dt.date(2023, 6, 4),
        "release": f"{BASE}/release/kia-ora",
        "pages": 2,
        "sha256": "0f" * 32,
        **fields,
    }
    path = attachment_path(url)
    assert path is not None
    return put(root, str(text_path(path)), AttachmentText(url=url, body=body, **made))


def to_sqlite(root: Path, target: Path) -> Exported:
    return export(root, Targets(sqlite=target))


def rows(database: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql, values).fetchall()


def found(database: Path, words: str) -> set[str]:
    """The titles of the documents that a search finds."""
    sql = (
        "select title from documents where id in"
        " (select rowid from texts_fts where texts_fts match ?)"
    )
    return {title for (title,) in rows(database, sql, words)}


def content(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a database says, without its own numbers and the files' times."""
    links = {
        name: f"""
            select path, position, {name}.{column} from documents_{name}
            join documents on documents.id = document_id
            join {name} on {name}.id = {name[:-1]}_id
            """
        for name, column in (("ministers", "name"), ("portfolios", "name"), ("attachments", "url"))
    }
    queries = {
        "documents": """
            select path, documents.date, year, kind, documents.title, ministers, portfolios,
                documents.attachments, url, texts.title, body, texts.attachments
            from documents left join texts on document_id = id
            """,
        "names": "select name from ministers union all select name from portfolios",
        "attachments": "select url, suffix, title, pages, sha256, note, text from attachments",
        "revisions": """
            select revisions.path, documents.path, replaced_at, revisions.title, revisions.date,
                revisions.url, revisions.ministers, revisions.body, size_bytes
            from revisions left join documents on documents.id = document_id
            """,
        "sources": """
            select documents.path, sources.path, size_bytes, digest
            from sources left join documents on documents.id = document_id
            """,
        **links,
    }
    return {name: sorted(rows(database, sql), key=repr) for name, sql in queries.items()}


def assert_sound(database: Path) -> None:
    """The file, its references and the search index agree with themselves and each other."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        # With rank 1 FTS5 also holds its index against the table that it is of.
        connection.execute("insert into texts_fts(texts_fts, rank) values('integrity-check', 1)")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]

"""The part of docs/export.md that follows from the schema.

``python -m tests.exports.reference`` writes it; a test fails where the two differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from beehive_archive.exports.schema import (
    ATTACHMENT_FIELDS,
    RECORD_FIELDS,
    SCHEMA_VERSION,
    TABLES,
    VIEWS,
    RecordField,
    Table,
)

DOC = Path(__file__).parent.parent.parent / "docs" / "export.md"
BEGIN = "<!-- from the schema: python -m tests.exports.reference -->\n"
_TYPES = {int: "integer", str: "text"}


def reference() -> str:
    """The reference as Markdown."""
    return BEGIN + "\n".join(_lines()) + "\n"


def written(text: str) -> str:
    """A doc with its reference brought up to date."""
    return text.partition(BEGIN)[0] + reference()


def _lines() -> Iterator[str]:
    yield f"## Schema, version {SCHEMA_VERSION}"
    yield ""
    yield "### JSONL and Parquet"
    yield ""
    yield from _fields(RECORD_FIELDS)
    yield ""
    yield "Each of `attachment_texts`:"
    yield ""
    yield from _fields(ATTACHMENT_FIELDS)
    yield ""
    yield "### SQLite"
    for table in TABLES:
        yield from _table(table)
    yield ""
    yield "| view | what it answers |"
    yield "|---|---|"
    for view in VIEWS:
        yield f"| `{view.name}` | {view.meaning} |"


def _fields(fields: tuple[RecordField, ...]) -> Iterator[str]:
    yield "| field | type | meaning |"
    yield "|---|---|---|"
    for field in fields:
        yield f"| `{field.name}` | {field.type} | {field.meaning} |"


def _table(table: Table) -> Iterator[str]:
    yield ""
    yield f"`{table.name}`: {table.meaning}"
    yield ""
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    pk = (table.pk,) if isinstance(table.pk, str) else table.pk
    for column in table.columns:
        kind = _TYPES[column.type]
        kind += " or null" if column.name in table.optional else ""
        kind += ", key" if column.name in pk else ""
        kind += ", unique" if column.name in table.unique else ""
        meaning = column.meaning
        meaning += f"; `{column.references}.id`" if column.references else ""
        yield f"| `{column.name}` | {kind} | {meaning} |"


if __name__ == "__main__":
    DOC.write_text(written(DOC.read_text("utf-8")), "utf-8")

"""The archive as Parquet, through pyarrow: typed columns, real lists, in row groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from beehive_archive.exports.documents import Record, SourceFile
from beehive_archive.exports.files import replacing
from beehive_archive.exports.schema import PROJECT, SCHEMA_VERSION

# Whichever comes first. Small enough to stay in little memory and to be skipped by readers;
# large enough for columns to compress.
ROWS_PER_GROUP = 5_000
TEXT_CHARS_PER_GROUP = 32 * 1024 * 1024

_ATTACHMENT_TEXT = pa.struct(
    [
        pa.field("url", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("pages", pa.int32()),
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("note", pa.string()),
        pa.field("text", pa.string(), nullable=False),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("path", pa.string(), nullable=False),
        pa.field("kind", pa.string()),
        pa.field("title", pa.string(), nullable=False),
        pa.field("date", pa.date32(), nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("ministers", pa.list_(pa.string()), nullable=False),
        pa.field("portfolios", pa.list_(pa.string()), nullable=False),
        pa.field("attachments", pa.list_(pa.string()), nullable=False),
        pa.field("body", pa.string(), nullable=False),
        pa.field("attachment_texts", pa.list_(_ATTACHMENT_TEXT), nullable=False),
    ],
    metadata={f"{PROJECT}.schema_version": str(SCHEMA_VERSION)},
)


class ParquetWriter:
    """Gathers records into row groups."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self._rows: list[dict[str, Any]] = []
        self._text_chars = 0

    def wants(self, _file: SourceFile) -> bool:
        """Every document is written anew: Parquet files can't be changed in place."""
        return True

    def add(self, record: Record, _file: SourceFile) -> None:
        """Take a record into the row group, and write that when it is full."""
        row = record.fields()
        self._rows.append(row)
        self._text_chars += len(row["body"])
        self._text_chars += sum(len(each["text"]) for each in row["attachment_texts"])
        if len(self._rows) >= ROWS_PER_GROUP or self._text_chars >= TEXT_CHARS_PER_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
        self._rows.clear()
        self._text_chars = 0


@contextmanager
def writing_parquet(target: Path) -> Iterator[ParquetWriter]:
    """Write ``target`` whole; see ``replacing``."""
    with (
        replacing(target) as temporary,
        pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as file,
    ):
        writer = ParquetWriter(file)
        yield writer
        writer.flush()

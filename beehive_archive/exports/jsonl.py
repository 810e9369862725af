"""The archive as JSON Lines: one document a line, by path, keys in the schema's order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from beehive_archive.exports.documents import Record, SourceFile
from beehive_archive.exports.files import replacing

# Valid in JSON strings, but some readers that part lines (Python's str.splitlines among them)
# part these too. NEL, line separator, paragraph separator.
_LINE_ENDS = ("\x85", "\u2028", "\u2029")

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class JsonlWriter:
    """Writes records to an open file."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def wants(self, _file: SourceFile) -> bool:
        """Every document is written anew: a line can't be replaced in place."""
        return True

    def add(self, record: Record, _file: SourceFile) -> None:
        """Write a record's line."""
        line = _ENCODE(as_dict(record))
        for each in _LINE_ENDS:
            line = line.replace(each, f"\\u{ord(each):04x}")
        self._file.write(line + "\n")


@contextmanager
def writing_jsonl(target: Path) -> Iterator[JsonlWriter]:
    """Write ``target`` whole; see ``replacing``."""
    with (
        replacing(target) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        yield JsonlWriter(file)


def as_dict(record: Record) -> dict[str, Any]:
    """Return a record's fields as JSON has them."""
    return {**record.fields(), "date": record.document.date.isoformat()}

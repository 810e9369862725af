"""One pass over the archive for all formats that were asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from beehive_archive.errors import FrontMatterError, MissingExtraError
from beehive_archive.exports.documents import (
    Record,
    SourceFile,
    document_files,
    read_record,
    read_revision,
    revision_files,
)
from beehive_archive.exports.jsonl import writing_jsonl

if TYPE_CHECKING:  # these two need packages that not everybody has
    from beehive_archive.exports.parquet import ParquetWriter
    from beehive_archive.exports.sqlite_rows import Changes, SqliteWriter


class Writer(Protocol):
    """What a format does with the archive's documents, which come by path."""

    def wants(self, file: SourceFile, /) -> bool:
        """Tell whether the document of a file is to be read for this format."""

    def add(self, record: Record, file: SourceFile, /) -> None:
        """Take a document that was wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The files to write; None for a format that was not asked for."""

    sqlite: Path | None = None
    jsonl: Path | None = None
    parquet: Path | None = None


@dataclass(slots=True)
class Exported:
    """How an export went; ``left_out`` has a line for each file that can't be read."""

    documents: int = 0
    revisions: int = 0
    left_out: list[str] = field(default_factory=list)
    changes: Changes | None = None  # in the database


def export(root: Path, targets: Targets, progress: Callable[[int], None] | None = None) -> Exported:
    """Write the archive at ``root`` to the targets; a document that can't be read is left out.

    ``progress`` is told the number of documents after each. Raises ConfigurationError where a
    format's package is missing or a target is something else, ArchiveLockedError where another
    program writes it, ArchiveError and OSError where one can't be written: it stays as it was.
    """
    result = Exported()
    with ExitStack() as stack:
        writers: list[Writer] = []
        sqlite = stack.enter_context(_sqlite(targets.sqlite, root)) if targets.sqlite else None
        if sqlite:
            writers.append(sqlite)
            result.changes = sqlite.changes
        if targets.jsonl:
            writers.append(stack.enter_context(writing_jsonl(targets.jsonl)))
        if targets.parquet:
            writers.append(stack.enter_context(_parquet(targets.parquet)))
        for file in document_files(root):
            if _export_document(root, file, writers, result):
                result.documents += 1
                if progress:
                    progress(result.documents)
        if sqlite:
            _export_revisions(root, sqlite, result)
    return result


def _export_document(root: Path, file: SourceFile, writers: list[Writer], result: Exported) -> bool:
    """Export a file's document; returns whether there is one."""
    if not _is_named_in_utf8(file, result):
        return False
    wanting = [writer for writer in writers if writer.wants(file)]
    if not wanting:
        return True
    try:
        record = read_record(root, file.path)
    except (FrontMatterError, OSError) as error:
        result.left_out.append(str(error))
        return False
    if record is None:
        return False
    result.left_out.extend(each.problem for each in record.attachments if each.problem)
    for writer in wanting:
        writer.add(record, file)
    return True


def _export_revisions(root: Path, sqlite: SqliteWriter, result: Exported) -> None:
    kept = set()
    for file in revision_files(root):
        if not _is_named_in_utf8(file, result):
            continue
        if not sqlite.knows_revision(file):
            try:
                revision = read_revision(root, file.path)
            except (FrontMatterError, OSError) as error:
                result.left_out.append(str(error))
                continue
            if revision is None:
                continue
            sqlite.add_revision(revision, file)
        kept.add(file.path)
    result.revisions = len(kept)
    sqlite.finish(kept)


def _is_named_in_utf8(file: SourceFile, result: Exported) -> bool:
    """Tell whether a file's name is text, as every format needs it; Linux allows any bytes."""
    if file.path.isascii() or not any("\ud800" <= each <= "\udfff" for each in file.path):
        return True
    result.left_out.append(f"{file.path}: the name is not UTF-8; rename the file")
    return False


def _sqlite(target: Path, root: Path) -> AbstractContextManager[SqliteWriter]:
    try:
        from beehive_archive.exports.sqlite import writing_sqlite  # noqa: PLC0415
    except ImportError as error:
        raise _missing("--sqlite", "sqlite-utils", error) from error
    return writing_sqlite(target, root)


def _parquet(target: Path) -> AbstractContextManager[ParquetWriter]:
    try:
        from beehive_archive.exports.parquet import writing_parquet  # noqa: PLC0415
    except ImportError as error:
        raise _missing("--parquet", "pyarrow", error) from error
    return writing_parquet(target)


def _missing(option: str, package: str, error: ImportError) -> MissingExtraError:
    return MissingExtraError(option, package, "export", f"can't be imported ({error})")

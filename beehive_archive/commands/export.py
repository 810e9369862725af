"""``scrapy export``: the archive as SQLite, JSONL and Parquet."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from beehive_archive.archive.files import document_paths
from beehive_archive.archive_command import ArchiveCommand
from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import ConfigurationError
from beehive_archive.exports.files import checked_target
from beehive_archive.exports.metadata import write_metadata
from beehive_archive.exports.run import Exported, Targets, export
from beehive_archive.exports.schema import SCHEMA_VERSION
from beehive_archive.progress import Tally
from beehive_archive.reports.visible import plain
from beehive_archive.verdict import ExitCode


class Command(ArchiveCommand):
    """Write the formats that are asked for in one pass over the archive."""

    examples = (
        "scrapy export --sqlite archive.db",
        "datasette archive.db -m metadata.json",
        "scrapy export --jsonl archive.jsonl --parquet archive.parquet",
    )
    exit_codes: ClassVar[Mapping[ExitCode, str]] = {
        ExitCode.DONE: "all is written",
        ExitCode.USAGE: "wrong usage or settings, or a package is missing; nothing was written",
        ExitCode.INCOMPLETE: (
            "documents that can't be read were left out (scrapy verify says what is wrong with "
            "them), or it was stopped"
        ),
        ExitCode.LOCKED: "another program writes the database",
    }

    def short_desc(self) -> str:
        """Say what the command does, in one line."""
        return "Write the archive as SQLite, JSONL or Parquet, for other tools"

    def long_desc(self) -> str:
        """Say what the command does."""
        return (
            "Write the archive for other tools, in one pass for all the formats that are asked "
            "for. A database that stands is brought up to date by what changed; JSONL and Parquet "
            "files are written anew and replaced where they differ."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the formats."""
        super().add_options(parser)
        parser.add_argument(
            "--sqlite", metavar="FILE", help="a database with search, for Datasette"
        )
        parser.add_argument("--jsonl", metavar="FILE", help="a JSON object a line")
        parser.add_argument("--parquet", metavar="FILE", help="for DuckDB, pandas and others")
        parser.add_argument(
            "--metadata",
            metavar="FILE",
            help="Datasette's metadata of the database, written over what is there "
            "(default: metadata.json beside it, where there is none)",
        )

    def work(self, config: ArchiveConfig, opts: argparse.Namespace, *_args: str) -> ExitCode:
        """Export, and say what was written."""
        targets, metadata = _targets(opts, config.archive_dir)
        with self.progress(config, "export") as progress:
            total = sum(1 for _ in document_paths(config.archive_dir))
            exported = export(
                config.archive_dir,
                targets,
                lambda done: progress.show(Tally(done=done, total=total)),
            )
        for line in exported.left_out:
            print(f"left out: {plain(line)}", file=sys.stderr)  # noqa: T201
        for line in _summary(targets, exported):
            self.say(line)
        if targets.sqlite and metadata:
            self._write_metadata(metadata, targets.sqlite, is_named=opts.metadata is not None)
        return ExitCode.INCOMPLETE if exported.left_out else ExitCode.DONE

    def _write_metadata(self, target: Path, database: Path, *, is_named: bool) -> None:
        if write_metadata(target, database.stem, replace=is_named):
            paths = (shlex.quote(_from_here(path)) for path in (database, target))
            self.say(f"{target}: open with: datasette {' -m '.join(paths)}")
        else:
            self.say(
                f"{target}: left as it is, since it differs from what this version writes; "
                "--metadata FILE writes it"
            )


def _targets(opts: argparse.Namespace, archive_dir: Path) -> tuple[Targets, Path | None]:
    """Return the files to write; raises ConfigurationError for what can't be asked for."""
    given = {
        name: checked_target(f"--{name}", value, archive_dir)
        for name in ("sqlite", "jsonl", "parquet", "metadata")
        if (value := getattr(opts, name)) is not None
    }
    if len({path.resolve() for path in given.values()}) < len(given):
        raise ConfigurationError("expected a file for each option, found one named twice")
    metadata = given.pop("metadata", None)
    if not given:
        raise ConfigurationError(
            "expected --sqlite FILE, --jsonl FILE or --parquet FILE, found none of them, "
            "as in: scrapy export --sqlite archive.db"
        )
    if "sqlite" not in given and metadata:
        raise ConfigurationError("--metadata: it describes a database; name one with --sqlite FILE")
    if "sqlite" in given:
        metadata = metadata or given["sqlite"].with_name("metadata.json")
    return Targets(**given), metadata


def _from_here(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _summary(targets: Targets, exported: Exported) -> Iterator[str]:
    changes = exported.changes
    if targets.sqlite and changes:
        if changes.rebuilt_from is not None:
            yield (
                f"{targets.sqlite}: built anew, from schema version {changes.rebuilt_from} "
                f"to {SCHEMA_VERSION}"
            )
        yield (
            f"{targets.sqlite}: {changes.added:,} added, {changes.updated:,} updated, "
            f"{changes.removed:,} removed, {changes.unchanged:,} unchanged; "
            f"{_count(exported.revisions, 'revision')}"
        )
    for target in (targets.jsonl, targets.parquet):
        if target:
            yield f"{target}: {_count(exported.documents, 'document')}"
    if exported.left_out:
        left_out = _count(len(exported.left_out), "file")
        yield f"{left_out} left out, see above; scrapy verify says why"


def _count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> _count(1, "file"), _count(16_037, "document")
    ('1 file', '16,037 documents')
    """
    return f"{number:,} {noun}{'s' if number != 1 else ''}"

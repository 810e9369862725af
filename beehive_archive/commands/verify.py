"""``scrapy verify``: check the archive on disk alone, without the network."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from beehive_archive.archive.problems import MEANINGS, NOTES, Problem
from beehive_archive.archive.verify import Verification, count_files
from beehive_archive.archive_command import ArchiveCommand
from beehive_archive.config import ArchiveConfig
from beehive_archive.items import NEW_ZEALAND
from beehive_archive.progress import Tally
from beehive_archive.verdict import ExitCode


class Command(ArchiveCommand):
    """Print one line a problem, then how many there are of each code."""

    examples = ("scrapy verify", "scrapy verify --json -s ARCHIVE_DIR=../archive")
    exit_codes: ClassVar[Mapping[ExitCode, str]] = {
        ExitCode.DONE: "no error found, notes at most",
        ExitCode.DIFFERENCES: "errors found",
        ExitCode.USAGE: "wrong usage or settings",
        ExitCode.INCOMPLETE: "stopped before its end",
    }

    def short_desc(self) -> str:
        """Say what the command does, in one line."""
        return "Check the archive on disk, without the network"

    def long_desc(self) -> str:
        """Say what the command does."""
        return (
            "Check the archive on disk, without the network. Prints PATH:LINE: CODE: MESSAGE for "
            "each problem, by path, then how many there are of each code. "
            f"Notes ({', '.join(sorted(NOTES))}) are what may be right, or what only the site can "
            "tell."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--json``."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object instead")

    def work(self, config: ArchiveConfig, opts: argparse.Namespace, *_args: str) -> ExitCode:
        """Check, and print what is found while it is found."""
        today = datetime.now(NEW_ZEALAND).date()
        counts: Counter[str] = Counter()
        with self.progress(config, "verify") as progress:
            total = count_files(config.archive_dir)

            def show(done: int) -> None:
                found = {"problems": counts.total()}
                progress.show(Tally(done=done, total=total, unit="files", counts=found))

            verification = Verification(config.archive_dir, today, on_file=show)
            found = _counted(verification.problems(), counts)
            if opts.json:
                self._print_json(config, verification, found, counts)
            else:
                for problem in found:
                    self.say(f"{problem.path}:{problem.line}: {problem.code}: {problem.message}")
        if not opts.json:
            for line in _summary(verification, counts):
                self.say(line)
        return ExitCode.DIFFERENCES if set(counts) - NOTES else ExitCode.DONE

    def _print_json(
        self,
        config: ArchiveConfig,
        verification: Verification,
        found: Iterator[Problem],
        counts: Counter[str],
    ) -> None:
        """Print one object, its problems one a line as they come."""
        print(f'{{"archive": {json.dumps(str(config.archive_dir))}, "problems": [', end="")  # noqa: T201
        separator = "\n"
        for problem in found:
            print(separator + json.dumps(problem.to_json()), end="")  # noqa: T201
            separator = ",\n"
        rest = {
            "documents": verification.documents,
            "attachments_named": verification.attachments_named,
            "has_attachments": verification.has_attachments,
            "counts": {code: counts[code] for code in MEANINGS if counts[code]},
        }
        print("\n], " + json.dumps(rest)[1:])  # noqa: T201


def _counted(problems: Iterator[Problem], counts: Counter[str]) -> Iterator[Problem]:
    for problem in problems:
        counts[problem.code] += 1
        yield problem


def _summary(verification: Verification, counts: Counter[str]) -> Iterator[str]:
    errors = sum(count for code, count in counts.items() if code not in NOTES)
    notes = counts.total() - errors
    if counts:
        yield ""
    for code, meaning in MEANINGS.items():
        if counts[code]:
            level = "note " if code in NOTES else "error"
            yield f"{counts[code]:>7,} {level} {code}: {meaning}"
    if verification.attachments_named and not verification.has_attachments:
        named = _number(verification.attachments_named, "attachment")
        yield f"{named} named, none fetched yet: see scrapy crawl attachments"
    documents = _number(verification.documents, "document")
    yield f"{documents}, {_number(errors, 'error')}, {_number(notes, 'note')}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

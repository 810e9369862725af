"""``scrapy repair REPORT.json``: mend the conventions that a check's report found."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import ClassVar

from beehive_archive.archive.layout import REVISIONS
from beehive_archive.archive.lock import ArchiveLock
from beehive_archive.archive.repair import GITIGNORE, Repair, carry_out, plan, repairable
from beehive_archive.archive.state import STATE_FILE, State
from beehive_archive.archive.store import ArchiveStore
from beehive_archive.archive_command import ArchiveCommand
from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import RepairRefusedError, ReportError
from beehive_archive.findings import CONVENTIONS, Finding, Report
from beehive_archive.progress import Tally
from beehive_archive.reports import json_report
from beehive_archive.reports.visible import plain
from beehive_archive.verdict import MEANINGS, ExitCode

SAMPLES_PER_CONVENTION = 3
MAX_SAMPLE_LINES = 8
MAX_SAMPLE_CHARS = 160
GIT_RENAME_LIMIT = 1_000  # git's own diff.renameLimit


class Command(ArchiveCommand):
    """Mend documents one by one; each is whole at any time, and so is the archive."""

    positional = ("REPORT.json",)
    examples = (
        "scrapy repair seeds/.state/reports/latest-check.json --dry-run",
        "scrapy repair seeds/.state/reports/latest-check.json",
    )
    exit_codes: ClassVar[Mapping[ExitCode, str]] = {
        **MEANINGS,
        ExitCode.DONE: "all is mended, or would be",
        ExitCode.DIFFERENCES: "documents were refused that are no longer as the check found them",
        ExitCode.USAGE: "wrong usage or settings, or no report of this archive",
        ExitCode.INCOMPLETE: "stopped before its end; what was done is whole, run it again",
    }

    def short_desc(self) -> str:
        """Say what the command does, in one line."""
        return "Mend what a check's report found to differ in conventions alone"

    def long_desc(self) -> str:
        """Say what the command does."""
        return (
            "Mend what a check's report found to differ in conventions alone (dates, URLs, "
            "quotes, tables, Markdown, file names). Content that changed is left alone. The old "
            "texts are kept below revisions/. It can be stopped at any point and run again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--dry-run``."""
        super().add_options(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be done, and write nothing"
        )

    def work(self, config: ArchiveConfig, opts: argparse.Namespace, *args: str) -> ExitCode:
        """Read the report, take the archive, mend."""
        report = json_report.load(Path(args[0]))
        _refuse_anothers(report, Path(args[0]), config.archive_dir)
        store = ArchiveStore(config.archive_dir)
        if opts.dry_run:
            return self._dry_run(store, report)
        lock = ArchiveLock(config.state_dir)
        lock.acquire()
        try:
            return self._mend(config, store, report)
        finally:
            lock.release()

    def _mend(self, config: ArchiveConfig, store: ArchiveStore, report: Report) -> ExitCode:
        is_known = (config.state_dir / STATE_FILE).exists()
        state = State(config.state_dir, "repair", datetime.now(UTC)) if is_known else None
        tally = _Tally(report)
        try:
            if tally.findings:
                _keep_revisions_out_of_git(store)
            with self.progress(config, "repair") as progress:
                for repair in tally.plans(store):
                    carry_out(store, state, repair)
                    progress.show(tally.so_far)
        finally:
            if state is not None:
                state.close()
            for line in tally.lines("repaired"):
                self.say(line)
        if tally.renamed > GIT_RENAME_LIMIT and _is_in_git(config.archive_dir):
            self.say("git shows so many renames with: git -c diff.renameLimit=0 diff -M --staged")
        return tally.exit_code

    def _dry_run(self, store: ArchiveStore, report: Report) -> ExitCode:
        tally = _Tally(report)
        shown: Counter[str] = Counter()
        for repair in tally.plans(store):
            if any(shown[each] < SAMPLES_PER_CONVENTION for each in repair.conventions):
                shown.update(repair.conventions)
                for line in _sample(repair):
                    self.say(line)
        for line in tally.lines("to repair"):
            self.say(line)
        return tally.exit_code


class _Tally:
    """Counts the repairs of a report, and says on stderr which are refused."""

    def __init__(self, report: Report) -> None:
        self.findings = list(repairable(report))
        self.repaired = self.renamed = self.done = self.refused = 0
        self._conventions: Counter[str] = Counter()

    def plans(self, store: ArchiveStore) -> Iterator[Repair]:
        """Yield what is to be done, one by one, as each rests on those before."""
        for finding in self.findings:
            repair = self._plan(store, finding)
            if repair is None:
                continue
            yield repair  # whoever fails to carry it out does not come back to have it counted
            if repair.is_done:
                self.done += 1
            else:
                self.repaired += 1
                self.renamed += repair.path != repair.target
                self._conventions.update(repair.conventions)

    def _plan(self, store: ArchiveStore, finding: Finding) -> Repair | None:
        try:
            return plan(store, finding)
        except RepairRefusedError as error:
            self.refused += 1
            print(f"refused: {plain(str(error))}", file=sys.stderr)  # noqa: T201
            return None

    @property
    def so_far(self) -> Tally:
        """How far it is."""
        return Tally(
            done=self.repaired + self.done + self.refused,
            total=len(self.findings),
            counts={"refused": self.refused},
        )

    def lines(self, verb: str) -> Iterator[str]:
        """Yield the counts that end the command."""
        for convention in CONVENTIONS:
            if self._conventions[convention]:
                yield f"{self._conventions[convention]:>7,} {convention}"
        if left := len(self.findings) - self.repaired - self.done - self.refused:
            yield f"{left:,} not reached: run it again"
        yield (
            f"{self.repaired:,} {verb}, {self.renamed:,} of them renamed; "
            f"{self.done:,} done before; {self.refused:,} refused"
        )

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode.DIFFERENCES if self.refused else ExitCode.DONE


def _refuse_anothers(report: Report, path: Path, archive_dir: Path) -> None:
    if Path(report.archive).resolve() != archive_dir.resolve():
        raise ReportError(
            f"{path}: expected a report of ARCHIVE_DIR, {archive_dir}, found one of "
            f"{report.archive}; check this archive first"
        )


def _sample(repair: Repair) -> Iterator[str]:
    """Yield a document's lines before and after."""
    yield f"{repair.path}: {', '.join(repair.conventions)}"
    if repair.target != repair.path:
        yield f"  renamed to {repair.target}"
    lines = difflib.unified_diff(
        repair.before.split("\n"), repair.after.split("\n"), n=0, lineterm=""
    )
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    for line in changed[:MAX_SAMPLE_LINES]:
        yield f"  {line[:MAX_SAMPLE_CHARS]}{'…' if len(line) > MAX_SAMPLE_CHARS else ''}"
    if len(changed) > MAX_SAMPLE_LINES:
        yield f"  … and {len(changed) - MAX_SAMPLE_LINES:,} lines more"


def _keep_revisions_out_of_git(store: ArchiveStore) -> None:
    """Have git leave out repaired texts, whose copies would hide the renames; see GITIGNORE."""
    ignored = PurePosixPath(REVISIONS, ".gitignore")
    if _is_in_git(store.root) and not store.resolve(ignored).exists():
        store.write(ignored, GITIGNORE)


def _is_in_git(folder: Path) -> bool:
    return any((each / ".git").exists() for each in (folder, *folder.resolve().parents))

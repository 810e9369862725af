"""``scrapy report``: show a run's report again, or a document's history."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import ClassVar

from beehive_archive.archive.store import ArchiveStore
from beehive_archive.archive_command import ArchiveCommand
from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import ConfigurationError, FrontMatterError
from beehive_archive.findings import KINDS, Report
from beehive_archive.reports import history, html, json_report, terminal, terminal_diff
from beehive_archive.reports.history import Revision, replaced_at_of
from beehive_archive.reports.merging import merge
from beehive_archive.reports.next_steps import next_steps
from beehive_archive.reports.visible import plain
from beehive_archive.run_report import options_of
from beehive_archive.text.front_matter import load
from beehive_archive.verdict import ExitCode

UNLIMITED = sys.maxsize
PIPE_COLUMNS = 120  # where there is no terminal, unless COLUMNS says otherwise


class Command(ArchiveCommand):
    """Print a report or write its page; changes nothing in the archive."""

    examples = (
        "scrapy report seeds/.state/reports/latest-check.json",
        "scrapy report seeds/.state/reports/latest-check.json --kind changed --html changed.html",
        "scrapy report a/latest-check.json b/latest-check.json --merge whole.json",
        "scrapy report --history releases/2023/06/2023-06-04-closer-defence-cooperation.md",
    )
    exit_codes: ClassVar[Mapping[ExitCode, str]] = {
        ExitCode.DONE: "shown, whatever the report says",
        ExitCode.USAGE: "wrong usage, no report, or no such document in the archive",
        ExitCode.INCOMPLETE: "the page could not be written",
    }

    def syntax(self) -> str:
        """Say the command's arguments and options."""
        return (
            "REPORT.json [options] | REPORT.json REPORT.json ... --merge FILE [options] | "
            "--history DOCUMENT [options]"
        )

    def short_desc(self) -> str:
        """Say what the command does, in one line."""
        return "Show a run's report again, or a document's history"

    def long_desc(self) -> str:
        """Say what the command does."""
        return (
            "Show a run's report again, on the terminal or as an HTML page, or what a document "
            "said before."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--html``, ``--kind``, ``--merge`` and ``--history``."""
        super().add_options(parser)
        parser.add_argument("--html", metavar="FILE", help="write an HTML page")
        parser.add_argument(
            "--kind", metavar="KIND,KIND", help=f"only these kinds of {', '.join(KINDS)}"
        )
        parser.add_argument(
            "--history",
            metavar="DOCUMENT",
            help="show how a document came to what it is: its path in the archive",
        )

        parser.add_argument(
            "--merge",
            metavar="FILE",
            help="make one report of the parts that several workers wrote, and show it",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take a report's path, several with ``--merge``, or none with ``--history``."""
        count = 0 if opts.history else max(2, len(args)) if opts.merge else 1
        self.positional = ("REPORT.json",) * count
        super().run(args, opts)

    def work(self, config: ArchiveConfig, opts: argparse.Namespace, *args: str) -> ExitCode:
        """Show what was asked for."""
        kinds = _kinds(opts.kind)
        if opts.history:
            self._show_history(config, opts)
            return ExitCode.DONE
        path, report = _merged(opts.merge, args) if opts.merge else _loaded(*args)
        if kinds:
            report = _only(report, kinds)
        page_url = ""
        if opts.html:
            html.write(Path(opts.html).absolute(), report)
            page_url = Path(opts.html).absolute().as_uri()
        options = options_of(report)
        hints = next_steps(report, json_path=path, page_url=page_url, options=options)
        lines = terminal.summary(
            report,
            _screen(),
            report_path=path,
            hints=hints,
            options=options,
            kinds=kinds or terminal.SHOWN_KINDS,
        )
        _print(lines)
        return ExitCode.DONE

    def _show_history(self, config: ArchiveConfig, opts: argparse.Namespace) -> None:
        report = _history(config, _document_path(opts.history, config.archive_dir))
        if opts.html:
            page = html.history_page_of(report)
            html.write(Path(opts.html).absolute(), report, page)
            _print([f"Written to {plain(opts.html)}"])
            return
        screen = _screen()
        for number, finding in enumerate(report.findings):
            _print(["", ""] if number else [])
            _print(terminal_diff.detail(finding, screen))
        if not report.findings:
            _print([f"{plain(opts.history)}: the archive has no earlier text of it"])
        for problem in report.problems:
            print(f"warning: {plain(problem)}", file=sys.stderr)  # noqa: T201


def _loaded(path: str) -> tuple[str, Report]:
    return path, json_report.load(Path(path))


def _merged(out: str, paths: tuple[str, ...]) -> tuple[str, Report]:
    """Write the report that several parts make together."""
    if Path(out).absolute() in {Path(path).absolute() for path in paths}:
        raise ConfigurationError(f"--merge: {out} is one of the parts; name another file")
    report = merge({path: json_report.load(Path(path)) for path in paths})
    json_report.write(Path(out).absolute(), report, report.findings)
    return out, report


def _kinds(option: str | None) -> tuple[str, ...]:
    kinds = tuple(option.split(",")) if option else ()
    for kind in kinds:
        if kind not in KINDS:
            raise ConfigurationError(
                f"--kind: expected kinds of {', '.join(KINDS)}, found {kind!r}"
            )
    return kinds


def _only(report: Report, kinds: tuple[str, ...]) -> Report:
    return replace(
        report,
        counts={kind: count for kind, count in report.counts.items() if kind in kinds},
        findings=tuple(each for each in report.findings if each.kind in kinds),
    )


def _document_path(document: str, archive_dir: Path) -> PurePosixPath:
    """Take a path inside the archive, or one from here that leads into it."""
    for given in (archive_dir / document, Path(document).absolute()):
        path = Path(os.path.normpath(given))
        if path.is_file() and path.is_relative_to(archive_dir):
            return PurePosixPath(path.relative_to(archive_dir).as_posix())
    raise ConfigurationError(
        f"--history: expected a document of {archive_dir}, such as "
        f"releases/2023/06/2023-06-04-slug.md, found none at {document}"
    )


def _history(config: ArchiveConfig, path: PurePosixPath) -> Report:
    revisions: list[Revision] = []
    problems: list[str] = []
    for each in (*ArchiveStore(config.archive_dir).revisions(path), path):
        try:
            document = load(config.archive_dir / each)
        except FrontMatterError as error:
            problems.append(f"{error}; left out of the history")
            continue
        replaced_at = replaced_at_of(each.name) if each != path else None
        revisions.append(Revision(path=str(each), document=document, replaced_at=replaced_at))
    return history.report(
        revisions, site=config.site_url, archive=str(config.archive_dir), problems=problems
    )


def _screen() -> terminal.Screen:
    is_terminal = sys.stdout.isatty()
    size = shutil.get_terminal_size((PIPE_COLUMNS, terminal.MAX_LINES))
    return terminal.Screen(
        width=size.columns,
        max_lines=terminal.MAX_LINES if is_terminal else UNLIMITED,
        colour=is_terminal and not os.environ.get("NO_COLOR"),
    )


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)  # noqa: T201 -- a command's output

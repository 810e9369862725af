"""How a run tells what came of it: its files, its summary, its message to a monitor."""

from __future__ import annotations

import json
import logging
import os
import shlex
import shutil
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beehive_archive import settings
from beehive_archive.archive.state_file import instant
from beehive_archive.config import ArchiveConfig
from beehive_archive.findings import ALARMS, Report
from beehive_archive.progress import columns_of
from beehive_archive.reports import html, json_report, terminal
from beehive_archive.reports.files import TEMPORARY_PREFIX, replacing
from beehive_archive.reports.next_steps import next_steps
from beehive_archive.run import Run
from beehive_archive.verdict import ExitCode

logger = logging.getLogger(__name__)

NOTIFY_TIMEOUT_S = 10
UNFINISHED_KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a run's report lies, for programs and for people."""

    json_path: Path
    html_path: Path


def report_of(run: Run) -> Report:
    """Return what a run found."""
    return Report(
        spider=run.spider,
        started=instant(run.started_at),
        finished=instant(datetime.now(UTC)),
        site=run.config.site_url,
        archive=str(run.config.archive_dir),
        complete=not run.problems,
        counts=dict(run.ledger.counts),
        findings=run.ledger.differences(),
        problems=tuple(run.problems),
        coverage=run.coverage,
        part=run.part,
    )


def write_files(report: Report, config: ArchiveConfig) -> ReportFiles:
    """Write a run's report into ``REPORT_DIR``, and let the oldest ones go."""
    folder = config.report_dir
    folder.mkdir(parents=True, exist_ok=True)
    started = datetime.fromisoformat(report.started)
    stem = f"{report.spider}-{started:%Y%m%dT%H%M%SZ}"
    json_path = _reserve(folder, stem)
    files = ReportFiles(json_path, json_path.with_suffix(".html"))
    try:
        json_report.write(files.json_path, report, report.findings)
    except BaseException:
        files.json_path.unlink()  # an empty one would pass for a report, and count among them
        raise
    html.write(files.html_path, report)
    latest = folder / f"latest-{report.spider}.json"
    with replacing(latest) as file, files.json_path.open("rb") as written:
        shutil.copyfileobj(written, file)
    # A run every hour leaves 8,760 reports a year; those that nobody will read again go.
    dated = set(folder.glob(f"{report.spider}-[0-9]*T[0-9]*Z*.json"))
    dated.discard(json_path)  # which a clock that was set back may have made the oldest
    kept = config.reports_kept - 1
    for old in sorted(dated, key=_age, reverse=True)[kept:]:
        old.unlink(missing_ok=True)
        old.with_suffix(".html").unlink(missing_ok=True)
    _remove_unfinished(folder)
    return files


def _remove_unfinished(folder: Path) -> None:
    """Remove what runs left that were killed while they wrote a report; others may be at it."""
    long_ago_s = time.time() - UNFINISHED_KEPT_S
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < long_ago_s:
                path.unlink()


def _age(path: Path) -> tuple[str, int]:
    """Return what sorts reports by the time and then the number in their names.

    >>> _age(Path("check-20261121T170000Z.json")) < _age(Path("check-20261121T170000Z-2.json"))
    True
    """
    moment, _, number = path.stem.partition("Z-")
    return moment.removesuffix("Z"), int(number) if number.isdigit() else 1


def _reserve(folder: Path, stem: str) -> Path:
    """Take a report's name; workers that share a folder may begin in the same second."""
    name, number = stem, 1
    while True:
        try:
            path = folder / f"{name}.json"
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
            name = f"{stem}-{number}"
        else:
            return path


def print_summary(report: Report, files: ReportFiles, run: Run) -> None:
    """Say on the terminal how the run went; where none is, the same without colours."""
    is_terminal = sys.stderr.isatty()
    screen = terminal.Screen(
        width=columns_of(sys.stderr) if is_terminal else 100,
        colour=is_terminal and not os.environ.get("NO_COLOR"),
    )
    options = options_of(report)
    hinted = [f"{each}{options}" if each.startswith("scrapy ") else each for each in run.hints]
    steps = next_steps(
        report,
        json_path=str(files.json_path),
        page_url=files.html_path.as_uri(),
        options=options,
        to_resume=run.to_resume,
    )
    lines = terminal.summary(
        report,
        screen,
        report_path=str(files.json_path),
        hints=[*steps, *hinted],
        options=options,
    )
    print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 -- the summary is for the terminal


def options_of(report: Report) -> str:
    """Return the ``-s`` options of a command that is to act on a report's archive and site."""
    options = {}
    if Path(report.archive) != Path(settings.ARCHIVE_DIR).absolute():
        options["ARCHIVE_DIR"] = report.archive
    if report.site != settings.SITE_URL:
        options["SITE_URL"] = report.site
    return "".join(f" -s {shlex.quote(f'{name}={value}')}" for name, value in options.items())


def summary_of(report: Report, files: ReportFiles, code: ExitCode) -> dict[str, Any]:
    """Return a run's summary for a program: the report's head, its exit code and its place."""
    head = replace(report, findings=(), coverage=None)
    return {
        "spider": head.spider,
        "started": head.started,
        "finished": head.finished,
        "site": head.site,
        "archive": head.archive,
        "complete": head.complete,
        "exit_code": int(code),
        "counts": dict(head.counts),
        "problems": list(head.problems),
        "report": str(files.json_path),
    }


def notify(url: str, summary: dict[str, Any]) -> None:
    """Post a run's summary to ``NOTIFY_URL`` where it is incomplete or found changes.

    A monitor that doesn't answer is logged; it changes nothing about the run.
    """
    counts = summary["counts"]
    if summary["complete"] and not any(counts.get(kind) for kind in ALARMS):
        return
    request = urllib.request.Request(  # noqa: S310 -- the configuration allows http and https only
        url,
        data=json.dumps(summary).encode("utf-8"),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=NOTIFY_TIMEOUT_S):  # noqa: S310
            pass
    except OSError as error:
        logger.error("NOTIFY_URL: %s did not take the summary (%s)", url, error)

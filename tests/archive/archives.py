"""Small archives for tests, and the reports that checking them gives."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from beehive_archive import reconcile
from beehive_archive.findings import Finding, Report
from beehive_archive.items import Release
from beehive_archive.reconcile import Archived
from beehive_archive.reports import json_report
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document

AUCKLAND = ZoneInfo("Pacific/Auckland")
SITE = "https://www.beehive.govt.nz"

# A release of 13 August 2024, 9:05 am, that the old archive files under the UTC date.
MORNING = datetime(2024, 8, 12, 21, 5, tzinfo=UTC)


def document(slug: str = "kia-ora", **values: object) -> Document:
    """A document as the archive might hold it."""
    return Document(
        **{
            "title": "Kia ora",
            "date": date(2024, 8, 13),
            "url": f"{SITE}/release/{slug}",
            "ministers": ("Hon Simon Watts",),
            "body": "The Minister said so.",
            **values,
        }  # type: ignore[arg-type]
    )


def release(slug: str = "kia-ora", **values: object) -> Release:
    """The page that ``document`` was written from."""
    return Release(
        **{
            "title": "Kia ora",
            "published_at": MORNING,
            "url": f"{SITE}/release/{slug}",
            "ministers": ("Hon Simon Watts",),
            "body_html": "<p>The Minister said so.</p>",
            **values,
        }  # type: ignore[arg-type]
    )


def put(root: Path, path: str, content: Document | str | bytes) -> Path:
    """Write a file of an archive as it may come from anywhere, without the store's care."""
    if isinstance(content, Document):
        content = front_matter.dumps(content)
    if isinstance(content, str):
        content = content.encode()
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def compare(root: Path, path: str, live: Release) -> Finding:
    """The finding of a check that holds an archived document against its page."""
    text = (root / path).read_bytes().decode()
    archived = Archived(PurePosixPath(path), text, front_matter.loads(text))
    return reconcile.compare(archived, live, timezone=AUCKLAND, tables="markdown")


def report_of(root: Path, found: Iterable[Finding]) -> Report:
    """A check's report."""
    return Report(
        spider="check",
        started="2026-11-21T17:00:00+00:00",
        finished="2026-11-21T17:01:00+00:00",
        site=SITE,
        archive=str(root),
        complete=True,
        counts={},
        findings=tuple(found),
    )


def write_report(path: Path, report: Report) -> Path:
    """Write a report's JSON."""
    json_report.write(path, report, report.findings)
    return path


def files_of(root: Path) -> dict[str, str]:
    """Every file below a folder, save what ``.state/`` holds, with its text."""
    return {
        str(path.relative_to(root)): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".state" not in path.parts
    }


# --- Processes that die ---------------------------------------------------------------------


def in_child(action: Callable[[], None]) -> int:
    """Run something in a process of its own; returns how it ended, as ``os.waitpid`` says."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1]


def kill_points(root: Path, action: Callable[[], None], reset: Callable[[], None]) -> Iterator[int]:
    """Kill a process before its first change of a folder's files, its second, and so on.

    Each time ``reset`` begins anew, ``action`` runs in a process of its own, and the number of
    the change is yielded for the caller to look at what is left. Ends with a run that lives.
    """
    for at in itertools.count(1):
        reset()
        status = in_child(lambda at=at: _run_until(root, action, at))  # type: ignore[misc]
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
        else:
            assert os.waitstatus_to_exitcode(status) == 0
        yield at
        if not os.WIFSIGNALED(status):
            return


def _run_until(root: Path, action: Callable[[], None], at: int) -> None:
    changes = itertools.count(1)

    def kill(event: str, args: tuple[object, ...]) -> None:
        is_change = event in {"os.rename", "os.remove", "os.rmdir", "os.mkdir"} or (
            event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if is_change and str(args[0]).startswith(str(root)) and next(changes) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(kill)
    action()

"""Run the project's commands as a user does: ``scrapy ...`` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.cmdline import execute

from tests.forking import Forked

if TYPE_CHECKING:
    from tests.replica import Replica

ROOT = Path(__file__).parent.parent

# No test waits for the sake of politeness; what is tested there sets its own delays.
AT_ONCE = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "False",
    "BACKOFF_START_S": "0.01",
    "ATTACHMENT_WORKERS": "1",  # the second would take longer to start than it saves
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and the report of its run where it wrote one."""

    exit_code: int
    stdout: str
    stderr: str
    report: dict[str, Any] | None

    def kinds(self) -> dict[str, int]:
        """The report's counts."""
        assert self.report is not None, self.stderr
        return dict(self.report["counts"])

    def findings(self, kind: str) -> list[dict[str, Any]]:
        """The report's findings of a kind."""
        assert self.report is not None, self.stderr
        return [each for each in self.report["findings"] if each["kind"] == kind]


def arguments(*args: str, archive: Path, site: str | None, **settings: object) -> list[str]:
    """Return a whole command line, for a process that a test starts and stops itself."""
    words = _words(*args, archive=archive, site=site, **settings)
    return [sys.executable, "-W", "ignore", "-m", "scrapy", *words]


class Started:
    """A command that runs."""

    def __init__(
        self, *args: str, archive: Path, site: str | None = None, **settings: object
    ) -> None:
        self._latest = (
            archive / ".state/reports" / f"latest-{args[1] if len(args) > 1 else ''}.json"
        )
        self._before = self._written_at()
        words = _words(*args, archive=archive, site=site, **settings)
        self._process = Forked(execute_in_project, words)
        self.pid = self._process.pid

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the command has ended."""
        self._process.send(number)

    def wait(self, timeout_s: float = 120) -> Outcome:
        """Wait for the end; raises TimeoutError, and ends the command."""
        ended = self._process.wait(timeout_s)
        report = None
        if self._written_at() != self._before:
            report = json.loads(self._latest.read_text("utf-8"))
        return Outcome(*ended, report)

    def _written_at(self) -> int | None:
        return self._latest.stat().st_mtime_ns if self._latest.exists() else None


def scrapy(
    *args: str, archive: Path, site: str | None = None, timeout_s: float = 120, **settings: object
) -> Outcome:
    """Run ``scrapy ARGS`` over an archive and wait for its end."""
    return Started(*args, archive=archive, site=site, **settings).wait(timeout_s)


def wait_for_requests(site: Replica, count: int, command: Started) -> None:
    """Wait until a command has asked a site for so many pages or files, or has ended."""
    deadline_s = time.monotonic() + 60
    while len(site.requests) < count and command.is_alive():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def documents_in(archive: Path) -> dict[str, bytes]:
    """Return every file of an archive that a reader of it sees, by its relative path."""
    return {
        path.relative_to(archive).as_posix(): path.read_bytes()
        for path in sorted(archive.rglob("*"))
        if path.is_file() and ".state" not in path.relative_to(archive).parts
    }


def _words(*args: str, archive: Path, site: str | None, **settings: object) -> list[str]:
    chosen = {**AT_ONCE, "ARCHIVE_DIR": archive, **settings}
    if site is not None:
        chosen["SITE_URL"] = site
    return [*args, *(word for name, value in chosen.items() for word in ("-s", f"{name}={value}"))]


def execute_in_project(words: list[str]) -> None:
    """Be ``scrapy WORDS``, as it ends: in a process of its own."""
    os.chdir(ROOT)
    sys.argv = ["scrapy", *words]
    execute(sys.argv)

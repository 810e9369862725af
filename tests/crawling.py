"""Run the project's commands as a user does: ``scrapy ...`` in a process of its own.

The process is forked from one that has Scrapy and the project imported already, as importing
them takes longer than most crawls of a test.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

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
    """A command that runs; ``process`` can be sent signals."""

    def __init__(
        self, *args: str, archive: Path, site: str | None = None, **settings: object
    ) -> None:
        self.words = _words(*args, archive=archive, site=site, **settings)
        self._latest = (
            archive / ".state/reports" / f"latest-{args[1] if len(args) > 1 else ''}.json"
        )
        self._before = self._written_at()
        self._folder = tempfile.mkdtemp()
        self._said = Path(self._folder, "stdout"), Path(self._folder, "stderr")
        environment = {**os.environ, "NO_COLOR": "1"}
        self.process = _forks().Process(
            target=_execute, args=(self.words, environment, *self._said)
        )
        self.process.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the command has ended."""
        assert self.process.pid is not None
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def wait(self, timeout_s: float = 120) -> Outcome:
        """Wait for the end; raises TimeoutError, and ends the command."""
        self.process.join(timeout_s)
        late = self.process.exitcode is None
        if late:
            self.process.kill()
            self.process.join()
        stdout, stderr = map(_read, self._said)
        shutil.rmtree(self._folder)
        if late:
            raise TimeoutError(f"scrapy {self.words} did not end in {timeout_s} s: {stderr}")
        report = None
        if self._written_at() != self._before:
            report = json.loads(self._latest.read_text("utf-8"))
        assert self.process.exitcode is not None
        return Outcome(self.process.exitcode, stdout, stderr, report)

    def _written_at(self) -> int | None:
        return self._latest.stat().st_mtime_ns if self._latest.exists() else None


def scrapy(
    *args: str, archive: Path, site: str | None = None, timeout_s: float = 120, **settings: object
) -> Outcome:
    """Run ``scrapy ARGS`` over an archive and wait for its end."""
    return Started(*args, archive=archive, site=site, **settings).wait(timeout_s)


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


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crawling_imports"])
    return context


def _execute(words: list[str], environment: dict[str, str], stdout: Path, stderr: Path) -> None:
    """Become ``scrapy WORDS``: in the forked process."""
    for descriptor, path in ((1, stdout), (2, stderr)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.path[:0] = [path for path in environment.get("PYTHONPATH", "").split(":") if path]
    importlib.invalidate_caches()
    sys.argv = ["scrapy", *words]
    from scrapy.cmdline import execute  # imported before the fork

    execute(sys.argv)


def _read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.exists() else ""

"""Run the project's commands as a user does: ``scrapy ...`` in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

# No test waits for the sake of politeness; what is tested there sets its own delays.
AT_ONCE = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "False",
    "BACKOFF_START_S": "0.01",
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
    """Return the words of a command line."""
    chosen = {**AT_ONCE, "ARCHIVE_DIR": archive, **settings}
    if site is not None:
        chosen["SITE_URL"] = site
    pairs = [word for name, value in chosen.items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-W", "ignore", "-m", "scrapy", *args, *pairs]


def scrapy(
    *args: str, archive: Path, site: str | None = None, timeout_s: float = 120, **settings: object
) -> Outcome:
    """Run ``scrapy ARGS`` over an archive and wait for its end."""
    latest = archive / ".state" / "reports" / f"latest-{args[1] if len(args) > 1 else ''}.json"
    before = latest.stat().st_mtime_ns if latest.exists() else None
    process = subprocess.run(
        arguments(*args, archive=archive, site=site, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    written = latest.exists() and latest.stat().st_mtime_ns != before
    report = json.loads(latest.read_text("utf-8")) if written else None
    return Outcome(process.returncode, process.stdout, process.stderr, report)


def documents_in(archive: Path) -> dict[str, bytes]:
    """Return every file of an archive that a reader of it sees, by its relative path."""
    return {
        path.relative_to(archive).as_posix(): path.read_bytes()
        for path in sorted(archive.rglob("*"))
        if path.is_file() and ".state" not in path.relative_to(archive).parts
    }

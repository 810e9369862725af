"""Starting, killing and reading workers on loopback."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crawling import Started, scrapy
from tests.replica import Replica
from tests.spiders.sites import publish

TIMEOUT_S = 180


@dataclass
class Worker:
    """A crawl in a process of its own, on a copy of the archive of its own."""

    archive: Path
    process: Started

    def end(self) -> int:
        """Wait for its end; returns its exit code."""
        ended = self.process.wait(TIMEOUT_S)
        self.said = ended.stderr
        return ended.exit_code

    @property
    def report_path(self) -> Path:
        """Where its part of the report is."""
        return self.archive / ".state/reports/latest-check.json"

    def report(self) -> dict[str, Any]:
        """Its part of the report."""
        return json.loads(self.report_path.read_text("utf-8"))


def start(archive: Path, site: Replica, redis_url: str, *args: str, **settings: object) -> Worker:
    """Start a worker; lease and waits are short."""
    chosen = {"REDIS_URL": redis_url, "CLUSTER_JOB": "test", "CLUSTER_LEASE_S": 4, **settings}
    process = Started(*(args or ("crawl", "check")), archive=archive, site=site.url, **chosen)
    return Worker(archive, process)


def copied_archive(site: Replica, copies: list[Path], count: int) -> list[str]:
    """Publish documents, archive them, and copy the archive; returns the documents' paths."""
    published = publish(site, count)
    first, *others = copies
    assert scrapy("crawl", "releases", archive=first, site=site.url).exit_code == 0
    shutil.rmtree(first / ".state")  # as in a checkout
    for other in others:
        shutil.copytree(first, other)
    site.requests.clear()
    return [document.path for document in published]


def merged(workers: list[Worker], out: Path) -> dict[str, Any]:
    """The report that the workers' parts make together."""
    paths = [str(worker.report_path) for worker in workers]
    outcome = scrapy("report", *paths, "--merge", str(out), archive=workers[0].archive)
    assert outcome.exit_code == 0, outcome.stderr
    return json.loads(out.read_text("utf-8"))

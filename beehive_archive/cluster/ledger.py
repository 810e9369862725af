"""A worker's findings: on disk as ever, and in Redis until its part of the report is written."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from beehive_archive.archive.ledger import Ledger, line_of
from beehive_archive.findings import Finding

if TYPE_CHECKING:
    from beehive_archive.cluster.frontier import Frontier

logger = logging.getLogger(__name__)


class SharedLedger(Ledger):
    """A ledger that takes only findings of documents which this worker holds.

    So no document stands in two workers' parts, and what a worker found outlives it.
    """

    def __init__(self, path: Path, frontier: Frontier) -> None:
        super().__init__(path)
        self._frontier = frontier
        self._is_void = False

    def add(self, finding: Finding) -> None:
        """Note a finding, unless another worker took its document over; raises ClusterError."""
        if self._is_void:
            return
        if self._frontier.complete(finding.path or finding.url, line_of(finding)):
            super().add(finding)
        else:
            logger.info("%s: left to another worker", finding.path)

    def adopt(self, finding: str) -> None:
        """Note a dead worker's finding, which is this worker's now."""
        super().add(Finding.from_json(json.loads(finding)))

    def clear(self) -> None:
        """Forget everything: it is another worker's now."""
        self._is_void = True
        self._file.seek(0)
        self._file.truncate()
        self.counts.clear()

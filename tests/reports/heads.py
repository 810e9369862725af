"""The head that reports have in these tests: of a check that is complete."""

from __future__ import annotations

from beehive_archive.findings import Report

CHECKED = Report(
    spider="check",
    started="2026-11-21T17:00:00+00:00",
    finished="2026-11-21T18:00:00+00:00",
    site="https://www.beehive.govt.nz",
    archive="/archive",
    complete=True,
    counts={"unchanged": 9},
)

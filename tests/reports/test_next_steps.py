from __future__ import annotations

from dataclasses import replace

import pytest

from beehive_archive.findings import Finding
from beehive_archive.reports.next_steps import next_steps
from tests.reports.heads import CHECKED

FOUND = (Finding(kind="convention", url="https://www.beehive.govt.nz/release/a"),)


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({}, []),
        (
            {"counts": {"convention": 1}, "findings": FOUND},
            ["file:///r.html", "scrapy repair 'a report.json' --dry-run -s ARCHIVE_DIR=/archive"],
        ),
        (
            {"spider": "releases", "counts": {"unverified": 1}},
            ["scrapy crawl releases -a retry=failed -s ARCHIVE_DIR=/archive"],
        ),
        (
            {"spider": "attachments", "counts": {"unverified": 1}},
            ["scrapy crawl attachments -a retry=failed -s ARCHIVE_DIR=/archive"],
        ),
        ({"counts": {"unverified": 1}}, []),
        (
            {"complete": False, "problems": ("stopped",)},
            ["scrapy crawl check -a since=2024-01-01 -a resume=1 -s ARCHIVE_DIR=/archive"],
        ),
    ],
)
def test_what_to_do_next(changes: dict[str, object], steps: list[str]) -> None:
    report = replace(CHECKED, **changes)
    found = next_steps(
        report,
        json_path="a report.json",
        page_url="file:///r.html",
        options=" -s ARCHIVE_DIR=/archive",
        to_resume="scrapy crawl check -a since=2024-01-01 -a resume=1",
    )
    assert found == steps

"""Real documents and a site that drifted from them: the report is right for every one.

``python -m benchmarks.check_drift`` does the same with all 16,037.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.crawling import documents_in, scrapy
from tests.drift import drifted, score, table
from tests.replica import serving

COUNT = 1_500


def test_every_kind_is_found_and_nothing_else(
    sample_archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "archive"
    world = drifted(sample_archive, archive, count=COUNT, seed=3)
    before = documents_in(archive)
    with serving(world.replica) as site:
        checked = scrapy(
            *("crawl", "check"),
            archive=archive,
            site=site.url,
            timeout_s=900,
            DOWNLOAD_TIMEOUT=2,  # one page never answers
            MAX_ERROR_RATE=0.02,
        )
        assert checked.report is not None, checked.stderr
        scores = score(world.expected, checked.report["findings"])
        with capsys.disabled():
            print(f"\n{table(scores)}")  # noqa: T201 -- the table is what people want of this test
        assert scores.mistakes == []
        assert checked.exit_code == 1
        assert sum(checked.kinds().values()) == len(world.expected)
        assert documents_in(archive) == before

        latest = str(archive / ".state/reports/latest-check.json")
        repaired = scrapy("repair", latest, archive=archive)
        assert repaired.exit_code == 0, repaired.stdout
        assert repaired.stdout.endswith("; 0 done before; 0 refused\n")
        mended = {path for path, each in world.expected.items() if each.conventions}
        after = documents_in(archive)
        untouched = before.keys() - mended
        assert {path: after[path] for path in untouched} == {
            path: before[path] for path in untouched
        }

        again = scrapy(
            *("crawl", "check"),
            archive=archive,
            site=site.url,
            timeout_s=900,
            DOWNLOAD_TIMEOUT=2,
            MAX_ERROR_RATE=0.02,
        )
        assert again.report is not None, again.stderr
        assert [each["path"] for each in again.report["findings"] if each["conventions"]] == []
        assert _alarming(again.report) == _alarming(checked.report)
    nothing = scrapy("repair", latest, archive=archive)
    assert nothing.stdout.startswith("0 repaired, 0 of them renamed; 0 done before; 0 refused")
    assert documents_in(archive) == after
    assert scrapy("verify", archive=archive).exit_code == 0


def _alarming(report: dict[str, Any] | None) -> Counter[str]:
    """Count a report's findings by kind, save conventions."""
    assert report is not None
    return Counter(each["kind"] for each in report["findings"] if each["kind"] != "convention")

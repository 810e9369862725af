from __future__ import annotations

from datetime import date

import pytest

from beehive_archive.errors import ReportError
from beehive_archive.reports.coverage import Coverage, MonthCoverage, gaps, measure


def month(year: int, number: int, government: str, missing: int) -> MonthCoverage:
    return MonthCoverage(
        year=year, month=number, government=government, listed=9, archived=9 - missing,
        missing=missing,
    )  # fmt: skip


def test_both_sides_are_counted_by_month_and_government() -> None:
    coverage = measure(
        listed=[
            (date(2023, 11, 26), "a"),
            (date(2023, 11, 27), "b"),
            (date(2023, 11, 28), "c"),
            (date(2023, 11, 28), "c"),  # a list that shifted while it was walked
        ],
        archived=[
            (date(2023, 11, 26), "b"),  # the UTC date of the 27th, under the government before
            (date(2023, 11, 26), "z"),
        ],
    )
    assert coverage.months == (
        MonthCoverage(
            year=2023, month=11, government="2020-2023-labour",
            listed=1, archived=1, missing=1, unlisted=1,
        ),
        MonthCoverage(
            year=2023, month=11, government="2023-2026-national",
            listed=2, archived=1, missing=1, unlisted=0,
        ),
    )  # fmt: skip


def test_months_in_a_row_are_one_gap() -> None:
    coverage = Coverage(
        months=(
            month(2018, 12, "2017-2020-labour", 1),
            month(2019, 1, "2017-2020-labour", 2),
            month(2019, 2, "2017-2020-labour", 0),
            month(2019, 3, "2017-2020-labour", 4),
        )
    )
    assert [(str(each.since), str(each.until), each.missing) for each in gaps(coverage)] == [
        ("2018-12-01", "2019-01-31", 3),
        ("2019-03-01", "2019-03-31", 4),
    ]


def test_a_gap_stays_in_its_governments_term() -> None:
    coverage = Coverage(
        months=(
            month(2023, 11, "2020-2023-labour", 1),
            month(2023, 11, "2023-2026-national", 1),
        ),
        kinds=("release", "speech"),
    )
    assert [each.command for each in gaps(coverage)] == [
        (
            "scrapy crawl releases -a kind=release,speech -a government=2020-2023-labour"
            " -a since=2023-11-01 -a until=2023-11-26"
        ),
        (
            "scrapy crawl releases -a kind=release,speech -a government=2023-2026-national"
            " -a since=2023-11-27 -a until=2023-11-30"
        ),
    ]


def test_a_hostile_government_is_quoted_in_the_command() -> None:
    (gap,) = gaps(Coverage(months=(month(2020, 1, "x; rm -rf /", 1),)))
    assert "-a 'government=x; rm -rf /'" in gap.command


@pytest.mark.parametrize(
    "wrong",
    [{"month": 13}, {"year": 0}, {"listed": -1}, {"missing": "1"}, {"government": 1}, {"x": 1}],
)
def test_months_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    values = Coverage(months=(month(2020, 1, "g", 1),)).to_json()
    values["months"][0].update(wrong)
    with pytest.raises(ReportError, match="expected a coverage"):
        Coverage.from_json(values)

"""What the HTML page shows of a coverage: a year-by-month picture, the gaps, the figures."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from beehive_archive.reports.coverage import Coverage, Gap, MonthCoverage, gaps

LARGEST_GAPS = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """A month in the picture: how it looks, the few characters in it, and what it tells."""

    classes: str
    text: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """A row of the picture."""

    year: int
    cells: list[Cell]
    listed: int
    archived: int


@dataclass(frozen=True, slots=True)
class GovernmentTotal:
    """A government's months added up."""

    name: str
    listed: int
    archived: int
    missing: int
    unlisted: int


@dataclass(frozen=True, slots=True)
class CoverageView:
    """Everything that the template shows."""

    lead: str
    month_names: list[str]
    years: list[Year]
    gaps: tuple[Gap, ...]
    largest_gaps: list[Gap]
    governments: list[GovernmentTotal]
    months: tuple[MonthCoverage, ...]
    short_lists: tuple[str, ...]


def view(coverage: Coverage) -> CoverageView:
    """Arrange a coverage for the page; every number on the page comes from here."""
    by_month: dict[tuple[int, int], list[MonthCoverage]] = defaultdict(list)
    by_government: dict[str, list[MonthCoverage]] = defaultdict(list)
    for month in coverage.months:
        by_month[month.year, month.month].append(month)
        by_government[month.government].append(month)
    starts = {(months[0].year, months[0].month) for months in by_government.values()}
    found = gaps(coverage)
    years = sorted({year for year, _ in by_month})
    return CoverageView(
        lead=_lead(coverage),
        month_names=list(calendar.month_name)[1:],
        years=[
            _year(year, [by_month[year, number] for number in range(1, 13)], coverage, starts)
            for year in range(years[0], years[-1] + 1)
        ]
        if years
        else [],
        gaps=found,
        largest_gaps=sorted(found, key=lambda each: -each.missing)[:LARGEST_GAPS],
        governments=[
            GovernmentTotal(
                name,
                *(_total(months, what) for what in ("listed", "archived", "missing", "unlisted")),
            )
            for name, months in by_government.items()
        ],
        months=coverage.months,
        short_lists=coverage.short_lists,
    )


def _lead(coverage: Coverage) -> str:
    listed, missing, unlisted = (
        _total(coverage.months, what) for what in ("listed", "missing", "unlisted")
    )
    if not listed:
        return "The site's lists held no documents."
    lead = f"The site lists {listed:,} documents; the archive lacks {missing:,} of them."
    return lead + (f" {unlisted:,} stand only in the archive." if unlisted else "")


def _total(months: Iterable[MonthCoverage], what: str) -> int:
    return sum(getattr(each, what) for each in months)


def _year(
    year: int,
    months: Sequence[Sequence[MonthCoverage]],
    coverage: Coverage,
    starts: set[tuple[int, int]],
) -> Year:
    return Year(
        year=year,
        cells=[
            _cell(year, number, each, coverage, (year, number) in starts)
            for number, each in enumerate(months, start=1)
        ],
        listed=sum(_total(each, "listed") for each in months),
        archived=sum(_total(each, "archived") for each in months),
    )


def _cell(
    year: int, month: int, parts: Sequence[MonthCoverage], coverage: Coverage, starts: bool
) -> Cell:
    edge = " start" if starts else ""
    if any(each.government in coverage.short_lists for each in parts):
        edge += " short"
    listed, missing, unlisted = (_total(parts, what) for what in ("listed", "missing", "unlisted"))
    if not parts:
        return Cell("empty")
    told = f"{calendar.month_name[month]} {year}: {listed - missing:,} of {listed:,} archived"
    if unlisted:
        told += f", {unlisted:,} only in the archive"
    if not listed:
        return Cell("only" + edge, "·", told)
    if not missing:
        return Cell("full" + edge, "", told)
    if missing == listed:
        return Cell("none" + edge, "×", told)
    share = 1 - missing / listed
    level = "most" if share >= 0.9 else "some" if share >= 0.5 else "few"
    return Cell(level + edge, _short(missing), told)


def _short(number: int) -> str:
    return str(number) if number < 1000 else f"{number / 1000:.0f}k"

"""How much of what the site lists the archive holds, month by month and government by government.

Nothing here says that a document was removed: a list that comes back short only makes its
government's figures uncertain (``Coverage.short_lists``).
"""

from __future__ import annotations

import reprlib
import shlex
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from beehive_archive.errors import ReportError
from beehive_archive.site import GOVERNMENTS, government_on


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCoverage:
    """The documents of one month under one government: a month of change has two of these.

    ``listed`` counts the site's, ``archived`` the archive's, ``missing`` those that only the
    site has, ``unlisted`` those that only the archive has.
    """

    year: int
    month: int
    government: str
    listed: int
    archived: int
    missing: int = 0
    unlisted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Every month that either side has documents of, oldest first.

    ``kinds`` are the kinds of documents that were counted. ``short_lists`` names the governments
    whose list came back short or empty.
    """

    months: tuple[MonthCoverage, ...] = ()
    kinds: tuple[str, ...] = ("release",)
    short_lists: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the coverage as a report's JSON has it."""
        return {
            "kinds": list(self.kinds),
            "short_lists": list(self.short_lists),
            "months": [asdict(each) for each in self.months],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Coverage:
        """Return the coverage of a report's JSON; raises ReportError where it isn't one."""
        try:
            return cls(
                months=tuple(_month_from_json(each) for each in values["months"]),
                kinds=tuple(map(str, values["kinds"])),
                short_lists=tuple(map(str, values["short_lists"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ReportError(
                f"expected a coverage of months, kinds and short_lists, found"
                f" {reprlib.repr(values)} ({error})"
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Months in a row with missing documents under one government, and what fills them."""

    government: str
    since: date
    until: date
    missing: int
    command: str


def measure(
    listed: Iterable[tuple[date, str]],
    archived: Iterable[tuple[date, str]],
    kinds: Sequence[str] = ("release",),
    short_lists: Sequence[str] = (),
) -> Coverage:
    """Compare the site's lists with the archive: pairs of a document's date and its key.

    A key is the same on both sides for the same document. A document that both have counts in
    the site's month, since the archive may have its UTC date; one that stands twice counts once.

    >>> coverage = measure(
    ...     [(date(2023, 6, 1), "/release/a"), (date(2023, 6, 2), "/release/b")],
    ...     [(date(2023, 5, 31), "/release/a")],
    ... )
    >>> [(each.month, each.listed, each.archived, each.missing) for each in coverage.months]
    [(6, 2, 1, 1)]
    """
    on_site = {key: day for day, key in listed}
    in_archive = {key: day for day, key in archived}
    counts: dict[tuple[int, int, str], Counter[str]] = {}
    for key in on_site.keys() | in_archive.keys():
        day = on_site.get(key) or in_archive[key]
        month = counts.setdefault((day.year, day.month, government_on(day).name), Counter())
        month["listed"] += key in on_site
        month["archived"] += key in in_archive
        month["missing"] += key not in in_archive
        month["unlisted"] += key not in on_site
    terms = {name: each.started for name, each in GOVERNMENTS.items()}
    return Coverage(
        months=tuple(
            MonthCoverage(year=year, month=month, government=government, **counted)
            for (year, month, government), counted in sorted(
                counts.items(), key=lambda item: (item[0][:2], terms[item[0][2]])
            )
        ),
        kinds=tuple(kinds),
        short_lists=tuple(short_lists),
    )


def gaps(coverage: Coverage) -> tuple[Gap, ...]:
    """Return what is missing as spans of months, each with the command that fills it.

    >>> month = MonthCoverage(year=2019, month=2, government="2017-2020-labour",
    ...                       listed=9, archived=7, missing=2)
    >>> gaps(Coverage(months=(month,)))[0].command
    'scrapy crawl releases -a government=2017-2020-labour -a since=2019-02-01 -a until=2019-02-28'
    """
    spans: list[list[MonthCoverage]] = []
    for month in coverage.months:
        if not month.missing:
            continue
        if spans and _follows(spans[-1][-1], month):
            spans[-1].append(month)
        else:
            spans.append([month])
    return tuple(_gap(span, coverage.kinds) for span in spans)


def _follows(earlier: MonthCoverage, later: MonthCoverage) -> bool:
    number = 12 * (later.year - earlier.year) + later.month - earlier.month
    return earlier.government == later.government and number == 1


def _gap(span: Sequence[MonthCoverage], kinds: Sequence[str]) -> Gap:
    first, last = span[0], span[-1]
    since = date(first.year, first.month, 1)
    until = date(last.year, last.month, monthrange(last.year, last.month)[1])
    if first.government in GOVERNMENTS:  # not a day of the government before or after
        since = max(since, GOVERNMENTS[first.government].started)
        until = min(until, _last_day(first.government))
    words = ["scrapy", "crawl", "releases"]
    if tuple(kinds) != ("release",):
        words += ["-a", f"kind={','.join(kinds)}"]
    for argument in (f"government={first.government}", f"since={since}", f"until={until}"):
        words += ["-a", argument]
    return Gap(
        government=first.government,
        since=since,
        until=until,
        missing=sum(each.missing for each in span),
        command=shlex.join(words),
    )


def _last_day(government: str) -> date:
    started = GOVERNMENTS[government].started
    later = (each.started for each in GOVERNMENTS.values() if each.started > started)
    following = min(later, default=None)
    return following - timedelta(days=1) if following else date.max


def _month_from_json(values: Mapping[str, Any]) -> MonthCoverage:
    month = MonthCoverage(**values)
    numbers = (month.year, month.month, month.listed, month.archived, month.missing, month.unlisted)
    if any(type(each) is not int or each < 0 for each in numbers):
        raise ValueError(f"counts below 0 or not whole: {numbers}")
    if not isinstance(month.government, str):
        raise TypeError(f"the government is {month.government!r}")
    date(month.year, month.month, 1)
    return month

from __future__ import annotations

from dataclasses import replace

import pytest
import wcwidth

from beehive_archive.findings import Finding
from beehive_archive.reports.coverage import Coverage, MonthCoverage
from beehive_archive.reports.terminal import Screen, summary
from tests.reports.heads import CHECKED

FOLDER = "releases/2023/06/2023-06-04-"
FINDINGS = (
    Finding(
        kind="changed",
        url="https://www.beehive.govt.nz/release/closer-defence-cooperation",
        path=FOLDER + "closer-defence-cooperation.md",
        title="Closer defence cooperation between New Zealand and Japan",
        date="2023-06-04",
        fields=("title", "body"),
    ),
    Finding(
        kind="convention",
        url="https://www.beehive.govt.nz/release/other",
        path=FOLDER + "other.md",
        title="Not on the terminal",
        date="2023-06-04",
        conventions=("date",),
    ),
    Finding(
        kind="removed",
        url="https://www.beehive.govt.nz/release/gone",
        path=FOLDER + "gone.md",
        title="毛利语周快乐",
        date="2023-06-05",
    ),
    Finding(
        kind="new",
        url="https://www.beehive.govt.nz/release/taup%C5%8D",
        title="Taupō takes pole position",
        date="2026-01-04",
    ),
    Finding(
        kind="moved",
        url="https://www.beehive.govt.nz/release/old",
        path=FOLDER + "old.md",
        title="Moved",
        date="2023-06-04",
        after={"url": "https://www.beehive.govt.nz/release/new"},
    ),
)
REPORT = replace(
    CHECKED,
    counts={"unchanged": 55_000, "changed": 1, "new": 1, "moved": 1, "removed": 1, "convention": 1},
    findings=FINDINGS,
)
HINTS = ("scrapy repair latest-check.json --dry-run",)


WIDE = """\
check: 55,005 documents looked at, 5 findings
  + 1 new   ~ 1 changed   > 1 moved   - 1 removed   c 1 convention   = 55,000 unchanged

+ 2026-01-04 Taupō takes pole position                        …ww.beehive.govt.nz/release/taup%C5%8D
~ 2023-06-04 Closer defence cooperation betwe… [title, body]  …3-06-04-closer-defence-cooperation.md
> 2023-06-04 Moved                                            …tps://www.beehive.govt.nz/release/new
- 2023-06-05 毛利语周快乐                                     releases/2023/06/2023-06-04-gone.md

Next
  scrapy repair latest-check.json --dry-run"""


def test_a_wide_terminal() -> None:
    assert "\n".join(summary(REPORT, Screen(100), hints=HINTS)) == WIDE


def test_a_narrow_terminal() -> None:
    report = replace(REPORT, complete=False, problems=("The firewall blocked 3 pages in a row.",))
    assert summary(report, Screen(40), hints=HINTS) == [
        "check: INCOMPLETE, 55,005 documents",
        "looked at, 5 findings",
        "  + 1 new   ~ 1 changed   > 1 moved",
        "  - 1 removed   c 1 convention",
        "  = 55,000 unchanged",
        "",
        "+ 2026-01-04 Taupō takes pole position",
        "  …ww.beehive.govt.nz/release/taup%C5%8D",
        "~ 2023-06-04 Closer defen… [title, body]",
        "  …3-06-04-closer-defence-cooperation.md",
        "> 2023-06-04 Moved",
        "  …tps://www.beehive.govt.nz/release/new",
        "- 2023-06-05 毛利语周快乐",
        "  releases/2023/06/2023-06-04-gone.md",
        "",
        "Problems",
        "  The firewall blocked 3 pages in a row.",
        "",
        "Next",
        "  scrapy repair latest-check.json --dry-run",
    ]


def test_nothing_found() -> None:
    report = replace(REPORT, counts={"unchanged": 1}, findings=())
    assert summary(report, Screen()) == [
        "check: 1 document looked at, no findings",
        "  = 1 unchanged",
    ]


@pytest.mark.parametrize("width", [0, 40, 41, 71, 72, 80, 120, 200, 500])
def test_no_line_is_too_wide_nor_the_screen_too_full(width: int) -> None:
    problems = tuple(f"Problem {each} at https://a.nz/{'毛' * 60}" for each in range(9))
    report = replace(REPORT, findings=FINDINGS * 400, problems=problems, complete=False)
    lines = summary(report, Screen(width, max_lines=40), report_path="r" * 300, hints=HINTS)
    assert len(lines) <= 40
    limit = min(max(width, 40), 200)
    *told, hint = lines
    assert all(wcwidth.width(each) <= limit for each in told)
    assert hint == f"  {HINTS[0]}"
    assert any("more in …" in each for each in lines)


def test_the_largest_gaps_come_with_their_commands() -> None:
    months = tuple(
        MonthCoverage(
            year=2019, month=month, government="2017-2020-labour",
            listed=100, archived=100 - month, missing=month,
        )
        for month in range(1, 13, 2)
    )  # fmt: skip
    report = replace(REPORT, findings=(), coverage=Coverage(months=months, short_lists=("x",)))
    lines = summary(report, Screen(60), report_path="latest-check.json")
    assert lines[2:] == [
        "  c 1 convention   = 55,000 unchanged",
        "  lists: 600 on the site, 36 of them not in the archive",
        "  the list of x came back short",
        "",
        "Largest gaps",
        *(
            line
            for month, last in ((11, 30), (9, 30), (7, 31), (5, 31), (3, 31))
            for line in (
                f"  {month} missing from 2019-{month:02}-01 to 2019-{month:02}-{last}:",
                (
                    "    scrapy crawl releases -a government=2017-2020-labour"
                    f" -a since=2019-{month:02}-01 -a until=2019-{month:02}-{last}"
                ),
            )
        ),
        "  and 1 more in latest-check.json",
    ]


def test_what_does_not_fit_is_counted() -> None:
    report = replace(REPORT, findings=FINDINGS * 1000)
    lines = summary(report, Screen(100, max_lines=12), report_path="latest-check.json")
    assert len(lines) == 12
    assert lines[-1] == "  and 3,992 more in latest-check.json"


def test_the_site_can_not_drive_the_terminal() -> None:
    hostile = "A\x1b]0;x\x07\x1b[2J\u202eB\nC\x9bD"
    findings = [replace(each, title=hostile, url=hostile, date=hostile) for each in FINDINGS]
    report = replace(REPORT, findings=tuple(findings), problems=(hostile,), spider=hostile)
    for width in (40, 200):
        for line in summary(report, Screen(width), report_path=hostile, hints=(hostile,)):
            assert line.isprintable(), line


def test_colour_only_when_asked_for() -> None:
    plain = summary(REPORT, Screen(100), hints=HINTS)
    coloured = summary(REPORT, Screen(100, colour=True), hints=HINTS)
    assert not any("\x1b" in each for each in plain)
    assert any("\x1b[31m" in each for each in coloured)
    assert [wcwidth.strip_sequences(each) for each in coloured] == plain

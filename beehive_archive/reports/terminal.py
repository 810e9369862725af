"""A run's end on a terminal: what was found and what to do next, on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import wcwidth

from beehive_archive.findings import (
    CHANGED,
    KINDS,
    MOVED,
    NEW,
    REMOVED,
    UNCHANGED,
    UNVERIFIED,
    Finding,
    Report,
)
from beehive_archive.reports.coverage import gaps
from beehive_archive.reports.kinds import SIGNS
from beehive_archive.reports.visible import plain

MIN_WIDTH, MAX_WIDTH = 40, 200
MAX_LINES = 40  # about a screen
MAX_PROBLEMS = 5
MAX_GAPS = 5
MAX_PROBLEM_LINES = 3  # of a narrow terminal
SHOWN_KINDS = (NEW, CHANGED, MOVED, REMOVED)  # those that are worth a line each
TWO_LINES_BELOW = 72  # columns: below it the path goes under the title

_COLOURS = {NEW: "32", CHANGED: "33", MOVED: "36", REMOVED: "31", UNVERIFIED: "35"}
_BOLD, _DIM, _ALARM = "1", "2", "1;31"


@dataclass(frozen=True, slots=True)
class Screen:
    """How wide a terminal is, in columns, how many lines to use, and whether to colour them."""

    width: int = 80
    max_lines: int = MAX_LINES
    colour: bool = False

    def paint(self, text: str, code: str | None) -> str:
        """Return the text in an SGR colour where colour is wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text


def summary(
    report: Report,
    screen: Screen,
    *,
    report_path: str = "REPORT.json",
    hints: Sequence[str] = (),
    options: str = "",
    kinds: Sequence[str] = SHOWN_KINDS,
) -> list[str]:
    """Return the lines that end a run: counts, findings one by one, problems, what is next.

    ``report_path`` is where the whole report stands; ``hints`` are sentences or commands to show
    under "Next"; ``options`` are what commands need to act on this archive; findings of ``kinds``
    get a line each. No line is wider than the screen, which counts as 40 to 200 columns, save
    hints and commands, which are there to be copied.
    """
    width = min(max(screen.width, MIN_WIDTH), MAX_WIDTH)
    head = [
        *_verdict(report, screen, width),
        *_counts(report, screen, width),
        *_coverage(report, screen, width, report_path, options),
    ]
    tail = [*_problems(report, screen, width, report_path), *_next(hints, screen)]
    room = screen.max_lines - len(head) - len(tail)
    findings = _findings(report, kinds, screen, width, room=room, report_path=report_path)
    return [*head, *findings, *tail]


def fit(text: str, width: int) -> str:
    """Return a text cut to so many columns, with an ellipsis where it was cut.

    >>> fit("Budget 2026 puts families first", 16)
    'Budget 2026 put…'
    >>> fit("毛利语周快乐", 7)
    '毛利语…'
    """
    text = plain(text)
    if wcwidth.width(text) <= width:
        return text
    return wcwidth.clip(text, 0, width - 1).rstrip() + "…"


def fit_end(text: str, width: int) -> str:
    """Return a path or URL cut at its front, since its end tells more.

    >>> fit_end("releases/2023/06/2023-06-04-defence.md", 21)
    '…023-06-04-defence.md'
    """
    text = plain(text)
    full = wcwidth.width(text)
    return text if full <= width else "…" + wcwidth.clip(text, full - width + 1, full)


# --- The parts --------------------------------------------------------------------------------


def _verdict(report: Report, screen: Screen, width: int) -> Iterator[str]:
    total = sum(report.counts.values())
    found = total - report.counts.get(UNCHANGED, 0)
    noun = "attachment" if report.spider == "attachments" else "document"
    said = f"{_number(total, noun)} looked at, {_number(found, 'finding')}"
    if report.complete:
        lines, colour = wcwidth.wrap(plain(f"{report.spider}: {said}"), width), _BOLD
    else:
        lines, colour = wcwidth.wrap(plain(f"{report.spider}: INCOMPLETE, {said}"), width), _ALARM
    yield from (screen.paint(line, colour) for line in lines)


def _counts(report: Report, screen: Screen, width: int) -> Iterator[str]:
    cells = [
        (kind, f"{SIGNS[kind]} {count:,} {kind}")
        for kind in KINDS
        if (count := report.counts.get(kind, 0))
    ]
    line, used = "", 0
    for kind, cell in cells:
        if used and used + 3 + len(cell) > width:
            yield line
            line, used = "", 0
        separator = "   " if used else "  "
        line += separator + screen.paint(cell, _COLOURS.get(kind))
        used += len(separator) + len(cell)
    if line:
        yield line


def _coverage(
    report: Report, screen: Screen, width: int, report_path: str, options: str
) -> Iterator[str]:
    if not report.coverage:
        return
    months = report.coverage.months
    listed, missing = (sum(getattr(each, of) for each in months) for of in ("listed", "missing"))
    yield fit(f"  lists: {listed:,} on the site, {missing:,} of them not in the archive", width)
    for government in report.coverage.short_lists:
        yield fit(f"  the list of {government} came back short", width)
    found = gaps(report.coverage)
    if not found:
        return
    yield ""
    yield screen.paint("Largest gaps", _BOLD)
    for gap in sorted(found, key=lambda each: -each.missing)[:MAX_GAPS]:
        yield fit(f"  {gap.missing:,} missing from {gap.since} to {gap.until}:", width)
        yield f"    {plain(gap.command + options)}"  # to be copied, so not cut
    if len(found) > MAX_GAPS:
        yield screen.paint(_more(len(found) - MAX_GAPS, report_path, width), _DIM)


def _findings(
    report: Report, kinds: Sequence[str], screen: Screen, width: int, *, room: int, report_path: str
) -> Iterator[str]:
    count = sum(each.kind in kinds for each in report.findings)
    if not count:
        return
    lines_each = 2 if width < TWO_LINES_BELOW else 1
    room = max(room - 2, lines_each)  # a blank line before, one line for "and more"
    fitting = count if lines_each * count <= room + 1 else room // lines_each
    chosen = (each for each in report.findings if each.kind in kinds)
    yield ""
    for finding in nsmallest(fitting, chosen, key=lambda each: KINDS.index(each.kind)):
        yield from _entry(finding, screen, width)
    if more := count - fitting:
        yield screen.paint(_more(more, report_path, width), _DIM)


def _more(more: int, report_path: str, width: int) -> str:
    lead = f"  and {more:,} more in "
    return lead + fit_end(report_path, width - len(lead))


def _entry(finding: Finding, screen: Screen, width: int) -> Iterator[str]:
    lead = f"{screen.paint(SIGNS[finding.kind], _COLOURS.get(finding.kind))} "
    lead += wcwidth.ljust(fit(finding.date, 10), 10) + " "
    place = finding.after.get("url") if finding.kind == MOVED else finding.path
    place = place if isinstance(place, str) else finding.url
    room = width - 13
    if width < TWO_LINES_BELOW:
        yield lead + _title(finding, room)
        yield "  " + screen.paint(fit_end(place, width - 2), _DIM)
        return
    title_room = room * 11 // 20
    title = wcwidth.ljust(_title(finding, title_room), title_room)
    yield f"{lead}{title}  {screen.paint(fit_end(place, room - 2 - title_room), _DIM)}"


def _title(finding: Finding, width: int) -> str:
    fields = fit(", ".join(finding.fields or finding.conventions), width // 2)
    note = f" [{fields}]" if fields else ""
    return fit(finding.title or "(no title)", width - wcwidth.width(note)) + note


def _problems(report: Report, screen: Screen, width: int, report_path: str) -> Iterator[str]:
    if not report.problems:
        return
    yield ""
    yield screen.paint("Problems", _ALARM)
    for problem in report.problems[:MAX_PROBLEMS]:
        lines = wcwidth.wrap(plain(problem), width - 2)
        yield from (f"  {line}" for line in lines[: MAX_PROBLEM_LINES - 1])
        if rest := " ".join(lines[MAX_PROBLEM_LINES - 1 :]):
            yield f"  {fit(rest, width - 2)}"
    more = len(report.problems) - MAX_PROBLEMS
    if more > 0:
        yield screen.paint(_more(more, report_path, width), _DIM)


def _next(hints: Iterable[str], screen: Screen) -> Iterator[str]:
    hints = list(hints)
    if not hints:
        return
    yield ""
    yield screen.paint("Next", _BOLD)
    for hint in hints:
        yield f"  {plain(hint)}"


def _number(count: int, noun: str) -> str:
    return f"{f'{count:,}' if count else 'no'} {noun}{'' if count == 1 else 's'}"

"""One finding in full on a terminal: its fields before and after, its body word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import wcwidth

from beehive_archive.findings import FIELDS, Finding, Value
from beehive_archive.reports.changes import DELETE, EDIT, EQUAL, INSERT, Line
from beehive_archive.reports.diff_lines import readable_lines
from beehive_archive.reports.terminal import MAX_WIDTH, MIN_WIDTH, Screen
from beehive_archive.reports.visible import plain
from beehive_archive.reports.word_diff import compare, marked

_SIGNS = {EQUAL: " ", DELETE: "-", INSERT: "+", EDIT: "~"}
_COLOURS = {EQUAL: None, DELETE: "31", INSERT: "32"}
_BOLD, _DIM = "1", "2"


def detail(finding: Finding, screen: Screen) -> list[str]:
    """Return a finding's lines: title, what is told of it, and each field that differs.

    ``-`` and ``+`` begin lines that one side has, ``~`` one with the changed words marked as
    ``[-deleted-]`` and ``{+inserted+}``, as in a report's ``body_diff``.
    """
    width = min(max(screen.width, MIN_WIDTH), MAX_WIDTH)
    lines = [
        *_wrapped(screen.paint(plain(finding.title or "(no title)"), _BOLD), "", width),
        *_wrapped(plain(f"{finding.date}  {finding.path or finding.url}"), "", width),
    ]
    if finding.detail:
        lines += _wrapped(plain(finding.detail), "", width)
    for name in (*FIELDS, *(set(finding.before) | set(finding.after)) - set(FIELDS)):
        before, after = finding.before.get(name, ""), finding.after.get(name, "")
        if before != after:
            lines += ["", *_wrapped(screen.paint(plain(name), _BOLD), "", width)]
            lines += _difference(_text(before), _text(after), screen, width)
    return lines


def _difference(before: str, after: str, screen: Screen, width: int) -> Iterator[str]:
    for number, passage in enumerate(compare(before, after).passages):
        if number:
            yield screen.paint("  ...", _DIM)
        for line in readable_lines(passage):
            yield from _wrapped(_painted(line, screen), f"{_SIGNS[line.op]} ", width)


def _painted(line: Line, screen: Screen) -> str:
    if line.op == EDIT:
        return "".join(screen.paint(marked(each), _COLOURS[each.op]) for each in line.segments)
    return screen.paint(plain(line.text), _DIM if line.op == EQUAL else _COLOURS[line.op])


def _wrapped(text: str, sign: str, width: int) -> Iterable[str]:
    lines = wcwidth.wrap(text, width - len(sign)) or [""]
    return [(sign if not number else " " * len(sign)) + line for number, line in enumerate(lines)]


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "\n".join(value)

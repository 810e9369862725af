"""Segments as lines, and changed lines as passages with their context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from beehive_archive.reports.changes import DELETE, EDIT, EQUAL, INSERT, Line, Passage, Segment


class Step(NamedTuple):
    """A text that both sides have, and the change that follows it."""

    equal: str
    deleted: str
    inserted: str


def steps_of(segments: Iterable[Segment]) -> list[Step]:
    """Return segments as steps; between two equal texts stands one change."""
    steps: list[Step] = []
    texts: dict[str, list[str]] = {EQUAL: [], DELETE: [], INSERT: []}

    def flush() -> None:
        steps.append(Step(*("".join(texts[op]) for op in (EQUAL, DELETE, INSERT))))
        for each in texts.values():
            each.clear()

    for segment in segments:
        if not segment.text:
            continue
        if segment.op == EQUAL and (texts[DELETE] or texts[INSERT]):
            flush()
        texts[segment.op].append(segment.text)
    flush()
    return steps


def _slid(steps: Sequence[Step]) -> Iterator[Step]:
    r"""Move changes along the line breaks after them, so that they cover whole lines.

    ``a[-\nb-]\nc`` and ``a\n[-b\n-]c`` say the same; the second is how a reader sees it.
    """
    taken = 0  # characters of this step's equal text that went before it
    for step, following in zip(steps, [*steps[1:], Step("", "", "")], strict=True):
        equal = step.equal[taken:]
        taken = 0
        whole_lines = step.deleted and step.inserted and (not equal or equal.endswith("\n"))
        if whole_lines and following.equal.startswith("\n"):
            taken = 1
            yield Step(equal, step.deleted + "\n", step.inserted + "\n")
            continue
        old, new = step.deleted.partition("\n"), step.inserted.partition("\n")
        if following.equal.startswith("\n") and (old[2] or new[2]):
            taken = 1
            yield Step(equal, old[0], new[0])
            yield Step("\n", *(rest + "\n" if found else "" for _, found, rest in (old, new)))
        else:
            yield Step(equal, step.deleted, step.inserted)


def lines_of(steps: Sequence[Step]) -> Iterator[Line]:
    """Return the lines that the steps fill, changes covering whole lines where they can."""
    current: list[Segment] = []
    for step in _slid(steps):
        *ended, rest = step.equal.split("\n")
        for text in ended:
            yield _line([*current, Segment(EQUAL, text)])
            current = []
        current.append(Segment(EQUAL, rest))
        for op, text in ((DELETE, step.deleted), (INSERT, step.inserted)):
            remainder = text
            if not any(each.text for each in current):
                whole, _, remainder = text.rpartition("\n")
                if "\n" in text:
                    yield from (Line(op, (Segment(op, each),)) for each in whole.split("\n"))
            current.append(Segment(op, remainder))
    if any(each.text for each in current):
        yield _line(current)


def _line(segments: Iterable[Segment]) -> Line:
    told = tuple(each for each in segments if each.text)
    return Line(EDIT if any(each.op != EQUAL for each in told) else EQUAL, told)


def passages_of(lines: Sequence[Line], context_lines: int) -> Iterator[Passage]:
    """Return the changed lines with so many unchanged ones on each side."""
    before = list(accumulate((_height(each, DELETE) for each in lines), initial=1))
    after = list(accumulate((_height(each, INSERT) for each in lines), initial=1))
    groups: list[list[int]] = []
    for number, line in enumerate(lines):
        if line.op == EQUAL:
            continue
        if groups and number - groups[-1][-1] <= 2 * context_lines + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    for group in groups:
        start = max(0, group[0] - context_lines)
        end = min(len(lines), group[-1] + context_lines + 1)
        yield Passage(
            before[start],
            before[end] - before[start],
            after[start],
            after[end] - after[start],
            tuple(lines[start:end]),
        )


def readable_lines(passage: Passage) -> Iterator[Line]:
    """Return a passage's lines without blank ones, save where a blank line is the change."""
    lines = passage.lines
    for number, line in enumerate(lines):
        if line.text.strip("\n") or line.op == EDIT:
            yield line
        elif line.op != EQUAL:
            beside = (lines[each].op for each in (number - 1, number + 1) if 0 <= each < len(lines))
            if line.op not in beside:
                yield Line(EDIT, (Segment(line.op, "\n"),))


def _height(line: Line, op: str) -> int:
    """Return how many lines a line of the diff takes on the side that has ``op``'s text."""
    if line.op in {DELETE, INSERT}:
        return int(line.op == op)
    return 1 + sum(each.text.count("\n") for each in line.segments if each.op == op)

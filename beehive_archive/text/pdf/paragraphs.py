"""Lines gathered into paragraphs and items of lists.

A line ends a paragraph when the next one stands farther off than lines do, is set in another
type, is indented, opens an item, or when its first word would still have fitted on the line: then
somebody ended the line on purpose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from beehive_archive.text.pdf.lines import Line
from beehive_archive.text.pdf.tables import Table

_WIDER_PITCH = 1.22
_SAME_SIZE = 0.07
_INDENT = 0.8  # of the font's size
_FEW_LINES = 6
_SET_IN = 0.3  # of the column's width
_NARROW = 0.6  # of the column's width
_MOST = 0.6  # share of lines with room left, from which all of them are lines on purpose
_NEAR = 3  # lines
_FULL = 0.8  # of the longest line's length
_SPACE = 0.3  # of the font's size: about a blank's width
_CUT_ENDS = "-‐–/"  # a line so ended was broken where it had to be, not where it was full
_SENTENCE_END = (".", "!", "?", ":", ";", "”", '"', ")", "]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that make one paragraph, heading or item of a list."""

    lines: tuple[Line, ...]

    @property
    def marker(self) -> str:
        """What opens the item of a list; empty for other paragraphs."""
        return self.lines[0].marker

    @property
    def size(self) -> float:
        """The size of its type in points."""
        return self.lines[0].size

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.is_bold for line in self.lines)

    @property
    def text(self) -> str:
        """Its words parted by single spaces."""
        return " ".join(line.full_text for line in self.lines)


def paragraphs(blocks: Sequence[Line | Table]) -> list[Paragraph | Table]:
    """Return a sheet's lines as paragraphs, in the same order; tables stay as they are."""
    pitches, columns = _pitches(blocks), _columns(blocks)
    found: list[Paragraph | Table] = []
    for group in _groups(blocks, pitches):
        if isinstance(group, Table):
            found.append(group)
            continue
        for lines in _split_at_ended_lines(group, columns[group[0].column]):
            paragraph = Paragraph(tuple(lines))
            previous = found[-1] if found else None
            if isinstance(previous, Paragraph) and _goes_on(previous, paragraph):
                found[-1] = Paragraph((*previous.lines, *paragraph.lines))
            else:
                found.append(paragraph)
    return found


def _pitches(blocks: Sequence[Line | Table]) -> dict[float, float]:
    """Return the distance of lines within paragraphs, by size of type: nearly the least one."""
    distances: dict[float, list[float]] = defaultdict(list)
    for a, b in pairwise(blocks):
        if isinstance(a, Line) and isinstance(b, Line) and _is_same_type(a, b):
            distance = b.baseline - a.baseline
            if 0.8 * a.size < distance < 2.6 * a.size:
                distances[round(a.size)].append(distance)
    return {
        size: sorted(found)[len(found) // 10]
        for size, found in distances.items()
        if len(found) >= 4 or min(found) < 1.7 * size
    }


def _is_same_type(a: Line, b: Line) -> bool:
    return abs(a.size - b.size) <= _SAME_SIZE * max(a.size, b.size)


def _groups(
    blocks: Sequence[Line | Table], pitches: dict[float, float]
) -> Iterator[list[Line] | Table]:
    """Lines that nothing but their ends could part."""
    group: list[Line] = []
    for block in blocks:
        if isinstance(block, Table):
            if group:
                yield group
                group = []
            yield block
        elif group and not _breaks(group, block, pitches):
            group.append(block)
        else:
            if group:
                yield group
            group = [block]
    if group:
        yield group


def _breaks(group: list[Line], line: Line, pitches: dict[float, float]) -> bool:
    previous = group[-1]
    if line.marker or _is_apart(previous, line, pitches):
        return True
    first = group[0]
    if first.marker:
        return line.x0 < first.x0 - _INDENT * line.size
    if abs((line.x0 + line.x1) - (previous.x0 + previous.x1)) < 4.0:
        return False  # centred
    if line.x0 > previous.x0 + _INDENT * line.size:
        return not (len(group) == 1 and _is_hanging(first, line))
    if line.x0 < previous.x0 - _INDENT * line.size and len(group) > 1:
        # Back at the margin, below a large initial, a sentence goes on.
        return not line.text[0].islower() or previous.text.endswith(_SENTENCE_END)
    return False


def _is_apart(previous: Line, line: Line, pitches: dict[float, float]) -> bool:
    """Tell whether a line differs from the one above in place or type."""
    if line.column != previous.column or line.is_tabbed or previous.is_tabbed:
        return True
    if not _is_same_type(previous, line) or line.is_bold != previous.is_bold:
        return True
    distance = line.baseline - previous.baseline
    pitch = pitches.get(round(line.size), 1.45 * line.size)
    return not 0 <= distance <= _WIDER_PITCH * pitch


def _is_hanging(first: Line, line: Line) -> bool:
    """Whether a second line is set in only as far as a label's text, as in ``Note  The ...``."""
    return any(abs(stop - line.x0) < 1.0 for stop in first.stops)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's edges, and whether it is a few lines set to the right, as a sender's address."""

    left: float
    right: float
    is_flush_right: bool


def _columns(blocks: Sequence[Line | Table]) -> dict[int, _Column]:
    lines: dict[int, list[Line]] = defaultdict(list)
    for block in blocks:
        if isinstance(block, Line):
            lines[block.column].append(block)
    return {
        column: _Column(
            min(line.x0 for line in found),
            max((line.x1 for line in found if not line.is_tabbed), default=found[-1].x1),
            1 < len(found) <= _FEW_LINES and _is_flush_right(found),
        )
        for column, found in lines.items()
    }


def _split_at_ended_lines(group: list[Line], column: _Column) -> Iterable[list[Line]]:
    """Part a group at lines that had room for the next line's first word."""
    if len(group) == 1:
        return [group]
    edge, left = max(line.x1 for line in group), group[0].x0
    is_narrow = edge - left < _NARROW * (column.right - left)
    is_set_in = left - column.left > _SET_IN * (column.right - column.left)
    is_right = column.is_flush_right or (is_set_in and _is_flush_right(group))
    if len(group) <= _FEW_LINES and (is_narrow or is_right):
        return [[line] for line in group]  # an address, not a paragraph
    ended = [
        a.x1 + _SPACE * a.size + b.first_width < _edge_at(group, i) - 1.0
        and a.full_text[-1] not in _CUT_ENDS
        for i, (a, b) in enumerate(pairwise(group))
    ]
    if len(group) > 3 and sum(ended) >= _MOST * len(ended):
        return [[line] for line in group]
    parts: list[list[Line]] = [[group[0]]]
    for line, is_ended in zip(group[1:], ended, strict=True):
        if is_ended:
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def _edge_at(group: list[Line], i: int) -> float:
    """Return the right edge of the text about a line: text that goes round a picture has two.

    It is that of the whole group, unless the lines before or after are all about as long.
    """
    edge = max(line.x1 for line in group)
    for near in (group[max(0, i - _NEAR) : i + 1], group[i : i + _NEAR + 1]):
        left, right = near[0].x0, max(line.x1 for line in near)
        if len(near) > _NEAR and min(line.x1 for line in near) - left > _FULL * (right - left):
            edge = min(edge, right)
    return edge


def _is_flush_right(group: list[Line]) -> bool:
    """Tell whether lines end together and begin apart."""
    ends, starts = [line.x1 for line in group], [line.x0 for line in group]
    return max(ends) - min(ends) < 2.0 and max(starts) - min(starts) > 0.5 * group[0].size


def _goes_on(previous: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a paragraph at a column's top goes on from the foot of the column before."""
    last, first = previous.lines[-1], paragraph.lines[0]
    if last.column == first.column or paragraph.marker or not _is_same_type(last, first):
        return False
    if last.is_tabbed or first.is_tabbed or last.is_bold != first.is_bold:
        return False
    return first.text[0].islower() and not last.text.endswith(_SENTENCE_END)

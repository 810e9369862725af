"""The order in which a reader's eye goes over a sheet: columns, and tables without rules.

A corridor is an upright strip that no word enters over some rows in a row, with words on both
sides. The rows along the longest corridor are a band: either columns of prose, read one after the
other, or a table set by position, read row by row. What lies above and below is looked at in the
same way. Where the eye can't tell, the order of the words in the file decides: authors' programs
write a column as a whole and a table row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from beehive_archive.text.pdf import lines
from beehive_archive.text.pdf.aligned_tables import aligned_table, is_prose
from beehive_archive.text.pdf.lines import Line, Row
from beehive_archive.text.pdf.page import Word
from beehive_archive.text.pdf.tables import Table

_GUTTER = 0.95  # least width of a corridor, in font sizes: more than a typewriter's space
_MIN_ROWS = 3
_BROAD = 1.5  # in font sizes: wider than chance gaps in justified lines that stand in a row
_SPARSE = 0.6  # so many rows, to those at the right, have labels at most
_APART = 1.6  # of the pitch of lines: the gap between boxes
_MAX_DEPTH = 8
_MAX_ROWS = 400  # a page holds about 90 lines of small type


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows ``start`` to ``end`` (excluded) along a corridor from x ``low`` to ``high``."""

    start: int
    end: int
    low: float
    high: float
    score: int


class Flow:
    """The lines and tables of one sheet in reading order."""

    def __init__(self) -> None:
        self.blocks: list[Line | Table] = []
        self._column = 0

    def add_region(self, rows: list[Row], tables: list[Table], depth: int = 0) -> None:
        """Append what a region holds, in reading order; starts a new column."""
        self._column += 1
        if len(rows) > _MAX_ROWS or depth > _MAX_DEPTH:
            self._add_rows(rows, tables)
            return
        band = _best_band(rows, tables)
        if band is None:
            self._add_rows(rows, tables)
            return
        body = rows[band.start : band.end]
        table = aligned_table(body)
        if table is not None:
            first, last = table.first_row + band.start, table.last_row + band.start
            self._add_parts(rows, tables, range(first, last + 1), table.table, depth)
        else:
            end = _without_tail(rows, band)
            self._add_parts(rows, tables, range(band.start, end), band, depth)

    def _add_parts(
        self,
        rows: list[Row],
        tables: list[Table],
        inner: range,
        found: _Band | Table,
        depth: int,
    ) -> None:
        """Append what lies above some rows, the columns or table that they are, and the rest."""
        start, end = inner.start, inner.stop
        top = rows[start].top
        bottom = max(row.bottom for row in rows[start:end])
        above = [table for table in tables if table.bottom <= top + 2]
        below = [table for table in tables if table.top >= bottom - 2 and table not in above]
        beside = [table for table in tables if table not in above and table not in below]
        if start or above:
            self.add_region(rows[:start], above, depth + 1)
        if isinstance(found, Table):
            self.blocks.extend([found, *beside])
        else:
            for part in _parts(rows[start:end], found):
                self._add_columns(part, found, beside, depth)
                beside = [table for table in beside if table.top >= part[-1].bottom]
        if end < len(rows) or below:
            self.add_region(rows[end:], below, depth + 1)

    def _add_columns(self, rows: list[Row], band: _Band, tables: list[Table], depth: int) -> None:
        """Append the left column, then the right one."""
        middle = (band.low + band.high) / 2
        words = [word for row in rows for word in row.words]
        inside = [table for table in tables if table.top < rows[-1].bottom]
        for is_left in (True, False):
            side = [word for word in words if ((word.x0 + word.x1) / 2 < middle) == is_left]
            ruled = [t for t in inside if ((t.x0 + t.x1) / 2 < middle) == is_left]
            if side or ruled:
                self.add_region(lines.rows(side), ruled, depth + 1)

    def _add_rows(self, rows: list[Row], tables: list[Table]) -> None:
        waiting = sorted(tables, key=lambda table: table.top)
        for row in rows:
            while waiting and waiting[0].top < row.baseline:
                self.blocks.append(waiting.pop(0))
            self.blocks.append(lines.line(row, self._column))
        self.blocks.extend(waiting)


def reading_order(words: list[Word], tables: list[Table]) -> list[Line | Table]:
    """Lines and tables in the order in which they are read."""
    flow = Flow()
    flow.add_region(lines.rows(words), tables)
    return flow.blocks


def _gaps(row: Row) -> Iterator[tuple[float, float]]:
    """Return the strips between a row's words that are wide enough for a corridor."""
    right = row.words[0].x1
    for word in row.words[1:]:
        if word.x0 - right >= _GUTTER * row.size:
            yield right, word.x0
        right = max(right, word.x1)


def _best_band(rows: list[Row], tables: list[Table]) -> _Band | None:
    candidates: list[_Band] = []
    for i, row in enumerate(rows):
        for low, high in _gaps(row):
            if any(b.start <= i < b.end and b.low < high and b.high > low for b in candidates):
                continue
            band = _band(rows, tables, i, low, high)
            if (
                band
                and band.score >= _MIN_ROWS
                and _is_aligned(rows, band)
                and not _is_list(rows, band)
            ):
                candidates.append(band)
    return max(candidates, key=lambda band: (band.score, band.high - band.low), default=None)


def _is_aligned(rows: list[Row], band: _Band) -> bool:
    """Whether a narrow corridor has words lined up at its right, as chance gaps have not."""
    body = rows[band.start : band.end]
    if band.high - band.low >= _BROAD * median(row.size for row in body):
        return True
    starts = sorted(
        next(word.x0 for word in row.words if word.x0 >= band.high - 0.1)
        for row in body
        if row.words[-1].x0 >= band.high - 0.1
    )
    aligned = max((sum(abs(x - start) < 2.0 for x in starts) for start in starts), default=0)
    return aligned >= max(_MIN_ROWS, len(starts) // 2)


def _band(rows: list[Row], tables: list[Table], i: int, low: float, high: float) -> _Band | None:
    """Return the rows that leave a corridor free, up and down from row ``i`` where it was seen."""
    start, end = i, i + 1
    for step in (1, -1):
        k = i + step
        while 0 <= k < len(rows):
            if _is_cut(tables, rows[k - step], rows[k], low, high):
                break
            narrowed = _narrowed(rows[k], low, high)
            if narrowed is None:
                break
            low, high = narrowed
            start, end = min(start, k), max(end, k + 1)
            k += step
    left = sum(row.x0 < low for row in rows[start:end])
    right = sum(row.x1 > high for row in rows[start:end])
    return _Band(start, end, low, high, min(left, right))


def _is_cut(tables: list[Table], a: Row, b: Row, low: float, high: float) -> bool:
    """Whether a ruled table stands across the corridor between two rows."""
    top, bottom = min(a.baseline, b.baseline), max(a.baseline, b.baseline)
    return any(table.x0 < high and table.x1 > low and top <= table.top < bottom for table in tables)


def _narrowed(row: Row, low: float, high: float) -> tuple[float, float] | None:
    """Return what a row leaves free of a corridor, or nothing if too little."""
    inside = [(w.x0, w.x1) for w in row.words if w.x0 < high and w.x1 > low]
    if not inside:
        return low, high
    stops = [(low, low), *sorted(inside), (high, high)]
    free = [(a[1], b[0]) for a, b in pairwise(stops)]
    widest = max(free, key=lambda strip: strip[1] - strip[0])
    return widest if widest[1] - widest[0] >= _GUTTER * row.size else None


def _is_list(rows: list[Row], band: _Band) -> bool:
    """Whether the left side holds only markers of lists, or the corridor is one of dot leaders."""
    left = [
        [word.text for word in row.words if word.x1 <= band.low + 0.1]
        for row in rows[band.start : band.end]
        if row.x0 < band.low
    ]
    markers = sum(
        len(texts) == 1 and bool(lines.BULLET.match(texts[0]) or lines.NUMBER.match(texts[0]))
        for texts in left
    )
    leaders = sum(texts[-1].endswith("....") for texts in left if texts)
    return markers >= 0.8 * len(left) or leaders >= 0.5 * len(left)


def _parts(rows: list[Row], band: _Band) -> list[list[Row]]:
    """Cut columns where the file has all that is above before all that is below.

    So boxes set out in rows are read row by row, and headings in the margin each with its text.
    Lines of plain columns are not cut, though some programs paint them row by row too.
    """
    left = [i for i, row in enumerate(rows) if row.x0 < band.low]
    right = [i for i, row in enumerate(rows) if row.x1 > band.high]
    has_labels = len(left) <= _SPARSE * len(right) and not is_prose(
        [[word for word in rows[i].words if word.x1 <= band.low + 0.1] for i in left]
    )
    pitch = median([b.baseline - a.baseline for a, b in pairwise(rows)] or [0.0])
    orders = [[word.order for word in row.words] for row in rows]
    ends = list(accumulate((max(order) for order in orders), max))
    starts = list(accumulate((min(order) for order in reversed(orders)), min))[::-1]
    sided = set(left) & set(right)
    cuts = [
        i
        for i in range(1, len(rows))
        if ends[i - 1] < starts[i]
        and (i in sided if has_labels else rows[i].baseline - rows[i - 1].baseline > _APART * pitch)
    ]
    return [rows[a:b] for a, b in pairwise([0, *cuts, len(rows)])]


def _without_tail(rows: list[Row], band: _Band) -> int:
    """Where the columns end: without last rows that belong to text across the page.

    A short line below both columns leaves the corridor free too. It stands apart, on one side
    only, and comes after everything else in the file.
    """
    body = rows[band.start : band.end]
    sided = [row.x0 < band.low and row.x1 > band.high for row in body]
    right = [i for i, row in enumerate(body) if row.x1 > band.high]
    left = [i for i, row in enumerate(body) if row.x0 < band.low]
    if not any(sided) or not right or not left:
        return band.end
    last = min(right[-1], left[-1]) if right[-1] != left[-1] else right[-1]
    pitch = median([b.baseline - a.baseline for a, b in pairwise(body)] or [0.0])
    for i in range(last + 1, len(body)):
        before = max(word.order for row in body[:i] for word in row.words)
        after = min(word.order for row in body[i:] for word in row.words)
        if body[i].baseline - body[i - 1].baseline > 1.25 * pitch and after > before:
            return band.start + i
    return band.end

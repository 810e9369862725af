"""Tables without rules, by how their words stand: short cells in columns, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from beehive_archive.text.pdf.lines import Row
from beehive_archive.text.pdf.page import Box, Word
from beehive_archive.text.pdf.tables import Table, is_figure, table

_GUTTER = 0.8  # least space between columns, in font sizes
_SHORT_CELL = 6  # words


@dataclass(frozen=True, slots=True)
class AlignedTable:
    """A table found among rows, from ``first_row`` to ``last_row``."""

    table: Table
    first_row: int
    last_row: int


def aligned_table(rows: list[Row]) -> AlignedTable | None:
    """Return a table without rules among rows along a corridor, None if they are prose."""
    strips = _strips(rows)
    if len(strips) < 2:
        return None
    grid = [[_in_strip(row, strip) for strip in strips] for row in rows]
    full = [i for i, cells in enumerate(grid) if sum(map(bool, cells)) >= 2]
    if len(full) < 2:
        return None
    first, last = full[0], full[-1]
    while (
        last + 1 < len(rows) and _is_close(rows, last + 1) and _is_cells_next_line(grid[last + 1])
    ):
        last += 1
    rows, grid = rows[first : last + 1], grid[first : last + 1]
    if len(strips) > 2 and (again := _strips(rows)) != strips:
        strips = again
        grid = [[_in_strip(row, strip) for strip in strips] for row in rows]
    if not _is_tabular(rows, grid, strips):
        return None
    box = Box(
        min(row.x0 for row in rows), rows[0].top, max(row.x1 for row in rows), rows[-1].bottom
    )
    found = table(_merged_rows(rows, grid), box, has_rules=False)
    return AlignedTable(found, first, last) if found else None


def _is_close(rows: list[Row], i: int) -> bool:
    """Tell whether a row follows the one above as the lines of one cell do."""
    return i > 0 and rows[i].baseline - rows[i - 1].baseline < 1.45 * rows[i].size


def _is_cells_next_line(cells: list[list[Word]]) -> bool:
    return not cells[0] and sum(map(bool, cells)) == 1


def _strips(rows: list[Row]) -> list[tuple[float, float]]:
    """Return the upright strips that words stand in, parted by what no word enters."""
    gutter = _GUTTER * median(row.size for row in rows)
    strips: list[tuple[float, float]] = []
    for x0, x1 in sorted((word.x0, word.x1) for row in rows for word in row.words):
        if strips and x0 - strips[-1][1] < gutter:
            strips[-1] = (strips[-1][0], max(strips[-1][1], x1))
        else:
            strips.append((x0, x1))
    return strips


def _in_strip(row: Row, strip: tuple[float, float]) -> list[Word]:
    return [word for word in row.words if strip[0] <= (word.x0 + word.x1) / 2 <= strip[1]]


def _is_tabular(
    rows: list[Row], grid: list[list[list[Word]]], strips: list[tuple[float, float]]
) -> bool:
    if len(rows) < 2 or len(strips) < 2:
        return False
    if sum(is_prose([cells[c] for cells in grid if cells[c]]) for c in range(len(strips))) >= 2:
        return False
    shared = sum(sum(map(bool, cells)) >= 2 for cells in grid) / len(grid)
    filled = [cell for cells in grid for cell in cells if cell]
    if median(len(cell) for cell in filled) > _SHORT_CELL:
        return False
    if _is_written_by_column(grid):
        figures = sum(is_figure(cell) for cell in filled) / len(filled)
        return shared >= 0.8 and (figures >= 0.4 or len(strips) >= 3)
    return shared >= 0.5


def is_prose(cells: list[list[Word]]) -> bool:
    """Tell whether a column's lines are running text, each as full as its words allow."""
    if len(cells) < 3 or median(len(cell) for cell in cells) < 3:
        return False
    left = min(cell[0].x0 for cell in cells)
    right = max(cell[-1].x1 for cell in cells)
    full = sum(a[-1].x1 + 0.3 * a[-1].size + b[0].x1 - b[0].x0 > right for a, b in pairwise(cells))
    widths = [(cell[-1].x1 - cell[0].x0) / max(1.0, right - left) for cell in cells]
    return median(widths) > 0.6 and full >= 0.5 * (len(cells) - 1)


def _is_written_by_column(grid: list[list[list[Word]]]) -> bool:
    """Whether the file holds the columns one after the other, not row by row."""
    places = sorted(
        (word.order, c) for cells in grid for c, cell in enumerate(cells) for word in cell
    )
    changes = sum(a[1] != b[1] for a, b in pairwise(places))
    return changes < 0.5 * len(grid) + len(grid[0])


def _merged_rows(rows: list[Row], grid: list[list[list[Word]]]) -> list[list[list[Word]]]:
    """Rows of the table; a line with nothing in the first column carries on the one above."""
    merged: list[list[list[Word]]] = []
    for i, cells in enumerate(grid):
        if merged and _is_close(rows, i) and _carries_on(merged[-1], cells):
            merged[-1] = [above + below for above, below in zip(merged[-1], cells, strict=True)]
        else:
            merged.append(cells)
    return merged


def _carries_on(above: list[list[Word]], cells: list[list[Word]]) -> bool:
    """Tell whether a line belongs to the row above: a cell's second line, or a label's."""
    if not cells[0]:
        return bool(above[0]) and sum(map(bool, cells)) < len(cells) - 1
    return not any(above[1:]) and bool(above[0]) and cells[0][0].text[0].islower()

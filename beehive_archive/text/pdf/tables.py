"""Tables: ruled ones by pdfplumber's table finder, others by how their words stand.

pdfplumber's finder (``pdfplumber.table``) turns edges into cells. It is fed with the edges that
the page's reader saw, so that a ruled page need not be read a second time by the slow engine.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pdfplumber import table as finder

from beehive_archive.text.pdf import lines
from beehive_archive.text.pdf.lines import Row
from beehive_archive.text.pdf.page import Box, Word

_TOLERANCE = 3.0  # pdfplumber's own for snapping and joining edges
_MAX_MERGED_EDGES = 600  # its finder takes time with the square of them
_MIN_FILLED = 0.25  # share of cells with words; a form's empty boxes are no table
_PROSE_WORDS = 60  # more words in a typical cell than this, and the boxes are a page's layout
_GUTTER = 0.8
_SHORT_CELL = 6  # words


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by rows, each the words' lines from top to bottom; where the table stands."""

    cells: tuple[tuple[tuple[lines.Line, ...], ...], ...]
    x0: float
    top: float
    x1: float
    bottom: float
    has_header: bool


@dataclass(frozen=True, slots=True)
class AlignedTable:
    """A table found among rows, from ``first_row`` to ``last_row``."""

    table: Table
    first_row: int
    last_row: int


def ruled_tables(words: list[Word], edges: list[Box]) -> tuple[list[Table], list[Word]]:
    """Return the tables that lines or boxes rule, and the words outside them."""
    found = []
    for cells in _cell_groups(edges):
        grid = _grid(cells)
        if grid is None:
            continue
        table, inside = _ruled_table(grid, words)
        if table is not None:
            found.append(table)
            words = [word for word in words if id(word) not in inside]
    return found, words


def _cell_groups(edges: list[Box]) -> list[list[Box]]:
    level = sum(edge.bottom - edge.top < 0.1 for edge in edges)
    if level < 3 or len(edges) - level < 3:
        return []
    merged = finder.merge_edges(
        [_edge(edge) for edge in edges], _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE
    )
    if len(merged) > _MAX_MERGED_EDGES:
        return []
    crossings = finder.edges_to_intersections(merged, _TOLERANCE, _TOLERANCE)
    groups = finder.cells_to_tables(finder.intersections_to_cells(crossings))
    return [[Box(*cell) for cell in group] for group in groups]


def _edge(edge: Box) -> dict[str, object]:
    """Return an edge as pdfplumber describes it."""
    return {
        "x0": edge.x0,
        "x1": edge.x1,
        "top": edge.top,
        "bottom": edge.bottom,
        "width": edge.x1 - edge.x0,
        "height": edge.bottom - edge.top,
        "orientation": "h" if edge.bottom - edge.top < edge.x1 - edge.x0 else "v",
    }


@dataclass(frozen=True, slots=True)
class _Grid:
    """A ruled table's rows and columns; ``slots`` says which cell covers which place in them."""

    tops: list[float]
    lefts: list[float]
    slots: dict[tuple[int, int], tuple[int, int]]
    box: Box
    cell_count: int

    def slot(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the row and column of the cell that a point lies in."""
        row, column = bisect_right(self.tops, y) - 1, bisect_right(self.lefts, x) - 1
        return self.slots.get((row, column))


def _grid(cells: list[Box]) -> _Grid | None:
    tops, lefts = _steps(cell.top for cell in cells), _steps(cell.x0 for cell in cells)
    if len(tops) < 2 or len(lefts) < 2:
        return None
    slots = {}
    for cell in cells:
        first_row = bisect_right(tops, cell.top + _TOLERANCE / 2) - 1
        first_column = bisect_right(lefts, cell.x0 + _TOLERANCE / 2) - 1
        for row in range(first_row, bisect_left(tops, cell.bottom - _TOLERANCE)):
            for column in range(first_column, bisect_left(lefts, cell.x1 - _TOLERANCE)):
                slots[row, column] = first_row, first_column
    box = Box(
        min(cell.x0 for cell in cells),
        min(cell.top for cell in cells),
        max(cell.x1 for cell in cells),
        max(cell.bottom for cell in cells),
    )
    return _Grid(tops, lefts, slots, box, len(cells))


def _steps(values: Iterable[float]) -> list[float]:
    """Return distinct positions, those within the tolerance taken as one."""
    steps: list[float] = []
    for value in sorted(values):
        if not steps or value - steps[-1] > _TOLERANCE:
            steps.append(value)
    return steps


def _ruled_table(grid: _Grid, words: list[Word]) -> tuple[Table | None, set[int]]:
    """Return the table with each word in its cell, and the identities of the words used."""
    cells: dict[tuple[int, int], list[Word]] = defaultdict(list)
    inside = set()
    for word in words:
        x, y = (word.x0 + word.x1) / 2, word.baseline - 0.3 * word.size
        if not grid.box.holds(x, y):
            continue
        slot = grid.slot(x, y)
        if slot is None:
            return None, set()
        cells[slot].append(word)
        inside.add(id(word))
    if len(cells) < _MIN_FILLED * grid.cell_count or _is_layout(cells.values()):
        return None, set()
    rows = [
        [cells.get((row, column), []) for column in range(len(grid.lefts))]
        for row in range(len(grid.tops))
    ]
    table = _table(rows, grid.box)
    return (table, inside) if table else (None, set())


def _is_layout(cells: Collection[list[Word]]) -> bool:
    """Tell whether boxes hold so much text that they are a page's layout, not a table."""
    return median(len(cell) for cell in cells) > _PROSE_WORDS


def _table(cells: Sequence[Sequence[list[Word]]], box: Box, has_rules: bool = True) -> Table | None:
    """Return a table without empty rows and columns; None where fewer than two of each remain."""
    kept = [row for row in cells if any(row)]
    used = [c for c in range(len(cells[0])) if any(row[c] for row in kept)]
    if len(kept) < 2 or len(used) < 2:
        return None
    rows = [[row[c] for c in used] for row in kept]
    return Table(
        cells=tuple(tuple(_cell_lines(cell) for cell in row) for row in rows),
        x0=box.x0,
        top=box.top,
        x1=box.x1,
        bottom=box.bottom,
        has_header=_has_header(rows, has_rules),
    )


def _cell_lines(words: list[Word]) -> tuple[lines.Line, ...]:
    return tuple(lines.line(row, 0) for row in lines.rows(words))


def _has_header(rows: list[list[list[Word]]], has_rules: bool) -> bool:
    """Whether the first row names the columns: bold alone, or words above figures."""
    first, rest = rows[0], rows[1:]
    bold = [all(word.bold for word in cell) for cell in first if cell]
    if all(bold) and not all(w.bold for row in rest for cell in row for w in cell):
        return True
    if sum(bool(cell) for cell in first) < max(2, len(first) - 1):
        return False
    figures = [
        c
        for c in range(len(first))
        if (below := [row[c] for row in rest if row[c]])
        and sum(map(_is_figure, below)) > len(below) / 2
    ]
    if figures:
        return not any(_is_figure(first[c]) for c in figures)
    return has_rules and len(rows) > 2


def _is_figure(cell: list[Word]) -> bool:
    text = "".join(word.text for word in cell)
    digits = sum(letter.isdigit() for letter in text)
    return digits >= 0.4 * len(text) and not _is_year(text)


def _is_year(text: str) -> bool:
    return text[:2] in ("19", "20") and text[:4].isdigit() and len(text) in (4, 7, 9)


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
    rows, grid = rows[first : last + 1], grid[first : last + 1]
    if len(strips) > 2 and (again := _strips(rows)) != strips:
        strips = again
        grid = [[_in_strip(row, strip) for strip in strips] for row in rows]
    if not _is_tabular(rows, grid, strips):
        return None
    box = Box(
        min(row.x0 for row in rows), rows[0].top, max(row.x1 for row in rows), rows[-1].bottom
    )
    table = _table(_merged_rows(rows, grid), box, has_rules=False)
    return AlignedTable(table, first, last) if table else None


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
        figures = sum(_is_figure(cell) for cell in filled) / len(filled)
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
        close = i > 0 and rows[i].baseline - rows[i - 1].baseline < 1.45 * rows[i].size
        if merged and close and _carries_on(merged[-1], cells):
            merged[-1] = [above + below for above, below in zip(merged[-1], cells, strict=True)]
        else:
            merged.append(cells)
    return merged


def _carries_on(above: list[list[Word]], cells: list[list[Word]]) -> bool:
    """Tell whether a line belongs to the row above: a cell's second line, or a label's."""
    if not cells[0]:
        return bool(above[0]) and sum(map(bool, cells)) < len(cells) - 1
    return not any(above[1:]) and bool(above[0]) and cells[0][0].text[0].islower()

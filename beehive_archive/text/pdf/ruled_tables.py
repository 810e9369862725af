"""Tables that lines or boxes rule, by pdfplumber's table finder.

The finder (``pdfplumber.table``) turns edges into cells. It is fed with the edges that the page's
reader saw, so that a ruled page need not be read a second time by the slow engine.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from pdfplumber import table as finder

from beehive_archive.text.pdf.page import Box, Word
from beehive_archive.text.pdf.tables import Table, table

_TOLERANCE = 3.0  # pdfplumber's own for snapping and joining edges
_MAX_MERGED_EDGES = 600  # its finder takes time with the square of them
_MIN_FILLED = 0.25  # share of cells with words; a form's empty boxes are no table
_PROSE_WORDS = 60  # more words in a typical cell than this, and the boxes are a page's layout

_Point = tuple[float, float]  # x, top
_Rectangle = tuple[float, float, float, float]  # x0, top, x1, bottom


def ruled_tables(words: list[Word], edges: list[Box]) -> tuple[list[Table], list[Word]]:
    """Return the tables that lines or boxes rule, and the words outside them."""
    found = []
    for cells in _cell_groups(edges):
        grid = _grid(cells)
        if grid is None:
            continue
        ruled, inside = _ruled_table(grid, words)
        if ruled is not None:
            found.append(ruled)
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
    crossings = finder.edges_to_intersections(_closed(merged), _TOLERANCE, _TOLERANCE)
    groups = finder.cells_to_tables(_cells(crossings))
    return [[Box(*cell) for cell in group] for group in groups]


def _cells(crossings: dict[_Point, dict[str, list[dict[str, Any]]]]) -> list[_Rectangle]:
    """Return the smallest cell that each crossing of edges is the top left corner of.

    It does what pdfplumber's ``intersections_to_cells`` does, which takes time with the square of
    the crossings: half of all the time that a page with a long table took.
    """
    level = {point: {id(edge) for edge in edges["h"]} for point, edges in crossings.items()}
    upright = {point: {id(edge) for edge in edges["v"]} for point, edges in crossings.items()}
    rows: dict[float, list[float]] = defaultdict(list)
    columns: dict[float, list[float]] = defaultdict(list)
    for x, y in sorted(crossings):
        rows[y].append(x)
        columns[x].append(y)
    cells = []
    for point in sorted(crossings):
        x, y = point
        rights = [right for right in rows[y] if right > x and level[point] & level[right, y]]
        belows = [below for below in columns[x] if below > y and upright[point] & upright[x, below]]
        corners = (
            (right, below)
            for below in belows
            for right in rights
            if (right, below) in crossings
            and upright[right, y] & upright[right, below]
            and level[x, below] & level[right, below]
        )
        corner = next(corners, None)
        if corner:
            cells.append((x, y, *corner))
    return cells


def _closed(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the outer sides of tables that have rules between their cells only."""
    level = [edge for edge in edges if edge["orientation"] == "h"]
    upright = [edge["x0"] for edge in edges if edge["orientation"] == "v"]
    added = []
    for end in ("x0", "x1"):
        for x in _steps(edge[end] for edge in level):
            rows = [edge["top"] for edge in level if abs(edge[end] - x) <= _TOLERANCE]
            if len(rows) >= 3 and not any(abs(side - x) <= 2 * _TOLERANCE for side in upright):
                added.append(_edge(Box(x, min(rows), x, max(rows))))
    return edges + added


def _edge(edge: Box) -> dict[str, Any]:
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
    found = table(rows, grid.box, has_rules=True)
    return (found, inside) if found else (None, set())


def _is_layout(cells: Collection[list[Word]]) -> bool:
    """Tell whether boxes hold so much text that they are a page's layout, not a table."""
    return median(len(cell) for cell in cells) > _PROSE_WORDS

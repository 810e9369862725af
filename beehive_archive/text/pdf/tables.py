"""Tables as rows of cells, however they were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beehive_archive.text.pdf import lines
from beehive_archive.text.pdf.page import Box, Word


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by rows, each the words' lines from top to bottom; where the table stands."""

    cells: tuple[tuple[tuple[lines.Line, ...], ...], ...]
    x0: float
    top: float
    x1: float
    bottom: float
    has_header: bool


def table(cells: Sequence[Sequence[list[Word]]], box: Box, *, has_rules: bool) -> Table | None:
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
        and sum(map(is_figure, below)) > len(below) / 2
    ]
    if figures:
        return not any(is_figure(first[c]) for c in figures)
    return has_rules and len(rows) > 2


def is_figure(cell: list[Word]) -> bool:
    """Tell whether a cell holds a number or an amount; a year is a heading's."""
    text = "".join(word.text for word in cell)
    digits = sum(letter.isdigit() for letter in text)
    return digits >= 0.4 * len(text) and not _is_year(text)


def _is_year(text: str) -> bool:
    return text[:2] in ("19", "20") and text[:4].isdigit() and len(text) in (4, 7, 9)

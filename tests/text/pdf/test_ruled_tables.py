"""Ruled tables: cells as pdfplumber's own finder sees them, and what is no table."""

from __future__ import annotations

import io

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfplumber import table as finder

from beehive_archive.text.pdf import ruled_tables
from beehive_archive.text.pdf.page import Box
from tests.text.pdf.layout import words
from tests.text.pdf.samples import SAMPLES

PLACES = st.integers(0, 8).map(lambda n: n * 20.0)
LEVEL = st.tuples(PLACES, PLACES, PLACES).map(lambda t: Box(min(t[:2]), t[2], max(t[:2]), t[2]))
UPRIGHT = st.tuples(PLACES, PLACES, PLACES).map(lambda t: Box(t[2], min(t[:2]), t[2], max(t[:2])))


@given(st.lists(LEVEL | UPRIGHT, max_size=40))
def test_cells_are_those_of_pdfplumber(edges):
    long = [ruled_tables._edge(e) for e in edges if e.x1 - e.x0 + e.bottom - e.top > 0]
    crossings = finder.edges_to_intersections(finder.merge_edges(long, 3, 3, 3, 3), 3, 3)
    assert ruled_tables._cells(crossings) == finder.intersections_to_cells(crossings)


@pytest.mark.parametrize("name", ["ruled_table", "word_table", "long_table"])
def test_tables_are_those_that_pdfplumber_extracts(name):
    from beehive_archive.text.pdf import read_pdf

    data = SAMPLES[name]()
    body = read_pdf(data).body
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            for row in page.extract_table():
                for cell in row:
                    for word in (cell or "").split():
                        assert word.replace("|", "\\|") in body


def grid(rows, columns, width=60, height=20):
    """Every cell's four sides."""
    return [
        side
        for r in range(rows)
        for c in range(columns)
        for x, y in [(c * width, r * height)]
        for side in (
            Box(x, y, x + width, y),
            Box(x, y + height, x + width, y + height),
            Box(x, y, x, y + height),
            Box(x + width, y, x + width, y + height),
        )
    ]


def test_words_go_to_their_cells_and_others_stay():
    inside = words("a", 10, 14) + words("b", 70, 14) + words("c", 10, 34) + words("d", 70, 34)
    outside = words("outside", 10, 200)
    (table,), rest = ruled_tables.ruled_tables(inside + outside, grid(2, 2))
    assert [[cell[0].text for cell in row] for row in table.cells] == [["a", "b"], ["c", "d"]]
    assert rest == outside


@pytest.mark.parametrize(
    "edges",
    [
        [],
        grid(1, 1),
        grid(1, 4),
        grid(4, 1),
        [Box(0, y, 400, y) for y in range(0, 200, 20)],
    ],
    ids=["nothing", "a box", "a row", "a column", "underlines"],
)
def test_boxes_and_lines_alone_are_no_table(edges):
    text = words("some words in here", 10, 14) + words("and more", 10, 34)
    assert ruled_tables.ruled_tables(text, edges) == ([], text)


def test_empty_boxes_of_a_form_are_no_table():
    text = words("Name", 10, 14)
    assert ruled_tables.ruled_tables(text, grid(6, 6)) == ([], text)

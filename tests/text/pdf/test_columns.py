"""Reading order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.text.pdf.columns import reading_order
from beehive_archive.text.pdf.lines import Line
from beehive_archive.text.pdf.tables import Table
from tests.text.pdf.layout import block, words

LEFT = [f"left column line {n} goes on" for n in range(8)]
RIGHT = [f"right column line {n} goes on" for n in range(8)]


def texts(blocks):
    return [block.full_text if isinstance(block, Line) else "TABLE" for block in blocks]


def test_columns_are_read_one_after_the_other():
    page = block(LEFT, 72, 100) + block(RIGHT, 320, 100, order=5000)
    assert texts(reading_order(page, [])) == LEFT + RIGHT


def test_columns_painted_row_by_row_are_still_columns():
    page = [
        word
        for left, right, y in zip(LEFT, RIGHT, range(100, 212, 14), strict=True)
        for word in words(left, 72, y) + words(right, 320, y)
    ]
    assert texts(reading_order(page, [])) == LEFT + RIGHT


def test_a_title_across_comes_first_and_a_note_across_last():
    title = "A title that runs across the page from one margin to the other and has many words"
    page = words(title, 72, 80) + block(LEFT, 72, 110) + block(RIGHT, 320, 110, order=5000)
    page += words(title, 72, 300, order=9000)
    assert texts(reading_order(page, [])) == [title, *LEFT, *RIGHT, title]


def test_a_short_line_below_both_columns_is_read_last():
    page = block(LEFT, 72, 110) + block(RIGHT, 320, 110, order=5000)
    page += words("Ends", 72, 300, order=9000)
    assert texts(reading_order(page, [])) == [*LEFT, *RIGHT, "Ends"]


def test_lines_of_unequal_pitch_stay_in_their_columns():
    page = block(LEFT, 72, 100) + block(RIGHT[:6], 320, 105, order=5000, leading=17)
    assert texts(reading_order(page, [])) == LEFT + RIGHT[:6]


def test_figures_in_columns_are_a_table():
    page = []
    for i, (name, one, two) in enumerate(
        [
            ("Vote", "2023", "2024"),
            ("Health", "12", "14"),
            ("Police", "3", "4"),
            ("Total", "15", "18"),
        ]
    ):
        y = 100 + 14 * i
        page += words(name, 72, y, order=10 * i) + words(one, 220, y, order=10 * i + 3)
        page += words(two, 320, y, order=10 * i + 6)
    (table,) = reading_order(page, [])
    assert isinstance(table, Table)
    assert [[cell[0].text for cell in row] for row in table.cells] == [
        ["Vote", "2023", "2024"],
        ["Health", "12", "14"],
        ["Police", "3", "4"],
        ["Total", "15", "18"],
    ]
    assert table.has_header


def test_bullets_are_no_column():
    page = []
    for i in range(6):
        page += words("•", 72, 100 + 14 * i) + words(f"item {i} of the list", 90, 100 + 14 * i)
    assert texts(reading_order(page, [])) == [f"• item {i} of the list" for i in range(6)]


PLACES = st.tuples(st.integers(0, 60), st.integers(0, 70), st.sampled_from([6.0, 10.0, 18.0]))


@given(st.lists(PLACES, max_size=120))
def test_no_word_is_lost_or_doubled_wherever_words_stand(places):
    page = [
        word
        for i, (x, y, size) in enumerate(places)
        for word in words(f"w{i}", x * 8, y * 11, size=size, order=i)
    ]
    found = " ".join(
        block.full_text
        if isinstance(block, Line)
        else " ".join(line.full_text for row in block.cells for cell in row for line in cell)
        for block in reading_order(page, [])
    )
    assert sorted(found.split()) == sorted(word.text for word in page)

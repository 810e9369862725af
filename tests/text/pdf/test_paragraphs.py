"""Lines to paragraphs."""

from __future__ import annotations

import pytest

from beehive_archive.text.pdf.columns import reading_order
from beehive_archive.text.pdf.paragraphs import paragraphs
from tests.text.pdf.layout import block, words

FULL = "this line is as long as the column is wide and ends"


def read(page):
    return [paragraph.text for paragraph in paragraphs(reading_order(page, []))]


def test_lines_at_one_pitch_are_one_paragraph():
    assert read(block([FULL, FULL, "here."], 72, 100)) == [f"{FULL} {FULL} here."]


def test_a_wider_gap_parts_paragraphs():
    page = block([FULL, FULL], 72, 100) + block([FULL, FULL], 72, 136)
    assert read(page) == [f"{FULL} {FULL}"] * 2


def test_a_line_with_room_left_ends_its_paragraph():
    assert read(block([FULL, "short end.", FULL, FULL, "end."], 72, 100)) == [
        f"{FULL} short end.",
        f"{FULL} {FULL} end.",
    ]


def test_short_lines_stay_lines():
    address = ["Hon Hana Tipene", "Minister of Transport", "Wellington"]
    page = block(address, 72, 100) + block([FULL, FULL], 72, 170)
    assert read(page) == [*address, f"{FULL} {FULL}"]


def test_an_indented_first_line_begins_a_paragraph():
    page = block([FULL, FULL], 72, 100) + words(FULL, 92, 128) + words(FULL, 72, 142)
    assert read(page) == [f"{FULL} {FULL}", f"{FULL} {FULL}"]


def test_other_type_is_another_paragraph():
    page = words("Heading", 72, 100, size=14) + block([FULL, FULL], 72, 118)
    assert read(page) == ["Heading", f"{FULL} {FULL}"]


@pytest.mark.parametrize("marker", ["•", "1.", "(a)", "–", "iv)", "2.1"])
def test_markers_open_items(marker):
    page = []
    for i in range(3):
        page += words(marker, 72, 100 + 28 * i) + block([FULL, "more"], 90, 100 + 28 * i)
    assert read(page) == [f"{marker} {FULL} more"] * 3

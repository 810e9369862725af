"""Blocks to HTML, notes and titles."""

from __future__ import annotations

import pytest

from beehive_archive.text.pdf import metadata
from beehive_archive.text.pdf.columns import reading_order
from beehive_archive.text.pdf.headings import Headings, TypeSizes
from beehive_archive.text.pdf.hyphenation import Vocabulary
from beehive_archive.text.pdf.markup import page_html
from tests.text.pdf.layout import words


def html(page):
    return page_html([reading_order(page, [])], Headings([14, 20]), Vocabulary())


def test_sizes_above_the_body_are_headings():
    assert html(words("Title", 72, 50, size=20) + words("Part", 72, 90, size=14)) == (
        "<h1>Title</h1>\n<h2>Part</h2>"
    )


def sizes_of(*lines):
    sizes = TypeSizes()
    for text, size, in_table in lines:
        (line,) = reading_order(words(text, 72, 50, size=size), [])
        sizes.add(line, in_table=in_table)
    return sizes


PROSE_LINE = "a line of running text that is as long as lines of text are"


def test_small_type_in_tables_does_not_make_the_text_a_heading():
    sizes = sizes_of(*[(PROSE_LINE, 8, True)] * 40, *[(PROSE_LINE, 11, False)] * 10)
    assert sizes.body_size == 11
    assert sizes.headings().levels == {}


def test_running_text_in_larger_type_is_no_heading():
    lines = [(PROSE_LINE, 8, False)] * 20 + [(PROSE_LINE, 11, False)] * 8 + [("Part", 16, False)]
    assert sizes_of(*lines).headings().levels == {16: 1}


def test_markup_of_the_author_is_text():
    assert html(words("<b>not & bold</b>", 72, 50)) == "<p>&lt;b&gt;not &amp; bold&lt;/b&gt;</p>"


def test_links_cover_the_words_without_stops_and_brackets():
    page = words("See", 72, 50) + words("(our site),", 90, 50, href="https://a.nz/?a=1&b=2")
    assert html(page) == '<p>See (<a href="https://a.nz/?a=1&amp;b=2">our site</a>),</p>'


def test_deeper_bullets_are_lists_within_lists():
    page = []
    for i, (x, text) in enumerate([(72, "one"), (90, "in"), (90, "side"), (72, "two")]):
        page += words("•", x, 100 + 14 * i) + words(text, x + 12, 100 + 14 * i)
    assert html(page) == "<ul><li>one<ul><li>in</li><li>side</li></ul></li><li>two</li></ul>"


def test_numbers_that_follow_one_another_are_a_list():
    page = []
    for i, number in enumerate(["3.", "4.", "9."]):
        page += words(number, 72, 100 + 20 * i) + words("text", 90, 100 + 20 * i)
    assert html(page) == '<ol start="3"><li>text</li><li>text</li></ol>\n<p>9. text</p>'


@pytest.mark.parametrize(
    ("title", "usable"),
    [
        ("Annual Report 2023", "Annual Report 2023"),
        ("  Te Pūrongo \x00 2023 ", "Te Pūrongo 2023"),
        ("Microsoft Word - Fact sheet", "Fact sheet"),
        ("Microsoft Word - Document1", None),
        ("PowerPoint Presentation", None),
        ("budget-speech.indd", None),
        (r"C:\Users\smithj\Desktop\brief", None),
        ("untitled", None),
        ("2024", None),
        ("", None),
    ],
)
def test_titles_of_programs_are_no_titles(title, usable):
    assert metadata.usable_title(title) == usable

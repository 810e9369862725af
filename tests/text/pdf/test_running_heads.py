"""What repeats at head and foot."""

from __future__ import annotations

import pytest

from beehive_archive.text.pdf.columns import reading_order
from beehive_archive.text.pdf.running_heads import SheetText, without_running_heads
from tests.text.pdf.layout import block, words

BODY = ["the body of a page has words that differ", "from one page to the next one after it"]


def pages(count, furniture):
    made = []
    for number in range(count):
        body = [f"{line} {chr(97 + number)}" for line in BODY]
        page = block(body, 72, 200) + furniture(number)
        made.append([SheetText(reading_order(page, []), 595, 842)])
    return made


def left(made):
    kept = without_running_heads(made, body_size=10)
    return [
        line.full_text
        for sheets in kept
        for sheet in sheets
        for line in sheet.blocks
        if not line.full_text.startswith(("the body", "from one"))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Regional Plan",
        "Page {n}",
        "Page {n} of 12",
        "{n}",
        "– {n} –",
        "Regional Plan   {n}",
        "{n} | Budget 2024",
    ],
)
@pytest.mark.parametrize("y", [40, 800])
def test_heads_and_numbers_go(text, y):
    made = pages(4, lambda number: words(text.format(n=number + 3), 72, y, size=8))
    assert left(made) == []


def test_chapters_heads_with_the_page_number_go():
    made = pages(6, lambda n: words(f"Chapter {chr(65 + n // 2)} {n + 1}", 72, 40, size=8))
    assert left(made) == []


@pytest.mark.parametrize(
    "text", ["Table {x}", "Budget {x} in brief", "Appendix {n}"], ids=["words", "more", "large"]
)
def test_headings_that_differ_stay(text):
    made = pages(4, lambda n: words(text.format(n=n + 1, x="abcd"[n] * 4), 72, 60, size=16))
    assert len(left(made)) == 4


def test_a_year_at_the_foot_of_one_page_stays():
    made = pages(3, lambda number: words("2019", 72, 800) if number == 1 else [])
    assert left(made) == ["2019"]


@pytest.mark.parametrize(("text", "kept"), [("1", []), ("12", []), ("2024", ["2024"])])
def test_a_number_at_the_foot_of_a_single_page_is_its_number_unless_a_year(text, kept):
    assert left(pages(1, lambda number: words(text, 72, 800))) == kept


def test_equal_openings_of_two_letters_stay():
    letter = [
        "Kia ora and thank you for the letter that you wrote to my office in March",
        "about the roads of the district and the bridges that the floods took away",
    ]
    made = [
        [SheetText(reading_order(block([*letter, f"and so on {'ab'[n]}"], 72, 60), []), 595, 842)]
        for n in range(2)
    ]
    assert len(left(made)) == 6

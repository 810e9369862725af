"""What a reader sees of a body: no edit hides behind it, and no mark-up shows through."""

from __future__ import annotations

import time

import pytest

from beehive_archive.text import markdown
from beehive_archive.text.rendered import MAX_BRACKETS, render, same_words
from tests.drift.blocks import BLOCKS, Block


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_constructs_edit_shows_and_its_notation_does_not(block: Block) -> None:
    before = markdown.from_html(block.before, tables=block.tables)
    after = markdown.from_html(block.after, tables=block.tables)
    assert (render(before) != render(after)) == (block.says == "body")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A **bold** word", "A bold word"),
        ("A __bold__ _word_", "A bold word"),
        ("Heading\n===", "# Heading"),
        ("[a]\n\n[a]: /b", "[a](/b)"),
        ("*All* of **it**", "All of it"),
        ("***Both*** at once", "Both at once"),
        ("**“Kia ora”**again", "“Kia ora”again"),
        ("says**.** HPVs", "says. HPVs"),
        ("**over**/**under**", "over/under"),
        ("one\\\ntwo", "one two"),
        ("a\u00a0b\u200bc", "a bc"),
        ("ma\u0304ori", "māori"),
        ("[a](/x%c5%8d)", "[a](/x%C5%8D)"),
        ("[a](/x%2Dy)", "[a](/x-y)"),
        ("- a\n\n<!--THE END-->\n\n- b", "- a\n- b"),
        ("1. a\n2. b", "01. a\n02. b"),
        ("| a | b |\n| --- | --- |\n| c | d |", "a b c d"),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert render(one) == render(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("costs $12\\* a year", "costs $12 a year"),
        ("costs $12* a year", "costs $12 a year"),
        ("options: * first", "options: first"),
        ("5 \\* 4", "5 + 4"),
        ("1. a\n2. b", "2. a\n3. b"),
        ("1. a", "- a"),
        ("- a\n- b", "- b\n- a"),
        ("<!-- a --> b", ""),
        ("x <!-- a --> b", "x"),
        ("a_b", "ab"),
        ("[a](/x%2Fy)", "[a](/x/y)"),
        ("[a](/x?b=1%26c=2)", "[a](/x?b=1&c=2)"),
        ("![a](/b.jpg)", "![a](/c.jpg)"),
        ("~~a~~", "a"),
        ("`a  b`", "`a c`"),
        ("> " * 300 + "a", "> " * 300 + "b"),
        ("- " * 90 + "a", "- " * 90 + "b"),
        ("a b", "ab"),
        ("-5", "5"),
        ('"a"', "“a”"),
    ],
)
def test_what_looks_different_is_different(one: str, other: str) -> None:
    assert render(one) != render(other)


def test_the_numbers_of_nested_lists() -> None:
    assert render("3. a\n   - b\n   - c\n4. d").text == "3. a b c 4. d"


def test_a_mark_in_one_paragraph_does_not_reach_into_the_next() -> None:
    assert render("**a\n\nb** c").text == "a b** c"


def test_only_white_space_and_what_shows_nothing_is_made_equal() -> None:
    assert same_words(" a\u2003b\n\u00adc\u200e ") == "a b c"
    assert same_words("a-b") != same_words("ab")


@pytest.mark.parametrize(
    "body",
    [
        "[" * (MAX_BRACKETS + 1),
        "![" * MAX_BRACKETS * 2,
        "> " * 50_000,
        "*a " * 100_000,
        "`" * 100_000,
    ],
)
def test_a_body_that_means_harm_takes_no_time(body: str) -> None:
    began = time.monotonic()
    render(body)
    assert time.monotonic() - began < 60

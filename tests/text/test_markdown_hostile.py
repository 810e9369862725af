"""Bodies made to crash or to crawl. The time limits are a hundred times what it takes."""

from __future__ import annotations

import time
from collections import Counter
from html import unescape

import pytest
from selectolax.lexbor import LexborHTMLParser

from beehive_archive.text.markdown import from_html
from beehive_archive.text.markdown.bounds import MAX_DEPTH, bounded

LEVELS = 10_000
SIBLINGS = 50_000
REPEATED_CHARACTERS = 100_000
MOST_GROWTH = 4  # `<` is written `&lt;`
HANGS_S = 120

NESTED = ["div", "span", "b", "blockquote", "ul><li", "ol><li", "table><tr><td", "a", "p", "i"]
NESTED += ["code", "pre", "h1", "font", "center", "b><i><a><span", "ul", "x-y", "svg", "dl><dt"]
REPEATED = ["*", "_", "`", "~", "[", "]", "![", "!", "<", "</", "<a", "<!--", "&", "\\", "#", "|"]
REPEATED += ["- ", "1. ", "* ", "> ", " ", "\n", "\t", "\N{NO-BREAK SPACE}", "<br>", "<b>x</b><i>y"]
REPEATED += ["</p>", '<a href="', "<!---->x", "<ul></ul>", "<ul><li>x</ul>", "<td>x", "<b><p>x</b>"]
REPEATED += ["<div><table><tr><td></div>", "<span><div></span>", "<a><b><p>x</a>y</b>", "<p>x"]


@pytest.fixture(autouse=True)
def does_not_hang():
    start = time.monotonic()
    yield
    assert time.monotonic() - start < HANGS_S


def assert_whole_and_bounded(markdown, html):
    """No visible character is lost, and what is written is not many times what came."""
    visible = Counter(LexborHTMLParser(html).body.text())
    lost = visible - Counter(unescape(markdown))
    assert {char: count for char, count in lost.items() if not char.isspace()} == {}
    assert len(markdown) <= MOST_GROWTH * len(html)


def closing(tags):
    return "".join([f"</{tag}>" for tag in reversed(tags.split("><"))])


@pytest.mark.parametrize("tables", ["flat", "markdown"])
@pytest.mark.parametrize("tags", NESTED)
def test_deep_nesting_loses_no_text(tags, tables):
    html = f"<{tags}>" * LEVELS + "deep" + closing(tags) * LEVELS
    assert "deep" in from_html(html, tables)


@pytest.mark.parametrize("tables", ["flat", "markdown"])
@pytest.mark.parametrize("tags", NESTED)
def test_text_at_every_level_is_kept(tags, tables):
    levels = 2_000
    html = "".join([f"<{tags}> w{level} " for level in range(levels)])
    words = from_html(html, tables).replace("*", " ").replace("[", " ").replace("]", " ").split()
    kept = {word.strip("`|<br>") for word in words}
    assert {f"w{level}" for level in range(levels)} <= kept


@pytest.mark.parametrize("tables", ["flat", "markdown"])
@pytest.mark.parametrize("text", REPEATED)
def test_repetition(text, tables):
    times = REPEATED_CHARACTERS // len(text)
    for html in (text * times, f"<ul><li><p>{text * (times // 10)}</ul>"):
        assert_whole_and_bounded(from_html(html, tables), html)


def test_siblings():
    assert from_html("<p>x</p>" * SIBLINGS).count("x") == SIBLINGS
    assert from_html("<ul>" + "<li>x</li>" * SIBLINGS + "</ul>").count("- x") == SIBLINGS
    assert from_html("<b>x</b><i>y</i>" * SIBLINGS) == "**" + "xy" * SIBLINGS + "**"


@pytest.mark.parametrize(
    "html",
    [
        "<p>Some <b>words</b> of text, and more of it, in a [body]. *</p>\n" * 80_000,
        "word " * 1_000_000,
        "x" * 5_000_000,
        "- " * 2_500_000,
        "x" + " " * 5_000_000 + "y",
        "<pre>" + "\n" * 5_000_000 + "</pre>",
        '<a href="' + "%" * 5_000_000 + '">x</a>',
        '<a href="?' + "a=b&" * 1_250_000 + '">x</a>',
    ],
    ids=["paragraphs", "words", "one word", "one line", "blanks", "lines", "escapes", "query"],
)
def test_five_megabytes(html):
    assert_whole_and_bounded(from_html(html), html)


def test_a_ragged_table_does_not_multiply():
    html = "<table><tr>" + "<td>x" * 10_000 + "<tr><td>y" * 10_000 + "</table>"
    assert len(from_html(html, "markdown")) < 10 * len(html)


def test_unclosed_formatting_does_not_multiply():
    html = "".join([f"<p><b id={number}>x" for number in range(5_000)])
    assert from_html(html).count("x") == 5_000


def test_bounds_take_out_tags_and_no_text():
    html = "<div>" * (MAX_DEPTH + 600) + "x" + "<p>y" * 1_500
    kept = bounded(html)
    assert kept.startswith("<div>" * MAX_DEPTH + "<br>")
    assert kept.count("x") == 1
    assert kept.count("y") == 1_500


@pytest.mark.parametrize(
    "html",
    [
        "<p>x" * 3_000,
        "<p>x</p>" * 3_000,
        "<ul>" + "<li>x" * 3_000 + "</ul>",
        "<table>" + "<tr><td>x<td><b>y" * 3_000 + "</table>",
        "<table>" + "<tbody><tr><td>x" * 3_000 + "</table>",
        "<dl>" + "<dt>x<dd>y" * 3_000 + "</dl>",
        "<select>" + "<option>x" * 3_000 + "</select>",
        "<p><span><b>x</b></span></p>" * 3_000,
        "<a href=x>y" * 3_000,
        "<img><br><hr>" * 3_000,
        "<script>" + "<div>" * 3_000 + "</script><!--" + "<div>" * 3_000 + "-->",
        '<p title="' + "<div>" * 3_000 + "\" lang='" + "<div>" * 3_000 + "'>",
    ],
)
def test_bounds_leave_long_bodies_alone(html):
    assert bounded(html) == html

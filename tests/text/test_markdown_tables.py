"""Tables as Markdown tables, and words that stay apart: what new documents get."""

from __future__ import annotations

import pytest

from beehive_archive.text.markdown import from_html


def new(html):
    return from_html(html, tables="markdown")


def grid(*rows):
    header, *others = rows
    rule = ["---"] * len(header)
    return "\n".join(["| " + " | ".join(row) + " |" for row in (header, rule, *others)])


def test_the_archives_cells_run_together():
    table = "<table><tr><td>2001/02</td><td>2002</td></tr><tr><td>3</td><td>4</td></tr></table>"
    assert from_html(table) == "2001/02200234"
    assert new(table) == grid(["", ""], ["2001/02", "2002"], ["3", "4"])


@pytest.mark.parametrize(
    ("html", "rows"),
    [
        ("<tr><th>a<th>b<tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<thead><tr><th>a<th>b<tbody><tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<tr><td><th>b<tr><th>c<td>d", [["", "b"], ["c", "d"]]),  # an empty corner
        ("<tr><th>a<td>b<tr><th>c<td>d", [["", ""], ["a", "b"], ["c", "d"]]),
        ("<tr><th>a<tr><td>b", [["a"], ["b"]]),
        ("<tr><th>a<th>b<tr><td>c<tr><td>d<td>e", [["a", "b"], ["c", ""], ["d", "e"]]),
        ("<tr><td>a<td>b<tr></tr>", [["", ""], ["a", "b"]]),
        ("<tr><td> <p> a </p> <p></p><td><div>b</div>", [["", ""], ["a", "b"]]),
        ("<tr><td>a<br>b<br><br>c<td><br>d<br>", [["", ""], ["a<br>b<br><br>c", "d"]]),
        ("<tr><td>a|b<td><code>c|d</code>", [["", ""], ["a\\|b", "`c\\|d`"]]),
        ('<tr><td><a href="/x?a|b">c</a><td><b>d</b>', [["", ""], ["[c](/x?a%7Cb)", "**d**"]]),
        ("<tr><td>-<td>1. a<tr><td># b<td>*c*", [["", ""], ["-", "1. a"], ["# b", "\\*c*"]]),
        ("<tr><td colspan=1>a<td rowspan=1>b", [["", ""], ["a", "b"]]),
        ("<tr><td>a<td><img src=/i>", [["", ""], ["a", "![](/i)"]]),
        ("<tr><td><a href=/x>a<br><br>b</a><td>c", [["", ""], ["[a<br><br>b](/x)", "c"]]),
        ("<colgroup><col><col></colgroup><tr><td>a<td>b", [["", ""], ["a", "b"]]),
    ],
)
def test_regular_tables(html, rows):
    assert new(f"<table>{html}</table>") == grid(*rows)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<tr><td colspan=2>a<tr><td>b<td>c", "a\n\nb\n\nc"),
        ("<tr><td rowspan=2>a<td>b<tr><td>c", "a\n\nb\n\nc"),
        ("<tr><td><p>a</p><p>b</p><td>c", "a\n\nb\n\nc"),
        ("<tr><td>a<p>b</p><td>c", "a\n\nb\n\nc"),
        ("<tr><td><ul><li>a</ul><td>c", "- a\n\nc"),
        ("<tr><td><h2>a</h2><td>c", "## a\n\nc"),
        ("<tr><td><hr><td>c", "* * *\n\nc"),
        ("<caption>t</caption><tr><td colspan=2>a<tr><td>- b<td>c", "t\n\na\n\n\\- b\n\nc"),
        ("<tr><td>a", "a"),
        ("<tr><td>a<tr><td>b", "a\n\nb"),  # a column without a heading holds a layout
        ("<tr><td>&nbsp;<td>", ""),
        ("", ""),
        ("<caption>t</caption>", "t"),
        ("<tr><td>a<td>b<caption>t</caption>", "a\n\nb\n\nt"),  # the words keep their order
        (
            "<tr><td>a<td><table><tr><td>b<td>c</table><td>d",
            "a\n\n" + grid(["", ""], ["b", "c"]) + "\n\nd",
        ),
        ("<tr>" + "<td>a" * 9 + "<tr><td>b" * 9, "\n\n".join("a" * 9 + "b" * 9)),
    ],
)
def test_irregular_tables(html, markdown):
    assert new(f"<table>{html}</table>") == markdown


def test_the_caption_is_a_paragraph_before():
    html = "x<table>\n<caption>a <b>b</b></caption>\n<tbody>\n<tr>\n<td>c\n<td>d\n</table>y"
    assert new(html) == "x\n\na **b**\n\n" + grid(["", ""], ["c", "d"]) + "\n\ny"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ul><li>x{}</ul>", "- x\n  \n  |  |  |\n  | --- | --- |\n  | a | b |"),
        ("<blockquote>{}</blockquote>", "> |  |  |\n> | --- | --- |\n> | a | b |"),
        ("<b>x{}</b>", "**x**\n\n**a**\n\n**b**"),
        ("<h2>x{}</h2>", "## x a b"),
        ("<pre>x{}</pre>", "```\nx\na\nb\n```"),
        ("<div>x<code>{}</code>y", "x`a b`y"),
    ],
)
def test_tables_within_other_things(html, markdown):
    assert new(html.format("<table><tr><td>a</td><td>b</td></tr></table>")) == markdown


@pytest.mark.parametrize(
    ("html", "flat", "markdown"),
    [
        ("a<center>b</center>c", "abc", "a b c"),
        ("a<code> b </code>c", "a`b`c", "a `b` c"),
        ("<select><option>a<option>b</select>", "ab", "a b"),
        ("<ul><li>a</li>b<i>c</i></ul>", "- ab*c*", "- a b*c*"),
        ("<i>a<ul><li>b</li><li>c</li></ul></i>", "*abc*", "*a b c*"),
        ("<i>a<hr>b</i>", "*ab*", "*a b*"),
        ("<i>a<h2>b</h2></i>", "*a**b***", "*a **b***"),
        ("a<blockquote></blockquote>b", "ab", "a\n\nb"),
        ("a<h2></h2>b", "ab", "a\n\nb"),
        ("a<ul><li></ul>b", "ab", "a\n\nb"),
        ("<ul><li>a<li><li>b</ul>", "- a\n- b", "- a\n- b"),
    ],
)
def test_words_stay_apart_in_new_documents_only(html, flat, markdown):
    assert from_html(html) == flat
    assert new(html) == markdown

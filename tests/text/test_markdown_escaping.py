"""Escaping: MARKDOWN.md, section 5."""

from __future__ import annotations

import pytest

from beehive_archive.text.markdown import from_html


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a &lt;b&gt; &amp; c"),
        ("2*3 * 4*", "2\\*3 * 4*"),
        ("snake_case_", "snake\\_case_"),
        ("a*\N{NO-BREAK SPACE}b", "a*\N{NO-BREAK SPACE}b"),
        ("**a**", "\\*\\*a\\**"),
        ("&gt; a", "&gt; a"),
        ("# a", "\\# a"),
        ("### a", "\\### a"),
        ("####### a", "####### a"),
        ("#a", "#a"),
        ("a # b", "a # b"),
        ("#", "\\#"),
        ("a<br>-b", "a  \n\\-b"),
        ("a<br>=== b", "a  \n\\=== b"),
        ("a<br>b=", "a  \nb="),
        ("<p>a<p>=", "a\n\n="),
        ("---", "\\---"),
        ("- - -", "\\- - -"),
        ("--", "--"),
        ("***", "\\*\\**"),
        ("* * *", "\\* * *"),
        ("_ _ _", "\\_ _ _"),
        ("1. a", "1\\. a"),
        ("2003) a", "2003\\) a"),
        ("1.", "1\\."),
        ("1.5", "1.5"),
        ("a 1. b", "a 1. b"),
        ("10 000. a", "10 000\\. a"),
        ("<b>1</b>. a", "**1**. a"),
        ("<span>1</span>. a", "1\\. a"),
        ("- a", "\\- a"),
        ("+ a", "\\+ a"),
        ("* a", "\\* a"),
        ("-a", "-a"),
        ("a - b", "a - b"),
        ("wow!", "wow!"),
        ("wow!<a href=/x>a</a>", "wow\\![a](/x)"),
        ("![a]", "!\\[a]"),
        ("[a] [b", "\\[a] [b"),
        ("[a<br>]", "[a  \n]"),
        ("[a <a href=/x>b</a>", "\\[a [b](/x)"),
        ("```a", "\\```a"),
        ("a```", "a\\`\\`\\`"),
        ("~~~~", "\\~~~~"),
        ("a ~~~", "a ~~~"),
        ("~~", "~~"),
        ("`", "\\`"),
        ("C:\\*.*", "C:\\\\\\*.*"),
        ("a|b $c$ (d) \"e\" 'f'", "a|b $c$ (d) \"e\" 'f'"),
    ],
)
def test_text(text, markdown):
    assert from_html(text) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ul><li>- a</ul>", "- \\- a"),  # the item is the surroundings
        ("<ul><li>1. a</ul>", "- 1\\. a"),
        ("<blockquote>- a</blockquote>", "> - a"),  # a quote is not, says the archive
        ("<h2>- a</h2>", "## - a"),
        ("<p>a<br><b>-</b> b", "a  \n**-** b"),
        ("<a href=/x>[a]</a>", "[\\[a\\]](/x)"),
    ],
)
def test_surroundings(html, markdown):
    assert from_html(html) == markdown

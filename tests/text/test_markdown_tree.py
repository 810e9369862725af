"""Parsing and the repairs of the tree: MARKDOWN.md, sections 1 and 2."""

from __future__ import annotations

import pytest

from beehive_archive.errors import ConfigurationError
from beehive_archive.text.markdown import from_html


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("just text", "just text"),
        ("</p>x</p>y", "x\n\ny"),  # a stray end tag is an empty paragraph
        ("<p>one<ul><li>two</ul>three", "one\n\n- two\n\nthree"),
        ("<p>a<b>b<i>c</b>d</i>e", "a**b*c*d**e"),  # <b>b<i>c</i></b><i>d</i>, then rule 3
        ("<p>x<table><tr><td>y</table>z", "x\n\ny\n\nz"),
        ("<table>before<tr><td>in</table>", "before\n\nin"),
        ("<title>no</title><p>yes", "yes"),  # into the head, which is dropped
        ("<p>yes<title>too</title>", "yestoo"),
        ("<frameset><frame></frameset>", ""),
        ("<noscript><p>no</p></noscript>yes", "yes"),
        ("a<!-- b -->c<script>d</script>e<style>f</style>g", "aceg"),
        ("a <!-- b --> c", "a c"),
        ("<iframe>no</iframe><textarea>no</textarea><input>yes<link><meta>", "yes"),
        ("<svg><text>shown</text><style>no</style></svg>", "shown"),
        ("<blink>unknown <x-y>elements</x-y></blink>", "unknown elements"),
        ("\ufeffx", "\ufeffx"),
        ("a\0b", "a\ufffdb"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_parses_as_a_browser(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a<span>b<p>c</p></span>d", "a\n\nb\n\nc\n\nd"),
        ("a<span><i><span><div>c</div></span></i></span>", "a\n\n*c*"),
        ("a<span>b</span>c", "abc"),
    ],
)
def test_rule_1_a_span_around_a_block_is_a_div(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>a<i>b<strong>c</strong></i></b>", "**a*bc***"),
        ("<em>a<span><i>b</i></span></em>", "*ab*"),
    ],
)
def test_rule_2_emphasis_in_the_same_emphasis_is_unwrapped(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>x</b><i>y</i>", "**xy**"),
        ("<i>x</i><b>y</b><em>z</em>", "*xyz*"),
        ("<b>x</b> <i>y</i>", "**x** *y*"),
        ("<b>x</b>\n<i>y</i>", "**x** *y*"),
        ("<b>x</b><span><i>y</i></span><b>z</b>", "**xyz**"),
        ("<b>x</b><span></span><span><span><i>y</i></span>z</span>", "**xy**z"),
        ("<b>x</b><span>z<i>y</i></span>", "**x**z*y*"),
        ("<b>x</b><u></u><i>y</i>", "**x***y*"),
        ("<span><b>x</b></span><i>y</i>", "**x***y*"),  # only within its own parent
        ("<b>x</b><!-- a comment --><i>y</i>", "**xy**"),
    ],
)
def test_rule_3_emphasis_swallows_the_emphasis_after_it(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a<code></code>b", "ab"),
        ("<code><pre>x\ny</pre></code>", "```\nx\ny\n```"),
        ("<code>a</code><kbd>b</kbd><tt>c</tt>", "`abc`"),
        ("<code>a</code> <code>b</code>", "`a` `b`"),
        ("say<b><code>x</code>y</b>z", "say **`x`y**z"),
        ("say<b>y<code>x</code></b>z", "say**y`x`** z"),
        ("<b><code>x</code></b>", "**`x`**"),
    ],
)
def test_rule_4_code(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<a href="/1">x<table><tr><td><a href="/2">y</a></table></a>', "[x  \n\\  \ny](/1)"),
        ('<b><a href="/1">x</a></b>', "[**x**](/1)"),
        ('<i> <a href="/1">x</a>&nbsp;</i>y', "[*x*](/1)\N{NO-BREAK SPACE}y"),
        ('<b>w <a href="/1">x</a></b>', "**w [x](/1)**"),
        ('<em><strong><a href="/1">x</a></strong></em>', "*[**x**](/1)*"),
        ('<a href="/1"><h2>x</h2></a>', "## [x](/1)"),
    ],
)
def test_rule_5_links(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>a<h3>b</h3>c</b>", "**a**b****  \n**c**"),
        ("<i>a<blockquote>b</blockquote>c</i>", '*a "b" c*'),
        ("<h2><span>a</span><pre>b</pre></h2>", "## a`b`"),
        ("<i>a<hr>b</i>", "*ab*"),
        ("<i>a<ul><li>b</li><li>c</li></ul></i>", "*abc*"),
        ("<p><div>a<ul><li>b</ul></div>", "a\n\n- b"),
    ],
)
def test_rule_6_blocks_in_lines(html, markdown):
    assert from_html(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  \n  - b"),
        ("<ul><p>a</p> <li>b</li> c</ul>", "- a\n- b c"),
        ("<ol><b>a</b><i>b</i><li>c</ol>", "1. **ab**\n2. c"),
        ("<ol>a<b>b</b><li>c</ol>", "1. a**b**\n2. c"),
        ("<li>a<li>b", "a\n\nb"),
    ],
)
def test_rule_7_lists_hold_items(html, markdown):
    assert from_html(html) == markdown


def test_only_the_two_ways_of_writing_tables_are_known():
    with pytest.raises(ConfigurationError, match="tables='html': expected one of flat, markdown"):
        from_html("x", tables="html")

"""What can change in one construct of a body: the same block before and after.

Each block stands at the end of a real body: ``before`` on the page that was archived, ``after`` on
the page of today. ``field`` says that a reader sees the difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from random import Random

from beehive_archive.text import markdown
from tests.drift.case import Case

FILES = "https://www.beehive.govt.nz/sites/default/files"


@dataclass(frozen=True)
class Block:
    """A construct's HTML before and after, and what becomes of the body.

    ``says`` is ``body`` for a change, a convention, or nothing. ``tables`` is how the archived
    body has tables.
    """

    name: str
    before: str
    after: str
    says: str
    tables: str = "flat"

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, case: Case, generator: Random) -> bool:
        """Put the block at the end of a body."""
        shown = unescape(re.sub("<[^>]*>", "", case.body_html())).rstrip(" \t\r\n")
        if not case.body or shown[-1:].isspace():
            return False  # a space at the body's end is trimmed there, and stays before a block
        archived = markdown.from_html(f"<p>x</p>{self.before}", tables=self.tables)
        case.body += archived.removeprefix("x")
        case.html = f"{case.body_html()}\n{self.after}"
        (case.fields if self.says == "body" else case.conventions).update({self.says} - {""})
        return True


def _table(*rows: str) -> str:
    cells = ["".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows]
    return f"<p>In $ million:</p><table><tbody><tr>{'</tr><tr>'.join(cells)}</tr></tbody></table>"


_COSTS = _table("2001/02|2002/03", "10|20")
_DEEP = "<ul><li>level " * 15 + "{}" + "</li></ul>" * 15
_PICTURE = '<p><img src="' + FILES + '/styles/x/public/a.jpg?itok={}" alt="A {}"></p>'
_PAPER = '<p>Read <a href="https://treasury.govt.nz/{}"{}>the {}</a> now.</p>'


def _words(before: str, after: str, tag: str = "p") -> tuple[str, str]:
    return f"<{tag}>{before}</{tag}>", f"<{tag}>{after}</{tag}>"


BLOCKS = (
    Block("flat table", _COSTS, _COSTS, "tables"),
    Block("Markdown table", _COSTS, _COSTS, "", tables="markdown"),
    Block("cell, flat table", _COSTS, _table("2001/02|2002/03", "10|21"), "body"),
    Block("cell, Markdown table", _COSTS, _table("2001/02|2002/03", "10|21"), "body", "markdown"),
    Block("row added", _COSTS, _table("2001/02|2002/03", "10|20", "30|40"), "body", "markdown"),
    Block("cells swapped", _COSTS, _table("2001/02|2002/03", "20|10"), "body", "markdown"),
    Block("heading's words", *_words("What it costs", "What it brings", "h2"), "body"),
    Block("heading's level", "<h2>What it costs</h2>", "<h3>What it costs</h3>", "markdown"),
    Block("heading to text", "<h2>What it costs</h2>", "<p>What it costs</p>", "markdown"),
    Block(
        "link's target", _PAPER.format("a", "", "paper"), _PAPER.format("b", "", "paper"), "body"
    ),
    Block("link's text", _PAPER.format("a", "", "paper"), _PAPER.format("a", "", "plan"), "body"),
    Block("link gone", _PAPER.format("a", "", "paper"), "<p>Read the paper now.</p>", "body"),
    Block(
        "link's escapes",
        _PAPER.format("%c5%8d", "", "paper"),
        _PAPER.format("%C5%8D", "", "paper"),
        "markdown",
    ),
    Block(
        "link's query",
        _PAPER.format("?a=1%26b=2", "", "paper"),
        _PAPER.format("?a=1&amp;b=2", "", "paper"),
        "body",
    ),
    Block(
        "picture's token", _PICTURE.format("OLD", "dam"), _PICTURE.format("NEW", "dam"), "markdown"
    ),
    Block(
        "picture",
        _PICTURE.format("OLD", "dam"),
        _PICTURE.format("OLD", "dam").replace("a.jpg", "b.jpg"),
        "body",
    ),
    Block("picture's words", _PICTURE.format("X", "dam"), _PICTURE.format("X", "bridge"), "body"),
    Block(
        "order of items",
        "<ul><li>First things</li><li>Then others</li></ul>",
        "<ul><li>Then others</li><li>First things</li></ul>",
        "body",
    ),
    Block(
        "numbers of items",
        "<ol><li>Wash</li><li>Dry</li></ol>",
        '<ol start="3"><li>Wash</li><li>Dry</li></ol>',
        "body",
    ),
    Block(
        "numbers to bullets",
        "<ol><li>Wash</li><li>Dry</li></ol>",
        "<ul><li>Wash</li><li>Dry</li></ul>",
        "body",
    ),
    Block(
        "one list made two",
        "<ul><li>Wash</li><li>Dry</li></ul>",
        "<ul><li>Wash</li></ul><ul><li>Dry</li></ul>",
        "markdown",
    ),
    Block("deep list", _DEEP.format("old"), _DEEP.format("new"), "body"),
    Block("quote's words", *_words("I agree", "I object", "blockquote"), "body"),
    Block("quote to text", "<blockquote>I agree</blockquote>", "<p>I agree</p>", "markdown"),
    Block("code's words", "<pre>x = 1</pre>", "<pre>x = 2</pre>", "body"),
    Block("code to text", "<p>Type <code>x</code> now</p>", "<p>Type x now</p>", "markdown"),
    Block("rule added", "<p>The end</p>", "<hr><p>The end</p>", "markdown"),
    Block("line break", "<p>Kia ora<br>tātou</p>", "<p>Kia ora tātou</p>", "markdown"),
    Block("struck words", *_words("Up <s>10</s> 20 per cent", "Up 20 per cent"), "body"),
    Block("striking alone", *_words("Up 10 per cent", "Up <s>10</s> per cent"), ""),
    Block("escaped characters", *_words("5 * 4 [sic] #1", "5 + 4 [sic] #1"), "body"),
    Block("footnote's mark", *_words("It costs $12* a year", "It costs $12 a year"), "body"),
    Block("angles", *_words("Write to &lt;us&gt; soon", "Write to soon"), "body"),
    Block("curly quotes", *_words('The "plan" is', "The “plan” is"), "body"),
    Block("minus", *_words("-5 per cent", "5 per cent"), "body"),
    Block(
        "emphasis at a quote",
        *_words("He said <strong>“Kia ora”</strong>again", "He said “Kia ora”again"),
        "markdown",
    ),
    Block(
        "emphasis of a full stop",
        *_words("she said<strong>.</strong>\u00a0HPVs are", "she said.\u00a0HPVs are"),
        "markdown",
    ),
    Block("like a definition", "<p>[a]: /b</p>", "<p>[a]: /c</p>", "body"),
)

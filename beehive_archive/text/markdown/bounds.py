"""Bounds on hostile markup: too much nesting is taken out before the parser sees it.

HTML's tree building looks back through the open elements at almost every tag, and opens each
unclosed `b` or `font` again in every new paragraph, so its time is the product of tags and depth.
Browsers therefore nest no deeper than 512 levels; Lexbor has no such limit. The depth is estimated
by the rules that matter most. What a body loses beyond the bounds is tags, never text.
"""

from __future__ import annotations

import re

from beehive_archive.text.markdown.elements import BROWSER_BLOCKS, ITEMS, VOID, tag_set

MAX_DEPTH = 512  # Chromium's kMaximumHTMLParserDOMTreeDepth; no body of the corpus is deeper than 8
FEW_TAGS = 2000  # can't cost much however they nest; few bodies have as many
MAX_FORMATTING = 16  # open at once; no body of the corpus has more than 4

FORMATTING = tag_set("a b big code em font i nobr s small strike strong tt u")
CELLS = tag_set("td th")
ROWS = tag_set("tr")
ROW_GROUPS = tag_set("tbody thead tfoot")
TABLE_PARTS = CELLS | ROWS | ROW_GROUPS
TERMS = tag_set("dd dt")
OPTIONS = tag_set("option optgroup")
CLOSED_BY: dict[str, frozenset[str]] = {
    "li": ITEMS,
    "tr": ROWS,
    **dict.fromkeys(TERMS, TERMS),
    **dict.fromkeys(OPTIONS, OPTIONS),
    **dict.fromkeys(CELLS, CELLS),
    **dict.fromkeys(ROW_GROUPS, ROW_GROUPS | ROWS),
}
"""Which open elements a start tag closes by itself, paragraphs aside."""

PARAGRAPHS = tag_set("p")
TABLES = tag_set("table template")
SCOPE = CELLS | TABLES | tag_set("applet button caption marquee object")
AROUND_ITEMS = BROWSER_BLOCKS - tag_set("address div p")

# A comment; an element whose content is no markup; a tag, its attributes read as the HTML standard
# reads them. Every part matches to its end or to the end of the body, and gives nothing back
# (`*+`), so that unclosed quotes and comments cost no second look.
MARKUP = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))
    |<(?P<raw>script|style|textarea|title|iframe|noscript|noembed|noframes|xmp)\b
        .*?(?:</(?P=raw)(?=[\s/>])|\Z)
    |<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)
        (?:[\s/]++
          |[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?+)?+
        )*+>?""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE | re.ASCII,
)


def bounded(html: str) -> str:
    """Return the HTML without the tags that nest too deep.

    A block's tag leaves a line break behind, so that no words are joined.
    """
    if html.count("<") <= FEW_TAGS:
        return html
    kept: list[str] = []
    start = 0
    opened = OpenElements()
    for tag in MARKUP.finditer(html):
        name = (tag["name"] or "").lower()
        if not name or name in VOID:
            continue
        if tag["end"]:
            opened.close(name)
        elif not opened.open(name):
            kept += [html[start : tag.start()], "<br>" if name in BROWSER_BLOCKS else ""]
            start = tag.end()
    return "".join(kept) + html[start:]


class OpenElements:
    """What is open at a place of the HTML, near enough."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.formatting: list[list[str]] = [[]]  # by cell: what is open around one stays outside

    def open(self, name: str) -> bool:
        """Open an element; tell whether there was room for it."""
        if name in FORMATTING:
            formatting = self.formatting[-1]
            if name == "a" and name in formatting:
                return True  # it closes the `a` before it
            if len(formatting) >= MAX_FORMATTING:
                return False
            formatting.append(name)
            return True
        if name in BROWSER_BLOCKS:
            self.pop(PARAGRAPHS, SCOPE)
        if name in CLOSED_BY:
            barrier = TABLES if name in TABLE_PARTS else AROUND_ITEMS - CLOSED_BY[name]
            while self.pop(CLOSED_BY[name], barrier):
                pass
        if len(self.names) >= MAX_DEPTH:
            return False
        self.names.append(name)
        if name in CELLS:
            self.formatting.append([])
        return True

    def close(self, name: str) -> None:
        """Close the innermost element of the name, if there is one in scope."""
        if name not in FORMATTING:
            self.pop(frozenset([name]), SCOPE if name in BROWSER_BLOCKS else BROWSER_BLOCKS)
        elif name in self.formatting[-1]:
            self.formatting[-1].remove(name)

    def pop(self, names: frozenset[str], barrier: frozenset[str]) -> bool:
        """Close the innermost of `names` with all that is in it, unless a barrier is in the way."""
        for depth in range(len(self.names) - 1, -1, -1):
            if self.names[depth] in names:
                cells = sum([name in CELLS for name in self.names[depth:]])
                del self.names[depth:]
                del self.formatting[len(self.formatting) - cells :]
                return True
            if self.names[depth] in barrier:
                return False
        return False

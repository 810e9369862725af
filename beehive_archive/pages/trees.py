"""Pages as HTML5 trees, built in bounded time.

Building a tree is linear in the page but for two shapes: elements nested very deep (each start
tag looks through all that are open) and tags with very many attributes (each is compared with
all before it). 500 KB of either take 15 seconds, 5 MB half an hour; no page of the site comes near.
"""

from __future__ import annotations

import re
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser

from beehive_archive.errors import PageError

MAX_DEPTH = 25_000  # a second
MAX_ATTRIBUTES = 20_000  # a second

# Elements without end tags, or whose end tags may be left out: rows of them don't nest.
_FLAT = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr", "html", "head", "body", "p", "li", "dt", "dd", "option", "optgroup"),
        *("rp", "rt", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"),
    }
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_QUOTED = re.compile(r""" "[^"]*" | '[^']*' """, re.VERBOSE)
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/]+")


def tree_of(html: str, url: str) -> LexborHTMLParser:
    """Return a page's tree; raises PageError where building it would take too long."""
    if _is_too_deep(html) or _has_too_many_attributes(html):
        raise PageError(
            f"{url}: expected a page of the site, found elements nested over {MAX_DEPTH:,} deep"
            f" or a tag with over {MAX_ATTRIBUTES:,} attributes; nothing of it was read"
        )
    return LexborHTMLParser(html)


def _is_too_deep(html: str) -> bool:
    """Count open elements, but only where there are tags enough."""
    if html.count("<") - html.count("</") <= MAX_DEPTH:
        return False
    tags = ((match[1], match[2].lower()) for match in _TAG.finditer(html))
    steps = (-1 if is_end else 1 for is_end, name in tags if name not in _FLAT)
    return any(depth > MAX_DEPTH for depth in accumulate(steps))


def _has_too_many_attributes(html: str) -> bool:
    for part in html.split(">"):
        if len(part) <= 2 * MAX_ATTRIBUTES:
            continue
        _, is_tag, tag = part.rpartition("<")
        bare = _QUOTED.sub("", tag) if is_tag and tag[:1].isalpha() else ""
        if len(_BETWEEN_ATTRIBUTES.findall(bare)) > MAX_ATTRIBUTES:
            return True
    return False

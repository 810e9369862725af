"""The light tree that a body becomes, and what the rules know of HTML's elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from collections import Counter


def tag_set(names: str) -> frozenset[str]:
    """Return the set of the tags that are named."""
    return frozenset(names.split())


BLOCKS = tag_set(
    "address article aside blockquote details dialog dd div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section table ul"
)
"""What stands between blank lines. Table rows, cells, `caption` and `center` do not."""

BROWSER_BLOCKS = BLOCKS | tag_set(
    "caption center dir legend listing menu optgroup option plaintext search summary"
    " tbody td tfoot th thead tr xmp"
)
"""What browsers show on lines, or in cells, of its own, so that its words stand apart."""

BOLD = tag_set("strong b")
ITALIC = tag_set("em i")
EMPHASIS = BOLD | ITALIC
LINKS = tag_set("a")
HEADINGS = tag_set("h1 h2 h3 h4 h5 h6")
LISTS = tag_set("ul ol")
ITEMS = tag_set("li")
CODE = tag_set("code var samp kbd tt")
PRE = tag_set("pre")
RAW = CODE | PRE
"""What keeps its text as it is: no white space collapses and nothing is escaped."""

LEAVES_AND_INLINES = HEADINGS | tag_set("pre hr span code b strong i em a img br")
"""What can hold no container and no leaf block."""

VOID = tag_set("area base br col embed hr img input link meta param source track wbr")

CELL = "#cell"
"""A cell of a table that is written as a table; no tag of HTML can have such a name."""

NO_ATTRIBUTES: dict[str, str] = {}


class Element:
    """An element of the tree; its children are elements and texts."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], children: list[Node]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children = children


Node = Element | str


@dataclass(frozen=True, slots=True)
class Body:
    """A parsed body: its elements in document order, the root first, and how many of each tag.

    This is what the parser made. Repairs may take elements out of the tree or put new ones in.
    """

    elements: list[Element]
    tags: Counter[str]

    @property
    def root(self) -> Element:
        """The element around everything."""
        return self.elements[0]

    def count(self, tags: frozenset[str]) -> int:
        """Count the elements of these tags."""
        return sum([self.tags[tag] for tag in self.tags.keys() & tags])


def is_tag(node: Node, tags: frozenset[str]) -> TypeGuard[Element]:
    """Tell whether the node is an element of one of these tags."""
    return not isinstance(node, str) and node.tag in tags

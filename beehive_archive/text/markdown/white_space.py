"""White space (MARKDOWN.md, section 3), collapsed as a browser does.

From here on the tree is a flat list of tokens in document order: a text, an element where it
opens, a `Close` where it ends. What the rules call "before" and "after" is then a matter of places
in a list, and depth is no matter at all.
"""

from __future__ import annotations

import re

from beehive_archive.text.markdown.elements import (
    BLOCKS,
    CELL,
    CODE,
    ITEMS,
    LISTS,
    NO_ATTRIBUTES,
    RAW,
    VOID,
    Element,
    tag_set,
)


class Close:
    """The end of an element."""

    __slots__ = ("element", "tag")

    def __init__(self, element: Element) -> None:
        self.element = element
        self.tag = element.tag


Token = Element | Close | str

LIST_END = Element("#list-end", NO_ATTRIBUTES, [])
"""The mark that keeps two neighbouring lists apart."""

LINE_ENDS = BLOCKS | {"br", CELL}
PROTECTORS = (VOID - {"br", "hr"}) | CODE  # and not `pre`, for it is a block: its lines are its own
BETWEEN_LISTS = ITEMS | tag_set("hr")

WIDE_BLANKS = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")


def tokenise(root: Element) -> list[Token]:
    """List what is in the tree; texts that are neighbours become one."""
    tokens: list[Token] = []
    todo: list[Token] = [*root.children[::-1]]
    while todo:
        token = todo.pop()
        tokens.append(token)
        if isinstance(token, Element):
            todo.append(Close(token))
            todo += token.children[::-1]
        elif isinstance(token, str) and todo and isinstance(todo[-1], str):
            texts = [token]
            while todo and isinstance(todo[-1], str):
                texts.append(todo[-1])
                todo.pop()
            tokens[-1] = "".join(texts)
    return tokens


def collapse(tokens: list[Token]) -> None:
    """Collapse the white space in the texts among the tokens; some become empty."""
    line = Line(tokens)
    raw: Element | None = None
    for place, token in enumerate(tokens):
        if raw is not None:
            if isinstance(token, Close) and token.element is raw:
                raw = None
        elif isinstance(token, str):
            line.add(place, token)
        else:
            line.cross(token.tag)
            if token.tag in RAW and isinstance(token, Element):
                raw = token
    line.end()


class Line:
    """The line of text that is being collapsed."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.last = ""  # its last text, and where that stands
        self.place = -1
        self.drops_space = True  # whether a space at the start of the next text goes
        self.protects_space = False

    def add(self, place: int, text: str) -> None:
        """Add a text, collapsed."""
        if "  " in text or "\n" in text or "\t" in text or "\r" in text:
            text = WIDE_BLANKS.sub(" ", text)
        if self.drops_space and not self.protects_space and text[:1] == " ":
            text = text[1:]
        self.tokens[place] = text
        if text:
            self.last, self.place = text, place
            self.drops_space = text[-1] == " "

    def cross(self, tag: str) -> None:
        """Come to the start or the end of an element."""
        ends = tag in LINE_ENDS
        if ends:
            self.end()
        if ends or tag in PROTECTORS:  # no text before this place matters to those after it
            self.last = ""
            self.drops_space = True
            self.protects_space = not ends
        elif self.last:
            self.protects_space = False

    def end(self) -> None:
        """Drop the space at the line's end."""
        if self.last and self.drops_space:
            self.tokens[self.place] = self.last[:-1]


def part_lists(tokens: list[Token]) -> list[Token]:
    """Put `LIST_END` after each list that is followed by a list with nothing between."""
    ends: list[int] = []
    end = -1  # behind the last list that ended, as long as nothing has come since
    for place, token in enumerate(tokens):
        if isinstance(token, str):
            if token:
                end = -1
        elif isinstance(token, Close):
            if token.tag in LISTS:
                end = place + 1
        elif token.tag in LISTS:
            if end >= 0:
                ends.append(end)
            end = -1
        elif token.tag in BETWEEN_LISTS:
            end = -1
    marked: list[Token] = []
    start = 0
    for end in ends:
        marked += [*tokens[start:end], LIST_END]
        start = end
    return [*marked, *tokens[start:]]

"""Writing (MARKDOWN.md, section 4): tokens as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beehive_archive.text.markdown.elements import (
    BLOCKS,
    BOLD,
    BROWSER_BLOCKS,
    CELL,
    HEADINGS,
    ITALIC,
    LISTS,
    RAW,
    Element,
    tag_set,
)
from beehive_archive.text.markdown.escaping import MARK, mark, settle
from beehive_archive.text.markdown.tables import GRID, ROW, write_cell, write_grid, write_row
from beehive_archive.text.markdown.tidying import WHITE_SPACE, tidy
from beehive_archive.text.markdown.urls import write_url
from beehive_archive.text.markdown.white_space import LIST_END, Close, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK_EDGE = "\n\n"
RAW_NEWLINE = "\ud800"
"""A newline in a `pre`, until everything is tidied. No text holds half of a surrogate pair."""

PARTING = HEADINGS | LISTS | tag_set("blockquote")
"""What parts the words around it in a browser even where it is empty."""

SPACES = re.compile(" {2,}")
MANY_NEWLINES = re.compile("\n{3,}")
BACKTICKS = re.compile("`+")
LANGUAGE = re.compile(r"(?<!\S)lang(?:uage)?-(\S+)")
NUMBER = re.compile("[+-]?[0-9]{1,18}")


def write(tokens: list[Token], *, keep_apart: bool) -> str:
    """Write the whole body, tidied, settled and stripped.

    Nothing is written of an empty heading, list or quote, and the words around it join. With
    `keep_apart` they don't.
    """
    writer = Writer(keep_apart=keep_apart)
    remaining = iter(tokens)
    for token in remaining:
        if isinstance(token, str):
            writer.add(token)
        elif isinstance(token, Close):
            writer.close(token.element)
        elif token.tag in RAW:
            writer.out.append(_raw(token, _raw_text(token, remaining)))
        else:
            writer.open(token)
    text = settle(tidy("".join(writer.out))).strip(WHITE_SPACE)
    return text.replace(RAW_NEWLINE, "\n")


class Writer:
    """What has been written of the innermost open element, and of those around it."""

    def __init__(self, *, keep_apart: bool) -> None:
        self.empty = BLOCK_EDGE if keep_apart else ""  # what is written of an empty block
        self.out: list[str] = []
        self.outer: list[list[str]] = []
        self.links = 0  # how many are open

    def add(self, text: str) -> None:
        """Add a text."""
        if text:
            text = mark(text)
            self.out.append(text.replace("]", "\\]") if self.links else text)

    def open(self, element: Element) -> None:
        """Begin an element, and add it if it has no content."""
        tag = element.tag
        if tag in WRITERS:
            self.outer.append(self.out)
            self.out = []
            self.links += tag == "a"
        elif tag in LEAVES:
            self.out.append(LEAVES[tag](element))
        elif tag in BLOCKS:
            self.out.append(BLOCK_EDGE)

    def close(self, element: Element) -> None:
        """End an element, and add what its writer makes of its content."""
        tag = element.tag
        if tag in WRITERS:
            text = WRITERS[tag](element, self.out)
            self.out = self.outer.pop()
            self.out.append(text or (self.empty if tag in PARTING else ""))
            self.links -= tag == "a"
        elif tag in BLOCKS:
            self.out.append(BLOCK_EDGE)


def block(text: str) -> str:
    r"""Write a block, or nothing where there is nothing.

    >>> block("text")
    '\n\ntext\n\n'
    """
    return BLOCK_EDGE + text + BLOCK_EDGE if text else ""


def _split_edges(text: str) -> tuple[str, str, str]:
    """Split into the white space before, the trimmed text, and the white space after."""
    left = text.lstrip(WHITE_SPACE)
    trimmed = left.rstrip(WHITE_SPACE)
    return text[: len(text) - len(left)], trimmed, left[len(trimmed) :]


def _emphasised(parts: list[str], delimiter: str) -> str:
    """Put delimiters on each line, for they can't span lines."""
    lines = "".join(parts).split("\n")
    for number, line in enumerate(lines):
        before, trimmed, after = _split_edges(line)
        if trimmed:
            lines[number] = before + delimiter + trimmed + delimiter + after
    return "\n".join(lines)


def _bold(_: Element, parts: list[str]) -> str:
    return _emphasised(parts, "**")


def _italic(_: Element, parts: list[str]) -> str:
    return _emphasised(parts, "*")


def _heading(element: Element, parts: list[str]) -> str:
    text = SPACES.sub(" ", "".join(parts).replace("\n", " ")).strip(WHITE_SPACE)
    if text.endswith("#"):
        text = text[:-1].removesuffix(MARK) + "\\#"
    return block(text and "#" * int(element.tag[1]) + " " + text)


def _indented(text: str, indent: str) -> str:
    """Indent every line after the first."""
    return text.replace("\n", "\n" + indent).replace(RAW_NEWLINE, RAW_NEWLINE + indent)


def _quote(_: Element, parts: list[str]) -> str:
    text = tidy("".join(parts))
    return block(text and "> " + _indented(text, "> "))


def _item(_: Element, parts: list[str]) -> str:
    return settle(tidy("".join(parts)))


def _bullets(_: Element, parts: list[str]) -> str:
    return block("\n".join(["- " + _indented(item, "  ") for item in parts if item]))


def _numbers(element: Element, parts: list[str]) -> str:
    items = [item for item in parts if item]
    start = element.attributes.get("start", "")
    first = int(start) if NUMBER.fullmatch(start) else 1
    width = len(str(first + len(items) - 1))
    indent = " " * (width + 2)
    return block(
        "\n".join(
            [f"{n:0{width}d}. " + _indented(item, indent) for n, item in enumerate(items, first)]
        )
    )


def _link(element: Element, parts: list[str]) -> str:
    before, text, after = _split_edges("".join(parts))
    if "\n" in text:
        first, *others = MANY_NEWLINES.sub("\n\n", text).split("\n")
        lines = [first, *[line.lstrip(" ") or "\\" for line in others]]
        text = "  \n".join([line.rstrip(" ") for line in lines])
    href = write_url(element.attributes.get("href", ""))
    return f"{before}[{text}]({href}{_title(element) if href else ''}){after}"


def _image(element: Element) -> str:
    src = write_url(element.attributes.get("src", ""))
    if not src:
        return ""
    alt = element.attributes.get("alt", "").replace("\n", " ")
    alt = alt.replace("[", "\\[").replace("]", "\\]")
    return f"![{alt}]({src}{_title(element)})"


def _title(element: Element) -> str:
    title = element.attributes.get("title", "").replace("\n", " ")
    if '"' not in title:
        return f' "{title}"' if title else ""
    if "'" not in title:
        return f" '{title}'"
    return ' "' + title.replace('"', '\\"') + '"'


def _raw(element: Element, text: str) -> str:
    return _fence(element, text) if element.tag == "pre" else _code(text)


def _raw_text(element: Element, remaining: Iterator[Token]) -> str:
    """Take the tokens up to the element's end; return its text, blocks in it on lines of theirs."""
    texts: list[str] = []
    for token in remaining:
        if isinstance(token, str):
            texts.append(token)
        elif token.tag == "br" and isinstance(token, Element):
            texts.append("\n")
        elif isinstance(token, Close) and token.element is element:
            break
        elif token.tag in BROWSER_BLOCKS and texts and not texts[-1].endswith("\n"):
            texts.append("\n")
    return "".join(texts)


def _longest_fence(text: str) -> int:
    return max(map(len, BACKTICKS.findall(text)), default=0)


def _fence(element: Element, text: str) -> str:
    fence = "`" * max(3, _longest_fence(text) + 1)
    content = text.removesuffix("\n").replace("\n", RAW_NEWLINE)
    return block(fence + _info_string(element) + "\n" + content + "\n" + fence)


def _info_string(element: Element) -> str:
    """Return the language that a class of the `pre`, or of the code inside it, names."""
    candidates = [element, *[child for child in element.children if isinstance(child, Element)]]
    for candidate in candidates:
        found = LANGUAGE.search(candidate.attributes.get("class", ""))
        if found:
            return found[1]
    return ""


def _code(text: str) -> str:
    if not text:
        return ""
    if text.strip(" "):
        text = SPACES.sub(" ", text.replace("\n", " ").replace("\t", " ")).strip(WHITE_SPACE)
    fence = "`" * (_longest_fence(text) + 1)
    before = " " if text.startswith("`") else ""
    after = " " if text.endswith("`") else ""
    return fence + before + text + after + fence


WRITERS: dict[str, Callable[[Element, list[str]], str]] = {
    **dict.fromkeys(BOLD, _bold),
    **dict.fromkeys(ITALIC, _italic),
    **dict.fromkeys(HEADINGS, _heading),
    "a": _link,
    "blockquote": _quote,
    "ul": _bullets,
    "ol": _numbers,
    "li": _item,
    CELL: write_cell,
    ROW: write_row,
    GRID: write_grid,
}
"""What makes something of its content, when it closes."""

LEAVES: dict[str, Callable[[Element], str]] = {
    "br": lambda _: "  \n",
    "hr": lambda _: "\n\n* * *\n\n",
    "img": _image,
    LIST_END.tag: lambda _: "\n\n<!--THE END-->\n\n",
}
"""What has no content."""

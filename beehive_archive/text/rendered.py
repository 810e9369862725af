"""What a reader sees of a body once its Markdown is rendered: words and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from beehive_archive.site import link_key

# Zero-width characters and soft hyphens show nothing; they come and go with the site's editor.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

# An image's token changes when the site clears its caches, the picture doesn't.
_IMAGE_TOKEN = re.compile(r"[?&]itok=[^&#]*")

_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body's words, white space made one space, and its links and pictures in order."""

    text: str
    links: tuple[str, ...]


def render(body: str) -> Rendered:
    r"""Return what a reader sees of a Markdown body.

    >>> render("A *b*\n\n* * *\n\n- [c](/d)")
    Rendered(text='A b c', links=('/d',))
    """
    texts: list[str] = []
    links: list[str] = []
    for kind, value in _pieces(_PARSER.parse(body)):
        (texts if kind == "text" else links).append(value)
    return Rendered(same_words("".join(texts)), tuple(links))


def same_words(text: str) -> str:
    r"""Return a text with what can't be seen made equal: white space of any kind, zero widths.

    >>> same_words("New\u00a0 Zealand\u200b")
    'New Zealand'
    """
    return " ".join(_INVISIBLE.sub("", text).split())


def _pieces(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    for token in tokens:
        if token.children is not None and token.type != "image":
            yield from _pieces(token.children)
        elif token.type == "image":
            yield "link", link_key(_IMAGE_TOKEN.sub("", str(token.attrs.get("src", ""))))
            yield "text", token.content
        elif token.type == "link_open":
            yield "link", link_key(str(token.attrs.get("href", "")))
        elif token.type.startswith("html") and token.content.startswith("<!--"):
            continue  # the mark between two lists
        elif token.content:
            yield "text", token.content
        if token.block or token.type in {"softbreak", "hardbreak"}:
            yield "text", " "

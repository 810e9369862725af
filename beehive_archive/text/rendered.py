"""What a reader sees of a body once its Markdown is rendered: words, numbers and links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_inline import emphasis
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

from beehive_archive.urls import link_key

# Zero-width characters, soft hyphens and marks of direction show nothing; they come and go with
# the site's editor.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

# An image's token changes when the site clears its caches, the picture doesn't.
_IMAGE_TOKEN = re.compile(r"[?&]itok=[^&#]*")

_COMMENT = re.compile("<!--.*?-->", re.DOTALL)  # such as the mark between two lists

# Bounds for bodies that mean harm: what nests deeper would be left out unseen, and the parser
# looks for each bracket's other one up to the end of the text (20,000 take a second).
MAX_NESTING = 120
MAX_BRACKETS = 20_000


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body's words, white space made one space, and its links and pictures in order."""

    text: str
    links: tuple[str, ...]


def render(body: str) -> Rendered:
    r"""Return what a reader sees of a Markdown body; the numbers of a list are words.

    A body beyond all bounds is taken as the plain text that it is.

    >>> render("A *b*\n\n* * *\n\n- [c](/d)\n\n3. e")
    Rendered(text='A b c 3. e', links=('/d',))
    """
    texts: list[str] = []
    links: list[str] = []
    tokens = _PARSER.parse(body) if body.count("[") <= MAX_BRACKETS else ()
    if not tokens or any(token.level >= MAX_NESTING - 2 for token in tokens):
        return Rendered(same_words(body), ())
    for kind, value in _pieces(tokens):
        (texts if kind == "text" else links).append(value)
    return Rendered(same_words("".join(texts)), tuple(links))


def same_words(text: str) -> str:
    r"""Return a text with what can't be seen made equal.

    That is white space of any kind, zero widths, and whether a letter's macron is a character
    of its own.

    >>> same_words("New\u00a0 Zealand\u200b") == "New Zealand", same_words("a\u0304")
    (True, 'ā')
    """
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", text).split()))


# --- Reading the dialect ----------------------------------------------------------------------


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Take the marks of emphasis out, and leave the asterisks that are text.

    The writer escapes an asterisk of the text wherever something follows it, and sets its marks
    without regard to punctuation, where CommonMark would not end ``**“Kia ora”**text``. So a run
    before something is a mark; one before a blank or the end is, if a mark is open.
    """
    if silent or state.src[state.pos] != "*":
        return emphasis.tokenize(state, silent)
    start = state.pos
    while state.pos < state.posMax and state.src[state.pos] == "*":
        state.pos += 1
    count = state.pos - start
    known = state.env.get("emphasis")
    opened = known[1] if known and known[0] is state else 0
    is_before_blank = state.pos == state.posMax or state.src[state.pos].isspace()
    is_after_blank = start == 0 or state.src[start - 1].isspace()
    if is_before_blank:
        closed = 0 if is_after_blank else min(opened, count)
        state.pending += "*" * (count - closed)
        opened -= closed
    elif opened >= count and not is_after_blank:
        opened -= count
    else:
        opened += count
    state.env["emphasis"] = (state, opened)
    return True


_PARSER = _parser()


def _pieces(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    numbers: list[int | None] = []  # of the next item in each list that is open
    for token in tokens:
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            is_ordered = token.type == "ordered_list_open"
            numbers.append(int(token.attrs.get("start", 1)) if is_ordered else None)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            numbers.pop()
        elif token.type == "list_item_open" and (number := numbers[-1]) is not None:
            yield "text", f" {number}. "
            numbers[-1] = number + 1
        yield from _pieces_of(token)
        if token.block or token.type in {"softbreak", "hardbreak"}:
            yield "text", " "


def _pieces_of(token: Token) -> Iterator[tuple[str, str]]:
    if token.type == "image":
        yield "link", link_key(_IMAGE_TOKEN.sub("", str(token.attrs.get("src", ""))))
        yield "text", token.content
    elif token.children is not None:
        yield from _pieces(token.children)
    elif token.type == "link_open":
        yield "link", link_key(str(token.attrs.get("href", "")))
    elif token.type.startswith("html"):
        yield "text", _COMMENT.sub("", token.content)
    elif token.content:
        yield "text", token.content

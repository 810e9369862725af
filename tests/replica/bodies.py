"""The archive's Markdown as HTML that its writer makes the same Markdown of."""

from __future__ import annotations

import json
import lzma
import re
import sqlite3
from hashlib import blake2b
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

#: White space beyond Markdown's own is text in the archive, but renderers trim it: it passes
#: through them as characters for private use. ``&`` does too, as only two entities are ones.
_SPACES = [chr(c) for c in range(0x3001) if chr(c).isspace() and chr(c) not in " \n\t"]
_PRIVATE = {ord(char): 0xE000 + number for number, char in enumerate(_SPACES)}
_PRIVATE_SPACES = frozenset(_PRIVATE.values())
_PRIVATE_AMPERSAND = "\ue100"
_PUBLIC = {private: chr(char) for char, private in _PRIVATE.items()} | {0xE100: "&amp;"}


def renderer() -> MarkdownIt:
    """CommonMark as the archive's writer means it.

    It means no indented code, no underlined headings and no link definitions, leaves URLs as they
    are, and its marks don't look at punctuation.
    """
    markdown = MarkdownIt("commonmark", {"html": True})
    markdown.disable(["code", "lheading", "reference", "autolink"])
    markdown.inline.ruler.at("emphasis", _emphasis)
    markdown.inline.ruler2.disable(["balance_pairs", "emphasis"])
    markdown.normalizeLink = markdown.normalizeLinkText = str  # type: ignore[assignment, method-assign]
    markdown.validateLink = bool  # type: ignore[assignment, method-assign]
    return markdown


def to_html(markdown: str, renderer: MarkdownIt) -> str:
    """A body's HTML.

    >>> to_html("**“Kia ora”**&lt;b&gt; & co", renderer())
    '<p><strong>“Kia ora”</strong>&lt;b&gt; &amp; co</p>\\n'
    """
    source = re.sub("&(?!lt;|gt;)", _PRIVATE_AMPERSAND, markdown).translate(_PRIVATE)
    html = renderer.render(source).translate(_PUBLIC)
    # The writer sets this mark between two lists, also where the second one holds nothing.
    html = re.sub(r"<!--THE END-->\s*$", "<ul></ul>\n", html).replace("<!--THE END-->\n", "")
    # It takes a link out of emphasis that holds nothing else; from within a span it doesn't.
    return re.sub(r"<(strong|em)>(<a .*?</a>)</\1>", r"<\1><span>\2</span></\1>", html)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """A run of ``*``: marks that close, marks that open, text.

    The writer escapes a ``*`` in text wherever something follows it, keeps white space outside its
    marks and never nests bold in bold or italic in italic. So a run's meaning follows from what is
    open, where CommonMark guesses by punctuation and would not end ``**“Kia ora”**text``.
    """
    if silent or state.src[state.pos] != "*":
        return False
    start = state.pos
    while state.pos < state.posMax and state.src[state.pos] == "*":
        state.pos += 1
    count = state.pos - start
    after_blank = start == 0 or _is_blank(state.src[start - 1])
    before_blank = state.pos == state.posMax or _is_blank(state.src[state.pos])
    if not after_blank:
        count -= _close(state, count, before_blank=before_blank)
    texts = 1 if count and before_blank else 0
    count -= texts
    for length, tag in ((2, "strong"), (1, "em")):
        if count >= length and tag not in _open_tags(state):
            state.push(f"{tag}_open", tag, 1)
            count -= length
    state.push("text", "", 0).content = "*" * (count + texts)
    return True


def _close(state: StateInline, count: int, *, before_blank: bool) -> int:
    """Close what a run of so many marks closes; returns how many it took."""
    opened = _open(state.tokens)
    tags = [token.tag for token in opened]
    wanted = ["strong", "em"]
    if count == 1 or (count == 2 and tags == ["em"] and before_blank):
        wanted = ["em"]
    elif count == 2:
        wanted = ["strong"]
    if sorted(tags) == ["em", "strong"] and len(wanted) == 1 and tags[-1] != wanted[0]:
        # Opened by one run of three, whose order only shows now.
        opened[0].tag, opened[1].tag = tags[1], tags[0]
        opened[0].type, opened[1].type = opened[1].type, opened[0].type
        tags.reverse()
    taken = 0
    while tags and tags[-1] in wanted:
        tag = tags.pop()
        state.push(f"{tag}_close", tag, -1)
        taken += 2 if tag == "strong" else 1
    return taken


def _open_tags(state: StateInline) -> list[str]:
    return [token.tag for token in _open(state.tokens)]


def _open(tokens: list[Token]) -> list[Token]:
    """The emphasis that is open at the end of these tokens, outermost first."""
    opened: list[Token] = []
    for token in tokens:
        if token.tag in {"strong", "em"}:
            if token.nesting == 1:
                opened.append(token)
            else:
                opened.pop()
    return opened


def _is_blank(char: str) -> bool:
    return char in " \n\t" or ord(char) in _PRIVATE_SPACES


class Bodies:
    """Renders bodies; with a folder, each one once, as it is kept there for other runs too."""

    def __init__(self, folder: Path | None = None) -> None:
        self._renderer = renderer()
        self._kept: sqlite3.Connection | None = None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            # The server's thread asks; it does so under the replica's lock.
            self._kept = sqlite3.connect(
                folder / "bodies.sqlite", isolation_level=None, check_same_thread=False
            )
            self._kept.execute("PRAGMA journal_mode = WAL")
            self._kept.execute("PRAGMA synchronous = OFF")
            self._kept.execute("CREATE TABLE IF NOT EXISTS bodies (digest BLOB PRIMARY KEY, html)")

    def html(self, markdown: str) -> str:
        """The HTML of a body."""
        if self._kept is None:
            return to_html(markdown, self._renderer)
        query = "SELECT html FROM bodies WHERE digest = ?"
        row = self._kept.execute(query, (_digest(markdown),)).fetchone()
        if row is None:
            row = (to_html(markdown, self._renderer),)
            self._keep(markdown, row[0])
        return str(row[0])

    def learn(self, pairs: Path) -> None:
        """Keep the HTML that real pages had: JSON lines (or .xz) of ``html`` and ``markdown``."""
        if self._kept is None:
            raise ValueError("learned bodies need a folder to keep them in")
        opener = lzma.open if pairs.suffix == ".xz" else open
        with opener(pairs, "rt", encoding="utf-8") as lines:
            for line in lines:
                pair = json.loads(line)
                self._keep(pair["markdown"], pair["html"])

    def _keep(self, markdown: str, html: str) -> None:
        assert self._kept
        statement = "INSERT OR REPLACE INTO bodies VALUES (?, ?)"
        self._kept.execute(statement, (_digest(markdown), html))

    def close(self) -> None:
        if self._kept:
            self._kept.close()


def _digest(markdown: str) -> bytes:
    return blake2b(markdown.encode(), digest_size=16).digest()

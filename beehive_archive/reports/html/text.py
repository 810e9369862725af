"""Text from the site as HTML: escaped, with what can't be seen made visible."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

from markupsafe import Markup

from beehive_archive.reports.changes import DELETE, EQUAL, INSERT, Segment
from beehive_archive.reports.visible import is_unseen

_TAGS = {DELETE: "del", INSERT: "ins"}
_LABELS = {"\n": "¶", "\u00a0": "NBSP", "\t": "TAB", " ": "␣"}
_ORDINARY = "\n\u00a0"  # as a reader knows them, where nothing changed


def seen(text: object) -> Markup:
    r"""Return a text escaped, with characters that act or hide shown by their number.

    >>> seen("<b>\u202eA\u00a0B")
    Markup('&lt;b&gt;<b class="ch" title="RIGHT-TO-LEFT OVERRIDE">U+202E</b>A\xa0B')
    """
    return Markup(_seen(str(text)))  # noqa: S704 - escaped there


def marked(segments: Iterable[Segment]) -> Markup:
    """Return segments with deletions and insertions as the elements that HTML has for them.

    >>> marked([Segment("delete", "a"), Segment("equal", " & "), Segment("insert", "<b>")])
    Markup('<del>a</del> &amp; <ins>&lt;b&gt;</ins>')
    """
    return Markup("".join(map(_marked, segments)))  # noqa: S704 - escaped there


def _marked(segment: Segment) -> str:
    if segment.op == EQUAL:
        return _seen(segment.text)
    tag = _TAGS[segment.op]
    return f"<{tag}>{_seen(segment.text, changed=True)}</{tag}>"


def _seen(text: str, *, changed: bool = False) -> str:
    blank = changed and text.isspace()
    if text.isprintable() and not blank:
        return escape(text)
    ordinary = "" if changed else _ORDINARY
    return "".join(
        _mark(each) if blank or (is_unseen(each) and each not in ordinary) else escape(each)
        for each in text
    )


def _mark(character: str) -> str:
    number = f"U+{ord(character):04X}"
    name = "LINE BREAK" if character == "\n" else unicodedata.name(character, number)
    return f'<b class="ch" title="{name}">{_LABELS.get(character, number)}</b>'

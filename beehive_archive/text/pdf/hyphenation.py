"""Whether a hyphen at a line's end belongs to the word or only to the line."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
# Words that open a compound far more often than they end a broken line.
_COMPOUND_OPENING = re.compile(
    "cross|five|four|full|half|high|long|low|self|short|three|two|vice|well|whole|world|year"
)


class Vocabulary:
    """The words of a document, to tell ``trans-portation`` from ``long-term``."""

    def __init__(self) -> None:
        self._words: set[str] = set()

    def add_line(self, text: str) -> None:
        """Learn the words of a line; one that its end may have cut is left out."""
        found = _WORD.findall(text.lower())
        if text.endswith(("-", "‐")) and found:
            found.pop()
        self._words.update(found)

    def mended(self, left: str, right: str) -> str:
        """``left``, which ends in a hyphen at its line's end, joined to ``right``.

        >>> words = Vocabulary()
        >>> words.add_line("a long-term plan for transportation")
        >>> words.mended("trans-", "portation"), words.mended("long-", "term,")
        ('transportation', 'long-term,')
        """
        stem = left[:-1]
        head, tail = _last_letters(stem), _first_letters(right)
        if not head or not tail or not right[0].islower():
            return left + right
        if head + tail in self._words:
            return stem + right
        if f"{head}-{tail}" in self._words or "-" in stem or _COMPOUND_OPENING.fullmatch(head):
            return left + right
        if head in self._words and tail in self._words and len(head) > 2:
            return left + right
        return stem + right


def _last_letters(text: str) -> str:
    match = re.search(r"[^\W\d_]+$", text)
    return match.group().lower() if match else ""


def _first_letters(text: str) -> str:
    match = re.match(r"[^\W\d_]+", text)
    return match.group().lower() if match else ""


def joined(parts: Iterable[str], vocabulary: Vocabulary) -> str:
    """Lines as one text: parted by spaces, words mended that a line's end had cut.

    >>> joined(["See pages 12–", "14 of the re-", "port"], Vocabulary())
    'See pages 12–14 of the report'
    """
    text = ""
    for part in parts:
        text = (
            text + separator(text, part) + part
            if not ends_in_hyphen(text)
            else _mend(text, part, vocabulary)
        )
    return text


def ends_in_hyphen(text: str) -> bool:
    """Whether a line's last word may go on in the next line."""
    return len(text) > 1 and text[-1] in "-‐" and not text[-2].isspace()


def separator(text: str, following: str) -> str:
    """Return what parts a line from the next: nothing within a range of numbers or an address."""
    if not text:
        return ""
    if text[-1] == "–" and text[-2:-1].isdigit() and following[:1].isdigit():
        return ""
    last = text.rpartition(" ")[2]
    if last.startswith(("http://", "https://", "www.")) and (
        last[-1] in "/_=&?"
        or last == "https://www."
        or (last[-1] == "." and following[:1].islower())
    ):
        return ""
    return " "


def _mend(text: str, part: str, vocabulary: Vocabulary) -> str:
    before, space, left = text.rpartition(" ")
    right, *rest = part.split(" ", 1)
    if left.startswith(("http://", "https://", "www.")):
        return text + part
    return " ".join([before + space + vocabulary.mended(left, right), *rest])

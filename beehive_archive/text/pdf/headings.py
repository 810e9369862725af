"""Sizes of type: which one is the body's, and which are headings."""

from __future__ import annotations

from collections import Counter

from beehive_archive.text.pdf.lines import Line
from beehive_archive.text.pdf.paragraphs import Paragraph

_LARGER = 1.15  # of the body's size
_MAX_WORDS = 30
_MAX_LEVEL = 4
_PROSE_LINES = 5
_PROSE_CHARS = 45  # a line of headings' type has fewer on average
_USUAL_SIZE = 10


class TypeSizes:
    """How much of a document is set in each size of type, in whole points."""

    def __init__(self) -> None:
        self._chars: Counter[int] = Counter()
        self._lines: Counter[int] = Counter()
        self._table_chars: Counter[int] = Counter()

    def add(self, line: Line, *, in_table: bool) -> None:
        """Count a line; tables are often set small and say nothing about the body."""
        size = round(line.size)
        if in_table:
            self._table_chars[size] += len(line.text)
        else:
            self._chars[size] += len(line.text)
            self._lines[size] += 1

    @property
    def body_size(self) -> int:
        """The size of most of the text."""
        counts = self._chars or self._table_chars
        return counts.most_common(1)[0][0] if counts else _USUAL_SIZE

    def headings(self) -> Headings:
        """Return which sizes are headings: the larger ones that are not running text."""
        larger = [
            size
            for size in self._lines
            if size >= _LARGER * self.body_size
            and (
                self._lines[size] < _PROSE_LINES
                or self._chars[size] / self._lines[size] < _PROSE_CHARS
            )
        ]
        return Headings(larger)


class Headings:
    """The levels of headings by size of type.

    >>> Headings([20, 14]).levels
    {20: 1, 14: 2}
    """

    def __init__(self, sizes: list[int]) -> None:
        ordered = sorted(sizes, reverse=True)
        self.levels = {size: min(i, _MAX_LEVEL) for i, size in enumerate(ordered, start=1)}

    def level(self, paragraph: Paragraph) -> int:
        """Return 1 for the largest type, 0 for what is no heading."""
        text = paragraph.text
        if len(text.split()) > _MAX_WORDS or not any(letter.isalpha() for letter in text):
            return 0
        return self.levels.get(round(paragraph.size), 0)

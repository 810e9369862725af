"""Words that stand on one baseline."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from beehive_archive.text.pdf import letters
from beehive_archive.text.pdf.page import OnBaseline, Word

# What opens an item of a list: bullets, and numbers or letters as clerks write them.
BULLET = re.compile(r"[•●○▪■□◦‣❑❖➢✓☑·*o–—−-]$")
NUMBER = re.compile(
    r"(?:\(?[0-9]{1,3}[.)]|[0-9]{1,3}|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?|\(?[A-Za-z][.)]|\(?[ivxIVX]{1,5}[.)])$"
)
_RAISED_MARK = re.compile(r"[0-9]{1,3}$|[*†‡]{1,2}$")
_SAME_ROW = 0.5  # of the smaller font's size, between the baselines
_SMALL = 0.85  # of the line's size: raised figures; word processors make them 0.58 to 0.8
_INITIAL = 0.5  # of a large initial's size: the letters that follow it
_WIDE_GAP = 1.5  # of the font's size: wider than any justified line's spaces


@dataclass(slots=True)
class Row(OnBaseline):
    """Words on one baseline across a whole region, from left to right."""

    words: list[Word]
    baseline: float
    size: float
    x0: float = 0.0
    x1: float = 0.0

    def set_in_order(self) -> None:
        """Bring the words in order from left to right, and note the ends."""
        self.words.sort(key=lambda word: word.x0)
        self.x0 = self.words[0].x0
        self.x1 = max(word.x1 for word in self.words)


@dataclass(frozen=True, slots=True)
class Line:
    """A row within its column; light, since a document's lines are kept until its end.

    ``marker`` opens the item of a list and ``text`` is what follows it; ``runs`` are the parts of
    the text with the address that each links to, empty where nothing is linked. ``column`` counts
    the columns of a page in reading order. ``first_width`` is its first word's, and ``stops`` are
    the left ends of the two words after it. ``is_tabbed`` says that a gap parts it, as in a table
    of contents.
    """

    text: str
    marker: str
    runs: tuple[tuple[str, str], ...]
    x0: float
    x1: float
    baseline: float
    size: float
    column: int
    first_width: float
    stops: tuple[float, ...]
    is_bold: bool
    is_tabbed: bool

    @property
    def full_text(self) -> str:
        """The marker and the text."""
        return f"{self.marker} {self.text}" if self.marker else self.text


def rows(words: Iterable[Word]) -> list[Row]:
    """Words gathered by baseline, from the top of the region down.

    >>> words = [Word("there", 30, 50, 10.4, 10, 1), Word("Hello", 0, 25, 10, 10, 0)]
    >>> [word.text for word in rows(words)[0].words]
    ['Hello', 'there']
    """
    found: list[Row] = []
    for word in sorted(words, key=lambda w: (w.baseline, w.x0)):
        row = found[-1] if found else None
        if row and word.baseline - row.baseline <= _SAME_ROW * min(row.size, word.size):
            row.words.append(word)
            if word.size > row.size:
                row.size, row.baseline = word.size, word.baseline
        elif row and _is_mark(word, row.size) and word.top < row.baseline:
            row.words.append(word)
        elif row and _holds_marks_only(row, word):
            row.words.append(word)
            row.size, row.baseline = word.size, word.baseline
        else:
            found.append(Row([word], word.baseline, word.size))
    for row in found:
        row.set_in_order()
    return found


def with_initials(words: list[Word]) -> list[Word]:
    """Join large initials to the words that they begin.

    >>> words = [Word("T", 0, 20, 28, 30, 0), Word("he", 22, 32, 10, 10, 1)]
    >>> [word.text for word in with_initials(words)]
    ['The']
    """
    initials = [word for word in words if len(word.text) == 1 and word.text.isupper()]
    for initial in initials:
        begun = next((word for word in words if _is_begun_by(word, initial)), None)
        if begun is not None:
            joined = replace(begun, text=initial.text + begun.text)
            words = [joined if word is begun else word for word in words if word is not initial]
    return words


def _is_begun_by(word: Word, initial: Word) -> bool:
    return (
        word.size < _INITIAL * initial.size
        and -0.5 <= word.x0 - initial.x1 < 1.5 * word.size
        and abs(word.top - initial.top) < 0.8 * word.size
    )


def _is_mark(word: Word, size: float) -> bool:
    return word.size < _SMALL * size and bool(_RAISED_MARK.match(word.text))


def _holds_marks_only(row: Row, word: Word) -> bool:
    """Whether a row is nothing but footnote marks raised above the line that ``word`` begins."""
    return word.baseline - row.baseline <= 0.6 * word.size and all(
        _is_mark(mark, word.size) for mark in row.words
    )


def line(row: Row, column: int) -> Line:
    """Return a row as a line of text, with figures raised and its list marker set apart."""
    words = _with_marks(row)
    marker = _marker(words, row.size)
    body = words[1:] if marker else words
    return Line(
        text=" ".join(word.text for word in body),
        marker=marker,
        runs=_runs(body),
        x0=words[0].x0,
        x1=max(word.x1 for word in words),
        baseline=row.baseline,
        size=row.size if len(words) < 3 else _main_size(words),
        column=column,
        first_width=words[0].x1 - words[0].x0,
        stops=tuple(word.x0 for word in words[1:3]),
        is_bold=_is_bold(body),
        is_tabbed=_is_tabbed(body, row.size),
    )


def _runs(words: list[Word]) -> tuple[tuple[str, str], ...]:
    if not any(word.href for word in words):
        return ()
    return tuple(
        (href, " ".join(word.text for word in run))
        for href, run in groupby(words, key=lambda word: word.href)
    )


def _is_bold(words: list[Word]) -> bool:
    """Whether nearly all of the letters are bold."""
    letter_count = sum(len(word.text) for word in words)
    return sum(len(word.text) for word in words if word.bold) > 0.9 * letter_count


def _is_tabbed(words: list[Word], size: float) -> bool:
    """Whether one gap stands out, unlike the even gaps of a loosely justified line."""
    gaps = sorted(b.x0 - a.x1 for a, b in pairwise(words))
    if not gaps or gaps[-1] <= _WIDE_GAP * size:
        return False
    return gaps[-1] > 2.5 * (gaps[len(gaps) // 2] if len(gaps) > 2 else size)


def _main_size(words: list[Word]) -> float:
    sizes: dict[float, int] = {}
    for word in words:
        sizes[word.size] = sizes.get(word.size, 0) + len(word.text)
    return max(sizes, key=lambda size: sizes[size])


def _with_marks(row: Row) -> list[Word]:
    """Return the row's words, raised figures written as such and joined to the word before."""
    if all(word.size > _SMALL * row.size and not _is_closing(word) for word in row.words):
        return row.words
    size = _main_size(row.words)
    baseline = next(word.baseline for word in row.words if word.size == size)
    words: list[Word] = []
    for word in row.words:
        gap = word.x0 - words[-1].x1 if words else math.inf
        if _is_mark(word, size) and word.baseline < baseline - 0.1 * size:
            figures = letters.raised(word.text)
            if gap < 0.2 * size:
                words[-1] = _joined(words[-1], word, figures)
            else:
                words.append(Word(figures, word.x0, word.x1, baseline, size, word.order))
        elif _is_closing(word) and gap < 0.4 * size:
            words[-1] = _joined(words[-1], word, word.text)
        else:
            words.append(word)
    return words


def _is_closing(word: Word) -> bool:
    return len(word.text) <= 2 and word.text[0] in ".,;:)" and word.text[-1] in ".,;:)”’"


def _joined(word: Word, mark: Word, text: str) -> Word:
    return Word(
        word.text + text,
        word.x0,
        mark.x1,
        word.baseline,
        word.size,
        word.order,
        word.bold,
        word.href,
    )


def _marker(words: list[Word], size: float) -> str:
    """Return the list marker that opens the words; empty if none does."""
    if len(words) < 2:
        return ""
    first, gap = words[0].text, words[1].x0 - words[0].x1
    if BULLET.match(first):
        least = 0.5 if first in "*o–—−-" else 0.05
    elif NUMBER.match(first):
        least = 0.8 if first[-1].isalnum() else 0.15
    else:
        return ""
    return first if gap > least * size else ""

"""What a page holds, whichever engine read it: words, rules, links and pictures with their places.

All lengths are points. A page may carry text in more than one direction, so it is a list of
sheets: on each sheet the text reads upright, x runs to the right and y runs down from the top.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Reader = Literal["pdfium", "pdfplumber", "ocr", "none"]


# How far letters reach above and below their baseline, of the font's size: about, in any font.
_CAPITALS = 0.8
_DESCENDERS = 0.2


class OnBaseline:
    """Letters of one size on one baseline: what words and rows of words have in common."""

    __slots__ = ()
    baseline: float
    size: float

    @property
    def top(self) -> float:
        """About where its capitals end."""
        return self.baseline - _CAPITALS * self.size

    @property
    def bottom(self) -> float:
        """About where its descenders end."""
        return self.baseline + _DESCENDERS * self.size


@dataclass(frozen=True, slots=True)
class Word(OnBaseline):
    """A run of characters without white space.

    ``baseline`` is the y on which the letters stand, ``size`` the font's size, and ``order`` the
    word's place in the file, which is often the author's reading order. ``href`` is the address
    that a link over the word leads to.
    """

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    order: int
    bold: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a sheet; a straight line is one without height or width."""

    x0: float
    top: float
    x1: float
    bottom: float

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point lies in it.

        >>> Box(0, 0, 10, 10).holds(11, 5), Box(0, 0, 10, 10).holds(11, 5, margin=2)
        (False, True)
        """
        return (
            self.x0 - margin <= x <= self.x1 + margin
            and self.top - margin <= y <= self.bottom + margin
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of a page that reads in one direction.

    ``edges`` are the straight lines and the sides of rectangles that are drawn on it. A slanted
    sheet holds what stands at no right angle (a stamp across the page): its words are in the
    file's order and their places mean nothing.
    """

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    edges: list[Box] = field(default_factory=list)
    slanted: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read: its sheets, the one with the most text first, and how it was read.

    ``picture_share`` is the part of the page's area (0 to 1) that pictures cover. ``damage`` is
    the share of characters that stand for no known letter.
    """

    sheets: list[Sheet]
    reader: Reader = "pdfium"
    picture_share: float = 0.0
    damage: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there is no word on it."""
        return not any(sheet.words for sheet in self.sheets)

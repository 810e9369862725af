"""Words placed by hand, to test the layout without a PDF."""

from __future__ import annotations

from beehive_archive.text.pdf.page import Word

LETTER = 5.0  # points for each letter of 10-point type


def words(
    text: str, x: float, baseline: float, *, size: float = 10.0, order: int = 0, **more
) -> list[Word]:
    """The words of one line, set from x."""
    placed = []
    for i, word in enumerate(text.split()):
        width = len(word) * LETTER * size / 10
        placed.append(Word(word, x, x + width, baseline, size, order + i, **more))
        x += width + 3 * size / 10
    return placed


def block(
    lines: list[str], x: float, top: float, *, order: int = 0, leading: float = 14.0, **more
) -> list[Word]:
    """Lines below one another."""
    placed: list[Word] = []
    for i, line in enumerate(lines):
        placed += words(line, x, top + i * leading, order=order + 100 * i, **more)
    return placed

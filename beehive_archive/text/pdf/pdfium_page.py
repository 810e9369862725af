"""A page as pdfium reads it: the fast engine, enough for nearly every page.

pdfium is asked for few things, since every call through ctypes costs as much as the layout of a
word: the characters once, the style once for each text object, and for each word the places of
its first and last character.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from beehive_archive.text.pdf import drawing, letters
from beehive_archive.text.pdf.glyphs import Glyphs, Style
from beehive_archive.text.pdf.page import Box, Page, Sheet, Word

# pdfium writes a hyphen at a line's end as U+FFFE (older versions U+0002) and no line end after it.
_WORD = re.compile("[^\\s\x00\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_LINE_END_HYPHEN = ("\x02", "\ufffe")
_GLUED_FIGURES = re.compile(
    r"""(?<=[^\d\s.,:/$(+-])[0-9]{1,3}(?=[.,;:!?)\]”’"']*$)|(?<=[a-zA-Z)][.,])[0-9]{1,3}$"""
)
_LEADING_FIGURES = re.compile(r"^[0-9]{1,3}(?=[A-Z‘“\"])")
_WORD_JOINER = "\u2060"  # no white space, and dropped when a word is normalised
_MACRONS = frozenset("\u00af\u02c9")
_MAX_MACRONS = 500
_UMLAUTS = frozenset("äëïöüÄËÏÖÜ")
_MIN_SIZE = 1.0  # points
_SMALL = 0.85  # of the size of the letters beside them: raised figures
_Point = Callable[[float, float], tuple[float, float]]


def read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    """Read a page's words, edges and links.

    Raises:
        pypdfium2.PdfiumError: the page can't be loaded.

    """
    page = document[index]
    try:
        if drawing.has_fields(page):
            # Painted into the page, what is filled in is text like any other.
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
            page.close()
            page = document[index]
        textpage = page.get_textpage()
        try:
            return _page(document, page, Glyphs(textpage))
        finally:
            textpage.close()
    finally:
        page.close()


def _page(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, glyphs: Glyphs) -> Page:
    crop = page.get_cropbox()
    marks = drawing.read_marks(page)
    text = glyphs.text()
    if not _MACRONS.isdisjoint(text):
        text = _with_overlaid_macrons(glyphs, text)
    groups = _words_by_turn(glyphs, text, crop, marks)
    slanted = groups.pop(None, [])
    links = drawing.read_links(document, page) if groups else []
    sheets = [
        _sheet(turn, words, crop, marks.edges, links)
        for turn, words in sorted(groups.items(), key=_letter_count, reverse=True)
    ]
    if slanted:
        sheets.append(Sheet(0, 0, slanted, slanted=True))
    area = max(1.0, (crop[2] - crop[0]) * (crop[3] - crop[1]))
    pictures = sum((r - l) * (t - b) for l, b, r, t in marks.pictures)  # noqa: E741
    return Page(
        sheets=sheets,
        picture_share=min(1.0, pictures / area),
        damage=letters.damage(text) if text else float(marks.has_text),
    )


def _letter_count(group: tuple[int | None, list[Word]]) -> int:
    return sum(len(word.text) for word in group[1])


def _with_overlaid_macrons(glyphs: Glyphs, text: str) -> str:
    """Put macrons that are painted over vowels into them, as fonts without such letters need."""
    found = list(text)
    vowels = [i for i, letter in enumerate(text) if letter in "aeiouAEIOU"]
    marks = [i for i, letter in enumerate(text) if letter in _MACRONS][:_MAX_MACRONS]
    boxes = {i: glyphs.box(i) for i in vowels}
    for mark in marks:
        left, bottom, right, _ = glyphs.box(mark)
        x = (left + right) / 2
        for i, (l, b, r, t) in boxes.items():  # noqa: E741
            if l <= x <= r and b < bottom < t + (t - b):
                found[i] = unicodedata.normalize("NFC", text[i] + "\u0304")
                _remove_mark(glyphs, found, mark)
                break
    return "".join(found)


def _remove_mark(glyphs: Glyphs, text: list[str], mark: int) -> None:
    """Take a macron out, with the spaces that pdfium thought to see beside it."""
    first, last = mark, mark
    while first > 0 and text[first - 1].isspace() and glyphs.is_generated(first - 1):
        first -= 1
    while last + 1 < len(text) and text[last + 1].isspace() and glyphs.is_generated(last + 1):
        last += 1
    if first > 0 and last + 1 < len(text):
        left, right = glyphs.box(first - 1), glyphs.box(last + 1)
        if 0 <= right[0] - left[2] < 0.2 * (left[3] - left[1]) + 1.0:
            text[first : last + 1] = _WORD_JOINER * (last + 1 - first)
            return
    text[mark] = " "


def _words_by_turn(
    glyphs: Glyphs, text: str, crop: drawing.Rectangle, marks: drawing.Marks
) -> dict[int | None, list[Word]]:
    """Gather the words that a reader sees by the direction they read in; None is slanted."""
    groups: dict[int | None, list[Word]] = defaultdict(list)
    points = {turn: _upright(turn, crop) for turn in range(4)}
    for order, match in enumerate(_WORD.finditer(text)):
        first, last = match.start(), match.end() - 1
        style = glyphs.style(first)
        left, bottom, right, top = glyphs.box(first)
        if last > first:
            l2, b2, r2, t2 = glyphs.box(last)
            if style.turn == 0:
                right = max(right, r2)
            else:
                left, bottom = min(left, l2), min(bottom, b2)
                right, top = max(right, r2), max(top, t2)
        if not _is_visible(style, (left + right) / 2, (bottom + top) / 2, crop, marks):
            continue
        word, size = _word_and_size(glyphs, match.group(), first, style)
        if style.turn is None:
            groups[None].append(Word(word, 0, 0, 0, 0, order, style.is_bold))
            continue
        point = points[style.turn]
        (xa, _), (xb, _), (_, baseline) = (
            point(left, bottom),
            point(right, top),
            point(*style.origin),
        )
        groups[style.turn].append(
            Word(word, min(xa, xb), max(xa, xb), baseline, size, order, style.is_bold)
        )
    return groups


def _word_and_size(glyphs: Glyphs, word: str, first: int, style: Style) -> tuple[str, float]:
    """Return a word with its letters put right, and its size."""
    size = style.size
    if word[-1] in _LINE_END_HYPHEN:
        word = word[:-1] + "-"
    elif not word.isalpha() and (figures := _GLUED_FIGURES.search(word)):
        word = _with_raised_figures(glyphs, word, first, figures)
    if word[0].isdigit() and (figures := _LEADING_FIGURES.match(word)):
        word, size = _with_leading_figures(glyphs, word, first, figures)
    if word.isascii():
        return word, size
    if not _UMLAUTS.isdisjoint(word) and "maori" in style.font:
        word = letters.macrons_for_umlauts(word)
    return letters.normalised(word), size


def _with_raised_figures(glyphs: Glyphs, word: str, first: int, figures: re.Match[str]) -> str:
    """Raise the figures of ``cent1``: small and high they are a footnote's marker."""
    index, size = first + figures.start(), glyphs.style(first).size
    if glyphs.style(index).size > _SMALL * size:
        return word
    if glyphs.origin(index)[1] <= glyphs.origin(first)[1] + 0.1 * size:
        return word
    return word[: figures.start()] + letters.raised(figures.group()) + word[figures.end() :]


def _with_leading_figures(
    glyphs: Glyphs, word: str, first: int, figures: re.Match[str]
) -> tuple[str, float]:
    """Part the figures of ``1See``, a footnote's own, from its first word."""
    number, after = glyphs.style(first), glyphs.style(first + figures.end())
    rest = word[figures.end() :]
    if number.size < _SMALL * after.size:
        return f"{letters.raised(figures.group())} {rest}", after.size
    if number is not after and rest[1:2].islower():
        return f"{figures.group()} {rest}", number.size
    return word, number.size


def _is_visible(
    style: Style, x: float, y: float, crop: drawing.Rectangle, marks: drawing.Marks
) -> bool:
    """Tell whether a reader of the page sees the word, or sees it in a picture below it."""
    if not (crop[0] <= x <= crop[2] and crop[1] <= y <= crop[3]) or style.size < _MIN_SIZE:
        return False
    if not style.is_painted:
        # A scan's recognised words are invisible and lie over the scan.
        return any(l <= x <= r and b <= y <= t for l, b, r, t in marks.pictures)  # noqa: E741
    if style.is_white:
        grounds = (*marks.fills, *marks.pictures)
        return any(l <= x <= r and b <= y <= t for l, b, r, t in grounds)  # noqa: E741
    return True


def _sheet(
    turn: int | None,
    words: list[Word],
    crop: drawing.Rectangle,
    edges: list[drawing.Rectangle],
    links: list[drawing.Link],
) -> Sheet:
    point = _upright(turn or 0, crop)
    width, height = crop[2] - crop[0], crop[3] - crop[1]
    if turn in (1, 3):
        width, height = height, width
    if links:
        addresses = [(_box(point, link.rectangle), link.href) for link in links]
        words = [_linked(word, addresses) for word in words]
    return Sheet(width, height, words, [_box(point, edge) for edge in edges])


def _linked(word: Word, addresses: list[tuple[Box, str]]) -> Word:
    x, y = (word.x0 + word.x1) / 2, word.baseline - 0.3 * word.size
    for box, href in addresses:
        if box.holds(x, y):
            return replace(word, href=href)
    return word


def _box(point: _Point, rectangle: drawing.Rectangle) -> Box:
    xa, ya = point(rectangle[0], rectangle[1])
    xb, yb = point(rectangle[2], rectangle[3])
    return Box(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def _upright(turn: int, crop: drawing.Rectangle) -> _Point:
    """Return page space as seen when text so turned stands upright; y runs down."""
    left, bottom, right, top = crop
    return (
        lambda x, y: (x - left, top - y),
        lambda x, y: (y - bottom, x - left),
        lambda x, y: (right - x, y - bottom),
        lambda x, y: (top - y, right - x),
    )[turn]

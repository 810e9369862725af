"""A page as pdfium reads it: the fast engine, enough for nearly every page.

pdfium is asked for few things, since every call through ctypes costs as much as the layout of a
word: the characters once, and for each word its first and last character's place.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from beehive_archive.text.pdf import drawing, letters
from beehive_archive.text.pdf.page import Box, Page, Sheet, Word

# pdfium writes a hyphen at a line's end as U+FFFE (older versions U+0002) and no line end after it.
_WORD = re.compile("[^\\s\x00\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_LINE_END_HYPHEN = ("\x02", "\ufffe")
_GLUED_FIGURES = re.compile(r"(?<=[^\d\s.,:/$(+-])[0-9]{1,3}$|(?<=[a-zA-Z)][.,])[0-9]{1,3}$")
_LEADING_FIGURES = re.compile(r"^[0-9]{1,3}(?=[A-Z‘“\"])")
_WORD_JOINER = "\u2060"  # no white space, and dropped when a word is normalised
_MACRONS = frozenset("\u00af\u02c9")
_MAX_MACRONS = 500
_UMLAUTS = frozenset("äëïöüÄËÏÖÜ")
_INVISIBLE_MODE = 3
_MAX_CHARACTERS = 200_000  # a page of a book has 3,000; a page of telephone numbers 15,000
_MIN_SIZE = 1.0
_NEAR_WHITE = 245
_SLANT = 0.05  # radians off a right angle
_Point = Callable[[float, float], tuple[float, float]]


def read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    """Return a page's words, edges and links.

    Raises:
        pypdfium2.PdfiumError: the page can't be loaded.

    """
    page = document[index]
    try:
        if drawing.has_fields(page):
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
            page.close()
            page = document[index]
        textpage = page.get_textpage()
        try:
            return _page(document, page, textpage)
        finally:
            textpage.close()
    finally:
        page.close()


def _page(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage
) -> Page:
    crop = page.get_cropbox()
    marks = drawing.read_marks(page)
    text = _text(textpage)
    glyphs = _Glyphs(textpage.raw)
    if not _MACRONS.isdisjoint(text):
        text = _with_overlaid_macrons(glyphs, text)
    found = [word for word in _placed_words(glyphs, text) if _is_visible(glyphs, word, crop, marks)]
    links = drawing.read_links(document, page) if found else []
    area = max(1.0, (crop[2] - crop[0]) * (crop[3] - crop[1]))
    pictures = sum((r - l) * (t - b) for l, b, r, t in marks.pictures)  # noqa: E741
    return Page(
        sheets=_sheets(found, crop, marks.edges, links),
        picture_share=min(1.0, pictures / area),
        damage=letters.damage(text),
    )


@dataclass(frozen=True, slots=True)
class _PlacedWord:
    """A word in the page's own space: y upwards, and the direction in which it reads."""

    text: str
    first: int
    left: float
    bottom: float
    right: float
    top: float
    origin: tuple[float, float]
    size: float
    angle: float
    bold: bool


class _Glyphs:
    """The places of a text page's characters, with the buffers that pdfium writes them to."""

    def __init__(self, raw: pdfium.FPDF_TEXTPAGE) -> None:
        self.raw = raw
        self._matrix = pdfium.FS_MATRIX()
        self._numbers = [ctypes.c_double() for _ in range(4)]
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._bold_fonts: dict[tuple[str, int], bool] = {}
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def box(self, i: int) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the ink."""
        left, right, bottom, top = self._numbers
        pdfium.FPDFText_GetCharBox(self.raw, i, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value

    def origin(self, i: int) -> tuple[float, float]:
        """Return the point on the baseline where the character begins."""
        x, y = self._numbers[:2]
        pdfium.FPDFText_GetCharOrigin(self.raw, i, x, y)
        return x.value, y.value

    def size_and_angle(self, i: int) -> tuple[float, float]:
        """Return the font's size as it appears, and the writing's direction in radians."""
        matrix = self._matrix
        size = pdfium.FPDFText_GetFontSize(self.raw, i)
        if not pdfium.FPDFText_GetMatrix(self.raw, i, matrix):
            return size, 0.0
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        return size * scale, math.atan2(matrix.b, matrix.a) if matrix.b else (
            0.0 if matrix.a >= 0 else math.pi
        )

    def font(self, i: int) -> str:
        """Return the font's name, cut to 127 bytes."""
        pdfium.FPDFText_GetFontInfo(self.raw, i, self._name, 128, self._flags)
        return self._name.value.decode("utf-8", "replace")

    def is_bold(self, i: int) -> bool:
        """Whether the font's name or weight says bold."""
        name = self.font(i).lower()
        return any(weight in name for weight in ("bold", "black", "heavy"))

    def is_generated(self, i: int) -> bool:
        """Whether pdfium put in the character, a space mostly, and the page doesn't have it."""
        return pdfium.FPDFText_IsGenerated(self.raw, i) == 1

    def is_painted(self, i: int) -> bool:
        """Whether the character is painted at all, not only there to be searched for."""
        text_object = pdfium.FPDFText_GetTextObject(self.raw, i)
        if not text_object:
            return True
        mode: int = pdfium.FPDFTextObj_GetTextRenderMode(text_object)
        return mode != _INVISIBLE_MODE

    def is_white(self, i: int) -> bool:
        """Whether it is painted in white or nearly so."""
        red, green, blue, alpha = self._colour
        if not pdfium.FPDFText_GetFillColor(self.raw, i, red, green, blue, alpha):
            return False
        return min(red.value, green.value, blue.value) >= _NEAR_WHITE


def _text(textpage: pypdfium2.PdfTextPage) -> str:
    """Every character by its index; what is no character is U+FFFD."""
    get = pdfium.FPDFText_GetUnicode
    raw = textpage.raw
    count = min(pdfium.FPDFText_CountChars(raw), _MAX_CHARACTERS)
    codes = [get(raw, i) for i in range(count)]
    return "".join(
        chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd" for code in codes
    )


def _with_overlaid_macrons(glyphs: _Glyphs, text: str) -> str:
    """Vowels with the macrons that are painted over them, as fonts without such letters need."""
    letters_by_place = list(text)
    vowels = [i for i, letter in enumerate(text) if letter in "aeiouAEIOU"]
    marks = [i for i, letter in enumerate(text) if letter in _MACRONS][:_MAX_MACRONS]
    boxes = {i: glyphs.box(i) for i in vowels}
    for mark in marks:
        left, bottom, right, _ = glyphs.box(mark)
        x = (left + right) / 2
        for i, (l, b, r, t) in boxes.items():  # noqa: E741
            if l <= x <= r and b < bottom < t + (t - b):
                letters_by_place[i] = unicodedata.normalize("NFC", text[i] + "\u0304")
                _remove_mark(glyphs, letters_by_place, mark)
                break
    return "".join(letters_by_place)


def _remove_mark(glyphs: _Glyphs, text: list[str], mark: int) -> None:
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


def _placed_words(glyphs: _Glyphs, text: str) -> Iterator[_PlacedWord]:
    for match in _WORD.finditer(text):
        first, last = match.start(), match.end() - 1
        word = match.group()
        size, angle = glyphs.size_and_angle(first)
        left, bottom, right, top = glyphs.box(first)
        if last > first:
            l2, b2, r2, t2 = glyphs.box(last)
            left, bottom, right, top = min(left, l2), min(bottom, b2), max(right, r2), max(top, t2)
        if word[-1] in _LINE_END_HYPHEN:
            word = word[:-1] + "-"
        elif word[-1].isdigit() and len(word) > 1:
            word = _with_raised_figures(glyphs, word, first, size)
        if word[0].isdigit() and (figures := _LEADING_FIGURES.match(word)):
            after, _ = glyphs.size_and_angle(first + figures.end())
            if size < 0.8 * after:
                word = f"{letters.raised(figures.group())} {word[figures.end() :]}"
                size = after
        yield _PlacedWord(
            text=_letters(glyphs, word, first),
            first=first,
            left=left,
            bottom=bottom,
            right=right,
            top=top,
            origin=glyphs.origin(first),
            size=size,
            angle=angle,
            bold=glyphs.is_bold(first),
        )


def _letters(glyphs: _Glyphs, word: str, first: int) -> str:
    if word.isascii():
        return word
    if not _UMLAUTS.isdisjoint(word) and "maori" in glyphs.font(first).lower():
        word = letters.macrons_for_umlauts(word)
    return letters.normalised(word)


def _with_raised_figures(glyphs: _Glyphs, word: str, first: int, size: float) -> str:
    """``cent1`` with a small raised 1 is a footnote's marker, not a word with a number."""
    figures = _GLUED_FIGURES.search(word)
    if not figures:
        return word
    index = first + figures.start()
    small, _ = glyphs.size_and_angle(index)
    if small > 0.8 * size or glyphs.origin(index)[1] <= glyphs.origin(first)[1] + 0.1 * size:
        return word
    return word[: figures.start()] + letters.raised(figures.group())


def _is_visible(
    glyphs: _Glyphs,
    word: _PlacedWord,
    crop: tuple[float, float, float, float],
    marks: drawing.Marks,
) -> bool:
    """Whether a reader of the page sees the word, or sees it in a picture below it."""
    x, y = (word.left + word.right) / 2, (word.bottom + word.top) / 2
    if not (crop[0] <= x <= crop[2] and crop[1] <= y <= crop[3]) or word.size < _MIN_SIZE:
        return False
    if not glyphs.is_painted(word.first):
        # A scan's recognised words are invisible and lie over the scan.
        return any(l <= x <= r and b <= y <= t for l, b, r, t in marks.pictures)  # noqa: E741
    if glyphs.is_white(word.first):
        grounds = (*marks.fills, *marks.pictures)
        return any(l <= x <= r and b <= y <= t for l, b, r, t in grounds)  # noqa: E741
    return True


def _sheets(
    words: list[_PlacedWord],
    crop: tuple[float, float, float, float],
    edges: list[drawing.Rectangle],
    links: list[drawing.Link],
) -> list[Sheet]:
    """Return the words by the direction they read in, most text first, slanted words last."""
    groups: dict[int, list[tuple[int, _PlacedWord]]] = defaultdict(list)
    slanted: list[Word] = []
    for order, word in enumerate(words):
        quarters = word.angle / (math.pi / 2)
        if abs(quarters - round(quarters)) * (math.pi / 2) > _SLANT:
            slanted.append(Word(word.text, 0, 0, 0, word.size, order, bold=word.bold))
        else:
            groups[round(quarters) % 4].append((order, word))
    weights = Counter(
        {turn: sum(len(word.text) for _, word in group) for turn, group in groups.items()}
    )
    sheets = [_sheet(turn, groups[turn], crop, edges, links) for turn, _ in weights.most_common()]
    if slanted:
        sheets.append(Sheet(0, 0, slanted, slanted=True))
    return sheets


def _sheet(
    turn: int,
    words: list[tuple[int, _PlacedWord]],
    crop: tuple[float, float, float, float],
    edges: list[drawing.Rectangle],
    links: list[drawing.Link],
) -> Sheet:
    point = _upright(turn, crop)
    width, height = crop[2] - crop[0], crop[3] - crop[1]
    if turn % 2:
        width, height = height, width
    addresses = [(_box(point, link.rectangle), link.href) for link in links]
    placed = []
    for order, word in words:
        box = _box(point, (word.left, word.bottom, word.right, word.top))
        baseline = point(*word.origin)[1]
        placed.append(Word(word.text, box.x0, box.x1, baseline, word.size, order, word.bold))
    if addresses:
        placed = [_linked(word, addresses) for word in placed]
    return Sheet(width, height, placed, [_box(point, edge) for edge in edges])


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


def _upright(turn: int, crop: tuple[float, float, float, float]) -> _Point:
    """Page space, as seen when text turned by quarter turns anticlockwise stands upright."""
    left, bottom, right, top = crop
    return {
        0: lambda x, y: (x - left, top - y),
        1: lambda x, y: (y - bottom, x - left),
        2: lambda x, y: (right - x, y - bottom),
        3: lambda x, y: (top - y, right - x),
    }[turn]

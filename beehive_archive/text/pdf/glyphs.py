"""The characters of a page as pdfium has them, and the places and style that they are set in."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_MAX_CHARACTERS = 200_000  # a page of a book has 3,000; a page of telephone numbers 15,000
_INVISIBLE_MODE = 3  # PDF 32000-1, table 106
_NEAR_WHITE = 245
_SLANT = 0.05  # radians off a right angle
_NAME_BYTES = 128
_HEAVY = ("bold", "black", "heavy")


@dataclass(frozen=True, slots=True)
class Style:
    """What the letters of one text object share; the file paints a line or a word with each.

    ``size`` is the font's as it appears, in points. ``turn`` counts the quarter turns
    anticlockwise from upright, None for slanted writing. ``origin`` is a point on the baseline.
    """

    size: float
    turn: int | None
    origin: tuple[float, float]
    font: str
    is_bold: bool
    is_painted: bool
    is_white: bool


class Glyphs:
    """A text page's characters by index, with the buffers that pdfium writes their places to."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self._raw = textpage.raw
        self._matrix = pdfium.FS_MATRIX()
        self._numbers = [ctypes.c_double() for _ in range(4)]
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()
        self._styles: dict[bytes, Style] = {}

    def text(self) -> str:
        """Return every character by its index; what is no character is U+FFFD."""
        count = min(pdfium.FPDFText_CountChars(self._raw), _MAX_CHARACTERS)
        if count <= 0:
            return ""
        buffer = (ctypes.c_ushort * (count + 1))()
        written = pdfium.FPDFText_GetText(self._raw, 0, count, buffer) - 1
        if written == count:  # else it left some out, and its indexes are not the page's
            text = bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")
            if len(text) == count:
                return text
        codes = (pdfium.FPDFText_GetUnicode(self._raw, i) for i in range(count))
        return "".join(
            chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd" for code in codes
        )

    def box(self, i: int) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of the ink, y running up."""
        left, right, bottom, top = self._numbers
        pdfium.FPDFText_GetCharBox(self._raw, i, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value

    def origin(self, i: int) -> tuple[float, float]:
        """Return the point on the baseline where the character begins."""
        x, y = self._numbers[:2]
        pdfium.FPDFText_GetCharOrigin(self._raw, i, x, y)
        return x.value, y.value

    def style(self, i: int) -> Style:
        """Return the character's style; asked of pdfium once for each text object."""
        text_object = pdfium.FPDFText_GetTextObject(self._raw, i)
        key = bytes(text_object)  # the pointer's own bytes
        style = self._styles.get(key)
        if style is None:
            style = self._style(i, text_object)
            self._styles[key] = style
        return style

    def _style(self, i: int, text_object: pdfium.FPDF_PAGEOBJECT) -> Style:
        size, turn = self._size_and_turn(i)
        font = self._font(i)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text_object) if text_object else 0
        return Style(
            size=size,
            turn=turn,
            origin=self.origin(i),
            font=font,
            is_bold=any(weight in font for weight in _HEAVY),
            is_painted=mode != _INVISIBLE_MODE,
            is_white=self._is_white(i),
        )

    def _size_and_turn(self, i: int) -> tuple[float, int | None]:
        matrix = self._matrix
        size: float = pdfium.FPDFText_GetFontSize(self._raw, i)
        if not pdfium.FPDFText_GetMatrix(self._raw, i, matrix):
            return size, 0
        size *= math.hypot(matrix.c, matrix.d) or 1.0
        quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        if abs(quarters - round(quarters)) > _SLANT:
            return size, None
        return size, round(quarters) % 4

    def _font(self, i: int) -> str:
        """Return the font's name in lower case, cut to what the buffer holds."""
        pdfium.FPDFText_GetFontInfo(self._raw, i, self._name, _NAME_BYTES, self._flags)
        return self._name.value.decode("utf-8", "replace").lower()

    def _is_white(self, i: int) -> bool:
        red, green, blue, alpha = self._colour
        if not pdfium.FPDFText_GetFillColor(self._raw, i, red, green, blue, alpha):
            return False
        return min(red.value, green.value, blue.value) >= _NEAR_WHITE

    def is_generated(self, i: int) -> bool:
        """Tell whether pdfium put in the character, a space mostly, that the page doesn't have."""
        generated: int = pdfium.FPDFText_IsGenerated(self._raw, i)
        return generated == 1

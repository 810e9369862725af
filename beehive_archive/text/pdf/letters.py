"""Characters as the page shows them: macrons, ligatures, symbols, raised figures."""

from __future__ import annotations

import re
import unicodedata

# Symbol and Wingdings have no Unicode of their own; Word's exports put their glyphs at U+F000 and
# the font's code (Microsoft's "symbol" encoding).
_SYMBOLS = {
    0xF06C: "●",
    0xF06E: "■",
    0xF06F: "□",
    0xF071: "❑",
    0xF076: "❖",
    0xF0A7: "▪",
    0xF0A8: "□",
    0xF0B0: "°",
    0xF0B4: "×",
    0xF0B7: "•",
    0xF0BE: "—",
    0xF0D8: "➢",
    0xF0DF: "→",
    0xF0E0: "→",
    0xF0FC: "✓",
    0xF0FE: "☑",
}
_INVISIBLE = dict.fromkeys([0, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFF])
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_LETTERS = {**_SYMBOLS, **_LIGATURES, **_INVISIBLE}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_UMLAUT_TO_MACRON = str.maketrans("äëïöüÄËÏÖÜ", "āēīōūĀĒĪŌŪ")

# Typesetters that lack the letters put a macron over a vowel: TeX's \=a prints "¯a".
_MACRON_BEFORE = re.compile("[\u00af\u02c9]([aeiouAEIOU])")
_MACRON_AFTER = re.compile("([aeiouAEIOU])[\u00af\u02c9]")
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]|\(cid:\d+\)")


def normalised(text: str) -> str:
    """Return a word with one character for each letter (NFC), so that macrons can be searched for.

    NFKC would make m² into m2, so ligatures are named one by one.

    >>> normalised("wha\u0304nau"), normalised("o\ufb03ce"), normalised("M\u00afaori")
    ('whānau', 'office', 'Māori')
    """
    if text.isascii():
        return text.replace("\x00", "")
    text = text.translate(_LETTERS)
    text = _MACRON_AFTER.sub("\\1\u0304", _MACRON_BEFORE.sub("\\1\u0304", text))
    return unicodedata.normalize("NFC", text)


def raised(text: str) -> str:
    """Figures as superscripts: footnote markers and square metres.

    >>> raised("12")
    '¹²'
    """
    return text.translate(_RAISED)


def macrons_for_umlauts(text: str) -> str:
    """Return what a Māori font shows; such fonts (before 2003) had macrons in the umlauts' places.

    >>> macrons_for_umlauts("Mäori")
    'Māori'
    """
    return text.translate(_UMLAUT_TO_MACRON)


def damage(text: str) -> float:
    """Return the share of characters (0 to 1) that stand for no known letter.

    >>> damage("(cid:12)(cid:7)ab")
    0.5
    """
    bad = len(_UNREADABLE.findall(text))
    return bad / max(1, len(_UNREADABLE.sub("?", text)))

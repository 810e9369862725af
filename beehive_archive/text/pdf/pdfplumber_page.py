"""A page as pdfplumber reads it: slow, for the pages whose letters pdfium can't name.

pdfplumber (over pdfminer.six) maps characters in its own way, so a page that one of the two reads
as rubbish the other may read well. It takes some ten times as long.
"""

from __future__ import annotations

from pdfplumber.page import Page as PlumberPage

from beehive_archive.text.pdf import letters
from beehive_archive.text.pdf.page import Box, Page, Sheet, Word

_MAX_CHARACTERS = 50_000
_NEAR = 0.15  # of a letter's size; pdfplumber's fixed 3 points glue small type (its issue 334)


def read_page(page: PlumberPage) -> Page:
    """Return a page's words and edges, seen as it is displayed.

    Raises:
        Exception: whatever pdfminer.six raises on malformed input; it promises no type.

    """
    if len(page.chars) > _MAX_CHARACTERS:
        return Page(sheets=[], reader="pdfplumber", damage=1.0)
    seen = page.crop(page.cropbox, strict=False).dedupe_chars()
    found = seen.extract_words(
        x_tolerance_ratio=_NEAR,
        use_text_flow=True,
        extra_attrs=["size", "fontname"],
        keep_blank_chars=False,
    )
    left, top, right, bottom = page.cropbox
    words = [
        Word(
            text=letters.normalised(word["text"]),
            x0=word["x0"] - left,
            x1=word["x1"] - left,
            baseline=word["bottom"] - top - 0.2 * word["size"],
            size=word["size"],
            order=order,
            bold="bold" in word["fontname"].lower(),
        )
        for order, word in enumerate(found)
        if word["upright"] is not False
    ]
    edges = [
        Box(edge["x0"] - left, edge["top"] - top, edge["x1"] - left, edge["bottom"] - top)
        for edge in seen.edges
    ]
    text = "".join(word.text for word in words)
    return Page(
        sheets=[Sheet(right - left, bottom - top, words, edges)],
        reader="pdfplumber",
        damage=letters.damage(text),
    )

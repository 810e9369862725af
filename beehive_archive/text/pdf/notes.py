"""What a reader of the text must know: which pages were not read, and which by OCR."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from beehive_archive.text.pdf.page import Page

_PICTURE_PAGE = 0.3


@dataclass(slots=True)
class Notes:
    """Indexes of pages, gathered while they are read."""

    failed: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    recognised: list[int] = field(default_factory=list)
    recognise_failed: bool = False

    def add(self, index: int, page: Page, *, can_recognise: bool) -> None:
        """Take note of how a page was read."""
        if page.reader == "ocr":
            self.recognised.append(index)
        elif page.is_empty and page.damage > 0:
            self.unnamed.append(index)
        elif page.is_empty and page.picture_share > _PICTURE_PAGE:
            self.pictures.append(index)
            self.recognise_failed = can_recognise

    def text(self, count: int, *, read: int, has_end: bool, is_empty: bool) -> str | None:
        """Return the note's sentences, or None if everything was read as it should be."""
        sentences = []
        if not count:
            sentences.append("The PDF has no pages.")
        if not has_end:
            sentences.append("The PDF is cut short, so text may be missing.")
        if self.recognised:
            pages = _pages(self.recognised)
            sentences.append(f"{pages} read by OCR (tesseract), so errors are likely.")
        if self.pictures:
            why = (
                "OCR found no text in them"
                if self.recognise_failed
                else "no OCR program is installed"
            )
            sentences.append(f"{_pages(self.pictures)} not read: scanned pictures, and {why}.")
        if self.unnamed:
            sentences.append(
                f"{_pages(self.unnamed)} not read: the letters of the fonts have no names."
            )
        if self.failed:
            sentences.append(f"{_pages(self.failed)} not read: damaged.")
        if self.left_out:
            sentences.append(
                f"{_pages(self.left_out)} not read: reading took too much time or memory."
            )
        if read < count:
            sentences.append(f"Only the first {read} of its {count} pages were looked at.")
        if is_empty and not sentences:
            sentences.append("The PDF holds no text.")
        return " ".join(sentences) or None


def _pages(indexes: list[int]) -> str:
    """Pages as a person counts them.

    >>> _pages([0]), _pages([0, 1, 2, 6])
    ('Page 1 was', 'Pages 1–3 and 7 were')
    """
    if len(indexes) == 1:
        return f"Page {indexes[0] + 1} was"
    runs = []
    for _, group in groupby(enumerate(indexes), key=lambda pair: pair[1] - pair[0]):
        run = [index + 1 for _, index in group]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    if len(runs) > 12:
        runs = [*runs[:11], f"{len(runs) - 11} other runs of pages"]
    listed = ", ".join(runs[:-1]) + f" and {runs[-1]}" if len(runs) > 1 else runs[0]
    return f"Pages {listed} were"

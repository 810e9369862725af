"""A PDF's bytes to the archive's Markdown, page by page.

Each page is read by pdfium, and again by pdfplumber where pdfium can't name the letters, and by
OCR where there are none. What a page leaves behind are its lines; running heads, headings and
broken words can be told only when all pages are read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Container, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pdfplumber
import pdfplumber.pdf
import pypdfium2
import pypdfium2.raw as pdfium

from beehive_archive.text.markdown import from_html
from beehive_archive.text.pdf import lines, metadata, pdfium_page, pdfplumber_page
from beehive_archive.text.pdf.columns import reading_order
from beehive_archive.text.pdf.headings import TypeSizes
from beehive_archive.text.pdf.hyphenation import Vocabulary
from beehive_archive.text.pdf.lines import Line
from beehive_archive.text.pdf.markup import page_html
from beehive_archive.text.pdf.notes import Notes
from beehive_archive.text.pdf.page import Page, Sheet
from beehive_archive.text.pdf.ruled_tables import ruled_tables
from beehive_archive.text.pdf.running_heads import SheetText, without_running_heads

MAX_PAGES = 5_000
PAGE_BREAK = "* * *"

_MAX_DAMAGE = 0.1  # share of letters without a name above which another reader is asked
_USELESS = 0.3  # and above which the page's text is worth nothing
_PICTURE_PAGE = 0.3  # share of the page that pictures cover, for it to be a scan
_MAX_FAILED_RUN = 50  # so many pages in a row that don't exist, and the page tree is a lie
_MAX_TEXT_CHARS = 20_000_000

_CATALOGUE = re.compile(
    rb"\b(\d{1,7}) (\d{1,5}) obj\s*<<(?:(?!endobj).){0,200}?/Type\s*/Catalog\b", re.DOTALL
)

Recogniser = Callable[[pypdfium2.PdfPage], Page]
OnPage = Callable[[int, int], None]
HasTime = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class PdfText:
    """What was read: ``note`` says what was not and why, and what was read by OCR."""

    body: str
    pages: int | None
    title: str | None
    note: str | None


def read_pdf(
    data: bytes,
    *,
    recognise: Recogniser | None = None,
    skip_pages: Container[int] = (),
    on_page: OnPage | None = None,
    has_time: HasTime | None = None,
) -> PdfText:
    """Return a PDF's text as Markdown; never raises for what is in the file.

    Args:
        data: the file.
        recognise: reads the picture of a page (OCR); None where no program for it is installed.
        skip_pages: indexes of pages to leave out, since reading them took too long before.
        on_page: is called with a page's index and the number of pages before the page is read,
            and with that number twice before the text is put together.
        has_time: tells before each page whether to go on; what was read so far is kept.

    """
    try:
        document = _opened(data)
    except pypdfium2.PdfiumError as error:
        return PdfText("", None, None, _refusal(error, data))
    with closing(document):
        reading = _Reading(document, data, recognise)
        count = len(document)
        for index in range(min(count, MAX_PAGES)):
            if index in skip_pages:
                reading.leave_out(index)
                continue
            if has_time and not has_time():
                break
            if on_page:
                on_page(index, count)
            if not reading.add_page(index):
                break
        if on_page:
            on_page(count, count)
        return reading.text(count)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    """Open a document; a cut one by the catalogue of its own that it still holds."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        catalogue = _CATALOGUE.search(data)
        if error.err_code != pdfium.FPDF_ERR_FORMAT or not catalogue or metadata.has_end(data):
            raise
    number, generation = catalogue.groups()
    trailer = b"\ntrailer\n<</Root %b %b R>>\nstartxref\n0\n%%%%EOF\n" % (number, generation)
    return pypdfium2.PdfDocument(data + trailer)


def _refusal(error: pypdfium2.PdfiumError, data: bytes) -> str:
    if error.err_code == pdfium.FPDF_ERR_PASSWORD:
        return "The PDF asks for a password, so its text was not read."
    if error.err_code == pdfium.FPDF_ERR_SECURITY:
        return "The PDF is locked in a way that can't be opened, so its text was not read."
    if not metadata.has_end(data):
        return "The PDF is cut short and can't be opened, so its text was not read."
    return "The PDF is damaged and can't be opened, so its text was not read."


@dataclass(slots=True)
class _Reading:
    """The state of one document's reading."""

    document: pypdfium2.PdfDocument
    data: bytes
    recognise: Recogniser | None
    pages: list[list[SheetText]] = field(default_factory=list)
    sizes: TypeSizes = field(default_factory=TypeSizes)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    notes: Notes = field(default_factory=Notes)
    chars: int = 0
    failed_run: int = 0
    last_read: int = -1
    plumber: pdfplumber.pdf.PDF | None = None

    @property
    def is_false_tree(self) -> bool:
        """Whether so many pages in a row are missing that the file lies about their number."""
        return self.failed_run >= _MAX_FAILED_RUN

    def leave_out(self, index: int) -> None:
        """Count a page that is not to be read."""
        self.notes.left_out.append(index)
        self.pages.append([])

    def add_page(self, index: int) -> bool:
        """Read a page; False when the document is not worth reading on."""
        page, sheets = self._page_and_sheets(index)
        if page is None:
            self.failed_run += 1
            self.notes.failed.append(index)
            self.pages.append([])
            return not self.is_false_tree
        self.failed_run, self.last_read = 0, index
        self.notes.add(index, page, can_recognise=self.recognise is not None)
        self.pages.append(sheets)
        for line, in_table in self._lines(self.pages[-1]):
            self.sizes.add(line, in_table=in_table)
            self.vocabulary.add_line(line.text)
            self.chars += len(line.text)
        return self.chars < _MAX_TEXT_CHARS

    def _page_and_sheets(self, index: int) -> tuple[Page | None, list[SheetText]]:
        """Return the page and its text in reading order; None if it can't be read."""
        try:
            page = self._read_page(index)
            return page, [_sheet_text(sheet) for sheet in page.sheets] if page else []
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a page that is laid out like no other must not cost the document
            return None, []

    @staticmethod
    def _lines(sheets: list[SheetText]) -> Iterator[tuple[Line, bool]]:
        """Give every line, and whether it is a table's."""
        for sheet in sheets:
            for block in sheet.blocks:
                if isinstance(block, Line):
                    yield block, False
                else:
                    yield from (
                        (line, True) for row in block.cells for cell in row for line in cell
                    )

    def _read_page(self, index: int) -> Page | None:
        """Return the page by the fastest engine that can read it; None if none can."""
        try:
            page: Page | None = pdfium_page.read_page(self.document, index)
        except pypdfium2.PdfiumError:
            page = None
        if page is None or page.damage > _MAX_DAMAGE:
            slow = self._read_slowly(index)
            if slow and (page is None or slow.damage < page.damage):
                page = slow
        if page is None:
            return None
        is_scan = page.is_empty and page.picture_share > _PICTURE_PAGE
        if self.recognise and (is_scan or page.damage > _USELESS):
            with closing(self.document[index]) as picture:
                recognised = self.recognise(picture)
            if not recognised.is_empty:
                return recognised
        if page.damage > _USELESS:
            return Page([], page.reader, page.picture_share, page.damage)
        return page

    def _read_slowly(self, index: int) -> Page | None:
        try:
            if self.plumber is None:
                self.plumber = pdfplumber.open(io.BytesIO(self.data), raise_unicode_errors=False)
            if index >= len(self.plumber.pages):
                return None
            page = self.plumber.pages[index]
            try:
                return pdfplumber_page.read_page(page)
            finally:
                page.close()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - pdfminer may raise anything on malformed input
            return None

    def text(self, count: int) -> PdfText:
        """Return the document's text, now that all its pages are read."""
        headings = self.sizes.headings()
        parts = [
            from_html(
                page_html([sheet.blocks for sheet in sheets], headings, self.vocabulary),
                tables="markdown",
            )
            for sheets in without_running_heads(self.pages, self.sizes.body_size)
        ]
        body = _joined(parts)
        return PdfText(
            body=body,
            pages=self.last_read + 1 if self.is_false_tree else count,
            title=metadata.title(self.document),
            note=self.notes.text(
                count, read=len(self.pages), has_end=metadata.has_end(self.data), is_empty=not body
            ),
        )


def _joined(parts: list[str]) -> str:
    """Pages parted by a rule each, so that the pages can be counted; without empty last ones."""
    while parts and not parts[-1]:
        parts.pop()
    blocks = [block for part in parts for block in (PAGE_BREAK, part)][1:]
    return "\n\n".join(block for block in blocks if block)


def _sheet_text(sheet: Sheet) -> SheetText:
    """Return a sheet's words in reading order."""
    if sheet.slanted:
        row = lines.Row(sheet.words, 0.0, 0.0)  # of no size, so that a stamp is no heading
        return SheetText([lines.line(row, 0)], sheet.width, sheet.height, slanted=True)
    tables, words = ruled_tables(sheet.words, sheet.edges)
    return SheetText(reading_order(lines.with_initials(words), tables), sheet.width, sheet.height)

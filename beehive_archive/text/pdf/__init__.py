"""PDFs to the archive's Markdown.

``page`` says what a page holds; ``pdfium_page`` (with ``glyphs`` and ``drawing``) and
``pdfplumber_page`` read it; ``ruled_tables``, ``aligned_tables``, ``columns`` and ``lines`` bring
it into reading order; ``running_heads``, ``paragraphs``, ``hyphenation``, ``headings`` and
``markup`` make text of it; ``reader`` leads a document through all of them.
"""

from beehive_archive.text.pdf.page import Page, Sheet, Word
from beehive_archive.text.pdf.reader import HasTime, OnPage, PdfText, Recogniser, read_pdf

__all__ = ["HasTime", "OnPage", "Page", "PdfText", "Recogniser", "Sheet", "Word", "read_pdf"]

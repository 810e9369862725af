"""An attachment's bytes as text in the archive's Markdown, whatever kind of file it is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from beehive_archive.text.docx import read_docx
from beehive_archive.text.pdf import HasTime, OnPage, Recogniser, read_pdf


class Kind(StrEnum):
    """What a file is by its own bytes; its name may say otherwise."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    DOC = "doc"
    XLS = "xls"
    PPT = "ppt"
    OLE = "ole"
    LOCKED_OFFICE = "locked-office"
    RTF = "rtf"
    JPEG = "jpg"
    PNG = "png"
    GIF = "gif"
    TIFF = "tiff"
    WEBP = "webp"
    ZIP = "zip"
    HTML = "html"
    EMPTY = "empty"
    UNKNOWN = "unknown"


_NAMES = {
    Kind.XLSX: "an Excel workbook (xlsx)",
    Kind.PPTX: "a PowerPoint presentation (pptx)",
    Kind.DOC: "a Word document of before 2007 (doc)",
    Kind.XLS: "an Excel workbook of before 2007 (xls)",
    Kind.PPT: "a PowerPoint presentation of before 2007 (ppt)",
    Kind.OLE: "an Office file of before 2007",
    Kind.LOCKED_OFFICE: "an Office file that asks for a password",
    Kind.RTF: "a Rich Text document (rtf)",
    Kind.JPEG: "a picture (jpg)",
    Kind.PNG: "a picture (png)",
    Kind.GIF: "a picture (gif)",
    Kind.TIFF: "a picture (tiff)",
    Kind.WEBP: "a picture (webp)",
    Kind.ZIP: "a ZIP archive",
    Kind.HTML: "a web page, not the document that its name promises",
    Kind.UNKNOWN: "of a kind that this program does not know",
}

_SIGNATURES = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF8", Kind.GIF),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"{\\rtf", Kind.RTF),
    (b"RIFF", Kind.WEBP),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB, 2.2
# Names of streams in an OLE file's directory, as it writes them.
_OLE_STREAMS = (
    ("EncryptedPackage", Kind.LOCKED_OFFICE),
    ("WordDocument", Kind.DOC),
    ("PowerPoint Document", Kind.PPT),
    ("Workbook", Kind.XLS),
    ("Book", Kind.XLS),
)
_ZIP_PARTS = (
    ("word/document.xml", Kind.DOCX),
    ("xl/workbook.xml", Kind.XLSX),
    ("ppt/presentation.xml", Kind.PPTX),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_PDF_HEADER_ZONE_BYTES = 1_024  # readers accept the header there (PDF 32000-1, annex H.3.4.1)


@dataclass(frozen=True, slots=True)
class AttachmentReading:
    """What was read from a file.

    ``pages`` and ``title`` are None where the file has none. ``note`` says why there is no text,
    what of it is missing, or that it was had by OCR; None if all is as it should be.
    """

    kind: Kind
    body: str = ""
    pages: int | None = None
    title: str | None = None
    note: str | None = None


def kind_of(data: bytes) -> Kind:
    r"""Return what a file is, by its bytes.

    >>> kind_of(b"%PDF-1.7\n"), kind_of(b"<!DOCTYPE html><title>Request blocked</title>")
    (<Kind.PDF: 'pdf'>, <Kind.HTML: 'html'>)
    """
    if not data:
        return Kind.EMPTY
    head = data[:_PDF_HEADER_ZONE_BYTES]
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Kind.HTML
    if b"%PDF-" in head:
        return Kind.PDF
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return _ole_kind(data)
    return next((kind for start, kind in _SIGNATURES if data.startswith(start)), Kind.UNKNOWN)


def _ole_kind(data: bytes) -> Kind:
    found = (kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data)
    return next(found, Kind.OLE)


def _zip_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return Kind.ZIP
    return next((kind for part, kind in _ZIP_PARTS if part in names), Kind.ZIP)


def read_bytes(
    data: bytes,
    *,
    recognise: Recogniser | None = None,
    skip_pages: Container[int] = (),
    on_page: OnPage | None = None,
    has_time: HasTime | None = None,
) -> AttachmentReading:
    """Return a file's text; never raises for what is in the file. See ``text.pdf.read_pdf``.

    A hostile file can take any time and memory: files from outside are read in a worker process
    (``beehive_archive.workers``).
    """
    kind = kind_of(data)
    if kind is Kind.PDF:
        pdf = read_pdf(
            data,
            recognise=recognise,
            skip_pages=skip_pages,
            on_page=on_page,
            has_time=has_time,
        )
        return AttachmentReading(kind, pdf.body, pdf.pages, pdf.title, pdf.note)
    if kind is Kind.DOCX:
        docx = read_docx(data)
        return AttachmentReading(kind, docx.body, None, docx.title, docx.note)
    if kind is Kind.EMPTY:
        return AttachmentReading(kind, note="The file is empty: it has no bytes.")
    return AttachmentReading(kind, note=f"The file is {_NAMES[kind]}; its text was not read.")

"""Whether an answer is the file that its URL promises: by its first bytes and its end. Pure."""

from __future__ import annotations

from beehive_archive.archive.attachments import is_on_site, suffix_of
from beehive_archive.text.attachment import Kind, kind_of

_OFFICE = frozenset(
    {
        Kind.DOC, Kind.XLS, Kind.PPT, Kind.OLE, Kind.RTF, Kind.LOCKED_OFFICE,
        Kind.DOCX, Kind.XLSX, Kind.PPTX,
    }
)  # fmt: skip
_PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.GIF, Kind.TIFF, Kind.WEBP})
_ZIPS = frozenset({Kind.DOCX, Kind.XLSX, Kind.PPTX, Kind.ZIP})

# What a file may be by its bytes, for what its name says: Word saves RTF as .doc and editors name
# new files by old habits, so the Office kinds stand for each other, and so do the pictures.
_EXPECTED = {
    **dict.fromkeys(("doc", "dot", "xls", "ppt", "pps"), _OFFICE),
    **dict.fromkeys(("docx", "docm", "xlsx", "xlsm", "pptx", "ppsx"), _OFFICE),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "tif", "tiff", "webp"), _PICTURES),
    "pdf": frozenset({Kind.PDF}),
    "rtf": _OFFICE,
    "zip": _ZIPS,
}
# Word 2 and 6 of before OLE, Word for Mac, WordPerfect, and Excel's first four streams (BIFF2-4).
_OLD_OFFICE = (
    b"\xdb\xa5", b"\x31\xbe\x00\x00", b"\xfe\x37\x00", b"\xffWPC",
    b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00",
)  # fmt: skip
_PAGES = frozenset({"", "html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "cfm"})

# How far from the end a whole file's last mark stands: PDF 32000-1 annex H.3.4.4 allows 1,024
# bytes after it, writers add more; a ZIP's comment has up to 65,535.
_PDF_END_ZONE_BYTES = 4_096
_ZIP_END_ZONE_BYTES = 65_557


def problem_of(url: str, body: bytes) -> str | None:
    r"""Say in one sentence why a body can't be the file of its URL, None where it can.

    >>> problem_of("https://www.beehive.govt.nz/sites/default/files/a.pdf", b"<html>Sorry</html>")
    'expected a pdf, found a web page'
    >>> problem_of("https://www.beehive.govt.nz/sites/default/files/a.pdf", b"%PDF-1.4\n1 0 obj")
    'the file ends without %%EOF: it was cut short'
    >>> problem_of("https://www.beehive.govt.nz/sites/default/files/a.pdf", b"%PDF-1.4\n%%EOF\n")
    """
    kind, suffix = kind_of(body), suffix_of(url)
    if kind is Kind.EMPTY:
        return "the file is empty"
    if kind is Kind.HTML:
        is_page = suffix in _PAGES and not is_on_site(url)
        return None if is_page else f"expected a {suffix or 'file'}, found a web page"
    expected = _EXPECTED.get(suffix)
    if expected is not None and kind not in expected and not _is_old_office(expected, body):
        if kind is Kind.ZIP and expected is _OFFICE:
            return f"expected a {suffix}, found a ZIP archive that is none or was cut short"
        what = "bytes of no known kind" if kind is Kind.UNKNOWN else f"a {kind.value}"
        return f"expected a {suffix}, found {what}"
    return _missing_end(kind, body)


def _is_old_office(expected: frozenset[Kind], body: bytes) -> bool:
    return expected is _OFFICE and body.startswith(_OLD_OFFICE)


def _missing_end(kind: Kind, body: bytes) -> str | None:
    if kind is Kind.PDF and b"%%EOF" not in body.rstrip(b"\0\r\n\t ")[-_PDF_END_ZONE_BYTES:]:
        return "the file ends without %%EOF: it was cut short"
    if kind is Kind.PNG and b"IEND" not in body[-_ZIP_END_ZONE_BYTES:]:
        return "the picture ends without IEND: it was cut short"
    if kind in _ZIPS and b"PK\x05\x06" not in body[-_ZIP_END_ZONE_BYTES:]:
        return "the file ends without a ZIP's directory: it was cut short"
    return None

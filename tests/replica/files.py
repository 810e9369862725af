"""Files below ``/sites/default/files/``: small ones, made from their path."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from functools import lru_cache

ROOT = "/sites/default/files/"

#: The first bytes of the old Office formats: an OLE compound file.
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
#: The smallest pictures that readers take.
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c636060606000000005000127d4e5"
    "b20000000049454e44ae426082"
)
_JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "01" * 64 + "ffc0000b080001000101011100"
    "ffc40014000100000000000000000000000000000000ffc40014100100000000000000000000000000000000"
    "ffda0008010100003f007fffd9"
)


def content_type(path: str) -> str:
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


@lru_cache(maxsize=256)
def generated(path: str) -> bytes:
    """A file of the type that its name says, different for each path, always the same."""
    suffix = path.rpartition(".")[2].lower()
    note = path.encode()
    if suffix == "pdf":
        return pdf(path.rpartition("/")[2])
    if suffix == "docx":
        return docx(path.rpartition("/")[2])
    if suffix in {"doc", "xls", "ppt"}:
        return _OLE + bytes(504) + note
    if suffix in {"jpg", "jpeg"}:
        return _JPEG + note
    return _PNG + note if suffix == "png" else note


def pdf(*lines: str) -> bytes:
    """A one-page PDF with these lines of text (Latin-1, else ``?``)."""
    shown = [line.encode("latin-1", "replace").decode("latin-1") for line in lines]
    escaped = [line.translate({ord(c): f"\\{c}" for c in "\\()"}) for line in shown]
    text = "".join(f"({line}) Tj 0 -16 Td\n" for line in escaped)
    stream = f"BT /F1 12 Tf 72 770 Td\n{text}ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start = out.tell()
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def docx(*paragraphs: str) -> bytes:
    """A Word document with these paragraphs."""
    escaped = [p.replace("&", "&amp;").replace("<", "&lt;") for p in paragraphs]
    body = "".join(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" for paragraph in escaped)
    ns = "http://schemas.openxmlformats.org"
    office, word = f"{ns}/officeDocument/2006/relationships", "application/vnd.openxmlformats-"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{ns}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        '.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{word}officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{ns}/package/2006/relationships"><Relationship '
        f'Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{ns}/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            # A fixed time: the same path always gives the same bytes.
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            archive.writestr(info, '<?xml version="1.0" encoding="UTF-8"?>' + xml)
    return out.getvalue()

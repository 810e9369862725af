"""What a file is by its bytes, and its text."""

from __future__ import annotations

import io
import zipfile

import pytest

from beehive_archive.text.attachment import Kind, kind_of, read_bytes
from tests.text.pdf import samples


def zipped(*names: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return output.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + stream.encode("utf-16-le") + bytes(9)


KINDS = [
    (b"", Kind.EMPTY),
    (b"%PDF-1.4\n", Kind.PDF),
    (b"\r\n\r\n%PDF-1.4\n", Kind.PDF),
    (b"<html><body>%PDF-1.4", Kind.HTML),
    (b"\xef\xbb\xbf  <!DOCTYPE html>", Kind.HTML),
    (b'<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="a">', Kind.HTML),
    (b"\xff\xd8\xff\xe0", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF89a", Kind.GIF),
    (b"II*\x00", Kind.TIFF),
    (b"{\\rtf1", Kind.RTF),
    (ole("WordDocument"), Kind.DOC),
    (ole("Workbook"), Kind.XLS),
    (ole("PowerPoint Document"), Kind.PPT),
    (ole("EncryptedPackage"), Kind.LOCKED_OFFICE),
    (ole("Other"), Kind.OLE),
    (zipped("word/document.xml"), Kind.DOCX),
    (zipped("xl/workbook.xml"), Kind.XLSX),
    (zipped("ppt/presentation.xml"), Kind.PPTX),
    (zipped("a.txt"), Kind.ZIP),
    (b"PK\x03\x04 and no more", Kind.ZIP),
    (b"Dear Minister", Kind.UNKNOWN),
]


@pytest.mark.parametrize(("data", "kind"), KINDS)
def test_a_file_is_what_its_first_bytes_say(data, kind):
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("data", "kind"), [(d, k) for d, k in KINDS if k not in (Kind.PDF, Kind.DOCX)]
)
def test_what_is_not_read_is_named(data, kind):
    reading = read_bytes(data)
    assert (reading.kind, reading.body) == (kind, "")
    assert "not read" in reading.note or "empty" in reading.note


def test_a_pdf_is_read():
    reading = read_bytes(samples.tables.aligned_table())
    assert (reading.kind, reading.pages, reading.note) == (Kind.PDF, 1, None)
    assert "Conservation" in reading.body

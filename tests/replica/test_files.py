"""Generated files are what their names say."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import pdfplumber
import pytest
from PIL import Image

from tests.replica import files


def test_pdf() -> None:
    with pdfplumber.open(io.BytesIO(files.pdf("Budget (2024)", "a\\b"))) as pdf:
        assert pdf.pages[0].extract_text() == "Budget (2024)\na\\b"


def test_docx() -> None:
    with zipfile.ZipFile(io.BytesIO(files.docx("Fish & chips", "<b>"))) as archive:
        roots = {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}
    assert "".join(roots["word/document.xml"].itertext()) == "Fish & chips<b>"


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG")]
)
def test_pictures(name: str, kind: str) -> None:
    with Image.open(io.BytesIO(files.generated(f"{files.ROOT}{name}"))) as picture:
        picture.load()
        assert picture.format == kind


@pytest.mark.parametrize("suffix", ["pdf", "docx", "doc", "xls", "ppt", "jpg", "png", "csv"])
def test_each_path_has_bytes_of_its_own(suffix: str) -> None:
    first, second = (files.generated(f"{files.ROOT}{name}.{suffix}") for name in "ab")
    assert first != second
    files.generated.cache_clear()
    assert files.generated(f"{files.ROOT}a.{suffix}") == first

"""OCR with the real program; skipped where tesseract is not installed."""

from __future__ import annotations

import pytest

from beehive_archive import ocr
from beehive_archive.text.pdf import read_pdf
from tests.text.pdf import faulty, samples


@pytest.fixture(scope="module")
def recognise():
    tesseract = ocr.find_tesseract()
    if tesseract is None or "mri" not in tesseract.languages:
        pytest.skip("tesseract with the languages eng and mri is not installed")
    return ocr.recogniser(tesseract)


def test_a_scan_is_read_in_both_languages(recognise):
    reading = read_pdf(samples.pictures.scanned(), recognise=recognise)
    assert "Ko tēnei te whakaaetanga i waenga i te Karauna me te iwi." in reading.body
    assert samples.drawing.TRANSPORT in reading.body
    assert reading.note == "Page 1 was read by OCR (tesseract), so errors are likely."


def test_letters_without_names_are_read_from_their_picture(recognise):
    reading = read_pdf(faulty.unnamed_letters(), recognise=recognise)
    assert samples.drawing.WATER in reading.body


def test_no_program_no_ocr(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert ocr.find_tesseract() is None


def test_a_program_that_takes_too_long_reads_nothing(recognise):
    slow = ocr.recogniser(ocr.find_tesseract(), timeout_s=0.01)
    reading = read_pdf(samples.pictures.scanned(), recognise=slow)
    assert reading.body == ""
    assert "OCR found no text" in reading.note

"""What a file is by its bytes, held against what its URL promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.attachments.judging import problem_of
from tests.attachments.stock import FILES
from tests.replica import files

ELSEWHERE = "https://example.org/"
PDF, DOCX, PNG = files.pdf("Text"), files.docx("Text"), files.generated("a.png")
OLE, JPEG = files.generated("a.doc"), files.generated("a.jpg")
PAGE = b"<!DOCTYPE html><title>Sorry</title>"


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{FILES}a.pdf", PDF),
        (f"{FILES}a.PDF", PDF + b"\r\n" + b"\0" * 9_000),  # padded to a disk's block
        (f"{FILES}a.pdf", b"junk\n" + PDF),
        (f"{FILES}a.doc", OLE),
        (f"{FILES}a.doc", b"{\\rtf1 Word saved it so}"),
        (f"{FILES}a.doc", DOCX),
        (f"{FILES}a.doc", b"\xdb\xa5-\0 Word 2"),
        (f"{FILES}a.docx", DOCX),
        (f"{FILES}a.xls", OLE),
        (f"{FILES}a.pps", OLE),
        (f"{FILES}a.jpeg", JPEG),
        (f"{FILES}a.jpg", PNG),
        (f"{FILES}a.csv", b"year,sum\n2024,1\n"),
        (f"{FILES}minutes", b"plain words"),
        (f"{FILES}a.zip", DOCX),
        (f"{ELSEWHERE}report", PAGE),
        (f"{ELSEWHERE}report.aspx?id=1", PAGE),
    ],
)
def test_a_file_that_its_name_promises(url: str, body: bytes) -> None:
    assert problem_of(url, body) is None


@pytest.mark.parametrize(
    ("url", "body", "says"),
    [
        (f"{FILES}a.pdf", b"", "empty"),
        (f"{FILES}a.pdf", PAGE, "expected a pdf, found a web page"),
        (f"{FILES}a.pdf", b"\xef\xbb\xbf <!-- x --><HTML>", "web page"),
        (f"{FILES}a.doc", PAGE, "web page"),
        (f"{FILES}report", PAGE, "expected a file, found a web page"),
        (f"{FILES}report.html", PAGE, "web page"),  # the site's own errors are pages
        (f"{ELSEWHERE}report.pdf", PAGE, "web page"),
        (f"{FILES}a.pdf", b'{"error": 500}', "bytes of no known kind"),
        (f"{FILES}a.pdf", DOCX, "expected a pdf, found a docx"),
        (f"{FILES}a.doc", PDF, "expected a doc, found a pdf"),
        (f"{FILES}a.jpg", b"words", "bytes of no known kind"),
        (f"{FILES}a.pdf", PDF[:-10], "%%EOF"),
        (f"{FILES}a.pdf", b"%PDF-1.4\n%%EOF\n" + b"1 0 obj\n" * 2_000, "%%EOF"),  # linearised
        (f"{FILES}a.docx", DOCX[: len(DOCX) // 2], "cut short"),
        (f"{FILES}a.png", PNG[:40], "IEND"),
    ],
)
def test_a_file_that_its_name_does_not_promise(url: str, body: bytes, says: str) -> None:
    assert says in (problem_of(url, body) or "")


@given(st.sampled_from(["pdf", "doc", "docx", "jpg", "html", ""]), st.binary(max_size=200))
def test_no_bytes_are_too_strange_to_be_judged(suffix: str, body: bytes) -> None:
    problem = problem_of(f"{FILES}a.{suffix}", body)
    assert problem is None or problem


@given(st.integers(0, len(PDF) - 8))
def test_no_beginning_of_a_pdf_passes_for_the_whole(length: int) -> None:
    assert problem_of(f"{FILES}a.pdf", PDF[:length]) is not None

"""Documents that are no good, and what a reading says of the document as a whole."""

from __future__ import annotations

import pytest

from beehive_archive.text.pdf import Page, Sheet, Word, read_pdf
from tests.text.pdf import faulty, samples


@pytest.mark.parametrize("name", faulty.FAULTY)
def test_faulty_pdf_has_no_text_and_says_why(name):
    make, reason = faulty.FAULTY[name]
    reading = read_pdf(make())
    assert reading.body == ""
    assert reason in reading.note


def test_a_pdf_locked_only_against_changes_is_read():
    reading = read_pdf(faulty.locked(user="", owner="owner"))
    assert "Conservation" in reading.body
    assert reading.note is None


def test_a_cut_pdf_gives_what_it_still_has_and_says_so():
    whole = faulty.claimed_pages().replace(b"/Count 100000", b"/Count 1     ")
    reading = read_pdf(whole[: whole.index(b"xref")])
    assert reading.body == "The only page"
    assert "cut short" in reading.note


def test_pages_that_are_only_claimed_are_not_looked_for():
    seen = []
    reading = read_pdf(
        faulty.claimed_pages(), on_page=lambda index, count: seen.append((index, count))
    )
    assert reading.body == "The only page"
    assert reading.pages == 1
    assert len(seen) < 100
    assert "100000" in reading.note


def test_a_page_left_out_keeps_its_place():
    reading = read_pdf(samples.turned.rotated_pages(), skip_pages={1})
    assert reading.body.count("* * *") == 2
    assert "180" not in reading.body
    assert "Page 2 was not read" in reading.note


def test_pages_read_before_the_time_was_up_are_kept():
    answers = iter([True, True, False])
    reading = read_pdf(samples.turned.rotated_pages(), has_time=lambda: next(answers))
    assert "90" in reading.body
    assert "180" in reading.body
    assert "270" not in reading.body
    assert reading.pages == 3
    assert reading.note == "Only the first 2 of its 3 pages were looked at."


def test_progress_is_told_before_every_page_and_at_the_end():
    seen = []
    read_pdf(
        samples.turned.rotated_pages(), on_page=lambda index, count: seen.append((index, count))
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_pages_are_parted_by_rules():
    assert read_pdf(samples.turned.rotated_pages()).body.count("\n\n* * *\n\n") == 2


@pytest.mark.parametrize("make", [samples.pictures.scanned, faulty.unnamed_letters])
def test_what_has_no_text_is_recognised_where_that_is_possible(make):
    def recognise(page):
        return Page([Sheet(595, 842, [Word("Recognised", 72, 140, 100, 11, 0)])], reader="ocr")

    reading = read_pdf(make(), recognise=recognise)
    assert reading.body == "Recognised"
    assert "Page 1 was read by OCR" in reading.note


def test_a_scan_in_which_nothing_is_recognised_says_so():
    reading = read_pdf(samples.pictures.scanned(), recognise=lambda page: Page([], reader="ocr"))
    assert reading.body == ""
    assert "OCR found no text" in reading.note


@pytest.mark.parametrize(
    "make", [samples.columns.two_columns, samples.tables.ruled_table, samples.tables.aligned_table]
)
def test_the_slow_engine_reads_what_the_fast_one_cannot_name(monkeypatch, make):
    from beehive_archive.text.pdf import reader

    fast = reader.pdfium_page.read_page

    def damaged(document, index):
        page = fast(document, index)
        return Page([], page.reader, page.picture_share, damage=1.0)

    monkeypatch.setattr(reader.pdfium_page, "read_page", damaged)
    slow = read_pdf(make()).body
    monkeypatch.undo()
    assert slow == read_pdf(make()).body


def test_a_maori_fonts_umlauts_are_macrons():
    pdf = samples.drawing.canvas_pdf(
        lambda canvas: samples.drawing.write_lines(canvas, ["Te reo M\u00e4ori"], 72, 700) and None
    )
    assert read_pdf(pdf).body == "Te reo M\u00e4ori"
    assert read_pdf(faulty.with_font_named(pdf, "/TimesMaori")).body == "Te reo M\u0101ori"


PROSE_SAMPLES = ("office_paper", "two_columns", "three_columns", "interleaved_columns", "watermark")


@pytest.mark.parametrize("name", PROSE_SAMPLES)
def test_every_paragraph_that_was_painted_is_read_as_one(name):
    body = read_pdf(samples.SAMPLES[name]()).body
    for text in samples.drawing.PROSE:
        if text[:20] in body:
            assert text in body.replace("\n\n* * *\n\n", " ")
    assert sum(text in body for text in samples.drawing.PROSE) >= 4

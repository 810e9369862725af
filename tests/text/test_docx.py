"""Word documents, written by python-docx, to Markdown."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from beehive_archive.text import docx as reader
from beehive_archive.text.docx import read_docx
from beehive_archive.text.pdf import read_pdf
from tests.text.pdf.samples import SAMPLES
from tests.text.pdf.samples.drawing import EXPORTED

_WORD = re.compile(r"[^\W\d_]+")


def saved(document) -> bytes:
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def add_link(paragraph, text, url):
    """python-docx reads links but does not write them."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, kind, is_external=True))
    run = OxmlElement("w:r")
    content = OxmlElement("w:t")
    content.text = text
    run.append(content)
    link.append(run)
    paragraph._p.append(link)


def test_a_letter_with_everything():
    document = docx.Document()
    document.core_properties.title = "Letter of expectations"
    document.add_heading("Letter of expectations", 0)
    document.add_heading("Te reo Māori", 1)
    paragraph = document.add_paragraph("Ko te ")
    paragraph.add_run("reo").bold = True
    paragraph.add_run(" te mauri; see ")
    add_link(paragraph, "the site", "https://www.beehive.govt.nz/a b")
    document.add_paragraph("first *thing*", style="List Bullet")
    document.add_paragraph("second thing", style="List Bullet")
    document.add_paragraph("step one", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Vote", "2024", "Health | care", "12"], strict=True):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "In confidence"
    reading = read_docx(saved(document))
    assert reading.note is None
    assert reading.title == "Letter of expectations"
    assert reading.body == (
        "# Letter of expectations\n\n# Te reo Māori\n\n"
        "Ko te **reo** te mauri; see [the site](https://www.beehive.govt.nz/a%20b)\n\n"
        "- first \\*thing*\n- second thing\n\n<!--THE END-->\n\n1. step one\n\n"
        "|  |  |\n| --- | --- |\n| Vote | 2024 |\n| Health \\| care | 12 |"
    )


def test_cells_that_span_others_and_hold_lists_stay_in_their_table():
    document = docx.Document()
    table = document.add_table(rows=4, cols=3)
    texts = ["Option", "What", "Cost", "A|B", "b", "c", "d", "e", "f", "g", "h"]
    for cell, text in zip(table._cells, texts, strict=False):
        cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 1).paragraphs[0].style = "List Bullet"
    table.cell(3, 1).add_paragraph("two", style="List Bullet")
    assert read_docx(saved(document)).body == (
        "|  |  |  |\n| --- | --- | --- |\n| Option<br>What |  | Cost |\n"
        "| A\\|B<br>d | b | c |\n|  | e | f |\n| g | • h<br>• two |  |"
    )


def test_a_document_and_its_export_read_alike():
    whole = (EXPORTED / "annual_report.docx").read_bytes()
    document = _WORD.findall(read_docx(whole).body)
    export = _WORD.findall(read_pdf(SAMPLES["annual_report"]()).body)
    assert document == export


def test_macrons_as_marks_are_composed():
    document = docx.Document()
    document.add_paragraph("wha\u0304nau")
    assert read_docx(saved(document)).body == "whānau"


def test_an_empty_document_says_so():
    reading = read_docx(saved(docx.Document()))
    assert (reading.body, reading.note) == ("", "The Word document holds no text.")


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_cut_document_says_that_it_is_damaged(share):
    whole = saved(docx.Document())
    reading = read_docx(whole[: int(len(whole) * share)])
    assert reading.body == ""
    assert "damaged" in reading.note


def repacked(whole: bytes, part: str, content: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(output, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return output.getvalue()


def test_entities_are_not_expanded():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE d [<!ENTITY l0 "lol">{lol}]><d>&l9;</d>'.encode()
    for part in ("word/document.xml", "docProps/core.xml"):
        reading = read_docx(repacked(saved(docx.Document()), part, bomb))
        assert "lol" not in reading.body
        assert reading.title is None


def test_a_document_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(reader, "_MAX_XML_BYTES", 100)
    reading = read_docx(saved(docx.Document()))
    assert reading.body == ""
    assert "unpacks to more" in reading.note

"""A Word document's bytes (docx) to the archive's Markdown.

mammoth reads the document as Word means it (styles, numbering, footnotes, text boxes, tracked
changes) and gives HTML, which the archive's own writer turns into its Markdown. python-docx gives
only the pieces (its paragraphs know no list numbers and no footnotes), docx2python plain text.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

import lxml.html
import mammoth
from lxml import etree

from beehive_archive.text.markdown import from_html
from beehive_archive.text.pdf.letters import raised
from beehive_archive.text.pdf.metadata import usable_title

_MAX_UNPACKED_BYTES = 300_000_000
_MAX_XML_BYTES = 60_000_000
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Heading 7'] => h6:fresh
u => !
comment-reference => !
"""
_MAX_SPAN = 100
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True, slots=True)
class DocxText:
    """What was read; ``note`` says why nothing was."""

    body: str
    title: str | None
    note: str | None


def read_docx(data: bytes) -> DocxText:
    """Return a document's text as Markdown; never raises for what is in the file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            problem = _oversize(archive)
            title = None if problem else _title(archive)
        if problem:
            return DocxText("", None, problem)
        html = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(_no_picture),
            external_file_access=False,
        ).value
        body = from_html(_tidied(html), tables="markdown")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - mammoth raises what its parts raise
        kind = type(error).__name__
        return DocxText("", None, f"The Word document is damaged ({kind}); its text was not read.")
    return DocxText(body, title, None if body else "The Word document holds no text.")


def _oversize(archive: zipfile.ZipFile) -> str | None:
    """Why the parts are too large to unpack; a bomb's are a thousand times its own size."""
    parts = archive.infolist()
    largest = max((part.file_size for part in parts if part.filename.endswith(".xml")), default=0)
    if sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES or largest > _MAX_XML_BYTES:
        return "The Word document unpacks to more than this program reads; its text was not read."
    return None


def _title(archive: zipfile.ZipFile) -> str | None:
    try:
        core = archive.read("docProps/core.xml")
    except KeyError:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        found = etree.fromstring(core, parser).findtext(_TITLE)
    except (etree.XMLSyntaxError, ParseError):
        return None
    return usable_title(found) if found else None


def _no_picture(_image: object) -> dict[str, str]:
    """Return a picture's attributes: pictures are left out."""
    return {"src": ""}


def _tidied(html: str) -> str:
    """HTML with footnote marks as raised figures, no links within the page, and plain cells."""
    if not html:
        return ""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for link in root.xpath(".//a[starts-with(@href, '#') or not(@href)]"):
        if link.text == "↑":
            link.drop_tree()
        else:
            link.drop_tag()
    for sup in root.xpath(".//sup"):
        text = sup.text_content().strip("[]")
        if text.isdigit():
            sup.text, sup[:] = raised(text), []
    for table in root.xpath(".//table[not(ancestor::table) and not(.//table)]"):
        for cell in table.xpath(".//td | .//th"):
            _flatten_cell(cell)
        _fill_spans(table)
        _name_columns(table)
    return unicodedata.normalize("NFC", lxml.html.tostring(root, encoding="unicode"))


def _flatten_cell(cell: lxml.html.HtmlElement) -> None:
    """Make a cell's paragraphs and lists lines, since Markdown's cells have no blocks."""
    for items in cell.xpath(".//ul | .//ol"):
        for number, item in enumerate(items.findall("li"), start=1):
            item.text = ("• " if items.tag == "ul" else f"{number}. ") + (item.text or "")
    blocks = cell.xpath(".//p | .//li | .//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//h6")
    for block in blocks[1:]:
        block.insert(0, lxml.html.Element("br"))
        block[0].tail, block.text = block.text, None
    for block in [*blocks, *cell.xpath(".//ul | .//ol")]:
        block.drop_tag()


def _fill_spans(table: lxml.html.HtmlElement) -> None:
    """Give cells that span others their text once and empty cells beside and below."""
    waiting: dict[int, int] = {}  # rows still to be covered, by column
    for row in table.iter("tr"):
        cells, column = list(row), 0
        while cells or waiting.get(column):
            if waiting.get(column):
                waiting[column] -= 1
                row.insert(column, lxml.html.Element("td"))
                column += 1
                continue
            cell = cells.pop(0)
            width, height = (_span(cell, name) for name in ("colspan", "rowspan"))
            for offset in range(width):
                if offset:
                    row.insert(column + offset, lxml.html.Element("td"))
                waiting[column + offset] = height - 1
            column += width


def _name_columns(table: lxml.html.HtmlElement) -> None:
    """Make a first row that is all bold the table's heading row, as its readers take it."""
    rows = table.xpath(".//tr")
    cells = [cell for cell in rows[0] if cell.text_content().strip()] if rows else []
    if len(rows) < 2 or not cells:
        return
    bold = [" ".join(cell.xpath("string(strong)").split()) for cell in cells]
    if bold == [" ".join(cell.text_content().split()) for cell in cells]:
        for cell in rows[0]:
            cell.tag = "th"
            for strong in cell.findall("strong"):
                strong.drop_tag()


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    value = cell.attrib.pop(name, "1")
    return min(int(value), _MAX_SPAN) if value.isdigit() and int(value) else 1

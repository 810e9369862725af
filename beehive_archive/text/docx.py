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
    for cell in root.xpath(".//td | .//th"):
        _unwrap_paragraphs(cell)
    return unicodedata.normalize("NFC", lxml.html.tostring(root, encoding="unicode"))


def _unwrap_paragraphs(cell: lxml.html.HtmlElement) -> None:
    """Make a cell's paragraphs lines: Word has one in every cell, Markdown's cells have none."""
    if any(child.tag != "p" for child in cell):
        return
    for paragraph in list(cell)[:-1]:
        paragraph.append(lxml.html.Element("br"))
    for paragraph in list(cell):
        paragraph.drop_tag()

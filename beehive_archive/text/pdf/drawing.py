"""What is drawn on a page besides its letters: edges, fills, pictures, links and form fields."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

Rectangle = tuple[float, float, float, float]  # left, bottom, right, top in the page's own space

_MAX_OBJECTS = 50_000  # a page of text has a few thousand; a map may have hundreds of thousands
_MAX_EDGES = 4_000
_MAX_DEPTH = 4
_MAX_LINKS = 2_000
_THIN = 3.0  # a filled rectangle so thin is a line: Word draws its borders so
_MIN_LENGTH = 4.0
_MAX_URI_BYTES = 4_096
_SCHEMES = ("http://", "https://", "mailto:")


@dataclass(slots=True)
class Marks:
    """Edges (straight lines and sides of rectangles), filled areas, pictures; any text at all."""

    edges: list[Rectangle] = field(default_factory=list)
    fills: list[Rectangle] = field(default_factory=list)
    pictures: list[Rectangle] = field(default_factory=list)
    has_text: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An area that leads to an address."""

    rectangle: Rectangle
    href: str


def has_fields(page: pypdfium2.PdfPage) -> bool:
    """Whether form fields lie on the page."""
    for i in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_LINKS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if subtype == pdfium.FPDF_ANNOT_WIDGET:
            return True
    return False


def read_links(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> list[Link]:
    """Return the page's links to the web and to mail addresses."""
    position, annotation = ctypes.c_int(0), pdfium.FPDF_LINK()
    area = pdfium.FS_RECTF()
    buffer = ctypes.create_string_buffer(_MAX_URI_BYTES)
    links = []
    for _ in range(_MAX_LINKS):
        if not pdfium.FPDFLink_Enumerate(page, position, annotation):
            break
        action = pdfium.FPDFLink_GetAction(annotation)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        size = pdfium.FPDFAction_GetURIPath(document, action, buffer, _MAX_URI_BYTES)
        if size > _MAX_URI_BYTES or not pdfium.FPDFLink_GetAnnotRect(annotation, area):
            continue
        href = buffer.value.decode("utf-8", "replace").strip()
        if href.lower().startswith(_SCHEMES) and href.isprintable():
            links.append(Link((area.left, area.bottom, area.right, area.top), href))
    return links


def read_marks(page: pypdfium2.PdfPage) -> Marks:
    """Return what is drawn; of a page with very much (a map), only the first part."""
    marks = Marks()
    count = min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    objects = (pdfium.FPDFPage_GetObject(page, i) for i in range(count))
    _collect(objects, marks, 0, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    return marks


_Matrix = tuple[float, float, float, float, float, float]


def _collect(
    objects: Iterator[pdfium.FPDF_PAGEOBJECT], marks: Marks, depth: int, m: _Matrix
) -> None:
    for thing in objects:
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            marks.has_text = True
            continue
        if kind == pdfium.FPDF_PAGEOBJ_PATH and len(marks.edges) < _MAX_EDGES:
            _collect_path(thing, marks, m)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            marks.pictures.append(_moved(_bounds(thing), m))
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            marks.fills.append(_moved(_bounds(thing), m))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            count = min(max(0, pdfium.FPDFFormObj_CountObjects(thing)), _MAX_OBJECTS)
            inner = (pdfium.FPDFFormObj_GetObject(thing, i) for i in range(count))
            _collect(inner, marks, depth + 1, _product(_matrix(thing), m))


def _collect_path(path: pdfium.FPDF_PAGEOBJECT, marks: Marks, m: _Matrix) -> None:
    mode, stroked = ctypes.c_int(), pdfium.FPDF_BOOL()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroked)
    if not mode.value and not stroked.value:
        return  # a clip
    bounds = _moved(_bounds(path), m)
    if mode.value and not _is_white(path):
        marks.fills.append(bounds)
    if pdfium.FPDFPath_CountSegments(path) <= 5:
        marks.edges.extend(_sides(bounds))
    else:
        matrix = _product(_matrix(path), m)
        for edge in _segments(path, matrix):
            marks.edges.append(edge)
            if len(marks.edges) >= _MAX_EDGES:
                break


def _sides(box: Rectangle) -> list[Rectangle]:
    """Return a rectangle's sides, or the line that it is when thin.

    >>> _sides((10, 20, 200, 20.5))
    [(10, 20.25, 200, 20.25)]
    """
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    if height <= _THIN:
        middle = (bottom + top) / 2
        return [(left, middle, right, middle)] if width >= _MIN_LENGTH else []
    if width <= _THIN:
        middle = (left + right) / 2
        return [(middle, bottom, middle, top)] if height >= _MIN_LENGTH else []
    return [
        (left, bottom, right, bottom),
        (left, top, right, top),
        (left, bottom, left, top),
        (right, bottom, right, top),
    ]


def _segments(path: pdfium.FPDF_PAGEOBJECT, m: _Matrix) -> Iterator[Rectangle]:
    """Return the straight, level or upright parts of a path of many parts."""
    x, y = ctypes.c_float(), ctypes.c_float()
    here = start = (0.0, 0.0)
    for i in range(min(pdfium.FPDFPath_CountSegments(path), _MAX_EDGES)):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        there = _point(x.value, y.value, m)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = there
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _straight(here, there)
        here = there
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _straight(here, start)


def _straight(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Rectangle]:
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    if (dx <= 0.5 and dy >= _MIN_LENGTH) or (dy <= 0.5 and dx >= _MIN_LENGTH):
        yield (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))


def _is_white(path: pdfium.FPDF_PAGEOBJECT) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(path, red, green, blue, alpha)
    return min(red.value, green.value, blue.value) >= 245 or not alpha.value


def _bounds(thing: pdfium.FPDF_PAGEOBJECT) -> Rectangle:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _matrix(thing: pdfium.FPDF_PAGEOBJECT) -> _Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, m):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _product(m: _Matrix, n: _Matrix) -> _Matrix:
    """First m, then n (PDF 32000-1, 8.3.4)."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _point(x: float, y: float, m: _Matrix) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _moved(box: Rectangle, m: _Matrix) -> Rectangle:
    xa, ya = _point(box[0], box[1], m)
    xb, yb = _point(box[2], box[3], m)
    return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)

"""Type, text and pages that the samples are made of."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
)

EXPORTED = Path(__file__).parent.parent / "exported"
FONTS = Path(__file__).parent.parent / "fonts"
WIDTH, HEIGHT = A4
MARGIN = 72.0

pdfmetrics.registerFont(TTFont("DejaVu", FONTS / "DejaVuSans-subset.ttf"))
pdfmetrics.registerFont(TTFont("DejaVu-Bold", FONTS / "DejaVuSans-Bold-subset.ttf"))
pdfmetrics.registerFontFamily("DejaVu", normal="DejaVu", bold="DejaVu-Bold")

BODY = ParagraphStyle("body", fontName="DejaVu", fontSize=10, leading=14, spaceAfter=8)
JUSTIFIED = ParagraphStyle("justified", parent=BODY, alignment=TA_JUSTIFY)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8, leading=10, spaceAfter=3)
TITLE = ParagraphStyle("title", parent=BODY, fontName="DejaVu-Bold", fontSize=20, leading=26)
HEADING = ParagraphStyle("heading", parent=BODY, fontName="DejaVu-Bold", fontSize=13, leading=18)
BOLD = ParagraphStyle("bold", parent=BODY, fontName="DejaVu-Bold")

LINE = 14.0
TRANSPORT = (
    "The Government will invest in safer roads and more reliable public transport across the "
    "Waikato and the Bay of Plenty over the next four years. Work on the first stage starts in "
    "March, once the district councils have agreed on the order of the works."
)
HOUSING = (
    "More homes near jobs and schools will be built under the changes announced today. Councils "
    "must zone enough land for thirty years of growth, and they may no longer set a minimum size "
    "for apartments. The new rules apply to the five largest cities first."
)
WATER = (
    "Rivers and lakes are cleaner where farmers, iwi and councils have worked together for a "
    "decade. The fund pays half the cost of fencing and planting along streams, and it will "
    "report every year on what was done and what it cost."
)
SCHOOLS = (
    "Schools will have an hour a day of reading, writing and mathematics. Teachers get new "
    "guides and time to learn them. Parents will see clearer reports twice a year, beginning "
    "with pupils in their first three years of school."
)
HEALTH = (
    "Waiting times for first specialist appointments have come down in eleven districts. The "
    "plan pays for more nurses, evening clinics and two mobile surgical buses, which will visit "
    "smaller towns in both islands."
)
TRADE = (
    "Exports of wine, wool and software grew in the year to June. The agreement removes duties "
    "on nearly all goods within seven years and makes it easier for small firms to sell their "
    "services abroad without a local office."
)
PROSE = (TRANSPORT, HOUSING, WATER, SCHOOLS, HEALTH, TRADE)


def canvas_pdf(
    draw: Callable[[Canvas], None], size: tuple[float, float] = A4, **info: str
) -> bytes:
    """A PDF that ``draw`` paints page by page."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=size, invariant=1)
    if "title" in info:
        canvas.setTitle(info["title"])
    draw(canvas)
    canvas.save()
    return output.getvalue()


def story_pdf(
    story: list[Flowable],
    templates: list[PageTemplate],
    size: tuple[float, float] = A4,
    title: str | None = None,
) -> bytes:
    """A PDF that flows through the frames of its page templates."""
    output = io.BytesIO()
    template = BaseDocTemplate(output, pagesize=size, invariant=1, title=title)
    template.addPageTemplates(templates)
    template.build(story)
    return output.getvalue()


def frame(x: float, y: float, width: float, height: float) -> Frame:
    """A frame without padding."""
    return Frame(x, y, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def columns(count: int, top: float, gutter: float = 24.0, bottom: float = MARGIN) -> list[Frame]:
    """Frames for ``count`` columns between the margins."""
    width = (WIDTH - 2 * MARGIN - gutter * (count - 1)) / count
    return [frame(MARGIN + i * (width + gutter), bottom, width, top - bottom) for i in range(count)]


def plain_frame(top: float = HEIGHT - MARGIN) -> Frame:
    """One frame between the margins."""
    return frame(MARGIN, MARGIN, WIDTH - 2 * MARGIN, top - MARGIN)


def wrapped(text: str, width: float, size: float, font: str = "DejaVu") -> list[str]:
    """The lines of a text set ragged right."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and pdfmetrics.stringWidth(longer, font, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def write_lines(
    canvas: Canvas, lines: list[str], x: float, y: float, size: float = 10.0, font: str = "DejaVu"
) -> float:
    """Paint lines downwards from a baseline; gives the next baseline."""
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= size * 1.4
    return y

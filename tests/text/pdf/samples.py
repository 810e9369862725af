"""PDFs made from known text, shaped as the ones that ministers' offices attach.

Each sample is a function without arguments that returns a PDF's bytes; ``SAMPLES`` holds them by
name. They are made afresh in every run and always byte for byte the same. Those that are no
honest documents (cut, encrypted, hostile) are in ``faulty.py``.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    ListFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

FONTS = Path(__file__).parent / "fonts"
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


# --- documents as Word exports them


def office_paper() -> bytes:
    """Four pages with a cover, headings, lists, links, and running heads with page numbers."""

    def furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("DejaVu", 8)
        canvas.drawString(MARGIN, HEIGHT - 40, "Regional Growth Plan 2024–2028")
        canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 40, "In confidence")
        canvas.line(MARGIN, HEIGHT - 46, WIDTH - MARGIN, HEIGHT - 46)
        canvas.drawCentredString(WIDTH / 2, 36, f"Page {document.page} of 4")

    site = '<a href="https://www.beehive.govt.nz/release/growth" color="blue">Beehive website</a>'
    mail = '<a href="mailto:growth@example.govt.nz">growth@example.govt.nz</a>'
    bullets = [
        "safer roads in the north",
        "faster trains between Hamilton and Auckland, with two new stations and longer platforms",
        "a fund for ports & harbours (up to $30 million)",
    ]
    steps = ["Agree on the plan.", "Publish it for comment until 1 May.", "Begin work by July."]
    story: list[Flowable] = [
        NextPageTemplate("inner"),
        Spacer(1, 180),
        Paragraph("Regional Growth Plan", TITLE),
        Paragraph("Office of the Minister for Regional Development", HEADING),
        Paragraph("March 2024", BODY),
        PageBreak(),
        Paragraph("1. Purpose", HEADING),
        Paragraph(TRANSPORT, BODY),
        Paragraph(HOUSING + f" More is on the {site}.", BODY),
        Paragraph("What the plan pays for", BOLD),
        ListFlowable([Paragraph(b, BODY) for b in bullets], bulletType="bullet", start="•"),
        Paragraph("2. Next steps", HEADING),
        Paragraph("The Minister will:", BODY),
        ListFlowable([Paragraph(s, BODY) for s in steps], bulletFormat="%s.", bulletType="1"),
        *[Paragraph(text, BODY) for text in (WATER, SCHOOLS, HEALTH, TRADE)],
        Paragraph("3. Regions", HEADING),
        *[Paragraph(text, JUSTIFIED) for text in PROSE],
        *[Paragraph(text, JUSTIFIED) for text in reversed(PROSE)],
        Paragraph(f"Questions go to {mail}.", BODY),
    ]
    templates = [
        PageTemplate("cover", [plain_frame()]),
        PageTemplate("inner", [plain_frame()], onPage=furniture),
    ]
    return story_pdf(story, templates, title="Regional Growth Plan 2024–2028")


def cabinet_paper() -> bytes:
    """Numbered paragraphs, lettered parts, and letters and numerals as page numbers."""
    paragraphs = [
        "This paper seeks agreement to the next stage of the water reforms.",
        TRANSPORT,
        "Cabinet agreed in May to:",
        "(a) set up a fund of $1.5 million [CAB-24-MIN-0123 refers];",
        "(b) invite the Minister to report back by 30 June; and",
        "(c) note that *final* costs are not known.",
        WATER,
        HEALTH,
    ]

    def draw(canvas: Canvas) -> None:
        number, y = 1, HEIGHT - 100.0
        canvas.setFont("DejaVu-Bold", 14)
        canvas.drawString(MARGIN, y, "Water reforms: next stage")
        y -= 30
        for text in paragraphs:
            indent = 64.0 if text.startswith("(") else 28.0
            lines = wrapped(text.partition(" ")[2] if indent > 28 else text, 380 - indent, 10)
            canvas.setFont("DejaVu", 10)
            if indent > 28:
                canvas.drawString(MARGIN + 40, y, text.partition(" ")[0])
            else:
                canvas.drawString(MARGIN, y, str(number))
                number += 1
            y = write_lines(canvas, lines, MARGIN + indent, y) - 8
            if y < 400:
                canvas.drawRightString(WIDTH - MARGIN, 30, "1")
                canvas.showPage()
                y = HEIGHT - 100.0
        canvas.setFont("DejaVu", 10)
        canvas.drawRightString(WIDTH - MARGIN, 30, "2")

    return canvas_pdf(draw)


def footnotes() -> bytes:
    """Markers raised in the text, notes in small type at the foot, and a square metre."""

    def draw(canvas: Canvas) -> None:
        for page, (opening, text, note) in enumerate(
            [
                (
                    HOUSING,
                    "Spending rose by six per cent",
                    "Treasury, Budget forecast, May 2024, page 12.",
                ),
                (TRADE, "Revenue fell short of the plan", "Inland Revenue, Annual report, 2023."),
            ],
            start=1,
        ):
            y = write_lines(canvas, wrapped(opening, 440, 11), MARGIN, HEIGHT - 90, 11)
            y -= 8
            canvas.setFont("DejaVu", 11)
            canvas.drawString(MARGIN, y, text)
            x = MARGIN + pdfmetrics.stringWidth(text, "DejaVu", 11)
            canvas.setFont("DejaVu", 7)
            canvas.drawString(x, y + 4, str(page))
            canvas.setFont("DejaVu", 11)
            canvas.drawString(x + 4.5, y, ", and each home measures at least 45 m")
            x += 4.5 + pdfmetrics.stringWidth(
                ", and each home measures at least 45 m", "DejaVu", 11
            )
            canvas.setFont("DejaVu", 7)
            canvas.drawString(x, y + 4, "2")
            canvas.setFont("DejaVu", 11)
            canvas.drawString(x + 4.5, y, ".")
            write_lines(canvas, wrapped(HEALTH, 440, 11), MARGIN, y - 24, 11)
            canvas.line(MARGIN, 96, MARGIN + 140, 96)
            canvas.setFont("DejaVu", 5)
            canvas.drawString(MARGIN, 85, str(page))
            canvas.setFont("DejaVu", 8)
            canvas.drawString(MARGIN + 5, 82, note)
            canvas.drawCentredString(WIDTH / 2, 40, str(page))
            canvas.showPage()

    return canvas_pdf(draw)


# --- columns


def two_columns() -> bytes:
    """A headline across, two justified columns below, the second page all columns."""
    first = [frame(MARGIN, HEIGHT - 150, WIDTH - 2 * MARGIN, 80), *columns(2, HEIGHT - 160)]
    story: list[Flowable] = [
        NextPageTemplate("next"),
        Paragraph("Building for growth in our cities and regions", TITLE),
        Paragraph("A summary of the changes that take effect on 1 July", BODY),
        FrameBreak(),
        Paragraph("Transport", HEADING),
        *[Paragraph(text, JUSTIFIED) for text in (TRANSPORT, HOUSING, WATER)],
        Paragraph("Schools", HEADING),
        *[Paragraph(text, JUSTIFIED) for text in (SCHOOLS, HEALTH, TRADE)],
        *[Paragraph(text, JUSTIFIED) for text in (HOUSING, TRANSPORT, TRADE, WATER, HEALTH)],
        *[Paragraph(text, JUSTIFIED) for text in PROSE],
    ]
    templates = [
        PageTemplate("first", first),
        PageTemplate("next", columns(2, HEIGHT - MARGIN)),
    ]
    return story_pdf(story, templates)


def three_columns() -> bytes:
    """A newsletter in three narrow columns."""
    story: list[Flowable] = [
        Paragraph("Newsletter", TITLE),
        FrameBreak(),
        *[Paragraph(text, SMALL) for text in PROSE * 3],
    ]
    frames = [frame(MARGIN, HEIGHT - 120, WIDTH - 2 * MARGIN, 50), *columns(3, HEIGHT - 130, 18)]
    return story_pdf(story, [PageTemplate("page", frames)])


def interleaved_columns() -> bytes:
    """Two columns whose lines a program painted row by row, left and right in turn."""

    def draw(canvas: Canvas) -> None:
        left = wrapped(f"{TRANSPORT} {HOUSING}", 210, 10)
        right = wrapped(f"{SCHOOLS} {HEALTH}", 210, 10)
        canvas.setFont("DejaVu", 10)
        for i in range(max(len(left), len(right))):
            for lines, x in ((left, MARGIN), (right, MARGIN + 235)):
                if i < len(lines):
                    canvas.drawString(x, HEIGHT - 100 - i * LINE, lines[i])

    return canvas_pdf(draw)


def hyphenated() -> bytes:
    """Words broken at line ends, compounds broken at their own hyphen, and a soft hyphen."""
    lines = [
        "The department will publish its trans-",
        "portation review in April. It covers long-",
        "term funding, the well-being of passen-",
        "gers and the reopening of Auckland-",
        "based workshops. The cost per passen\u00ad",
        "ger is estimated at $12. Transportation",
        "and long-term plans were agreed by the",
        "Auckland office of a Crown-owned com-",
        "pany. The details are on the pages 12–",
        "14 of the report, and on https://www.",
        "beehive.govt.nz/release/long-term-plan.",
    ]
    return canvas_pdf(lambda canvas: write_lines(canvas, lines, MARGIN, HEIGHT - 100) and None)


def fact_sheet() -> bytes:
    """White on a coloured banner, two columns, and a boxed call-out at the side."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(colors.HexColor("#003366"))
        canvas.rect(0, HEIGHT - 110, WIDTH, 110, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
        canvas.setFont("DejaVu-Bold", 24)
        canvas.drawString(40, HEIGHT - 60, "FACT SHEET")
        canvas.setFont("DejaVu", 12)
        canvas.drawString(40, HEIGHT - 85, "Family Boost: help with early childhood fees")
        canvas.setFillColor(colors.black)
        y = HEIGHT - 150
        canvas.setFont("DejaVu-Bold", 13)
        canvas.drawString(40, y, "Who can get it?")
        y = write_lines(canvas, wrapped(SCHOOLS, 290, 10), 40, y - 20) - 6
        for bullet in (
            "households earning less than $180,000 a year",
            "parents of children under five in licensed early childhood education for any hours",
            "carers and grandparents raising grandchildren",
        ):
            canvas.setFont("DejaVu", 10)
            canvas.drawString(48, y, "•")
            y = write_lines(canvas, wrapped(bullet, 270, 10), 62, y)
        canvas.setFont("DejaVu-Bold", 13)
        canvas.drawString(40, y - 10, "How much is it?")
        write_lines(canvas, wrapped(HEALTH, 290, 10), 40, y - 30)
        canvas.setFillColor(colors.HexColor("#e8f0f8"))
        canvas.rect(360, HEIGHT - 330, 195, 195, stroke=1, fill=1)
        canvas.setFillColor(colors.black)
        canvas.setFont("DejaVu-Bold", 11)
        canvas.drawString(372, HEIGHT - 155, "At a glance")
        write_lines(canvas, wrapped(TRADE, 170, 9), 372, HEIGHT - 172, 9)

    return canvas_pdf(draw)


# --- tables


def table_page(data: list[list[object]], ruled: bool, **extra: object) -> bytes:
    """A table between two paragraphs."""
    style = [
        ("FONT", (0, 0), (-1, -1), "DejaVu", 9),
        ("FONT", (0, 0), (-1, 0), "DejaVu-Bold", 9),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    if ruled:
        style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    else:
        style.append(("ALIGN", (1, 0), (-1, -1), "RIGHT"))
    table = Table(data, style=[*style, *extra.get("style", [])], colWidths=extra.get("widths"))
    story: list[Flowable] = [
        Paragraph("The table shows what each vote receives.", BODY),
        table,
        Spacer(1, 12),
        Paragraph("Figures are rounded to the nearest million.", BODY),
    ]
    return story_pdf(story, [PageTemplate("page", [plain_frame()])])


def ruled_table() -> bytes:
    """Borders round every cell, text wrapped in cells, an empty cell and a pipe."""
    cell = ParagraphStyle("cell", parent=BODY, fontSize=9, leading=11, spaceAfter=0)
    data: list[list[object]] = [
        ["Vote", "What it pays for", "2023/24", "2024/25"],
        [
            "Health",
            Paragraph("Hospitals, nurses, and primary care in towns", cell),
            "1,204",
            "1,398",
        ],
        ["Education", Paragraph("Schools | kura, early learning", cell), "988", "1,002"],
        ["Police", "500 more constables", "", "76"],
    ]
    return table_page(data, ruled=True, widths=[80, 190, 70, 70])


def merged_table() -> bytes:
    """A ruled table with a heading over two columns and one over two rows."""
    data: list[list[object]] = [
        ["Region", "Homes", ""],
        ["", "Planned", "Built"],
        ["Northland", "120", "86"],
        ["Otago", "340", "301"],
    ]
    span = [("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 0), (0, 1))]
    return table_page(data, ruled=True, style=span, widths=[120, 80, 80])


def aligned_table() -> bytes:
    """No rule anywhere: columns of figures set by position."""
    data: list[list[object]] = [
        ["Vote", "2022/23", "2023/24", "2024/25"],
        ["Health", "1,150", "1,204", "1,398"],
        ["Education and training", "950", "988", "1,002"],
        ["Police", "61", "70", "76"],
        ["Conservation", "—", "12", "15"],
        ["Total", "2,161", "2,274", "2,491"],
    ]
    return table_page(data, ruled=False, widths=[160, 80, 80, 80])


def underlined_table() -> bytes:
    """Only horizontal rules, as in financial statements; negative figures in brackets."""
    data: list[list[object]] = [
        ["$ million", "Actual", "Forecast", "Change"],
        ["Revenue", "131,000", "134,500", "(3,500)"],
        ["Expenses", "138,200", "139,000", "(800)"],
        ["Balance", "(7,200)", "(4,500)", "(2,700)"],
    ]
    rules = [
        ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black),
        ("LINEABOVE", (0, -1), (-1, -1), 0.5, colors.black),
    ]
    return table_page(data, ruled=False, style=rules, widths=[140, 80, 80, 80])


def long_table() -> bytes:
    """A ruled table that runs over two pages with its heading repeated."""
    data = [["Project", "Place", "Cost"]]
    data += [[f"Bridge {n}", f"District {n % 7}", f"${n * 3}.5m"] for n in range(1, 61)]
    style = [
        ("FONT", (0, 0), (-1, -1), "DejaVu", 9),
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
    ]
    table = Table(data, style=style, colWidths=[150, 150, 100], repeatRows=1)
    return story_pdf([table], [PageTemplate("page", [plain_frame()])])


def contents() -> bytes:
    """A table of contents with dot leaders, and lines of text in two parts that are no table."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu-Bold", 14)
        canvas.drawString(MARGIN, HEIGHT - 90, "Contents")
        y = HEIGHT - 120.0
        canvas.setFont("DejaVu", 10)
        for title, page in (("Foreword", 2), ("Our plan for health", 4), ("Glossary", 19)):
            leader = "." * int((400 - pdfmetrics.stringWidth(title, "DejaVu", 10)) / 3.2)
            canvas.drawString(MARGIN, y, title + " " + leader)
            canvas.drawRightString(MARGIN + 440, y, str(page))
            y -= 16
        y -= 20
        for label, value in (
            ("Date:", "12 March 2024"),
            ("Time:", "10.30 am"),
            ("Place:", "Te Papa"),
        ):
            canvas.drawString(MARGIN, y, label)
            canvas.drawString(MARGIN + 80, y, value)
            y -= 16

    return canvas_pdf(draw)


# --- letters


def macrons() -> bytes:
    """Te reo Māori: macrons as one letter, as letter and mark, and drawn over by hand."""

    def draw(canvas: Canvas) -> None:
        text = (
            "Tēnā koutou katoa. Ko te reo Māori te mauri o te mana Māori. Ngā mihi nui, Whānau Ora."
        )
        y = write_lines(canvas, wrapped(text, 300, 11), MARGIN, HEIGHT - 100, 11)
        y = write_lines(
            canvas,
            ["Kia ora e te wha\u0304nau, e nga\u0304 iwi o O\u0304tautahi."],
            MARGIN,
            y - 10,
            11,
        )
        y = write_lines(canvas, ["ŌTĀKARO, TĀMAKI MAKAURAU, ĀÉÎÕÜ ß ñ ç"], MARGIN, y - 10, 11)
        y = write_lines(canvas, ["Area 12 m², 20 °C, ½ cup"], MARGIN, y - 10, 11)
        y -= 10
        x = MARGIN
        canvas.setFont("DejaVu", 11)
        for part in ("Te R", "¯", "unanga o Ng", "¯", "ai Tahu"):
            if part == "¯":
                canvas.drawString(x + 0.6, y, part)
            else:
                canvas.drawString(x, y, part)
                x += pdfmetrics.stringWidth(part, "DejaVu", 11)

    return canvas_pdf(draw)


def ligatures() -> bytes:
    """Ligatures as single glyphs, and characters that Markdown would read as markup."""
    lines = [
        "The o\ufb03ce will \ufb01nd \ufb02exible bene\ufb01ts e\ufb00ective at once.",
        "",
        "Use *stars*, _lines_, [brackets](x), <tags> and `ticks` as they are.",
        "",
        "# not a heading",
        "",
        "2024. A year at the start of a line.",
        "",
        "+ 5 per cent, - 3 per cent",
    ]
    return canvas_pdf(lambda canvas: write_lines(canvas, lines, MARGIN, HEIGHT - 100) and None)


# --- pages that are turned


def rotated_pages() -> bytes:
    """Upright text under /Rotate 90, 180 and 270, each painted so that it reads upright."""

    def draw(canvas: Canvas) -> None:
        for rotation, text in ((90, TRANSPORT), (180, HOUSING), (270, WATER)):
            canvas.setPageRotation(rotation)
            canvas.saveState()
            # The canvas itself swaps width and height for a quarter turn.
            centre = (WIDTH / 2, HEIGHT / 2) if rotation == 180 else (HEIGHT / 2, WIDTH / 2)
            canvas.translate(*centre)
            canvas.rotate(rotation)
            y = write_lines(canvas, [f"Turned by {rotation}"], -240, 200, 14, "DejaVu-Bold")
            write_lines(canvas, wrapped(text, 440, 10), -240, y - 6)
            canvas.restoreState()
            canvas.showPage()

    return canvas_pdf(draw)


def sideways_table() -> bytes:
    """A wide ruled table painted sideways on an upright page, with an upright page number."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 9)
        canvas.drawCentredString(WIDTH / 2, 40, "7")
        canvas.saveState()
        canvas.translate(WIDTH - 100, 120)
        canvas.rotate(90)
        canvas.setFont("DejaVu-Bold", 12)
        canvas.drawString(0, 30, "Table 3: Spending by region")
        data = [["Region", "2023", "2024"], ["Auckland", "12", "14"], ["Otago", "5", "7"]]
        table = Table(
            data,
            style=[
                ("FONT", (0, 0), (-1, -1), "DejaVu", 9),
                ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ],
            colWidths=[160, 100, 100],
        )
        table.wrapOn(canvas, 400, 300)
        table.drawOn(canvas, 0, -70)
        canvas.restoreState()

    return canvas_pdf(draw)


def watermark() -> bytes:
    """The word DRAFT across the page, slanted, under the text."""

    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(0.85)
        canvas.setFont("DejaVu-Bold", 90)
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(52)
        canvas.drawCentredString(0, 0, "DRAFT")
        canvas.restoreState()
        y = HEIGHT - 100.0
        for text in PROSE:
            y = write_lines(canvas, wrapped(text, 440, 10), MARGIN, y) - 8

    return canvas_pdf(draw)


# --- forms and pictures


def form() -> bytes:
    """A form with two filled fields, a ticked box and an empty field."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        fields = (("Name", "Hana Tipene"), ("Organisation", "Waikato Trust"), ("Comment", ""))
        y = HEIGHT - 100.0
        for label, value in fields:
            canvas.drawString(MARGIN, y, label)
            canvas.acroForm.textfield(
                name=label, value=value, x=MARGIN + 110, y=y - 6, width=200, height=20, fontSize=11
            )
            y -= 32
        canvas.drawString(MARGIN, y, "I agree")
        canvas.acroForm.checkbox(name="agree", checked=True, x=MARGIN + 110, y=y - 4, size=14)

    return canvas_pdf(draw)


def page_picture(pdf: bytes, scale: float = 200 / 72) -> bytes:
    """The first page of a PDF as a PNG, as a scanner would see it."""
    document = pypdfium2.PdfDocument(pdf)
    output = io.BytesIO()
    document[0].render(scale=scale, grayscale=True).to_pil().save(output, "PNG")
    return output.getvalue()


def _scan_source() -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu-Bold", 16)
        canvas.drawString(MARGIN, HEIGHT - 100, "Agreement with Ngāti Porou")
        y = HEIGHT - 130.0
        for text in ("Ko tēnei te whakaaetanga i waenga i te Karauna me te iwi.", TRANSPORT, WATER):
            y = write_lines(canvas, wrapped(text, 440, 11), MARGIN, y, 11) - 10

    return canvas_pdf(draw)


def scanned() -> bytes:
    """One page that is nothing but a picture of text."""
    picture = ImageReader(io.BytesIO(page_picture(_scan_source())))
    return canvas_pdf(lambda canvas: canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT) and None)


def scanned_with_text() -> bytes:
    """A picture of text with the recognised words painted invisibly over it."""
    picture = ImageReader(io.BytesIO(page_picture(_scan_source(), scale=0.5)))

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT)
        y = HEIGHT - 130.0
        for line in wrapped(TRANSPORT, 440, 11):
            text = canvas.beginText(MARGIN, y)
            text.setFont("DejaVu", 11)
            text.setTextRenderMode(3)
            text.textOut(line)
            canvas.drawText(text)
            y -= 15.4

    return canvas_pdf(draw)


def hidden_text() -> bytes:
    """What no reader sees: white on white, invisible, off the page, and far too small."""

    def draw(canvas: Canvas) -> None:
        write_lines(canvas, wrapped(TRANSPORT, 440, 10), MARGIN, HEIGHT - 100)
        canvas.setFillColor(colors.white)
        canvas.drawString(MARGIN, 400, "white words on white paper")
        canvas.setFillColor(colors.black)
        canvas.drawString(WIDTH + 50, 500, "words beyond the edge")
        text = canvas.beginText(MARGIN, 300)
        text.setFont("DejaVu", 10)
        text.setTextRenderMode(3)
        text.textOut("words that are not painted")
        canvas.drawText(text)
        canvas.setFont("DejaVu", 0.4)
        canvas.drawString(MARGIN, 200, "words too small for any eye")

    return canvas_pdf(draw)


def doubled_glyphs() -> bytes:
    """A heading printed twice a hair apart, which is how some programs make bold."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 14)
        x = MARGIN
        for letter in "Statement of Intent":
            canvas.drawString(x, HEIGHT - 100, letter)
            canvas.drawString(x + 0.3, HEIGHT - 100, letter)
            x += pdfmetrics.stringWidth(letter, "DejaVu", 14)
        write_lines(canvas, wrapped(TRADE, 440, 10), MARGIN, HEIGHT - 130)

    return canvas_pdf(draw)


SAMPLES: dict[str, Callable[[], bytes]] = {
    function.__name__: function
    for function in (
        office_paper,
        cabinet_paper,
        footnotes,
        two_columns,
        three_columns,
        interleaved_columns,
        hyphenated,
        fact_sheet,
        ruled_table,
        merged_table,
        aligned_table,
        underlined_table,
        long_table,
        contents,
        macrons,
        ligatures,
        rotated_pages,
        sideways_table,
        watermark,
        form,
        scanned_with_text,
        hidden_text,
        doubled_glyphs,
    )
}

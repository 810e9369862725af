"""Tables, ruled and not, and lists of contents."""

from __future__ import annotations

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from tests.text.pdf.samples.drawing import (
    BODY,
    HEADING,
    HEIGHT,
    MARGIN,
    TRANSPORT,
    WATER,
    canvas_pdf,
    plain_frame,
    story_pdf,
    wrapped,
    write_lines,
)


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


def word_table() -> bytes:
    """White on dark in the heading row, paragraphs and bullets in cells."""

    style = ParagraphStyle("cell", parent=BODY, fontSize=9, leading=11, spaceAfter=0)

    def cell(text: str) -> Paragraph:
        return Paragraph(text, style)

    data = [
        ["Initiative", "What it does", "Cost"],
        [
            cell("Roads of national significance"),
            cell(
                "Four highways north of Auckland and in the Bay of Plenty.<br/>Work starts in 2025."
            ),
            "$1.2b",
        ],
        [
            cell("Public transport"),
            cell("• trains<br/>• more buses in the evening and in the weekend too<br/>• fares"),
            "$300m",
        ],
        [cell("Total"), "", "$1.5b"],
    ]
    table = Table(
        data,
        colWidths=[110, 240, 60],
        style=[
            ("FONT", (0, 0), (-1, -1), "DejaVu", 9),
            ("FONT", (0, 0), (-1, 0), "DejaVu-Bold", 9),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#224466")),
            ("TEXTCOLOR", (0, 0), (-1, 0), colors.white),
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )
    return story_pdf(
        [
            Paragraph("Budget initiatives", HEADING),
            Paragraph(TRANSPORT, BODY),
            table,
            Spacer(1, 10),
            Paragraph(WATER, BODY),
        ],
        [PageTemplate("p", [plain_frame()])],
    )


def open_sided() -> bytes:
    """Rules between cells, none at the left and right."""

    data = [
        ["Region", "Homes", "People", "What was said at the hui"],
        ["Northland", "120", "300", "More homes near jobs"],
        ["Otago", "340", "800", "Faster buses to town"],
        ["Total", "460", "1,100", ""],
    ]
    table = Table(
        data,
        colWidths=[120, 60, 60, 160],
        style=[
            ("FONT", (0, 0), (-1, -1), "DejaVu", 9),
            ("INNERGRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("LINEABOVE", (0, 0), (-1, 0), 0.5, colors.black),
            ("LINEBELOW", (0, -1), (-1, -1), 0.5, colors.black),
        ],
    )
    return story_pdf(
        [Paragraph(TRANSPORT, BODY), table, Spacer(1, 10), Paragraph(WATER, BODY)],
        [PageTemplate("p", [plain_frame()])],
    )


def portfolios() -> bytes:
    """Names and offices set by tabs."""

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - 90
        for name, office in [
            ("Rt Hon Hana Tipene", "Prime Minister"),
            ("Hon Tama Rewi", "Minister of Finance"),
            ("", "Minister for Infrastructure"),
            ("Hon Jo Smith", "Minister of Health"),
            ("Hon Ana Lee", "Minister of Trade and Growth"),
        ]:
            canvas.setFont("DejaVu", 10)
            canvas.drawString(MARGIN, y, name)
            canvas.drawString(MARGIN + 200, y, office)
            y -= 18

    return canvas_pdf(draw)


def double_cell_headers() -> bytes:
    """Three heading rows over figures, and a label on two lines."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 9)

        def row(y, *cells):
            for x, text in zip((72, 250, 340, 430), cells, strict=True):
                if x == 72:
                    canvas.drawString(x, y, text)
                else:
                    canvas.drawRightString(x + 40, y, text)

        y = write_lines(canvas, wrapped(TRANSPORT, 440, 10), MARGIN, HEIGHT - 90) - 10
        canvas.setFont("DejaVu", 9)
        row(y, "", "2022/23", "2023/24", "2024/25")
        y -= 11
        row(y, "", "Actual", "Estimate", "Forecast")
        y -= 11
        row(y, "", "$m", "$m", "$m")
        y -= 16
        for label in ["Operating revenue", "Core Crown expenses before", "losses", "Net debt"]:
            row(y, label, *(("",) * 3 if label.startswith("Core") else ("1,200", "1,300", "1,400")))
            y -= 11 if label.startswith("Core") else 14
        write_lines(canvas, wrapped(WATER, 440, 10), MARGIN, y - 14)

    return canvas_pdf(draw)


def wrapped_cells() -> bytes:
    """No rules, and what is paid for runs over several lines."""
    items = (
        ("A1", "Upgrade of the northern wharf and of the road to it, with lights", "$12m"),
        ("A2", "New buses", "$3m"),
        ("A3", "Planting along the streams of the lower catchment, with iwi", "$1m"),
    )

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - 90
        canvas.setFont("DejaVu-Bold", 9)
        canvas.drawString(72, y, "Item")
        canvas.drawString(150, y, "What it pays for")
        canvas.drawRightString(440, y, "Cost")
        y -= 16
        canvas.setFont("DejaVu", 9)
        for item, text, cost in items:
            canvas.drawString(72, y, item)
            canvas.drawRightString(440, y, cost)
            for line in wrapped(text, 190, 9):
                canvas.drawString(150, y, line)
                y -= 11
            y -= 5

    return canvas_pdf(draw)

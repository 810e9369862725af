"""Documents as Word and PowerPoint export them."""

from __future__ import annotations

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    ListFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

from tests.text.pdf.samples.drawing import (
    BODY,
    BOLD,
    EXPORTED,
    HEADING,
    HEALTH,
    HEIGHT,
    HOUSING,
    JUSTIFIED,
    MARGIN,
    PROSE,
    SCHOOLS,
    TITLE,
    TRADE,
    TRANSPORT,
    WATER,
    WIDTH,
    canvas_pdf,
    plain_frame,
    story_pdf,
    wrapped,
    write_lines,
)


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


def letter() -> bytes:
    """A letter with an address at the right of its head and one at the left."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu-Bold", 16)
        canvas.drawString(MARGIN, HEIGHT - 60, "Office of Hon Hana Tipene")
        canvas.setFont("DejaVu", 8)
        for i, text in enumerate(
            ["Private Bag 18041", "Parliament Buildings", "Wellington 6160", "+64 4 817 0000"]
        ):
            canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 50 - i * 11, text)
        canvas.setFont("DejaVu", 11)
        canvas.drawString(MARGIN, HEIGHT - 130, "12 March 2024")
        y = write_lines(
            canvas,
            ["Ms Jo Smith", "Chief Executive", "Waikato Trust", "Hamilton"],
            MARGIN,
            HEIGHT - 160,
            11,
        )
        y = write_lines(canvas, ["Tēnā koe Jo"], MARGIN, y - 14, 11)
        for text in (TRANSPORT, HOUSING, WATER):
            y = write_lines(canvas, wrapped(text, 440, 11), MARGIN, y - 8, 11)
        y = write_lines(canvas, ["Nāku noa, nā"], MARGIN, y - 8, 11)
        write_lines(canvas, ["Hon Hana Tipene", "Minister of Transport"], MARGIN, y - 40, 11)

    return canvas_pdf(draw)


def speech() -> bytes:
    """Large type at double spacing."""

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - 90
        for text in (TRANSPORT, HOUSING, WATER, SCHOOLS):
            for line in wrapped(text, 430, 14):
                canvas.setFont("DejaVu", 14)
                canvas.drawString(MARGIN, y, line)
                y -= 26
                if y < 80:
                    canvas.drawRightString(WIDTH - MARGIN, 40, "1")
                    canvas.showPage()
                    y = HEIGHT - 90
            y -= 18
        canvas.setFont("DejaVu", 14)
        canvas.drawRightString(WIDTH - MARGIN, 40, "2")

    return canvas_pdf(draw)


def centred_cover() -> bytes:
    """A title page with centred lines."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu-Bold", 24)
        canvas.drawCentredString(WIDTH / 2, 600, "Annual Report on")
        canvas.drawCentredString(WIDTH / 2, 570, "Public Transport and Roads")
        canvas.setFont("DejaVu", 12)
        canvas.drawCentredString(WIDTH / 2, 500, "Presented to the House of Representatives")
        canvas.drawCentredString(
            WIDTH / 2, 484, "pursuant to section 44 of the Public Finance Act 1989"
        )
        canvas.drawCentredString(WIDTH / 2, 400, "2023")

    return canvas_pdf(draw)


def slides() -> bytes:
    """Slides with bullets and a foot on each."""

    def draw(canvas: Canvas) -> None:
        for number, title in enumerate(["Where we are", "Where we go", "What it costs"]):
            canvas.setFont("DejaVu-Bold", 32)
            canvas.drawString(50, 480, title)
            canvas.setFont("DejaVu", 20)
            y = 420
            for bullet in [
                "first point of the slide",
                "second point that is so long that it runs over onto another line below",
                "third",
            ]:
                canvas.drawString(60, y, "•")
                y = write_lines(canvas, wrapped(bullet, 600, 20), 85, y, 20) - 6
                canvas.setFont("DejaVu", 20)
            canvas.setFont("DejaVu", 10)
            canvas.drawString(50, 20, "Ministry of Transport")
            canvas.drawRightString(790, 20, str(number + 1))
            canvas.showPage()

    return canvas_pdf(draw, (HEIGHT, WIDTH))


def wingdings() -> bytes:
    """Bullets from symbol fonts, with the letter o for the second level."""

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - 90
        for bullet in (
            "first thing to do",
            "second thing to do when the first is done and there is time left for more",
            "third",
        ):
            canvas.setFont("Symbol", 10)
            canvas.drawString(MARGIN + 18, y, "\u2022")
            y = write_lines(canvas, wrapped(bullet, 300, 10), MARGIN + 36, y)
        for bullet in ("sub point", "another sub point"):
            canvas.setFont("Courier", 10)
            canvas.drawString(MARGIN + 54, y, "o")
            y = write_lines(canvas, [bullet], MARGIN + 72, y)
        canvas.setFont("Symbol", 10)
        canvas.drawString(MARGIN + 18, y, "\u2022")
        y = write_lines(canvas, ["last"], MARGIN + 36, y)

    return canvas_pdf(draw)


def annual_report() -> bytes:
    """A report written by LibreOffice 7.4 from the Word document that lies beside it."""
    return (EXPORTED / "annual_report.pdf").read_bytes()


def impact_statement() -> bytes:
    """Footnotes, an address over a line's end, a table with a span: LibreOffice 7.4 from HTML."""
    return (EXPORTED / "impact_statement.pdf").read_bytes()

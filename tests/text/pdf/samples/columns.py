"""Pages in columns, and with labels and boxes beside the text."""

from __future__ import annotations

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    FrameBreak,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
)

from tests.text.pdf.samples.drawing import (
    BODY,
    HEADING,
    HEALTH,
    HEIGHT,
    HOUSING,
    JUSTIFIED,
    LINE,
    MARGIN,
    PROSE,
    SCHOOLS,
    SMALL,
    TITLE,
    TRADE,
    TRANSPORT,
    WATER,
    WIDTH,
    canvas_pdf,
    columns,
    frame,
    story_pdf,
    wrapped,
    write_lines,
)


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


def glossary() -> bytes:
    """Terms in the margin, what they mean beside them."""

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - 90
        canvas.setFont("DejaVu-Bold", 14)
        canvas.drawString(MARGIN, y, "Glossary")
        y -= 30
        for term, d in [
            ("Appropriation", TRANSPORT),
            ("Baseline", HOUSING),
            ("Crown entity", WATER),
            ("Vote", "A group of appropriations."),
        ]:
            canvas.setFont("DejaVu-Bold", 10)
            canvas.drawString(MARGIN, y, term)
            y = write_lines(canvas, wrapped(d, 320, 10), MARGIN + 120, y) - 8

    return canvas_pdf(draw)


def columns_footnote() -> bytes:
    """Two columns over a note that runs across."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu-Bold", 18)
        canvas.drawString(MARGIN, HEIGHT - 80, "Rivers and lakes")
        for x, ts in (
            (MARGIN, (TRANSPORT, HOUSING, WATER)),
            (MARGIN + 240, (SCHOOLS, HEALTH, TRADE)),
        ):
            y = HEIGHT - 110
            for t in ts:
                y = write_lines(canvas, wrapped(t, 210, 10), x, y) - 6
        canvas.line(MARGIN, 160, MARGIN + 100, 160)
        canvas.setFont("DejaVu", 5)
        canvas.drawString(MARGIN, 150, "1")
        canvas.setFont("DejaVu", 8)
        canvas.drawString(
            MARGIN + 5,
            147,
            "A note that runs the whole width of the page below both of the columns, to the right.",
        )
        canvas.drawCentredString(WIDTH / 2, 40, "3")

    return canvas_pdf(draw)


def boxes() -> bytes:
    """Four boxes of text, two by two."""

    def draw(canvas: Canvas) -> None:
        for i, text in enumerate(PROSE[:4]):
            x = 60 + (i % 2) * 245
            y = HEIGHT - 80 - (i // 2) * 180
            canvas.rect(x, y - 160, 235, 165)
            canvas.setFont("DejaVu-Bold", 11)
            canvas.drawString(x + 8, y - 14, ["Transport", "Housing", "Water", "Schools"][i])
            write_lines(canvas, wrapped(text, 215, 9), x + 8, y - 32, 9)

    return canvas_pdf(draw)


def side_heads() -> bytes:
    """Headings in the margin."""

    def draw(canvas: Canvas) -> None:
        y = HEIGHT - 90
        heads = ("Purpose", "Background", "Comment", "Next steps")
        for head, text in zip(heads, PROSE[:4], strict=True):
            canvas.setFont("DejaVu-Bold", 10)
            canvas.drawString(MARGIN, y, head)
            y = write_lines(canvas, wrapped(text, 330, 10), MARGIN + 110, y) - 10

    return canvas_pdf(draw)


def lists_in_columns() -> bytes:
    """Bullets in two columns, which are one list."""

    def draw(canvas: Canvas) -> None:
        for column in range(2):
            x, y = MARGIN + column * 240, HEIGHT - 90
            for text in PROSE[column * 3 : column * 3 + 3]:
                canvas.setFont("DejaVu", 10)
                canvas.drawString(x, y, "•")
                y = write_lines(canvas, wrapped(text, 190, 10), x + 14, y) - 4

    return canvas_pdf(draw)


def round_a_picture() -> bytes:
    """Text that is narrow beside a picture and wide below it, in one paragraph and the next."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(colors.HexColor("#ccd5e0"))
        canvas.rect(MARGIN + 250, HEIGHT - 250, 200, 160, stroke=0, fill=1)
        canvas.setFillColor(colors.black)
        narrow = wrapped(f"{TRANSPORT} {HOUSING}", 230, 10)
        y = write_lines(canvas, narrow, MARGIN, HEIGHT - 90)
        write_lines(canvas, wrapped(f"{WATER} {HEALTH}", 450, 10), MARGIN, y)

    return canvas_pdf(draw)

"""Pages and text that are turned."""

from __future__ import annotations

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Table,
)

from tests.text.pdf.samples.drawing import (
    HEIGHT,
    HOUSING,
    MARGIN,
    PROSE,
    TRANSPORT,
    WATER,
    WIDTH,
    canvas_pdf,
    wrapped,
    write_lines,
)


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

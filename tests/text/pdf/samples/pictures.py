"""Forms, scans, hidden and doubled text."""

from __future__ import annotations

import io

import pypdfium2
from reportlab.lib import colors
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from tests.text.pdf.samples.drawing import (
    HEIGHT,
    MARGIN,
    TRADE,
    TRANSPORT,
    WATER,
    WIDTH,
    canvas_pdf,
    wrapped,
    write_lines,
)


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

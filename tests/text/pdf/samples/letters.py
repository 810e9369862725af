"""Macrons, ligatures, and what Markdown would misread."""

from __future__ import annotations

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from tests.text.pdf.samples.drawing import (
    HEIGHT,
    LINE,
    MARGIN,
    TRANSPORT,
    WATER,
    canvas_pdf,
    wrapped,
    write_lines,
)


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


def large_initial() -> bytes:
    """A paragraph whose first letter is three lines high."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("DejaVu", 38)
        canvas.drawString(MARGIN, HEIGHT - 128, TRANSPORT[0])
        y = HEIGHT - 100
        for i, line in enumerate(wrapped(TRANSPORT[1:], 400, 10)):
            write_lines(canvas, [line], MARGIN + (30 if i < 3 else 0), y)
            y -= LINE
        write_lines(canvas, wrapped(WATER, 430, 10), MARGIN, y - 8)

    return canvas_pdf(draw)

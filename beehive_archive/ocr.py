"""Scanned pages to words, by tesseract where it is installed.

tesseract is also what ocrmypdf calls, so a machine with either can read scans. Only words and
their places are taken from it: columns, paragraphs and tables are then told as on any other page.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from statistics import median

import pypdfium2

from beehive_archive.text.pdf import Page, Recogniser, Sheet, Word
from beehive_archive.text.pdf.letters import normalised

LANGUAGES = ("eng", "mri")
_DPI = 300  # what tesseract was trained for
_MAX_PIXELS = 30_000_000
_LEAST_CONFIDENCE = 30.0  # of 100; below are specks and the edges of pictures
_LINE_HEIGHT = 0.95  # of the font's size, from a line's ascenders to its descenders
_SAME_SIZE = 0.3  # a line's height differs so much with its capitals, macrons and descenders
_DESCENDERS = frozenset("gjpqy,;()[]{}Q|")


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program and the languages that it has of those wanted."""

    program: str
    languages: tuple[str, ...]


def find_tesseract() -> Tesseract | None:
    """Return the installed program, None where there is none or it knows no wanted language."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 - the program's own path, and no input from outside
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    installed = set(listed.stdout.split())
    languages = tuple(language for language in LANGUAGES if language in installed)
    return Tesseract(program, languages) if languages else None


def recogniser(tesseract: Tesseract, *, timeout_s: float = 45.0) -> Recogniser:
    """Return reads the picture of a page; gives an empty page where nothing can be made out."""
    return partial(_recognise, tesseract, timeout_s)


def _recognise(tesseract: Tesseract, timeout_s: float, page: pypdfium2.PdfPage) -> Page:
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    picture = io.BytesIO()
    bitmap = page.render(scale=scale, grayscale=True)
    bitmap.to_pil().save(picture, "PNG", compress_level=1)
    bitmap.close()
    command = [tesseract.program, "stdin", "stdout", "-l", "+".join(tesseract.languages)]
    try:
        done = subprocess.run(  # noqa: S603 - the picture goes in by a pipe, not by a name
            [*command, "--dpi", str(round(72 * scale)), "tsv"],
            input=picture.getvalue(),
            capture_output=True,
            timeout=timeout_s,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.SubprocessError):
        return Page([], reader="ocr", picture_share=1.0)
    words = _words(done.stdout.decode("utf-8", "replace"), scale)
    return Page([Sheet(width, height, words)] if words else [], reader="ocr", picture_share=1.0)


def _words(tsv: str, scale: float) -> list[Word]:
    """Words from tesseract's table, whose lengths are pixels."""
    rows = [
        row
        for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE)
        if row["level"] == "5"
        and float(row["conf"]) >= _LEAST_CONFIDENCE
        and (row["text"] or "").strip()
    ]
    lines: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        lines[row["block_num"], row["par_num"], row["line_num"]].append(row)
    sizes = _sizes(lines)
    words: list[Word] = []
    for key, members in lines.items():
        baseline = _baseline(members)
        for row in members:
            left, width = int(row["left"]), int(row["width"])
            words.append(
                Word(
                    text=normalised(row["text"].strip()),
                    x0=left / scale,
                    x1=(left + width) / scale,
                    baseline=baseline / scale,
                    size=sizes[key[:2]] / scale,
                    order=len(words),
                )
            )
    return words


def _sizes(lines: dict[tuple[str, str, str], list[dict[str, str]]]) -> dict[tuple[str, str], float]:
    """Return each paragraph's size of type in pixels; one line's height hangs on its letters."""
    heights: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (block, paragraph, _), members in lines.items():
        top = min(int(row["top"]) for row in members)
        bottom = max(int(row["top"]) + int(row["height"]) for row in members)
        heights[block, paragraph].append((bottom - top) / _LINE_HEIGHT)
    body = median(height for found in heights.values() for height in found) if heights else 0.0
    sizes = {key: median(found) for key, found in heights.items()}
    return {
        key: body if abs(size - body) < _SAME_SIZE * body else size for key, size in sizes.items()
    }


def _baseline(members: list[dict[str, str]]) -> float:
    """Where a line's letters stand, in pixels: the foot of its words without descenders."""
    feet = [
        int(row["top"]) + int(row["height"])
        for row in members
        if _DESCENDERS.isdisjoint(row["text"])
    ]
    if feet:
        return median(feet)
    return median(int(row["top"]) + 0.8 * int(row["height"]) for row in members)

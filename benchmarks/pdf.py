"""Pages a second and peak memory of our PDF reader against a plain pdfplumber loop.

Run ``python -m benchmarks.pdf`` (the PDFs that the tests draw, a 1,000-page one for memory) or
``python -m benchmarks.pdf FILE...`` (PDFs of your own). Both readers have two processes and read
the same files; each has read one file before the clock starts.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import multiprocessing
import re
import resource
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from difflib import SequenceMatcher
from pathlib import Path

import pdfplumber
import pypdfium2

from beehive_archive.text.pdf import read_pdf
from beehive_archive.workers import AttachmentReaders, Limits
from tests.text.pdf.samples import SAMPLES

PROCESSES = 2
COPIES = 4
LONG_PAGES = 1_000
_WORD = re.compile(r"\w+")


def plain_text(path: Path) -> str:
    """Return what the plain loop gives."""
    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def page_count(path: Path) -> int:
    """Return a PDF's number of pages."""
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def seconds_plain(paths: Sequence[Path]) -> float:
    """Return how long the plain loop takes in two processes."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(plain_text, [paths[0]] * PROCESSES))
        start = time.perf_counter()
        list(pool.map(plain_text, paths))
        return time.perf_counter() - start


async def seconds_ours(paths: Sequence[Path]) -> float:
    """Return how long our workers take, two of them."""
    async with AttachmentReaders(PROCESSES, Limits(files_per_worker=10_000)) as readers:
        await asyncio.gather(*(readers.read(path) for path in [paths[0]] * PROCESSES))
        start = time.perf_counter()
        await asyncio.gather(*(readers.read(path) for path in paths))
        return time.perf_counter() - start


def repeated(pdf: bytes, pages: int) -> bytes:
    """Return a PDF's pages over and over, up to a number of them."""
    source, target = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument.new()
    while len(target) < pages:
        target.import_pages(source, list(range(min(len(source), pages - len(target)))))
    output = io.BytesIO()
    target.save(output)
    return output.getvalue()


def _peak_of(reader: str, path: Path) -> tuple[float, float]:
    start = time.perf_counter()
    if reader == "plain":
        plain_text(path)
    else:
        read_pdf(path.read_bytes())
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak_kib / 1024, time.perf_counter() - start


def peak_megabytes(reader: str, path: Path) -> tuple[float, float]:
    """Return the peak resident memory of a fresh process that reads one file, and its seconds."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_peak_of, reader, path).result()


def shared_words(path: Path) -> float:
    """Return how alike the two texts are, by words in order (0 to 1)."""
    ours = _WORD.findall(read_pdf(path.read_bytes()).body.lower())
    plain = _WORD.findall(plain_text(path).lower())
    return SequenceMatcher(a=ours, b=plain, autojunk=False).ratio()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="PDFs; default: those of the tests")
    parser.add_argument("--no-memory", action="store_true", help="leave out the 1,000-page PDF")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = arguments.files or _written_samples(Path(folder))
        _print_speed(paths)
        if not arguments.no_memory:
            _print_memory(Path(folder))


def _written_samples(folder: Path) -> list[Path]:
    paths = []
    for copy in range(COPIES):
        for name, make in SAMPLES.items():
            path = folder / f"{name}-{copy}.pdf"
            path.write_bytes(make())
            paths.append(path)
    return paths


def _print_speed(paths: Sequence[Path]) -> None:
    pages = sum(map(page_count, paths))
    plain, ours = seconds_plain(paths), asyncio.run(seconds_ours(paths))
    print(f"{len(paths)} files, {pages} pages, {PROCESSES} processes each")
    print(f"  pdfplumber, plain loop  {pages / plain:8.1f} pages/s")
    print(f"  beehive_archive         {pages / ours:8.1f} pages/s   {plain / ours:.1f} times")
    print("words in the same order as pdfplumber's (columns and tables are meant to differ):")
    for path in paths[: len(SAMPLES)]:
        print(f"  {path.stem.removesuffix('-0'):24} {shared_words(path):6.1%}")


def _print_memory(folder: Path) -> None:
    path = folder / "long.pdf"
    path.write_bytes(repeated(SAMPLES["office_paper"](), LONG_PAGES))
    for reader in ("plain", "ours"):
        megabytes, seconds = peak_megabytes(reader, path)
        print(f"{LONG_PAGES} pages, {reader:5}  peak {megabytes:7.0f} MB in {seconds:5.1f} s")


if __name__ == "__main__":
    main()

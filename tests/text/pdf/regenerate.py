"""Write the golden files anew: ``python -m tests.text.pdf.regenerate [NAME...]``.

Then read every changed one (``git diff tests/text/pdf/golden``) before it is committed: a golden
file is what a person would write down who reads the page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from beehive_archive.text.pdf import PdfText, read_pdf
from tests.text.pdf.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"


def rendered(reading: PdfText) -> str:
    """The whole outcome as a golden file holds it."""
    head = f"title: {reading.title}\npages: {reading.pages}\nnote: {reading.note}\n"
    return f"{head}\n{reading.body}\n"


def main(names: list[str]) -> None:
    """Write the named golden files, or all."""
    for name in names or SAMPLES:
        text = rendered(read_pdf(SAMPLES[name]()))
        (GOLDEN / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

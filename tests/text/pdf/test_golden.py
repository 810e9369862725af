"""Every sample reads as its golden file says; a sample without one fails."""

from __future__ import annotations

import pytest

from beehive_archive.text.pdf import read_pdf
from tests.text.pdf.regenerate import GOLDEN, rendered
from tests.text.pdf.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_reads_as_its_golden_file(name):
    golden = GOLDEN / f"{name}.md"
    assert golden.is_file(), (
        f"no golden file for {name}: run python -m tests.text.pdf.regenerate {name}, and read it"
    )
    assert rendered(read_pdf(SAMPLES[name]())) == golden.read_text(encoding="utf-8")


def test_every_golden_file_has_its_sample():
    assert {path.stem for path in GOLDEN.glob("*.md")} <= set(SAMPLES)


def test_samples_are_the_same_in_every_run():
    assert SAMPLES["two_columns"]() == SAMPLES["two_columns"]()

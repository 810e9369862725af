"""Letters and hyphens."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.text.pdf import letters
from beehive_archive.text.pdf.hyphenation import Vocabulary, joined


@given(st.text())
def test_normalising_is_idempotent_and_composes(text):
    once = letters.normalised(text)
    assert letters.normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("m²", "m²"),
        ("½", "½"),
        ("No\u00a0", "No\u00a0"),
        ("\uf0b7", "•"),
        ("Ta\u0304maki", "Tāmaki"),
        ("passen\u00ad", "passen"),
    ],
)
def test_letters_keep_their_meaning(raw, wanted):
    assert letters.normalised(raw) == wanted


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["inter-", "national"], "international"),
        (["well-", "being"], "well-being"),
        (["Auckland-", "Waikato"], "Auckland-Waikato"),
        (["2023-", "24"], "2023-24"),
        (
            ["see https://www.beehive.govt.nz/a-", "b for more"],
            "see https://www.beehive.govt.nz/a-b for more",
        ),
        (["a -", "b"], "a - b"),
        ([], ""),
    ],
)
def test_lines_join(lines, wanted):
    assert joined(lines, Vocabulary()) == wanted


def test_a_compound_seen_elsewhere_keeps_its_hyphen():
    words = Vocabulary()
    words.add_line("the trans-Tasman agreement")
    words.add_line("a trans-")
    assert words.mended("trans-", "tasman") == "trans-tasman"
    assert words.mended("trans-", "port") == "transport"

"""Inputs of a target as a hypothesis strategy: soups of its words, and good inputs spoilt."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.fuzz.targets import Target


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Return a strategy for bytes that a target may be given."""
    piece = st.sampled_from([word.encode("utf-8", "surrogatepass") for word in target.words])
    # Without half surrogates, which no page in UTF-8 can hold.
    text = st.text(max_size=12).map(str.encode)
    soup = st.lists(piece | text | st.binary(max_size=4), max_size=60).map(b"".join)
    cut = st.tuples(st.floats(0, 1), st.integers(0, 40), soup | piece)
    spoilt = st.builds(_spoil, st.sampled_from(target.seeds), st.lists(cut, min_size=1, max_size=6))
    return soup | spoilt


def _spoil(whole: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    """Put pieces into a good input, each in the place of some of its bytes."""
    for place, length, piece in cuts:
        start = int(place * len(whole))
        whole = whole[:start] + piece + whole[start + length :]
    return whole

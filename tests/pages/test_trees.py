"""Trees are built of large pages, but not of those that would take hours."""

from __future__ import annotations

import time

import pytest

from beehive_archive.errors import PageError
from beehive_archive.pages import document, listing
from beehive_archive.pages.trees import MAX_ATTRIBUTES, MAX_DEPTH, tree_of

URL = "https://www.beehive.govt.nz/release/x"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + "</div>" * 10_000,
        "<br>" * 300_000,
        "<p>x" * 100_000,
        "<DIV><P>x</DIV>" * 50_000,
        "<li><b>x</b></li>" * 100_000,
        f"<p alt='{'word ' * MAX_ATTRIBUTES}'>",
        f"<script>{'a < b; ' * 50_000}</script>",
        f"<p>{'1 < 2 ' * 50_000}</p>",
        "word " * 300_000,
    ],
    ids=range(9),
)
def test_large_pages_are_read(html: str) -> None:
    assert tree_of(html, URL).body


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 1_000_000,
        "<span>" * (MAX_DEPTH + 1),
        "<div>" * 400_000 + "</div>" * 400_000,
        "<ul><li>" * 400_000,
        "<p " + "a=1 " * 1_000_000 + ">",
        "<p " + "/a" * (MAX_ATTRIBUTES + 1),
    ],
    ids=range(6),
)
@pytest.mark.parametrize("read", [tree_of, document.parse, listing.parse])
def test_pages_that_mean_harm_are_refused(html: str, read: object) -> None:
    started = time.perf_counter()
    with pytest.raises(PageError, match=f"{URL}: expected a page of the site"):
        read(html, URL)  # type: ignore[operator]
    assert time.perf_counter() - started < 10

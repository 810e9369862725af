"""Rows are found by structure, whatever elements and classes stand round them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.errors import BlockedPageError, PageError
from beehive_archive.pages.listing import ListingPage, Row, parse
from tests.pages.pagewriting import INCAPSULA_SCRIPT, page

URL = "https://www.beehive.govt.nz/releases"
JUNE = datetime(2023, 6, 4, 3, 41, tzinfo=UTC)
MAY = datetime(2023, 5, 1, 0, 0, tzinfo=UTC)
T1 = '<time datetime="2023-06-04T03:41:00Z">4 June 2023</time>'
T2 = '<time datetime="2023-05-01T00:00:00Z">1 May 2023</time>'
RELEASES = "https://www.beehive.govt.nz/release/"
A = '<a href="/release/a">A</a>'
IMAGE_A = "<a href=/release/a><img alt=x></a>"
MORE_A = '<a href="/release/a?utm=x#y">Read more</a>'
B = '<a href="/release/b">B</a>'


def row(slug: str, published_at: datetime | None = JUNE, title: str | None = None) -> Row:
    return Row(RELEASES + slug, None, slug.upper() if title is None else title, published_at)


def rows(main: str) -> tuple[Row, ...]:
    return parse(page(main), URL).rows


def test_saved_listing(saved: Callable[[str], str]) -> None:
    assert parse(saved("listing.html"), URL) == ListingPage(
        rows=(
            row(
                "our-journey-towards-net-zero",
                datetime(2024, 12, 10, 16, 5, tzinfo=UTC),
                "Our journey towards net zero",
            ),
            row(
                "pm%E2%80%99s-south-east-asia-mission-does-business",
                datetime(2024, 4, 19, 20, 5, tzinfo=UTC),
                "PM’s South East Asia mission does the business",
            ),
        ),
        has_next=True,
    )


def test_saved_search(saved: Callable[[str], str]) -> None:
    found = parse(saved("search.html"), "https://www.beehive.govt.nz/search?f[0]=x&page=1")
    title = "Agreement Reached by Government and Vietnam Veterans"
    assert found.rows == (Row(None, 21127, title, datetime(2006, 12, 7, 12, 5, tzinfo=UTC)),)
    assert found.has_next


@pytest.mark.parametrize(
    "main",
    [
        f"<ul><li>{T1}{A}</li><li>{B}{T2}</li></ul>",
        f"<table><tr><td>{A}<td>{T1}<tr><td>{B}<td>{T2}</table>",
        f"<div><div><p>{T1}</p></div><div><h2>{A}</h2></div></div><div><i>{T2}</i><b>{B}</b></div>",
        # The link holds the time.
        f'<p><a href="/release/a">A{T1[:-7]}</time></a></p>'.replace("4 June 2023", "")
        + f"<p>{B}{T2}</p>",
        # Without elements round the rows.
        f"<h3>{A}</h3><p>{T1}</p><h3>{B}</h3><p>{T2}</p>",
        f"{T1}{A}{T2}{B}",
        # Several links to one document, several times in a row, the outer time empty.
        f"<li>{IMAGE_A}<time datetime=''>{T1}</time>{A}{T2}{MORE_A}</li><li>{B}{T2}{T1}</li>",
        # Absolute links, other escapes, a slash at the end.
        f"<li><a href='{RELEASES}a'>A</a>{T1}<a href='/release/%61/'>x</a></li><li>{T2}{B}</li>",
        # Menus, portfolios and pages that are no documents.
        f"<nav><a href=/release/menu>x</a></nav><li>{T1}{A}</li><li>{T2}{B}</li>",
        f"<li>{T1}{A}<a href=/portfolio/x/y>P</a><a href=/releases>R</a></li><li>{T2}{B}</li>",
        # A box beside the list.
        f"<li>{T1}{A}</li><li>{T2}{B}</li><aside><p><a href='/release/c'>C</a>{T1}</p></aside>",
        # A document that is listed twice.
        f"<li>{T1}{A}</li><li>{T2}{B}</li><li>{T2}{A}</li>",
    ],
)
def test_structures(main: str) -> None:
    assert rows(main) == (row("a"), row("b", MAY))


class TestNothingIsLost:
    @pytest.mark.parametrize(
        "second", [f"<li>{B}</li>", f"<li><time>?</time>{B}</li>", f"<li>{B}<time datetime=x></li>"]
    )
    def test_a_row_without_a_time(self, second: str) -> None:
        found = rows(f"<ul><li>{T1}{A}</li>{second}<li>{T2}<a href=/release/c>C</a></li></ul>")
        assert found == (row("a"), row("b", None), row("c", MAY))

    def test_a_document_that_a_summary_links(self) -> None:
        found = rows(f"<li>{T1}<h2>{A}</h2><p>After {B}</p></li><li>{T2}<a href=/node/7>C</a></li>")
        assert found == (row("a"), row("b", None), Row(None, 7, "C", MAY))

    def test_a_time_is_not_lent_across_rows(self) -> None:
        """One row lost its link and one its time: together they are no row."""
        first = f"<li>{T1}<a href='/release/c'>C</a></li>"
        assert rows(f"{first}<li>{T2}</li><li>{B}</li>") == (row("c", JUNE), row("b", None))

    def test_other_kinds(self) -> None:
        found = rows(f"<li>{T1}<a href='/speech/s'>S</a></li><li>{T2}{B}</li>")
        assert [each.url and each.url.rpartition("/")[0][-6:] for each in found] == [
            "speech",
            "elease",
        ]


class TestEnd:
    @pytest.mark.parametrize("main", ["", "<p>No results</p>", T1, A, f"<nav>{A}{T1}</nav>"])
    def test_past_the_end_there_are_no_rows(self, main: str) -> None:
        assert parse(page(main), URL) == ListingPage((), has_next=False)

    @pytest.mark.parametrize("html", ["", "<h1>Back soon</h1>", "\x00", "User-agent: *"])
    def test_another_page_has_no_rows(self, html: str) -> None:
        assert parse(html, URL) == ListingPage((), has_next=False)

    def test_rows_do_without_a_main_region(self) -> None:
        found = parse(f"<li>{T1}{A}</li>{INCAPSULA_SCRIPT}", URL)
        assert found.rows == (row("a"),)

    @pytest.mark.parametrize("name", ["blocked.html", "challenge.html"])
    def test_the_firewall(self, saved: Callable[[str], str], name: str) -> None:
        with pytest.raises(BlockedPageError, match=URL):
            parse(saved(name), URL)


def test_relative_links_of_a_mirror() -> None:
    assert parse(page(f"<p>{A}{T1}</p>"), "http://127.0.0.1:8000/releases").rows == (row("a"),)


SNIPPETS = st.sampled_from(
    [
        T1,
        T2,
        A,
        B,
        "<li>",
        "</li>",
        "<div>",
        "</div>",
        "<a href='/node/1'>",
        "<a href='//['>",
        "<b>",
    ]
)


@given(st.lists(SNIPPETS | st.text(max_size=10), max_size=30).map("".join))
def test_any_soup_gives_each_document_once(main: str) -> None:
    try:
        found = parse(page(main), URL).rows
    except PageError:
        return
    assert len({(each.url, each.node_id) for each in found}) == len(found)
    assert all((each.url is None) != (each.node_id is None) for each in found)


@given(st.lists(st.sampled_from([JUNE, MAY, None]), min_size=1, max_size=8))
def test_every_row_of_a_list_is_found(times: list[datetime | None]) -> None:
    times[0] = JUNE
    items = [
        (f"<p><time datetime={at.isoformat()}></p>" if at else "")
        + f"<a href=/release/r{n}>R{n}</a>"
        for n, at in enumerate(times)
    ]
    expected = tuple(row(f"r{number}", at) for number, at in enumerate(times))
    assert rows("".join(f"<li>{item}</li>" for item in items)) == expected
    if None not in times:  # without elements round the rows, times and links must take turns
        assert rows("".join(items)) == expected


@pytest.mark.parametrize(
    "main",
    [
        "".join(f"<li>{T1}<a href=/release/{number}>x</a></li>" for number in range(20_000)),
        "".join(f"{T1}<a href=/release/{number}>x</a>" for number in range(20_000)),
        "<div>" * 10_000 + A * 10_000 + "</div>" * 10_000 + T1,
        f"<div>{A}" * 10_000 + T1,
        f"{T1}<div>{A}" * 10_000,
        "<p>x</p>" * 200_000,
    ],
    ids=["rows", "flat", "deep", "nested links", "nested rows", "no rows"],
)
def test_hostile_pages_do_not_hang(main: str) -> None:
    started = time.perf_counter()
    parse(page(main), URL)
    assert time.perf_counter() - started < 30

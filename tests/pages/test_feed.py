"""Feeds become rows; what is no feed is an error, whatever it tries."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.errors import BlockedPageError, LayoutDriftError, PageError
from beehive_archive.pages.feed import parse
from beehive_archive.pages.listing import Row

URL = "https://www.beehive.govt.nz/releases/feed"
NET_ZERO = Row(
    "https://www.beehive.govt.nz/release/our-journey-towards-net-zero",
    140001,
    "Our journey towards net zero",
    datetime(2024, 12, 10, 16, 7, 20, tzinfo=UTC),
)


def feed(*items: str) -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss><channel>{inner}</channel></rss>'


def test_saved_feed_as_text_and_bytes(saved: Callable[[str], str]) -> None:
    xml = saved("feed.xml")
    assert parse(xml, URL) == (NET_ZERO,)
    assert parse(xml.encode(), URL) == (NET_ZERO,)
    assert parse(b"\n" + xml.encode(), URL) == (NET_ZERO,)
    assert parse("\ufeff" + xml, URL) == (NET_ZERO,)
    assert parse(xml.replace("utf-8", "iso-8859-1").encode("latin-1"), URL) == (NET_ZERO,)
    assert parse(xml.replace("utf-8", "utf-16").encode("utf-16"), URL) == (NET_ZERO,)
    # The declaration of a text that was decoded already no longer holds.
    assert parse(xml.replace("utf-8", "utf-16"), URL) == (NET_ZERO,)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<link>/release/a</link>", ("/release/a", None, "", None)),
        ("<link>\n /release/p%E2%80%99s?x#y </link>", ("/release/p%E2%80%99s", None, "", None)),
        ("<link>/node/5</link><title>A\n <![CDATA[<b>]]>&amp;</title>", (None, 5, "A <b>&", None)),
        ("<guid>12 at https://x</guid>", (None, 12, "", None)),
        ("<guid>0012 at https://x</guid>", (None, 12, "", None)),
        ("<link>/release/a</link><guid>https://x/12</guid>", ("/release/a", None, "", None)),
        ("<link>/release/a<!-- c --></link><?pi?>", ("/release/a", None, "", None)),
    ],
)
def test_items(item: str, expected: tuple[str | None, int | None, str, None]) -> None:
    path, *rest = expected
    url = f"https://www.beehive.govt.nz{path}" if path else None
    assert parse(feed(item), URL) == (Row(url, *rest),)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("Tue, 10 Dec 2024 16:07:20 +0000", datetime(2024, 12, 10, 16, 7, 20, tzinfo=UTC)),
        ("Wed, 11 Dec 2024 05:07:20 +1300", datetime(2024, 12, 10, 16, 7, 20, tzinfo=UTC)),
        ("Tue, 10 Dec 2024 16:07:20 GMT", datetime(2024, 12, 10, 16, 7, 20, tzinfo=UTC)),
        *((each, None) for each in ("", "soon", "Tue, 10 Dec 2024 16:07:20 -0000", "2024-12-10")),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("Tue, 32 Dec 2024 16:07:20 +0000", None),
        ("Tue, 10 Dec 99999999999 16:07:20 +9999", None),
        ("Tue, 10 Dec 2024 16:07:20 +99999999999999", None),
    ],
)
def test_times(published: str, expected: datetime | None) -> None:
    xml = feed(f"<link>/release/a</link><pubDate>{published}</pubDate>")
    assert parse(xml, URL)[0].published_at == expected


def test_items_that_are_no_documents_are_left_out() -> None:
    others = [
        "",
        "<link/>",
        "<guid>000 at https://x</guid>",
        "<link>https://example.org/release/x</link>",
        "<title>x</title>",
    ]
    xml = feed(*others, "<link>/release/a</link>", "<link>/minister/b</link><guid>3 at x</guid>")
    assert [row.url for row in parse(xml, URL)] == ["https://www.beehive.govt.nz/release/a"]
    with pytest.raises(LayoutDriftError, match=f"{URL}: expected links .* 5 items"):
        parse(feed(*others), URL)
    assert parse(feed(), URL) == ()


BOMB = '<!DOCTYPE r [<!ENTITY a0 "aaaaaaaaaa">' + "".join(
    f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12)
)
XXE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
ITEM = "<item><link>/release/a</link><title>{}</title></item>"


@pytest.mark.parametrize(
    "xml",
    [
        *("", " \n", "\x00", "User-agent: *", "<rss>", "<rss/>", "<feed/>", "<html><p>x</html>"),
        "<html><body><channel/></body></html>",
        f"{BOMB}]><rss><channel>{ITEM.format('&a12;')}</channel></rss>",
        f"{XXE}<rss><channel>{ITEM.format('&x;')}</channel></rss>",
        '<!DOCTYPE rss SYSTEM "https://example.org/x.dtd"><rss><channel/></rss>',
        "<rss><channel>" + "<a>" * 100_000,
        f"<rss><channel><title>{'x' * 11_000_000}</title></channel></rss>",
        b'<?xml version="1.0" encoding="utf-8"?><rss><channel><title>M\xe2ori</title>',
        b'<?xml version="1.0" encoding="nonsense"?><rss><channel/></rss>',
        b"\xff\xfe\x00",
    ],
    ids=range(17),
)
def test_what_is_no_feed_is_drift(xml: str | bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(LayoutDriftError, match=URL) as error:
        parse(xml, URL)
    assert len(str(error.value)) < 600
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("name", ["blocked.html", "challenge.html"])
def test_the_firewall(saved: Callable[[str], str], name: str) -> None:
    for xml in (saved(name), saved(name).encode()):
        with pytest.raises(BlockedPageError, match=URL):
            parse(xml, URL)


SNIPPETS = st.sampled_from(
    [
        *("<item>", "</item>", "<link>", "</link>", "/release/a", "<guid>1 at x</guid>", "&amp;"),
        "<pubDate>Tue, 10 Dec 2024 16:07:20 +0000</pubDate>",
    ]
)


@given(st.lists(SNIPPETS | st.text(max_size=8), max_size=12).map("".join), st.booleans())
def test_any_soup_is_rows_or_a_page_error(soup: str, inside: bool) -> None:
    try:
        found = parse(feed(soup) if inside else soup, URL)
    except PageError:
        return
    assert all(row.url or row.node_id is not None for row in found)

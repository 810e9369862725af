"""The firewall's pages are told from the site's, whatever was asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.pages.firewall import MAX_PAGE_CHARS, blocked_reason, is_blocked
from tests.pages.pagewriting import INCAPSULA_SCRIPT, TEASER, body_of, document_page, page

SENTENCE = "Request unsuccessful. Incapsula incident ID: 248000020209069454-589090258272387213"
NO_INDEX = '<META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW">'
FRAME = f'<iframe src="/_Incapsula_Resource?SWUDNSAI=31&edet=12">{SENTENCE}</iframe>'


@pytest.mark.parametrize("name", ["blocked.html", "challenge.html"])
def test_saved_firewall_pages(saved: Callable[[str], str], name: str) -> None:
    assert is_blocked(saved(name))


@pytest.mark.parametrize(
    "name",
    [
        *("closer-defence-cooperation.html", "greater-cooperation-in-the-pacific.html"),
        *("journey-towards-net-zero.html", "listing.html", "search.html", "feed.xml"),
    ],
)
def test_saved_pages_of_the_site(saved: Callable[[str], str], name: str) -> None:
    assert not is_blocked(saved(name))


@pytest.mark.parametrize(
    "html",
    [
        f"<html><head>{NO_INDEX}</head><body>{FRAME}</body></html>",
        f"\ufeff \n<!DOCTYPE html><body>{FRAME}</body>",
        # 1,166 and 1,170 bytes as seen: a script with a longer query.
        f"<html><head>{NO_INDEX}<script src='/_Incapsula_Resource?{'5' * 960}'></script></head>",
        f"<html><head>{INCAPSULA_SCRIPT}</head><body>&nbsp;\n<script>var x = 1;</script></body>",
        f"<html><body>{INCAPSULA_SCRIPT}<noscript>Please enable JavaScript</noscript></body>",
        f'<html><head>{NO_INDEX}<script src="/arquings-Vizard-thats-to-Enter" async></script>',
        f"<html><body><p>{SENTENCE}</p></body></html>",
        SENTENCE,
        SENTENCE.upper(),
    ],
)
def test_variants(html: str) -> None:
    assert is_blocked(html)
    assert is_blocked(html.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User-agent: *\nDisallow: /core/\n# Incapsula incident ID: 1234567890\n",
        "%PDF-1.7\n" + FRAME,
        f"<?xml version='1.0'?><rss><title>{SENTENCE}</title></rss>",
        f"<rss><title>{FRAME}</title></rss>",
        "<html><body></body></html>",
        f"<html><head>{INCAPSULA_SCRIPT}</head><body><h1>Back soon</h1></body></html>",
        f"<html><head>{NO_INDEX}</head><body><p>Page not found</p></body></html>",
        f"<p>The firewall says: {SENTENCE}</p>{INCAPSULA_SCRIPT}",
        page("", head=INCAPSULA_SCRIPT),
        page("", head=NO_INDEX + INCAPSULA_SCRIPT),
        page(TEASER),
        document_page(body=body_of(f"<p>{SENTENCE}</p>{FRAME}")),
        document_page(body=body_of("x" * MAX_PAGE_CHARS)),
    ],
)
def test_not_blocked(text: str) -> None:
    assert not is_blocked(text)


def test_the_reason_names_the_incident(saved: Callable[[str], str]) -> None:
    incident = "(incident 248000020209069454-589090258272387213)"
    assert incident in (blocked_reason(saved("blocked.html")) or "")
    assert incident in (blocked_reason(SENTENCE) or "")
    assert blocked_reason(saved("challenge.html")) == "it has an empty body and a script"


@given(st.text() | st.binary().map(lambda data: "<" + data.decode("latin-1")))
def test_takes_any_text(text: str) -> None:
    assert is_blocked(text) in {True, False}


@given(st.text(max_size=300))
def test_no_words_make_a_document_blocked(text: str) -> None:
    assert not is_blocked(document_page(body=body_of(text + FRAME), head=INCAPSULA_SCRIPT))

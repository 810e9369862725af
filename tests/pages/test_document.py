"""A document's page becomes a Release, whole or refused."""

from __future__ import annotations

import contextlib
import json
import lzma
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from beehive_archive.errors import BlockedPageError, IncompletePageError, PageError
from beehive_archive.items import Release
from beehive_archive.pages.document import parse
from tests.pages.pagewriting import (
    BODY,
    INCAPSULA_SCRIPT,
    MINISTERS,
    TEASER,
    TIME,
    TITLE,
    URL,
    body_of,
    document_page,
    page,
    related,
    time_of,
    title_of,
)

SAVED = Path(__file__).parent / "saved"
GOLDENS = sorted(SAVED.glob("*.json"))
RELEASES = "https://www.beehive.govt.nz/release/"
FILES = "https://www.beehive.govt.nz/sites/default/files"


def as_json(release: Release) -> dict[str, object]:
    return json.loads(json.dumps(asdict(release), default=str))


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_saved_page(golden: Path) -> None:
    expected = json.loads(golden.read_text(encoding="utf-8"))
    html = golden.with_suffix(".html").read_bytes().decode("utf-8")
    assert as_json(parse(html, expected["url"])) == expected


def test_every_saved_document_page_has_a_golden_result() -> None:
    pages = {
        path.stem for path in SAVED.glob("*.html") if "view-mode-full" in path.read_text("utf-8")
    }
    assert pages == {path.stem for path in GOLDENS}
    assert len(pages) >= 3


class TestMissingParts:
    @pytest.mark.parametrize(
        ("parts", "missing"),
        [
            ({"title": ""}, ("title",)),
            ({"title": title_of(" \xa0\u200b\n")}, ("title",)),
            ({"title": "<h1>On the move</h1>"}, ("title",)),
            ({"time": ""}, ("date",)),
            ({"time": '<time class="meta meta__date" datetime=""></time>'}, ("date",)),
            ({"time": time_of("")}, ("date",)),
            ({"time": '<time datetime="2023-06-04T03:41:00Z">4 June 2023</time>'}, ("date",)),
            ({"title": "", "time": ""}, ("title", "date")),
        ],
    )
    def test_of_a_document(self, parts: dict[str, str], missing: tuple[str, ...]) -> None:
        with pytest.raises(IncompletePageError) as error:
            parse(document_page(**parts), URL)
        assert error.value.missing == missing
        assert error.value.url == URL
        assert str(error.value).startswith(f"{URL}: the page has no {missing[0]}")

    @pytest.mark.parametrize(
        ("html", "missing"),
        [
            (page("<h1>Page not found</h1>"), ("document", "title", "date")),
            ("", ("document", "title", "date")),
            # The document's element was renamed: that is drift, and title and date are there.
            (document_page().replace("ds-three-col__main", "main-column"), ("document",)),
            (document_page().replace('class="node ', 'class="'), ("document",)),
            (page(TEASER), ("document",)),
        ],
    )
    def test_without_a_document(self, html: str, missing: tuple[str, ...]) -> None:
        with pytest.raises(IncompletePageError) as error:
            parse(html, URL)
        assert error.value.missing == missing

    def test_the_hint_shows_what_was_found(self) -> None:
        with pytest.raises(IncompletePageError, match=r"found '0001-01-01T00:00:00Z'; look at"):
            parse(document_page(time=time_of("0001-01-01T00:00:00Z")), URL)
        with pytest.raises(IncompletePageError, match=r"found '4 June 2023'; look at"):
            parse(document_page(time=time_of("")), URL)
        with pytest.raises(IncompletePageError, match=r"a page titled 'Page \\x1b\[2Jnot found'"):
            parse("<title>Page \x1b[2Jnot found</title>", URL)

    def test_optional_parts(self) -> None:
        release = parse(document_page(ministers="", portfolios="", body="", related=""), URL)
        assert release == Release(
            url=URL, title="On the move", published_at=datetime(2023, 6, 4, 3, 41, tzinfo=UTC)
        )
        assert parse(document_page(body=body_of("")), URL).body_html == ""

    @pytest.mark.parametrize("name", ["blocked.html", "challenge.html"])
    def test_the_firewall(self, saved: Callable[[str], str], name: str) -> None:
        with pytest.raises(BlockedPageError, match="the firewall answered"):
            parse(saved(name), URL)


class TestDate:
    @pytest.mark.parametrize(
        ("value", "day"),
        [
            ("2024-08-12T21:05:00Z", date(2024, 8, 13)),  # 9:05 am in New Zealand
            ("2026-01-21T20:15:00Z", date(2026, 1, 22)),
            ("2024-01-01T10:59:59Z", date(2024, 1, 1)),  # summer time: 13 hours ahead
            ("2024-01-01T11:00:00Z", date(2024, 1, 2)),
            ("2024-07-01T11:59:59Z", date(2024, 7, 1)),  # winter: 12 hours
            ("2024-07-01T12:00:00Z", date(2024, 7, 2)),
            ("2024-04-06T11:00:00Z", date(2024, 4, 7)),  # clocks went back at 3 am that day
            ("2024-04-07T11:30:00Z", date(2024, 4, 7)),
            ("2024-09-28T12:00:00Z", date(2024, 9, 29)),  # and forward at 2 am
            ("2024-09-29T11:00:00Z", date(2024, 9, 30)),
            ("2023-06-05T00:30:00+12:00", date(2023, 6, 5)),
            ("2023-06-04T12:30:00+0000", date(2023, 6, 5)),
        ],
    )
    def test_is_new_zealands(self, value: str, day: date) -> None:
        release = parse(document_page(time=time_of(value)), URL)
        assert release.date == day
        assert release.published_at.tzinfo is UTC
        assert release.published_at == datetime.fromisoformat(value)

    @pytest.mark.parametrize(
        "value",
        [
            *("", " ", "today", "2023-06-04", "2023-06-04T03:41:00", "2023-02-30T00:00:00Z"),
            *("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"),
            *("2023-06-04T25:00:00Z", "1685850060", "2023-06-04T03:41:00+99:00", "Z" * 10_000),
        ],
    )
    def test_is_missing_where_there_is_no_instant(self, value: str) -> None:
        with pytest.raises(IncompletePageError) as error:
            parse(document_page(time=time_of(value)), URL)
        assert error.value.missing == ("date",)

    def test_is_the_first_valid_one(self) -> None:
        times = time_of("soon") + TIME + time_of("2001-01-01T00:00:00Z")
        assert parse(document_page(time=times), URL).date == date(2023, 6, 4)

    def test_note_where_the_page_prints_another(self) -> None:
        """The instant stays the truth, but nobody should have to find the fault by chance."""
        release = parse(document_page(time=time_of("2023-06-04T13:00:00Z", "4 June 2023")), URL)
        assert release.date == date(2023, 6, 5)
        (note,) = release.notes
        assert note.startswith("the page prints 2023-06-04, but its instant 2023-06-04T13:00Z is")
        for text in ("4 June 2023", "Sunday, 04 june 2023", "31 June 2023", "4/6/23", ""):
            assert not parse(document_page(time=time_of("2023-06-04T03:41:00Z", text)), URL).notes


class TestTitle:
    @pytest.mark.parametrize(
        ("html", "title"),
        [
            ("\n  On the move \n", "On the move"),
            ("\xa0\u2003On the\xa0move\u202f\n", "On the\xa0move"),
            # The archive keeps these two, byte for byte.
            ("\n\u200b\u200bRacing fund\n", "\u200b\u200bRacing fund"),
            ("Speech:  waste \xa0welcome", "Speech:  waste \xa0welcome"),
            ("On\n    the\tmove", "On the move"),
            ("On<br>the<br/>\nmove", "On the move"),
            ("<p>On the</p><p>move</p>", "On the move"),
            ('<em>On</em> the <a href="/x">m<b>o</b>ve</a><!-- not this -->', "On the move"),
            ("R&amp;D &lt;now&gt; &quot;x&quot; &#8217;", 'R&D <now> "x" ’'),
            ("a\x1cb\x85c \x1f", "a\x1cb\x85c \x1f"),
        ],
    )
    def test_text(self, html: str, title: str) -> None:
        assert parse(document_page(title=title_of(html)), URL).title == title

    def test_is_the_first_that_shows(self) -> None:
        titles = title_of("\u200b") + TITLE + title_of("Later")
        assert parse(document_page(title=titles), URL).title == "On the move"


class TestNames:
    def test_past_current_and_mixed(self) -> None:
        ministers = (
            '<ul class="meta--ministers"><li><a href="/minister/z"><img alt="Z portrait">'
            '<div class="minister__title">  Hon Z\n</div></a></li>'
            '<li><span class="is-archived">\n\n Rt Hon\n A\xa0B \n</span></li>'
            '<li><a href="/minister/c">Hon C</a></li><li> </li>'
            '<li><span class="is-archived">Hon  Z</span></li>'
            '<li><span class="is-archived">Hon Z</span></li></ul>'
        )
        release = parse(document_page(ministers=ministers), URL)
        assert release.ministers == ("Hon Z", "Rt Hon A\xa0B", "Hon C", "Hon  Z")

    def test_portfolios(self) -> None:
        portfolios = (
            '<em class="tag tag--portfolio"><div class="tag"><a href="/portfolio/x/c">Climate'
            ' Change</a></div></em><em class="tag tag--portfolio"><span class="is-archived">'
            'Māori Crown Relations: Te Arawhiti</span></em><em class="tag">Not this</em>'
            '<em class="tag tag--portfolio"><a href="/portfolio/x/c">Climate Change</a></em>'
        )
        assert parse(document_page(portfolios=portfolios), URL).portfolios == (
            "Climate Change",
            "Māori Crown Relations: Te Arawhiti",
        )

    def test_note_where_the_markup_is_unknown(self) -> None:
        ministers = MINISTERS.replace("is-archived", "renamed")
        release = parse(document_page(ministers=ministers), URL)
        assert release.ministers == ()
        assert release.notes == ("left out a name, as its markup is unknown: 'A B'",)


class TestAttachments:
    @pytest.mark.parametrize(
        ("href", "url"),
        [
            (
                f"{FILES}/2023-06/A%20B%27s%20%28x%29.pdf",
                f"{FILES}/2023-06/A%20B%27s%20%28x%29.pdf",
            ),
            ("/sites/default/files/a.pdf", f"{FILES}/a.pdf"),
            ("//example.org/a.pdf", "https://example.org/a.pdf"),
            ("http://example.org/a.pdf?x=1&amp;y=[2]#p", "http://example.org/a.pdf?x=1&y=[2]#p"),
            ("/sites/default/files/a b&quot;c\\d.pdf", f"{FILES}/a%20b%22c%5Cd.pdf"),
            ("/sites/default/files/ō%zz.pdf", f"{FILES}/%C5%8D%zz.pdf"),
            ("\n /sites/default/\nfiles/a.pdf ", f"{FILES}/a.pdf"),
        ],
    )
    def test_url(self, href: str, url: str) -> None:
        release = parse(document_page(related=related(href)), URL)
        assert release.attachments == (url,)
        assert not release.notes

    @pytest.mark.parametrize(
        "href",
        [
            *("", "#top", "javascript:alert(1)", "JavaScript:x", "mailto:a@b.nz", "data:,x"),
            *("file:///etc/passwd", "ftp://x/y", "http:///a.pdf", "http://[x/a.pdf", "/" * 3_000),
        ],
    )
    def test_note_where_the_link_leads_to_no_file(self, href: str) -> None:
        release = parse(document_page(related=related(href, "/b.pdf")), URL)
        assert release.attachments == ("https://www.beehive.govt.nz/b.pdf",)
        assert len(release.notes) == 1

    def test_order_and_doubles(self) -> None:
        html = document_page(
            related=related("/b.pdf", "/a.pdf", "/b.pdf"),
            body=body_of('<a href="/sites/default/files/in-body.pdf">x</a>'),
        )
        assert [url[-5:] for url in parse(html, URL).attachments] == ["b.pdf", "a.pdf"]

    def test_of_a_document_below_another_server(self) -> None:
        """Documents record the site's URLs, wherever their pages were fetched from."""
        html = document_page(related=related("/sites/default/files/a.pdf"))
        assert parse(html, "http://127.0.0.1:8000/x").attachments == (f"{FILES}/a.pdf",)


class TestBody:
    @pytest.mark.parametrize(
        "html",
        [
            "<pre>\n\n  two newlines</pre><pre>none</pre>",
            "<p>a&nbsp;b &amp;amp; &lt;b&gt;</p><!-- c --><template><p>x</p></template>",
            '<noscript><p>n</p></noscript><a href="?a=1&amp;copy=&quot;2&quot;">x</a>',
            "<script>if (a < b && c) {}</script><p>x<table><tr><td>1</table>",
            "<b><p>misnested</b></p><svg><title>t</title><path d='M0'/></svg>",
        ],
    )
    def test_reads_again_as_the_same_tree(self, html: str) -> None:
        body_html = parse(document_page(body=body_of(html)), URL).body_html
        assert tree_of(body_html) == tree_of(html)

    def test_is_the_outer_and_first_one(self) -> None:
        inner = body_of("<p>inner</p>")
        html = document_page(body=body_of(f"<p>outer</p>{inner}") + body_of("later"))
        assert parse(html, URL).body_html == f"<p>outer</p>{inner}"

    def test_lends_nothing(self) -> None:
        """A body may hold any markup, also that of a page's parts."""
        html = document_page(body=body_of(TEASER + time_of("2001-01-01T00:00:00Z")), time="")
        with pytest.raises(IncompletePageError) as error:
            parse(html, URL)
        assert error.value.missing == ("date",)
        release = parse(document_page(body=body_of(TEASER), related=""), URL)
        assert release.body_html == TEASER
        assert release.attachments == ()
        assert release.ministers == ("A B",)

    def test_note_where_it_swallows_the_page(self) -> None:
        release = parse(document_page(body="<div class=field--name-body><div><p>Text."), URL)
        assert release.notes == (
            "the body holds what stands after it on the page: its markup was left open",
        )
        assert release.attachments == ()


class TestRelatedItems:
    @pytest.mark.parametrize("place", ["before", "inside", "after", "related", "body"])
    def test_lend_nothing(self, place: str) -> None:
        expected = parse(document_page(body=""), URL)
        extra = {"body": TEASER} if place == "body" else {"body": "", place: TEASER}
        if place == "related":
            extra["related"] = TEASER + related("/sites/default/files/a.pdf")
        assert parse(document_page(**extra), URL) == expected

    def test_do_not_stand_in(self) -> None:
        with pytest.raises(IncompletePageError) as error:
            parse(document_page(title="", time="", inside=TEASER, after=TEASER), URL)
        assert error.value.missing == ("title", "date")


class TestIdentity:
    @pytest.mark.parametrize(
        ("head", "url", "node_id"),
        [
            ("", URL, None),
            ('<link rel="shortlink" href="https://www.beehive.govt.nz/node/140001"/>', URL, 140001),
            (
                "<link rel=canonical href=/speech/taup%C5%8D><link rel=shortlink href=/node/21127>",
                "https://www.beehive.govt.nz/speech/taup%C5%8D",
                21127,
            ),
            ('<link rel="canonical" href="/release/moved?x#y">', f"{RELEASES}moved", None),
            ('<link rel="canonical" href="https://example.org/release/x">', URL, None),
            ('<link rel="canonical" href="/node/5"><link rel="shortlink" href="/">', URL, None),
            ('<link rel="canonical"><link rel="shortlink" href="/node/x">', URL, None),
        ],
    )
    def test_links(self, head: str, url: str, node_id: int | None) -> None:
        release = parse(document_page(head=head), URL)
        assert (release.url, release.node_id) == (url, node_id)

    def test_links_in_the_body_do_not_count(self) -> None:
        body = body_of('<link rel="canonical" href="/release/x"><link rel=shortlink href=/node/1>')
        release = parse(document_page(body=body), URL + "?page=1")
        assert (release.url, release.node_id) == (URL, None)

    def test_a_url_that_is_no_documents_stays(self) -> None:
        assert parse(document_page(), "about:blank").url == "about:blank"


SNIPPETS = st.sampled_from(
    [
        *(TIME, TITLE, BODY, TEASER, MINISTERS, INCAPSULA_SCRIPT, related("/a", "x:y")),
        *('<article class="node">', '<div class="ds-three-col__main">', "</div>", "</article>"),
        *("<b>", "<table>", "<template>", "<svg>", "<title>", "<select>", "<!--", "<pre>\n\n"),
        *("\x00", "&#x0;", "\ud800", "<plaintext>", "<frameset>", "<base href='http://[/'>"),
        *("<li>", "<em>", "<time>", time_of("x")),
    ]
)


@given(st.lists(SNIPPETS | st.text(max_size=20), max_size=25).map("".join), st.text(max_size=30))
def test_any_soup_is_a_release_or_a_page_error(html: str, url: str) -> None:
    try:
        release = parse(html, url)
    except PageError:
        return
    assert release.title.strip()
    assert release.published_at.tzinfo is UTC


@pytest.mark.parametrize(
    "parts",
    [
        {"body": body_of("<div>" * 10_000)},
        {"body": body_of("<p>word</p>" * 400_000)},
        {"inside": "<div>" * 10_000 + "</div>" * 10_000},
        {"before": '<article class="node">' * 10_000},
        {"ministers": MINISTERS * 20_000},
        {"ministers": MINISTERS.replace("\n A", '<span class="is-archived">' * 10_000)},
        {"time": '<time class="meta__date"><time datetime="x">' * 10_000 + TIME},
        {"related": related(*(f"/{number} .pdf" for number in range(20_000)))},
        {"related": related(*["x:"] * 20_000)},
    ],
    ids=[
        "deep body",
        "long body",
        "deep",
        "articles",
        "ministers",
        "nested",
        "times",
        "files",
        "bad",
    ],
)
def test_hostile_pages_do_not_hang(parts: dict[str, str]) -> None:
    started = time.perf_counter()
    with contextlib.suppress(IncompletePageError):
        assert len(parse(document_page(**parts), URL).notes) <= 20
    assert time.perf_counter() - started < 30


def test_bodies_of_the_corpus_read_again_as_the_same_trees(corpus: Path) -> None:
    with lzma.open(corpus / "markdown-pairs.jsonl.xz", "rt", encoding="utf-8") as lines:
        for pair in map(json.loads, lines):
            body_html = parse(document_page(body=body_of(pair["html"])), URL).body_html
            assert tree_of(body_html) == tree_of(pair["html"]), pair["id"]


def tree_of(html: str) -> str | None:
    body = LexborHTMLParser(f"<!DOCTYPE html><body>{html}").body
    return body.html if body else None

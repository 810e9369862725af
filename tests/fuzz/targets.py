"""What is fuzzed, and what must hold for any input: nothing escapes but our own errors."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from beehive_archive.errors import BeehiveError, FrontMatterError, PageError
from beehive_archive.pages import document, feed, listing
from beehive_archive.render import to_document
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter_fields import decode
from beehive_archive.text.markdown import from_html

_ROOT = Path(__file__).parent.parent.parent
_SAVED = _ROOT / "tests" / "pages" / "saved"
_URL = "https://www.beehive.govt.nz/release/fuzz"
_NEW_ZEALAND = ZoneInfo("Pacific/Auckland")
_SLOW_S = 20  # for inputs of a few kilobytes: far beyond what a busy machine explains


@dataclass(frozen=True)
class Target:
    """Something that reads input from outside.

    ``check`` raises where the input breaks it. ``seeds`` are good inputs, ``words`` the pieces
    that bad ones are made of.
    """

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...]


def _front_matter(data: bytes) -> None:
    try:
        read = front_matter.loads(decode(data, "fuzz.md"), name="fuzz.md")
    except FrontMatterError:
        return
    with suppress(FrontMatterError):  # what no reader would give back is refused
        written = front_matter.dumps(read)
        assert front_matter.loads(written) == read
        assert front_matter.dumps(front_matter.loads(written)) == written


def _page(data: bytes) -> None:
    """A page as each parser may get it, and on to the text that would be stored."""
    html = data.decode("utf-8", "replace")
    with suppress(PageError):
        rows = listing.parse(html, _URL).rows
        assert all((each.url is None) != (each.node_id is None) for each in rows)
    try:
        release = document.parse(html, _URL)
    except PageError:
        return
    assert release.title.strip()
    with suppress(BeehiveError):
        text = front_matter.dumps(to_document(release, _NEW_ZEALAND, "markdown"))
        assert front_matter.dumps(front_matter.loads(text)) == text


def _markdown(data: bytes) -> None:
    html = data.decode("utf-8", "replace")
    for tables in ("flat", "markdown"):
        text = from_html(html, tables)
        assert from_html(html, tables) == text
        text.encode()  # no half of a surrogate pair, which no file could hold


def _feed(data: bytes) -> None:
    for given in (data, data.decode("utf-8", "replace")):
        with suppress(PageError):
            rows = feed.parse(given, _URL)
            assert all(each.url is not None or each.node_id is not None for each in rows)


def _in_time(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def timed(data: bytes) -> None:
        began = time.monotonic()
        check(data)
        assert time.monotonic() - began < _SLOW_S, "slow"

    return timed


def _saved(*names: str) -> tuple[bytes, ...]:
    return tuple((_SAVED / name).read_bytes() for name in names)


_MARKUP = (
    *("<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<strong>", "<em>", "</em>", "<span>"),
    *("<ul>", "<ol start=7>", "<li>", "</li>", "</ul>", "</ol>", "<table>", "<tr>", "<td>", "<th>"),
    *("<td colspan=3>", "<td rowspan=99999>", "</table>", "<caption>", "<br>", "<hr>", "<h2>"),
    *("</h2>", "<blockquote>", "<pre>\n\n", "</pre>", "<code>", '<a href="/x">', "</a>", "<img>"),
    *('<a href="javascript:x">', '<a href="//[">', '<img src="/a?itok=b" alt="c">', "<!--", "-->"),
    *("<svg>", "<math>", "<template>", "<select>", "<plaintext>", "<script>", "</script>"),
    *("&amp;", "&nbsp;", "&#0;", "&#xd800;", "&lt;", "*", "_", "`", "~", "[", "](", "|", "\\"),
    *("#", "- ", "1. ", "> ", "---", "\n", "\t", "  ", "\u00a0", "\u200b", "\u2028", "ā", "\x00"),
    *("word", "1999", "=", "+", "\r", "http://a_b*c", "&", "<", ">", '"', "'"),
)
_PARTS = (
    *('<article class="node">', "</article>", '<div class="ds-three-col__main">'),
    *('<h1 class="article__title">', "</h1>", '<time class="meta__date">', "</time>"),
    *('<time datetime="2023-06-04T03:41:00Z">', '<time datetime="0001-01-01T00:00:00Z">'),
    *('<time datetime="9999-12-31T23:59:59Z">', '<ul class="meta--ministers">'),
    *('<span class="is-archived">', '<a href="/minister/x">', '<em class="tag--portfolio">'),
    *('<div class="field--name-body">', '<aside class="article__related">'),
    *('<a href="/sites/default/files/a.pdf">', '<a href="/release/a">', '<a href="/node/1">'),
    *('<link rel="canonical" href="/release/b">', '<link rel="shortlink" href="/node/2">'),
    *('<main id="content">', '<a rel="next" href="?page=1">', "/_Incapsula_Resource"),
)
_YAML = (
    *("---\n", "title: ", "date: ", "url: ", "ministers:\n", "portfolios:\n", "attachments:\n"),
    *("  - ", "- ", '"', "'", "\\", "\\n", "\\u0000", "2023-06-04", "0000-00-00", "#", ": ", "&a "),
    *("*a", "!!python/object:os.system ", "!t ", "[", "]", "{", "}", ",", "|\n", ">\n", "? ", "%"),
    *("\t", "\n", "\r", "\u2028", "\x85", "\ufeff", "\x07", "\x00", "ā", "null", "no", "1e3", "@"),
    *("https://www.beehive.govt.nz/release/a", "https://a/b: c", "%E0%A4", "<<: *a\n", "0x1F"),
)
_XML = (
    *('<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-16"?>', "<rss>", "</rss>"),
    *("<channel>", "</channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>"),
    *(
        "<pubDate>",
        "</pubDate>",
        "Sun, 04 Jun 2023 03:41:00 +0000",
        "Sun, 99 Jun 99999 03:41 +9999",
    ),
    *("https://www.beehive.govt.nz/release/a", "/node/7", "<![CDATA[", "]]>", "&amp;", "&nbsp;"),
    *('<!DOCTYPE rss [<!ENTITY a "b">]>', '<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;", "\x00"),
    *(
        "<guid>",
        "</guid>",
        "<dc:date>",
        'xmlns:dc="x"',
        "<!--",
        "-->",
        "\ufeff",
        "ā",
        "<",
        ">",
        "&",
    ),
)

_PAGES = tuple(sorted(each.name for each in _SAVED.glob("*.html")))
_SEEDS = tuple(each.read_bytes() for each in sorted((_ROOT / "seeds").glob("*.txt")))

TARGETS = {
    "front_matter": Target(_in_time(_front_matter), _SEEDS, _YAML),
    "pages": Target(_in_time(_page), _saved(*_PAGES), _PARTS + _MARKUP),
    "markdown": Target(_in_time(_markdown), _saved(*_PAGES), _MARKUP),
    "feed": Target(_in_time(_feed), _saved("feed.xml"), _XML),
}

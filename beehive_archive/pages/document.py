"""The page of a document: a release, speech, feature or ministerial diary of any government.

Lexbor builds the tree as HTML5 asks, so broken markup reads as in a browser. The body's inner
HTML is serialised from that tree; parsed again it gives the same tree (checked on the corpus's
12,398 bodies).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import NoReturn, TypeAlias

from selectolax.lexbor import LexborHTMLParser, LexborNode

from beehive_archive.errors import BlockedPageError, IncompletePageError
from beehive_archive.items import NEW_ZEALAND, Release
from beehive_archive.pages.fields import (
    INVISIBLE,
    base_of,
    file_url_of,
    instant_of,
    shown,
    text_of,
)
from beehive_archive.pages.firewall import blocked_reason
from beehive_archive.pages.trees import tree_of
from beehive_archive.urls import document_url_of, node_id_of

# The layout as seen from January to September 2026. The parts are `tag.class`.
ARTICLE = "article.node"
DOCUMENT = "div.ds-three-col__main"
TITLE = "h1.article__title"
PUBLISHED = "time.meta__date"  # the outer `time`; its own datetime is empty
MINISTERS = "ul.meta--ministers"
PORTFOLIO = "em.tag--portfolio"
BODY = "div.field--name-body"
RELATED = "aside.article__related"
AFTER_BODY = "aside.ds-three-col__right"

TEASER_CLASS = "node--view-mode-teaser"
INSTANT = "time[datetime]"
# A past government's names are archived, the current one's are links. The second choice is
# for a link without the portrait's markup.
MINISTER_NAMES = ("span.is-archived, .minister__title", 'a[href^="/minister/"]')
PORTFOLIO_NAMES = ('span.is-archived, a[href^="/portfolio/"]',)
CANONICAL = 'link[rel~="canonical"]'
SHORTLINK = 'link[rel~="shortlink"]'

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

# Bounds for pages that mean harm; real entries hold one name, real pages earn no note.
_MAX_NAMES_PER_ENTRY = 50
_MAX_NOTES = 20

# The elements of each part, in the page's order.
_Parts: TypeAlias = dict[str, list[LexborNode]]
_PART_NAMES = (ARTICLE, DOCUMENT, TITLE, PUBLISHED, MINISTERS, PORTFOLIO, BODY, RELATED)
_PART_TAGS = frozenset(name.partition(".")[0] for name in _PART_NAMES)


def parse(html: str, url: str) -> Release:
    """Return the document of a page as an item.

    ``url`` is the page's own on www.beehive.govt.nz; a canonical link that names a document has
    precedence. Only what stands inside the document counts, and of that the first: teasers
    elsewhere on the page carry titles, dates and names too.

    Raises IncompletePageError where the document, its title or its date is missing, naming all
    that are, BlockedPageError where the firewall answered, and PageError for a page that would
    take too long to read.
    """
    tree = tree_of(html, url)
    parts = _document_parts(tree)
    if parts is None:
        _refuse(html, tree, url)
    title, published_at = _title_of(parts[TITLE]), _published_at(parts[PUBLISHED])
    if not title or published_at is None:
        _refuse(html, tree, url, parts)
    notes = _date_notes(parts[PUBLISHED], published_at)
    entries = [li for ul in parts[MINISTERS] for li in ul.iter() if li.tag == "li"]
    return Release(
        url=_url_of(tree, url),
        title=title,
        published_at=published_at,
        ministers=_names_of(entries, MINISTER_NAMES, notes),
        portfolios=_names_of(parts[PORTFOLIO], PORTFOLIO_NAMES, notes),
        attachments=_attachments_of(parts[RELATED], url, notes),
        body_html=_body_of(parts[BODY], notes),
        node_id=node_id_of(_head_link(tree, SHORTLINK)),
        notes=tuple(notes[:_MAX_NOTES]),
    )


def _document_parts(tree: LexborHTMLParser) -> _Parts | None:
    """Find the parts of the page's document; None where the page has none."""
    for article in tree.css(ARTICLE):
        if TEASER_CLASS in _classes_of(article):
            continue
        around = _parts_below(article)
        if around[DOCUMENT]:
            parts = _parts_below(around[DOCUMENT][0])
            parts[RELATED] += around[RELATED]
            return parts
    return None


def _parts_below(root: LexborNode) -> _Parts:
    """Find the parts below an element, but none inside another part: a teaser's or a body's own."""
    parts: _Parts = {name: [] for name in _PART_NAMES}
    levels = [root.iter()]
    while levels:
        node = next(levels[-1], None)
        if node is None:
            levels.pop()
        elif name := _part_name(node):
            parts[name].append(node)
        else:
            levels.append(node.iter())
    return parts


def _part_name(node: LexborNode) -> str | None:
    tag = node.tag
    if tag not in _PART_TAGS:
        return None
    return next(
        (f"{tag}.{each}" for each in _classes_of(node) if f"{tag}.{each}" in _PART_NAMES), None
    )


def _classes_of(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _title_of(headings: Iterable[LexborNode]) -> str:
    """Return the first title with a character that shows, "" where none has."""
    titles = (text_of(heading) for heading in headings)
    return next((title for title in titles if title.strip(INVISIBLE)), "")


def _published_at(times: Iterable[LexborNode]) -> datetime | None:
    instants = (instant_of(value) for value in _datetimes_of(times))
    return next((instant for instant in instants if instant), None)


def _datetimes_of(times: Iterable[LexborNode]) -> list[str]:
    values = (each.attributes.get("datetime") for time in times for each in time.css(INSTANT))
    return [value for value in values if value and value.strip()]


def _date_notes(times: Iterable[LexborNode], published_at: datetime) -> list[str]:
    """Say where the printed date isn't the instant's in New Zealand: a fault of site or layout."""
    published_on = published_at.astimezone(NEW_ZEALAND).date()
    printed = [day for day in (_printed_date(text_of(time)) for time in times) if day]
    if not printed or published_on in printed:
        return []
    instant = f"its instant {published_at:%Y-%m-%dT%H:%MZ} is {published_on} in New Zealand"
    return [f"the page prints {printed[0]}, but {instant}; the document has the latter"]


def _printed_date(text: str) -> date | None:
    match = re.search(r"\b([0-9]{1,2}) ([A-Za-z]+) ([0-9]{4})\b", text)
    if not match or match[2].lower() not in _MONTHS:
        return None
    try:
        return date(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
    except ValueError:  # 31 June
        return None


def _names_of(
    entries: Iterable[LexborNode], selectors: Iterable[str], notes: list[str]
) -> tuple[str, ...]:
    """Return the names of ministers or portfolios, in the page's order and each once."""
    names: dict[str, None] = {}
    for entry in entries:
        choices = (
            [text_of(node) for node in entry.css(selector)[:_MAX_NAMES_PER_ENTRY]]
            for selector in selectors
        )
        found = next((texts for texts in choices if any(texts)), [])
        names.update((name, None) for name in found if name.strip(INVISIBLE))
        if not found and (text := text_of(entry)):
            notes.append(f"left out a name, as its markup is unknown: {shown(text)}")
    return tuple(names)


def _attachments_of(asides: Iterable[LexborNode], url: str, notes: list[str]) -> tuple[str, ...]:
    urls: dict[str, None] = {}
    for aside in asides:
        for link in aside.css("a[href]"):
            href = link.attributes["href"] or ""
            file_url = file_url_of(href, url)
            if file_url:
                urls[file_url] = None
            else:
                notes.append(f"left out an attachment, as its link leads to no file: {shown(href)}")
    return tuple(urls)


def _body_of(bodies: list[LexborNode], notes: list[str]) -> str:
    if not bodies:
        return ""
    if bodies[0].css_first(AFTER_BODY):
        notes.append("the body holds what stands after it on the page: its markup was left open")
    for pre in bodies[0].css("pre, listing"):
        # Parsing drops a newline after the tag, so one that is left needs another before it
        # to survive the next parser (HTML Standard, 13.3).
        text = pre.first_child
        if text is not None and text.is_text_node and (text.text_content or "").startswith("\n"):
            text.insert_before("\n")
    return bodies[0].inner_html or ""


def _url_of(tree: LexborHTMLParser, url: str) -> str:
    canonical = document_url_of(_head_link(tree, CANONICAL), base_of(url))
    return canonical or document_url_of(url) or url


def _head_link(tree: LexborHTMLParser, selector: str) -> str:
    link = tree.head.css_first(selector) if tree.head else None
    return (link.attributes.get("href") or "") if link else ""


def _refuse(html: str, tree: LexborHTMLParser, url: str, parts: _Parts | None = None) -> NoReturn:
    """Raise the error that says what the page lacks, or that it is the firewall's."""
    if parts is None and (reason := blocked_reason(html)):
        raise BlockedPageError(f"{url}: the firewall answered: {reason}; try again later")
    # Without a document, a title and date elsewhere on the page tell drift from an error page.
    times = parts[PUBLISHED] if parts else tree.css(PUBLISHED)
    missing: dict[str, str] = {}
    if parts is None:
        name = tree.css_first("title")
        found = f"a page titled {shown(name.text())}" if name else "a page without a title"
        missing["document"] = f"expected {DOCUMENT} in {ARTICLE}, found {found}"
    if not _title_of(parts[TITLE] if parts else tree.css(TITLE)):
        missing["title"] = f"expected text in {TITLE}"
    if _published_at(times) is None:
        values = _datetimes_of(times) or [text for time in times if (text := text_of(time))]
        found = ", ".join(map(shown, values[:3])) or "nothing"
        missing["date"] = (
            f"expected an instant such as 2023-06-04T03:41:00Z in {PUBLISHED} {INSTANT},"
            f" found {found}"
        )
    advice = "look at the page in a browser: it is no document, or the layout has changed"
    raise IncompletePageError(url, tuple(missing), "; ".join((*missing.values(), advice)))

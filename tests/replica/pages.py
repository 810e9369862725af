"""The site's markup: each page of a replica as a string.

Pure functions of what the page shows. Class names, nesting and blank lines are the site's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

from tests.replica.documents import (
    GOVERNMENTS,
    KINDS,
    NEW_ZEALAND,
    SITE,
    ReplicaAttachment,
    ReplicaDocument,
    slugify,
)

#: Also on ordinary pages that the firewall lets through.
INCAPSULA_SCRIPT = (
    '<script type="text/javascript" src="/_Incapsula_Resource?'
    'SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3&amp;ns=2&amp;cb=1" async></script>'
)

_CURRENT_TERM = "nationalactnew-zealand-first-coalition-government-2023-2026"


@cache
def _template(name: str) -> str:
    """The site's markup as it was seen, blank lines and all, with ``{names}`` for the values."""
    path = Path(__file__).parent / "templates" / f"{name}.html"
    return path.read_text(encoding="utf-8").removesuffix("\n")


def text(value: str) -> str:
    """A value as an element's text, with the escapes that the site writes (quotes stay)."""
    return escape(value, quote=False)


def frame(title: str, main: str, links: str = "", script: str = INCAPSULA_SCRIPT) -> str:
    """A whole page round its main part."""
    return _template("frame").format(
        title=text(title.strip()), main=main, links=links, script=script
    )


def document_page(
    document: ReplicaDocument,
    current_government: str = GOVERNMENTS[0].slug,
    *,
    shortlink: bool = False,
    canonical: bool = False,
) -> str:
    """A document's own page; the markup of ministers and portfolios hangs on its government."""
    current = document.government == current_government
    links = ""
    if canonical:
        links += f'<link rel="canonical" href="{escape(document.url)}"/>\n'
    if shortlink:
        links += f'<link rel="shortlink" href="{SITE}/node/{document.node_id}"/>\n'
    main = _template("document").format(
        url=escape(document.url),
        time=_published(document.published_at),
        title=text(document.title),
        ministers=_ministers(document.ministers, current=current),
        portfolios=_portfolios(document.portfolios, current=current),
        body=_body(document.body()),
        related=_related(document.attachments),
    )
    return frame(document.title, main, links)


def new_zealand_date(instant: datetime) -> str:
    """The date that the site prints.

    >>> new_zealand_date(datetime(2024, 12, 10, 16, 7, tzinfo=UTC))
    '11 December 2024'
    """
    day = instant.astimezone(NEW_ZEALAND)
    return f"{day.day} {day:%B} {day.year}"


def timestamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _published(instant: datetime | None) -> str:
    if instant is None:
        return ""
    inner = f'<time datetime="{timestamp(instant)}">{new_zealand_date(instant)}</time>'
    return f'<time class="meta meta__date" datetime="">{inner}\n</time>'


def _ministers(names: Iterable[str], *, current: bool) -> str:
    template = _template("minister" if current else "archived_minister")
    items = [
        f"<li>{template.format(name=escape(name) if current else text(name), slug=_term(name))}"
        "</li>\n      "
        for name in names
    ]
    return f'<ul class="meta--ministers">\n            {"".join(items)}\n      </ul>' * bool(items)


def _portfolios(names: Iterable[str], *, current: bool) -> str:
    template = _template("portfolio" if current else "archived_portfolio")
    tags = [
        '<em class="tag tag--portfolio">'
        + template.format(name=text(name), slug=_term(name), term=_CURRENT_TERM)
        + "</em>"
        for name in names
    ]
    return "\n      ".join(tags)


def _body(body_html: str | None) -> str:
    if body_html is None:
        return ""
    return (
        '<div class="prose field field--name-body field--type-text-with-summary '
        f'field--label-hidden field--item">{body_html}</div>'
    )


def _related(attachments: Sequence[ReplicaAttachment]) -> str:
    if not attachments:
        return ""
    files = [
        _template("file").format(
            mime=file.content_type.replace("/", "-"),
            url=escape(file.url, quote=True).replace("&#x27;", "'"),
            content_type=file.content_type,
            length=file.length,
            name=text(file.name),
            kilobytes=file.length / 1024,
        )
        for file in attachments
    ]
    return _template("related").format(files="".join(files))


def _term(name: str) -> str:
    return quote(slugify(name))


def list_page(
    title: str,
    view: str,
    documents: Sequence[ReplicaDocument],
    next_query: str | None,
    href: Callable[[ReplicaDocument], str] = lambda document: document.href,
) -> str:
    """A page of a listing or of search results; ``next_query`` is the pager's link, if any."""
    rows = "\n".join([_row(document, href(document)) for document in documents])
    pager = (
        '<nav class="pager"><ul><li class="pager__item pager__item--next">'
        f'<a href="{escape(next_query)}" title="Go to next page" rel="next">Next</a>'
        "</li></ul></nav>"
        if next_query
        else ""
    )
    content = f'<div class="view-content">{rows}\n</div>' if rows else ""
    return frame(title, f'<div class="view view-{view}">{content}{pager}</div>')


def _row(document: ReplicaDocument, href: str) -> str:
    # Lists know the time only to five minutes, as seen for "Our journey towards net zero".
    when = document.sort_at
    time = '<time class="meta__date" datetime=""></time>'
    if when:
        shown = when.replace(second=0) - timedelta(minutes=when.minute % 5)
        date = new_zealand_date(when)
        time = f'<time class="meta__date" datetime="{timestamp(shown)}">{date}</time>'
    ministers = "".join(
        f'<em class="tag tag--minister"><a href="/minister/{_term(name)}">{text(name)}</a></em>'
        for name in document.ministers
    )
    portfolios = "".join(
        f'<a class="tag" href="/portfolio/x/{_term(name)}">{text(name)}</a>'
        for name in document.portfolios
    )
    title = text(document.title.strip())
    return (
        '<div class="views-row"><article class="node node--type-article node--view-mode-teaser">'
        f'<div class="meta"><em class="meta__type">{KINDS[document.kind].label}</em> {time}</div>\n'
        f'<h2 class="article__title"><a href="{escape(href)}" rel="bookmark">{title}</a></h2>\n'
        f'<div class="field--name-body"><p>{text(document.summary)}</p></div>'
        f"{ministers}{portfolios}</article></div>"
    )


def feed(title: str, documents: Sequence[ReplicaDocument]) -> str:
    """An RSS feed."""
    items = "".join([_feed_item(document) for document in documents])
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xml:base="{SITE}/">
  <channel>
    <title>{text(title)}</title>
    <link>{SITE}/</link>
    <description/>
    <language>en</language>
{items}</channel>
</rss>
"""


def _feed_item(document: ReplicaDocument) -> str:
    when = document.sort_at
    published = f"{when.astimezone(UTC):%a, %d %b %Y %H:%M:%S} +0000" if when else ""
    return f"""\
    <item>
  <title>{text(document.title.strip())}</title>
  <link>{text(document.url)}</link>
  <description>{text(document.summary)}</description>
  <pubDate>{published}</pubDate>
    <dc:creator>beehive</dc:creator>
    <guid isPermaLink="false">{document.node_id} at {SITE}</guid>
    </item>
"""


def not_found_page() -> str:
    return frame("Page not found", "<h1>Page not found</h1><p>Sorry, there is nothing here.</p>")


def blocked_page(incident: int = 589090258272387213) -> str:
    """The firewall's refusal, served with status 200."""
    number = f"248000020209069454-{incident}"
    return (
        '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW">'
        '<meta name="format-detection" content="telephone=no">'
        '<meta name="viewport" content="initial-scale=1.0">'
        '<meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1">'
        '<script src="/arquings-Vizard-thats-to-Enter" async></script></head>'
        '<body style="margin:0px;height:100%"><iframe id="main-iframe" '
        'src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=13-99909475-0'
        f"&incident_id={number}&edet=12&cinfo=0e0000008e7f&rpinfo=0&mth=GET"
        '" frameborder=0 width="100%" height="100%" marginheight="0px" marginwidth="0px">'
        f"Request unsuccessful. Incapsula incident ID: {number}</iframe></body></html>"
    )


CHALLENGE_SCRIPT = (
    "/_Incapsula_Resource"
    "?SWJIYLWA=5074a744e2e3d891814e9a2dace20bd4,719d34d31c8e3a6e6fffd425f7e032f3"
)


def challenge_page() -> str:
    """The firewall's test for a browser, served with status 200: an empty body and one script."""
    return f"""\
<html>
<head>
<META NAME="robots" CONTENT="noindex,nofollow">
<script src="{CHALLENGE_SCRIPT}">
</script>
<body>
</body></html>
"""


def scripted_search_page() -> str:
    """Search as a browser gets it first: no rows, and a script that fetches them."""
    script = (
        "<script>fetch(location.href + '&rows=1').then(r => r.text()).then(html => {"
        "const page = new DOMParser().parseFromString(html, 'text/html');"
        "document.querySelector('.view-search').replaceWith(page.querySelector('.view-search'));"
        "});</script>\n"
    )
    return frame("Search", '<div class="view view-search"></div>', script=script + INCAPSULA_SCRIPT)

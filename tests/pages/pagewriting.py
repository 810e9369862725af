"""Pages in the site's markup, written part by part."""

from __future__ import annotations

URL = "https://www.beehive.govt.nz/release/on-the-move"
INCAPSULA_SCRIPT = '<script src="/_Incapsula_Resource?SWJIYLWA=719d34d3&amp;ns=2" async></script>'

TIME = (
    '<time class="meta meta__date" datetime=""><time datetime="2023-06-04T03:41:00Z">4 June 2023'
    "</time>\n</time>"
)
TITLE = '<h1 class="article__title">\n  On the move\n</h1>'
MINISTERS = '<ul class="meta--ministers"><li><span class="is-archived">\n A B \n</span></li></ul>'
PORTFOLIOS = '<em class="tag tag--portfolio"><span class="is-archived">\n Defence \n</span></em>'
BODY = '<div class="prose field field--name-body"><p>Text.</p></div>'
RELATED = (
    '<aside class="article__related"><ul><li><a href="/sites/default/files/a.pdf">a</a></li></ul>'
    "</aside>"
)
TEASER = (
    '<article class="node node--type-article node--view-mode-teaser">'
    '<div class="ds-three-col__main"><time class="meta__date" datetime="2001-01-01T00:00:00Z">'
    '<time datetime="2001-01-01T00:00:00Z">1 January 2001</time></time>'
    '<h1 class="article__title"><a href="/release/other">Another one</a></h1>'
    '<ul class="meta--ministers"><li><span class="is-archived">Hon Other</span></li></ul>'
    '<em class="tag tag--portfolio"><span class="is-archived">Other</span></em>'
    '<div class="field--name-body"><p>Another text.</p></div></div>'
    '<aside class="article__related"><a href="/sites/default/files/other.pdf">other</a></aside>'
    "</article>"
)


def page(main: str, head: str = "") -> str:
    """A whole page round its main region's content."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><title>A page | Beehive.govt.nz</title>{head}'
        '</head><body><header><nav><a href="/releases">Releases</a></nav></header>'
        f'<div role="main" class="main-container container">{main}</div>'
        f"<footer></footer>{INCAPSULA_SCRIPT}</body></html>"
    )


def document_page(
    *,
    time: str = TIME,
    title: str = TITLE,
    ministers: str = MINISTERS,
    portfolios: str = PORTFOLIOS,
    body: str = BODY,
    related: str = RELATED,
    before: str = "",
    inside: str = "",
    after: str = "",
    head: str = "",
) -> str:
    """A document's page; ``before``, ``inside`` and ``after`` stand round and in the document."""
    return page(
        f'{before}<article class="node node--type-article node--view-mode-full ds-three-col">'
        f'<div class="ds-three-col__column ds-three-col__main">{inside}{time}{title}{ministers}'
        f'{portfolios}{body}</div><aside class="ds-three-col__right">{related}</aside></article>'
        f"{after}",
        head,
    )


def title_of(text: str) -> str:
    return f'<h1 class="article__title">{text}</h1>'


def time_of(value: str, text: str = "4 June 2023") -> str:
    inner = f'<time datetime="{value}">{text}</time>'
    return f'<time class="meta meta__date" datetime="">{inner}\n</time>'


def related(*hrefs: str) -> str:
    links = "".join(f'<li><a href="{href}">file</a></li>' for href in hrefs)
    return f'<aside class="article__related"><ul>{links}</ul></aside>'


def body_of(html: str) -> str:
    return f'<div class="prose field field--name-body">{html}</div>'

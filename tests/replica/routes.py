"""Which answer the site itself gives to which request, faults aside."""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from zlib import crc32

from tests.replica import files, pages
from tests.replica.documents import FACETS, GOVERNMENTS, KINDS, ReplicaDocument, encode_path
from tests.replica.messages import Request, Response

if TYPE_CHECKING:
    from tests.replica.site import Replica

FIREWALL_HEADERS = {
    "X-CDN": "Imperva",
    "X-Iinfo": "12-99909475-99909481 NNNN CT(0 0 0) RT(1733846840123 0) q(0 0 0 -1) r(1 1) U12",
}
_SITE_HEADERS = {
    "Content-Language": "en",
    "X-Generator": "Drupal 10 (https://www.drupal.org)",
    "Set-Cookie": "visid_incap_2481834=6Vn0aQ5mTIu; path=/; HttpOnly",
    **FIREWALL_HEADERS,
}
#: What the challenge's script sets in a browser.
_PASSED = "incap_ses_replica=passed"


def answer(site: Replica, request: Request) -> Response:
    """The site's answer, with the headers that the site and its firewall put on every page."""
    if site.options.challenge_clients and _PASSED not in request.headers.get("cookie", ""):
        return _challenge(request)
    response = _route(site, request)
    response.headers = {**_SITE_HEADERS, **response.headers}
    if "etag" not in site.options.validators:
        response.headers.pop("ETag", None)
    if "last-modified" not in site.options.validators:
        response.headers.pop("Last-Modified", None)
    if _has_current_copy(request, response):
        return Response(304, b"", "", response.headers)
    if site.options.compress and "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(response.body, 1, mtime=0)
        response.headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return response


def _challenge(request: Request) -> Response:
    if request.target == pages.CHALLENGE_SCRIPT:
        script = f'document.cookie = "{_PASSED}; path=/"; location.reload();\n'
        return Response(200, script.encode(), "application/javascript")
    return Response(200, pages.challenge_page().encode(), headers=dict(FIREWALL_HEADERS))


def _has_current_copy(request: Request, response: Response) -> bool:
    """Whether the client's validators say so; as HTTP has it, If-None-Match goes first."""
    tags = request.headers.get("if-none-match")
    if tags is not None and "ETag" in response.headers:
        return response.headers["ETag"] in tags
    since = request.headers.get("if-modified-since")
    if since is None or "Last-Modified" not in response.headers:
        return False
    modified_at = parsedate_to_datetime(response.headers["Last-Modified"])
    return modified_at <= parsedate_to_datetime(since)


def _route(site: Replica, request: Request) -> Response:
    path = request.path
    if path in site.pages:
        return replace(site.pages[path])
    if path in site.documents:
        return _document(site, site.documents[path])
    if path in site.redirects:
        return redirect(request, *site.redirects[path])
    if path in site.gone:
        return _not_found(site.gone[path])
    if path.startswith("/node/") and path[6:].isdecimal():
        to = site.paths_by_node.get(int(path[6:]))
        return redirect(request, to, 301) if to else _not_found()
    if path.startswith(files.ROOT):
        return _generated_file(site, path)
    if path == "/robots.txt":
        return Response(200, site.options.robots.encode(), "text/plain; charset=UTF-8")
    if path == "/search":
        return _search(site, request)
    return _listing_or_feed(site, request)


def redirect(request: Request, to: str, status: int) -> Response:
    """To a path of the site under the host that was asked, as Drupal does, or to a whole URL."""
    if to.startswith("/"):
        to = f"http://{request.headers.get('host', 'localhost')}{encode_path(to)}"
    return Response(status, headers={"Location": to})


def _not_found(status: int = 404) -> Response:
    return Response(status, pages.not_found_page().encode())


def _document(site: Replica, document: ReplicaDocument) -> Response:
    page = pages.document_page(
        document,
        site.current_government,
        shortlink=site.options.shortlink,
        canonical=site.options.canonical,
    )
    headers = {"ETag": f'"{crc32(repr(document).encode()):08x}"'}
    changed_at = site.changed_at.get(document.path) or document.published_at
    if changed_at:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    return Response(200, page.encode(), headers=headers)


def _generated_file(site: Replica, path: str) -> Response:
    file = site.attachment(path)
    if file is None:
        return _not_found()
    content = files.generated(path)
    return Response(200, content, file.content_type, {"ETag": f'"{crc32(content):08x}"'})


def _listing_or_feed(site: Replica, request: Request) -> Response:
    listing, is_feed = request.path.removesuffix("/feed"), request.path.endswith("/feed")
    kind = next((kind for kind, about in KINDS.items() if about.listing == listing), None)
    if kind is None:
        return _not_found()
    documents = site.listed(kind, site.current_government)
    title = listing[1:].title()
    if is_feed:
        feed = pages.feed(title, documents[: site.options.feed_size])
        return Response(200, feed.encode(), "application/rss+xml; charset=utf-8")
    number = _page_number(request)
    rows, is_last = _slice(documents, number, site.options.listing_size)
    next_query = None if is_last else f"?page={number + 1}"
    return Response(200, pages.list_page(title, listing[1:], rows, next_query).encode())


def _search(site: Replica, request: Request) -> Response:
    query = request.query
    if site.options.search_needs_javascript and "rows" not in query:
        return Response(200, pages.scripted_search_page().encode())
    facets = dict(
        value.split(":", 1)
        for name, value in query.items()
        if re.fullmatch(r"f\[\d+\]", name) and ":" in value
    )
    found = _found(site, facets.get("government_facet"), facets.get("content_type_facet"))
    number = _page_number(request)
    rows, is_last = _slice(found, number, site.options.search_size)
    kept = [f"{name}={value}" for name, value in query.items() if name not in {"page", "rows"}]
    next_query = None if is_last else "?" + "&".join([*kept, f"page={number + 1}"])

    def href(document: ReplicaDocument) -> str:
        when = document.sort_at
        is_old = when is not None and when < site.options.node_links_before
        return f"/node/{document.node_id}" if is_old else document.href

    return Response(200, pages.list_page("Search", "search", rows, next_query, href).encode())


def _found(site: Replica, government: str | None, facet: str | None) -> list[ReplicaDocument]:
    """The documents that match the facets, newest first; an unknown facet matches nothing."""
    slugs = [term.slug for term in GOVERNMENTS]
    if government is not None:
        slugs = [FACETS[int(government)]] if government in map(str, FACETS) else []
    kinds = [kind for kind, about in KINDS.items() if facet in {None, about.facet}]
    lists = [site.listed(kind, slug) for slug in slugs for kind in kinds]
    if len(lists) == 1:
        return lists[0]
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(
        itertools.chain.from_iterable(lists),
        key=lambda found: found.sort_at or oldest,
        reverse=True,
    )


def _page_number(request: Request) -> int:
    number = request.query.get("page", "0")
    return int(number) if number.isdecimal() else 0


def _slice(
    documents: Sequence[ReplicaDocument], number: int, size: int
) -> tuple[Sequence[ReplicaDocument], bool]:
    """The page's documents, and whether none follow them."""
    end = (number + 1) * size
    return documents[number * size : end], end >= len(documents)

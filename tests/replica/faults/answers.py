"""Whole answers that are not what was asked for: statuses, firewall pages, drift, hostile feeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.replica import pages
from tests.replica.faults.rule import Fault, Ordinary, fixed, rewriting
from tests.replica.messages import Request, Response
from tests.replica.routes import FIREWALL_HEADERS
from tests.replica.routes import redirect as _redirect

_RSS = "application/rss+xml; charset=utf-8"


def blocked() -> Fault:
    """The firewall's refusal, with status 200."""
    return _firewall("blocked", pages.blocked_page())


def challenge() -> Fault:
    """The firewall's test for a browser, with status 200."""
    return _firewall("challenge", pages.challenge_page())


def _firewall(name: str, page: str) -> Fault:
    return fixed(name, lambda: Response(200, page.encode(), "text/html", dict(FIREWALL_HEADERS)))


def status(code: int, retry_after: int | datetime | None = None) -> Fault:
    """An error status; ``retry_after`` in seconds, or an instant for the header's date form."""
    headers = {}
    if isinstance(retry_after, datetime):
        headers["Retry-After"] = format_datetime(retry_after.astimezone(UTC), usegmt=True)
    elif retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    body = pages.frame("Error", f"<h1>Error {code}</h1>").encode()
    return fixed(f"status {code}", lambda: Response(code, body, headers=dict(headers)))


def not_modified() -> Fault:
    """304, also to a request without validators."""
    return fixed("not modified", lambda: Response(304, b"", ""))


def page(content: bytes | str, content_type: str = "text/html; charset=UTF-8") -> Fault:
    """These bytes with status 200, whatever was asked for."""
    body = content.encode() if isinstance(content, str) else content
    return fixed("page", lambda: Response(200, body, content_type))


def error_page() -> Fault:
    """An HTML page that speaks of an error, with status 200: also in a file's place."""
    body = pages.frame("Error", "<h1>The website encountered an unexpected error.</h1>").encode()
    return fixed("error page", lambda: Response(200, body))


def empty() -> Fault:
    """Status 200 and nothing in it."""
    return fixed("empty", lambda: Response(200, b""))


def redirect(to: str, code: int = 302) -> Fault:
    """A redirect to another path, or to a whole URL."""
    return Fault("redirect", lambda request, _ordinary: _redirect(request, to, code))


def redirect_loop() -> Fault:
    """A redirect to the same path with another query, without end."""

    def answer(request: Request, _ordinary: Ordinary) -> Response:
        turn = int(request.query.get("turn", "0"))
        response = _redirect(request, request.path, 302)
        response.headers["Location"] += f"?turn={turn + 1}"
        return response

    return Fault("redirect loop", answer)


def rewritten(change: Callable[[str], str], name: str = "rewritten") -> Fault:
    """The ordinary page, changed as text."""

    def rewrite(response: Response) -> Response:
        return replace(response, body=change(response.body.decode()).encode())

    return rewriting(name, rewrite)


def renamed_class(old: str, new: str) -> Fault:
    """Layout drift of one part: the page with another class name for it."""
    return rewritten(lambda page: page.replace(old, new), f"{old} is now {new}")


def no_rows() -> Fault:
    """A listing or search page as it is past the end: no rows and no pager."""

    def cut(page: str) -> str:
        begin = page.find('<div class="view-content">')
        end = page.find("<footer>")
        return page if begin < 0 else page[:begin] + "</div></div>\n" + page[end:]

    return rewritten(cut, "no rows")


def list_drift() -> Fault:
    """Layout drift of a list: rows without links and times, as a script would fill them."""

    def change(page: str) -> str:
        page = re.sub(
            r'<a href="([^"]*)" rel="bookmark">(.*?)</a>', r'<b data-to="\1">\2</b>', page
        )
        return re.sub(r'<time class="meta__date" datetime="([^"]*)">', r'<i data-on="\1">', page)

    return rewritten(change, "list drift")


def document_drift() -> Fault:
    """Layout drift of a document: every class that a parser could know has another name."""
    known = re.compile(r"\b(ds-|article|meta|field|tag|minister|is-archived|node|file)")

    def change(page: str) -> str:
        page = re.sub(r'class="[^"]*"', lambda found: known.sub("new-", found[0]), page)
        return page.replace("<article ", "<main ").replace("<h1", "<h2").replace("</h1>", "</h2>")

    return rewritten(change, "document drift")


def charset(encoding: str, declared: str | None = None) -> Fault:
    """The ordinary page in another encoding, and with only ``declared`` to say which.

    What the encoding can't hold becomes ``?``. The page's own ``meta charset`` goes.
    """

    def rewrite(response: Response) -> Response:
        text = response.body.decode().replace('<meta charset="utf-8"/>\n', "")
        body = text.encode(encoding, "replace")
        content_type = "text/html" + (f"; charset={declared}" if declared else "")
        return replace(response, body=body, content_type=content_type)

    return rewriting(f"charset {encoding}", rewrite)


def xml_bomb() -> Fault:
    """A feed whose entities grow to gigabytes (billion laughs)."""
    entities = ['<!ENTITY a0 "ha">']
    entities += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)]
    return _feed_with_entities("XML bomb", "".join(entities), "&a10;")


def external_entity(uri: str = "file:///etc/passwd") -> Fault:
    """A feed that asks its reader for a local file."""
    return _feed_with_entities("external entity", f'<!ENTITY a SYSTEM "{uri}">', "&a;")


def _feed_with_entities(name: str, entities: str, title: str) -> Fault:
    head, rest = pages.feed("Releases", ()).split("\n", 1)
    rest = rest.replace("<title>Releases</title>", f"<title>{title}</title>")
    return fixed(
        name, lambda: Response(200, f"{head}\n<!DOCTYPE rss [{entities}]>\n{rest}".encode(), _RSS)
    )


def malformed_feed() -> Fault:
    """A feed cut in the middle of an item, with an undefined entity before."""
    feed = pages.feed("Releases", ()).replace("</channel>\n</rss>\n", "<item><title>&nbsp;<link")
    return fixed("malformed feed", lambda: Response(200, feed.encode(), _RSS))


def empty_feed() -> Fault:
    """A good feed without items."""
    return fixed("empty feed", lambda: Response(200, pages.feed("Releases", ()).encode(), _RSS))

"""What spiders read off a response, whatever page it brings."""

from __future__ import annotations

from contextlib import suppress

from scrapy.http import Response
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from beehive_archive.errors import PageError
from beehive_archive.pages.fields import shown

REDIRECTS = (301, 302, 303, 307, 308)


def page_text(response: Response) -> str:
    """Return a page as text; raises PageError where it is none.

    The site writes UTF-8. Bytes that decode as UTF-8 are UTF-8, whatever a header claims; others
    must be what they are declared as. Nothing is guessed and nothing replaced: a wrong guess
    would be stored as the document's words.
    """
    content_type = (response.headers.get("Content-Type") or b"none").decode("latin-1")
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(
        response.body
    )
    for encoding in ("utf-8", declared):
        if encoding is not None:
            with suppress(UnicodeDecodeError, LookupError):
                return response.body.decode(encoding)
    raise PageError(
        f"{response.url}: expected a page in UTF-8, found bytes that aren't (Content-Type: "
        f"{shown(content_type)}); try again later"
    )


def header_of(response: Response, name: str) -> str | None:
    """Return a header's value, None where the response has none."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def location_of(response: Response) -> str:
    """Return the absolute URL that a redirect leads to, the response's own where it names none."""
    return response.urljoin(header_of(response, "Location") or "")

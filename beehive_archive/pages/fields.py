"""What the page parsers read alike: text, instants and links.

Pages come from outside: nothing here raises on odd input, it gives None or what is there.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from beehive_archive.site import BASE_URL
from beehive_archive.urls import MAX_URL_LENGTH, joined, site_url_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# Unicode's White_Space, which the archive trims. Zero-width spaces aren't in it: two of its
# titles begin with seven of them. (`str.strip()` would also take U+001C to U+001F.)
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
INVISIBLE = WHITE_SPACE + "\u200b\u200c\u200d\u2060\ufeff"

# The site's oldest documents are of 1993. An instant outside is a slip (year 1, Unix's zero).
_YEARS = range(1990, 2100)

_BREAKS = "br, p, div, li"  # elements that part words, though no text stands between them
_URL_SAFE = "%/:?#[]@!$&'()*+,;=-._~"  # RFC 3986: reserved, unreserved and the escapes


def text_of(node: LexborNode) -> str:
    """Return an element's text, trimmed, on one line.

    A run of blanks that holds a line break or a tab is one space. Plain double spaces and
    non-breaking spaces inside stay: the archive keeps them (44 titles in 16,037).
    """
    for element in node.css(_BREAKS):
        element.insert_before("\n")
    return on_one_line(node.text())


def on_one_line(text: str) -> str:
    r"""Trim a text and take the line breaks and tabs out of it.

    >>> on_one_line("\xa0 Associate  Minister\n  of Foreign\xa0Affairs ")
    'Associate  Minister of Foreign\xa0Affairs'
    """
    text = text.strip(WHITE_SPACE)
    return re.sub(r"[ \t\n\v\f\r]+", lambda run: run[0] if run[0].isprintable() else " ", text)


def instant_of(value: str | None) -> datetime | None:
    """Return a ``datetime`` attribute as an aware UTC datetime, None where it tells no instant.

    Without an offset, or in a year that no document can be of, it tells none.

    >>> instant_of("2023-06-04T15:41:00+12:00")
    datetime.datetime(2023, 6, 4, 3, 41, tzinfo=datetime.timezone.utc)
    >>> instant_of("2023-06-04T15:41:00"), instant_of("0001-01-01T00:00:00Z"), instant_of("")
    (None, None, None)
    """
    try:
        instant = datetime.fromisoformat((value or "").strip())
    except ValueError:
        return None
    return in_utc(instant)


def in_utc(instant: datetime) -> datetime | None:
    """Return an aware datetime of a likely year in UTC, None for any other."""
    if instant.utcoffset() is None or instant.year not in _YEARS:
        return None
    return instant.astimezone(UTC)


def base_of(url: str) -> str:
    """Return what a page's relative links start from: its URL on the site, else the site's root."""
    return site_url_of(url) or f"{BASE_URL}/"


def file_url_of(href: str, page_url: str) -> str | None:
    """Return a linked file's absolute URL, as linked; None where the link leads to no file.

    Only characters that a URL can't hold are escaped. Files on other hosts count, schemes
    other than HTTP and links within the page don't.

    >>> file_url_of("/sites/default/files/Te reo.pdf", "https://www.beehive.govt.nz/release/x")
    'https://www.beehive.govt.nz/sites/default/files/Te%20reo.pdf'
    >>> file_url_of("mailto:a@example.org", "https://www.beehive.govt.nz/release/x")
    """
    href = re.sub(r"[\t\n\r]", "", href).strip(" \f")  # as a browser does (WHATWG URL, 4.4)
    if not href or href.startswith("#") or len(href) > MAX_URL_LENGTH:
        return None
    try:
        url = joined(base_of(page_url), href)
        parts = urlsplit(url)
    except ValueError:  # brackets in the host that don't parse
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return quote(url, safe=_URL_SAFE, errors="replace")


def shown(text: str, limit: int = 80) -> str:
    """Return a page's text fit for a message: short, quoted, control characters escaped."""
    text = on_one_line(text)
    return repr(text if len(text) <= limit else text[:limit] + "…")

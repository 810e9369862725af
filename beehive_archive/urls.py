"""URLs of the site: which are a document's, their one form, where they are fetched from.

URLs come from pages, so everything here takes them as hostile: a URL that isn't a document's
gives None.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote, unquote_to_bytes, urljoin, urlsplit

from beehive_archive.site import BASE_URL, HOSTS, KINDS, Kind

MAX_URL_LENGTH = 2_000  # the longest slug seen is 110 characters; browsers stop at 2,000

# Characters that a path segment may hold bare (RFC 3986, pchar without the escapes).
_SEGMENT_SAFE = "!$&'()*+,;=:@-._~"

_ESCAPE = re.compile("%(?:[0-9A-Fa-f]{2})?")

# Most URLs of documents: nothing in them is escaped, so they are their own canonical form.
_PLAIN_URL = re.compile(re.escape(BASE_URL) + r"(?:/(?!\.)[A-Za-z0-9._~-]+)+")

_PATH_END = re.compile("[?#]")

# What a link needs to lead to a document.
_MAY_BE_DOCUMENT = re.compile("|".join(re.escape(kind.prefix) for kind in KINDS.values()))


def joined(base_url: str, href: str) -> str:
    """Return where a link leads from ``base_url``, as ``urljoin`` does, without loss.

    Python's takes a semicolon that ends a path for empty parameters (RFC 1808), and drops it.
    Raises ValueError for brackets that don't parse.

    >>> joined("https://example.org/a/b", "../c;?d=1")
    'https://example.org/c;?d=1'
    """
    path = _PATH_END.split(href, maxsplit=1)[0]
    if not path.endswith(";"):
        return urljoin(base_url, href)
    return urljoin(base_url, f"{path}.").removesuffix(".") + href[len(path) :]


def node_url(node_id: int) -> str:
    """Return the address that redirects to the document of a node id."""
    return f"{BASE_URL}/node/{node_id}"


def node_id_of(url: str) -> int | None:
    """Return the node id of a ``/node/N`` URL, None for any other; nodes count from 1.

    >>> node_id_of("/node/21127")
    21127
    """
    if "/node/" not in url:
        return None
    absolute = site_url_of(url)
    match = (
        re.fullmatch(r"/node/0*([1-9][0-9]{0,11})/?", urlsplit(absolute).path) if absolute else None
    )
    return int(match[1]) if match else None


def site_url_of(href: str, page_url: str = BASE_URL + "/") -> str | None:
    """Return the absolute URL of a link on a page of the site, None where it leads elsewhere.

    The scheme and host are the site's own, escapes stay as they are linked, and what a URL
    can't hold is escaped.

    >>> site_url_of("/release/taupō")
    'https://www.beehive.govt.nz/release/taup%C5%8D'
    >>> site_url_of("http://beehive.govt.nz/release/taup%c5%8d?x=1#top")
    'https://www.beehive.govt.nz/release/taup%c5%8d?x=1'
    >>> site_url_of("https://example.org/release/taupo")
    """
    if len(href) > MAX_URL_LENGTH:
        return None
    try:
        parts = urlsplit(joined(page_url, href.strip()))
        port = parts.port
    except ValueError:  # brackets or ports that don't parse
        return None
    if (
        parts.scheme not in {"http", "https"}
        or parts.hostname not in HOSTS
        or port not in {None, 80, 443}
    ):
        return None
    path = quote(parts.path, safe="/%" + _SEGMENT_SAFE, errors="surrogatepass")
    query = quote(parts.query, safe="/?%[]" + _SEGMENT_SAFE, errors="surrogatepass")
    return f"{BASE_URL}{path or '/'}" + (f"?{query}" if query else "")


def document_url_of(href: str, page_url: str = BASE_URL + "/") -> str | None:
    """Return a document's URL as a link gives it, without query and fragment; None for others.

    >>> document_url_of("/release/pm%E2%80%99s-trip?utm_source=x")
    'https://www.beehive.govt.nz/release/pm%E2%80%99s-trip'
    >>> document_url_of("/minister/hon-simon-watts")
    """
    if not _MAY_BE_DOCUMENT.search(href):
        return None  # most links of a page: spare the parsing
    absolute = site_url_of(href, page_url)
    if absolute is None:
        return None
    url = absolute.partition("?")[0].rstrip("/")
    return url if kind_of(url) else None


def kind_of(url: str) -> Kind | None:
    """Return the kind of document that a URL names, None where it names none.

    >>> kind_of("https://www.beehive.govt.nz/speech/budget-2024").name
    'speech'
    """
    path = _path_of(url)
    for kind in KINDS.values():
        slug = path.removeprefix(kind.prefix)
        if slug != path and slug.strip("/") and "/" not in slug.strip("/"):
            return kind
    return None


def canonical_url(url: str) -> str:
    """Return the one form of a URL that serves as its key: decoded and escaped again.

    Two URLs that differ only in how they are percent-encoded are one, and so are those that
    differ in scheme, a ``www.``, a query or a slash at the end.

    >>> canonical_url("https://www.beehive.govt.nz/release/taup%c5%8d%2Dtakes/")
    'https://www.beehive.govt.nz/release/taup%C5%8D-takes'
    """
    if _PLAIN_URL.fullmatch(url):
        return url
    absolute = site_url_of(url) or url
    try:
        parts = urlsplit(absolute)
    except ValueError:  # brackets that don't parse: no URL of the site, its own key
        return link_key(absolute)
    segments = (
        quote(unquote_to_bytes(segment), safe=_SEGMENT_SAFE)
        for segment in parts.path.rstrip("/").split("/")
    )
    return f"{parts.scheme}://{parts.netloc}{'/'.join(segments)}"


def normal_url(url: str) -> str:
    """Return a URL whose escapes are in upper case, and none for what needs none (RFC 3986, 6.2.2).

    The site links its documents so; unlike ``canonical_url`` this changes no address.

    >>> normal_url("https://www.beehive.govt.nz/release/taup%c5%8d%2Dtakes-%27it%27")
    'https://www.beehive.govt.nz/release/taup%C5%8D-takes-%27it%27'
    """
    return _ESCAPE.sub(lambda found: _unescaped_letter(found[0].upper()), url)


def _unescaped_letter(escape: str) -> str:
    char = unquote_to_bytes(escape).decode("latin-1")
    return char if char.isascii() and (char.isalnum() or char in "-._~") else escape


def link_key(href: str) -> str:
    """Return a link in one percent-encoding, to compare links that may lead anywhere.

    Escapes that mean another thing than their character stay: ``%2F`` in a path, ``%26`` in a
    query.

    >>> link_key("https://example.org/t%c5%8d?q=%41") == link_key("https://example.org/tō?q=A")
    True
    >>> link_key("/a?b=1%26c=2") == link_key("/a?b=1&c=2")
    False
    """
    path, mark, query = href.partition("?")
    return _one_encoding(path, b"/?#%") + mark + _one_encoding(query, b"&=+;#%")


def _one_encoding(part: str, kept: bytes) -> str:
    """Return a part of a URL decoded, but for the characters ``kept``, and escaped again."""
    escaped = quote(part, safe="/?#[]%" + _SEGMENT_SAFE, errors="surrogatepass")
    return _ESCAPE.sub(lambda found: _decoded(found[0], kept), escaped)


def _decoded(escape: str, kept: bytes) -> str:
    if escape == "%":
        return "%25"  # a bare one
    byte = unquote_to_bytes(escape)
    return escape.upper() if byte in kept else quote(byte, safe="[]" + _SEGMENT_SAFE)


def slug_of(url: str) -> str:
    """Return the last part of a URL's path, percent-decoded.

    >>> slug_of("https://www.beehive.govt.nz/release/taup%C5%8D-takes-pole")
    'taupō-takes-pole'
    """
    return unquote(_path_of(url).rstrip("/").rpartition("/")[2])


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # brackets that don't parse: no URL of the site
        return ""


def fold_slug(slug: str) -> str:
    """Return a slug as the archive's file names have it: no diacritics, then only ASCII.

    >>> fold_slug("climate-change-–-mātauranga")
    'climate-change--matauranga'
    """
    letters = (
        each for each in unicodedata.normalize("NFD", slug) if not unicodedata.combining(each)
    )
    return "".join(each for each in letters if each < "\x80")


def slug_key(url: str) -> str:
    """Return what documents share whose URLs are equal once characters are lost.

    >>> slug_key("https://www.beehive.govt.nz/release/taup%C5%8D")
    'release/taupo'
    """
    kind = kind_of(url)
    return f"{kind.name if kind else ''}/{fold_slug(slug_of(url))}"


def fetch_url(url: str, site_url: str) -> str:
    """Return where a URL of the site is fetched from: the same path below ``SITE_URL``.

    >>> fetch_url("https://www.beehive.govt.nz/releases?page=1", "http://127.0.0.1:8000/")
    'http://127.0.0.1:8000/releases?page=1'
    """
    if not url.startswith(BASE_URL + "/"):
        return url
    return site_url.rstrip("/") + url.removeprefix(BASE_URL)


def recorded_url(url: str, site_url: str) -> str:
    """Return a fetched URL as the archive records it: below www.beehive.govt.nz.

    >>> recorded_url("http://127.0.0.1:8000/releases", "http://127.0.0.1:8000")
    'https://www.beehive.govt.nz/releases'
    """
    origin = site_url.rstrip("/")
    if url == origin or url.startswith(origin + "/"):
        return BASE_URL + url.removeprefix(origin)
    return url

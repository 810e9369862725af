"""URLs as links and images carry them (MARKDOWN.md, section 4)."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

from beehive_archive.text.markdown.tidying import WHITE_SPACE

# RFC 3986, appendix B. Without a scheme three slashes begin a path, not an empty host: the archive
# has links like `///C:/Documents%20and%20Settings/`.
PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?"
    r"(?P<host>(?:(?<=:)//|//(?!/))[^/?#]*)?"
    r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.DOTALL,
)
# With user and port. An escape in a host stands for a character beyond ASCII, or it doesn't parse:
# so `http://www.dia.govt.nz%20/` stays as it is.
HOST = re.compile(
    r"//(?:[A-Za-z0-9._:~!$&'()*+,;=%@-]*@)?"
    r"(?:\[[^\]]*\]|(?:[A-Za-z0-9._~!$&'()*+,;=<>\"\x80-\U0010ffff-]|%[89A-Fa-f][0-9A-Fa-f])*)"
    r"(?::[0-9]*)?"
)
CONTROL = re.compile(r"[\0-\x1f\x7f]")
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
SAFE_IN_PATH = "/!$&'()*+,;=:@[]%"
SAFE_IN_HOST = SAFE_IN_PATH + '<>"'
SAFE_IN_FRAGMENT = SAFE_IN_PATH + "?"
UNSAFE_IN_MARKDOWN = {
    ord(character): f"%{ord(character):02X}" for character in (" ", "[", "]", "(", ")", "<", ">")
}
PLAIN = re.compile(r"(?:https?://[A-Za-z0-9.-]+)?/[A-Za-z0-9._~/-]*")
"""Most URLs are so plain that nothing in them could change."""


def write_url(url: str) -> str:
    """Percent-encode what a URL or Markdown can't hold.

    >>> write_url("http://x.nz/a b(c)?q=Māori+1#top")
    'http://x.nz/a%20b%28c%29?q=M%C4%81ori%201#top'
    """
    url = url.strip(WHITE_SPACE).replace("\n", "%0A").replace("\t", "%09")
    if url == "#" or PLAIN.fullmatch(url):
        return url
    return _rebuilt(url).translate(UNSAFE_IN_MARKDOWN)


def _rebuilt(url: str) -> str:
    """Parse the URL and put it together again; return it as it is where it doesn't parse."""
    parts = PARTS.fullmatch(url)
    if parts is None or CONTROL.search(url):
        return url
    scheme, host, path, query, fragment = parts.group("scheme", "host", "path", "query", "fragment")
    if fragment and BROKEN_ESCAPE.search(fragment):
        return url
    tail = _encoded_query(query)
    if fragment and fragment != "#":
        tail += "#" + quote(fragment[1:], safe=SAFE_IN_FRAGMENT)
    if scheme and not host and not path.startswith("/"):  # mailto:, data: and the like
        return f"{scheme}:{path}{tail}"
    if (host and not HOST.fullmatch(host)) or BROKEN_ESCAPE.search(path):
        return url
    if not scheme and not host and ":" in path.split("/", 1)[0]:
        return url  # neither a scheme nor a first segment
    return (
        (f"{scheme}:" if scheme else "")
        + quote(host or "", safe=SAFE_IN_HOST)
        + quote(path, safe=SAFE_IN_PATH)
        + tail
    )


def _encoded_query(query: str | None) -> str:
    """Decode and encode each name and value, in the order in which they stand."""
    if query is None:
        return ""
    return "?" + "&".join([_encoded_pair(pair) for pair in query[1:].split("&")])


def _encoded_pair(pair: str) -> str:
    if BROKEN_ESCAPE.search(pair):
        return pair
    name, equals, value = pair.partition("=")
    return _recoded(name) + equals + _recoded(value)


def _recoded(part: str) -> str:
    return quote_from_bytes(unquote_to_bytes(part.replace("+", " ")), safe="")

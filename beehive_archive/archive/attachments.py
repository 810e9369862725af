"""Where attachments lie in the archive: pure paths from URLs, and back.

A file's path mirrors its URL's below ``/sites/default/files/``, percent-decoded. URLs come from
pages, so they are hostile: nothing in one may lead out of its folder, name a device, hide a
file, or pass for another file's text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote, unquote_to_bytes, urlsplit

from beehive_archive.archive.layout import ATTACHMENTS
from beehive_archive.site import BASE_URL, FILES_PATH
from beehive_archive.urls import MAX_URL_LENGTH, link_key, site_url_of

FILES_URL = BASE_URL + FILES_PATH
TEXT_SUFFIX = ".md"

# Top folders for files that are not below /sites/default/files/.
ELSEWHERE = "_elsewhere"
ON_SITE = "_site"
_TOP_FOLDERS = frozenset({ELSEWHERE, ON_SITE})

# File names end at 255 bytes on the common file systems; this leaves room for `.md`, a digest
# and a revision's time. The whole path stays far below every system's limit but old Windows'.
MAX_SEGMENT_BYTES = 200
MAX_PATH_BYTES = 600
MAX_SEGMENTS = 12
_DIGEST_CHARS = 8
_MARK = re.compile(r"~[0-9a-f]{8}(?:\.|$)")  # of a name that was made safe or told apart

_PATH_SAFE = "!$&'()*+,;=:@-._~"
_DEFAULT_PORTS = {"http": 80, "https": 443}

# What Windows refuses in a name, and what hides a file or leads elsewhere anywhere.
_UNSAFE = re.compile(r'[/\\:*?"<>|]|^[ .]+|[ .]+$')
# Windows opens these devices whatever follows the first dot (Naming Files, Paths, and Namespaces).
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)", re.IGNORECASE
)
# Control, format (direction marks that disguise a suffix), surrogate and unassigned characters.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def attachment_key(url: str) -> str | None:
    """Return the one form of an attachment's URL that serves as its key, None for no web address.

    Two URLs that differ only in percent-encoding, fragment, or the site's scheme and ``www.``
    name one file; the query counts, since other hosts tell files apart by it.

    >>> attachment_key("http://beehive.govt.nz/sites/default/files/M%c4%81ori%2Dplan.pdf#page=2")
    'https://www.beehive.govt.nz/sites/default/files/M%C4%81ori-plan.pdf'
    >>> attachment_key("https://Example.org:443/a.pdf?id=1")
    'https://example.org/a.pdf?id=1'
    >>> attachment_key("mailto:someone@example.org")
    """
    if len(url) > MAX_URL_LENGTH:
        return None
    try:
        parts = urlsplit(site_url_of(url) or url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets or ports that don't parse
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username is not None:
        return None
    if parts.geturl() == f"{BASE_URL}/":  # an empty link is the home page's, which is no file
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port not in {None, _DEFAULT_PORTS[parts.scheme]}:
        netloc += f":{port}"
    segments = (quote(unquote_to_bytes(each), safe=_PATH_SAFE) for each in parts.path.split("/"))
    query = f"?{link_key(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{netloc}{'/'.join(segments) or '/'}{query}"


def is_on_site(url: str) -> bool:
    """Tell whether an attachment is fetched from the site itself."""
    return (attachment_key(url) or "").startswith(BASE_URL + "/")


def attachment_path(url: str) -> PurePosixPath | None:
    """Return an attachment's path relative to the archive; None for what is no web address.

    A part that can't be a file's name everywhere is made one, with a digest of it that keeps it
    apart from a name that looks like it. See ``apart`` for two URLs whose paths are one.

    >>> attachment_path("https://www.beehive.govt.nz/sites/default/files/2023-06/Plan%20A.pdf")
    PurePosixPath('attachments/2023-06/Plan A.pdf')
    >>> attachment_path("https://www.beehive.govt.nz/sites/default/files/..%2F..%2Fetc/CON.pdf")
    PurePosixPath('attachments/--..-etc~74ccf3c5/-CON~9d22d0cc.pdf')
    >>> attachment_path("https://example.org/files/a.pdf")
    PurePosixPath('attachments/_elsewhere/example.org/files/a.pdf')
    """
    key = attachment_key(url)
    if key is None:
        return None
    location, _, query = key.partition("?")
    if location.startswith(FILES_URL):
        top, below = [], location.removeprefix(FILES_URL)
    elif location.startswith(BASE_URL + "/"):
        top, below = [ON_SITE], location.removeprefix(BASE_URL + "/")
    else:
        host, _, below = location.partition("://")[2].partition("/")
        top = [ELSEWHERE, _safe(host.replace(":", "_"))]
    names = [unquote_to_bytes(each) for each in below.split("/") if each] or [b"index"]
    segments = [_safe(name.decode("utf-8", "replace"), name) for name in names]
    if not top and segments[0].casefold() in _TOP_FOLDERS:
        segments[0] = _marked(segments[0], names[0])
    if query:
        segments[-1] = _marked(segments[-1], query.encode())
    return PurePosixPath(ATTACHMENTS, *_bounded(top + segments, key))


def apart(path: PurePosixPath, url: str) -> PurePosixPath:
    """Return the path of a URL whose own path is another URL's file already.

    >>> apart(PurePosixPath("attachments/a.pdf"), FILES_URL + "A.pdf")
    PurePosixPath('attachments/a~a9bb9bc1.pdf')
    """
    key = attachment_key(url) or url
    return path.with_name(_marked(path.name, key.encode("utf-8", "surrogatepass")))


def fold(path: PurePosixPath) -> str:
    """Return what a path is to file systems that keep neither case nor composition.

    >>> fold(PurePosixPath("attachments/PLAN.pdf")) == fold(PurePosixPath("attachments/plan.PDF"))
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(path)).casefold())


def text_path(attachment: PurePosixPath) -> PurePosixPath:
    """Return where an attachment's text is kept: beside it.

    >>> text_path(PurePosixPath("attachments/2023-06/Plan A.pdf"))
    PurePosixPath('attachments/2023-06/Plan A.pdf.md')
    """
    return attachment.with_name(attachment.name + TEXT_SUFFIX)


def is_text_path(path: PurePosixPath) -> bool:
    """Tell whether a path below ``attachments/`` is a text's: no file is given a name like it."""
    return path.name.endswith(TEXT_SUFFIX)


def url_of(path: PurePosixPath) -> str | None:
    """Return the URL of a path, None where the name was made safe and doesn't tell it.

    The text beside a file names its URL always.

    >>> url_of(PurePosixPath("attachments/2023-06/Plan A.pdf"))
    'https://www.beehive.govt.nz/sites/default/files/2023-06/Plan%20A.pdf'
    >>> url_of(PurePosixPath("attachments/_elsewhere/example.org/a.pdf"))
    'https://example.org/a.pdf'
    >>> url_of(PurePosixPath("attachments/-CON~9d22d0cc.pdf"))
    """
    parts = path.parts[1:]
    if not parts or path.parts[0] != ATTACHMENTS:
        return None
    if parts[0] == ELSEWHERE:
        base, rest = f"https://{parts[1]}/" if len(parts) > 1 else "", parts[2:]
    elif parts[0] == ON_SITE:
        base, rest = f"{BASE_URL}/", parts[1:]
    else:
        base, rest = FILES_URL, parts
    url = base + "/".join(quote(each, safe=_PATH_SAFE, errors="surrogatepass") for each in rest)
    is_marked = any(_MARK.search(each) for each in path.parts)
    return None if is_marked or not base or attachment_path(url) != path else url


def name_of(url: str) -> str:
    """Return a file's own name for a reader, of a title's length at most.

    >>> name_of("https://www.beehive.govt.nz/sites/default/files/M%C4%81ori%20plan.pdf")
    'Māori plan.pdf'
    """
    key = attachment_key(url) or url
    last = key.partition("?")[0].rstrip("/").rpartition("/")[2]
    decoded = unquote_to_bytes(last).decode("utf-8", "replace")
    shown = "".join(" " if _is_unprintable(each) else each for each in decoded)
    return " ".join(shown.split())[:MAX_SEGMENT_BYTES] or "untitled"


def suffix_of(url: str) -> str:
    """Return what a URL's name says that the file is, in lower case without the dot.

    >>> suffix_of("https://example.org/a/Plan.PDF?x=1"), suffix_of("https://example.org/report")
    ('pdf', '')
    """
    return PurePosixPath(name_of(url)).suffix.lower().removeprefix(".")


def _safe(name: str, raw: bytes | None = None) -> str:
    """Return a URL's decoded segment as a name that every common file system takes."""
    composed = unicodedata.normalize("NFC", name)
    printable = "".join("-" if _is_unprintable(each) else each for each in composed)
    safe = _UNSAFE.sub("-", printable)
    if _DEVICE.match(safe):
        safe = f"-{safe}"
    is_long = len(safe.encode("utf-8", "replace")) > MAX_SEGMENT_BYTES
    is_taken = safe.lower().endswith(TEXT_SUFFIX) or _MARK.search(safe) or "\ufffd" in safe
    if safe == composed and not is_long and not is_taken:
        return safe
    return _marked(safe, name.encode("utf-8", "surrogatepass") if raw is None else raw)


def _marked(name: str, what: bytes) -> str:
    """Return a name with a digest before its suffix, cut to a name's length.

    >>> _marked("plan.pdf", b"")
    'plan~e3b0c442.pdf'
    """
    digest = hashlib.sha256(what).hexdigest()[:_DIGEST_CHARS]
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 10 or not suffix.isalnum() or suffix.lower() == "md":
        stem, dot, suffix = name, "", ""
    room = MAX_SEGMENT_BYTES - len(f"~{digest}{dot}{suffix}".encode())
    stem = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").rstrip(" .")
    return f"{stem}~{digest}{dot}{suffix}"


def _bounded(segments: list[str], key: str) -> list[str]:
    """Return a path's segments, the middle of a very long path as a digest of its URL."""
    if len(segments) <= MAX_SEGMENTS and len("/".join(segments).encode()) <= MAX_PATH_BYTES:
        return segments
    digest = hashlib.sha256(key.encode()).hexdigest()
    kept = segments[:2] if segments[0] in _TOP_FOLDERS else segments[:1]
    return [*kept, digest, segments[-1]]


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE

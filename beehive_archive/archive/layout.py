"""Where documents lie in the archive: pure paths from dates and URLs.

A slug comes from a URL, so it is hostile: nothing in it may lead out of its folder.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import PurePosixPath

from beehive_archive.site import KINDS
from beehive_archive.urls import fold_slug, kind_of, slug_of

REVISIONS = "revisions"
ATTACHMENTS = "attachments"
SUFFIXES = (".md", ".txt")  # of documents
NOT_UTF8 = "the name is not UTF-8, so neither state nor report can hold it; rename the file"

# File names end at 255 bytes on the common file systems; this leaves room for the date, a
# number, `.md` and a temporary file's marks.
MAX_SLUG_LENGTH = 200

# What a slug may not bring into a file name: separators, control characters and what Windows
# refuses. The archive's own slugs hold only a-z, 0-9 and hyphens.
_UNSAFE = re.compile(r'[\x00-\x20\x7f/\\:*?"<>|]')

_NUMBER = re.compile(r"-[1-9][0-9]*")  # see document_path

_FOLDERS = frozenset(kind.folder for kind in KINDS.values())


def file_slug(url: str) -> str:
    """Return the part of a document's file name that comes from its URL.

    >>> file_slug("https://www.beehive.govt.nz/release/taup%C5%8D-takes-pole")
    'taupo-takes-pole'
    >>> file_slug("https://www.beehive.govt.nz/release/..%2F..%2Fetc")
    '..-..-etc'
    """
    slug = slug_of(url)
    safe = _UNSAFE.sub("-", fold_slug(slug))
    if safe.strip(".-") and len(safe) <= MAX_SLUG_LENGTH:
        return safe
    # Nothing readable is left, or too much of it: a digest keeps two such slugs apart.
    digest = hashlib.sha256(slug.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe[: MAX_SLUG_LENGTH - 9]}-{digest}".lstrip(".-")


def document_path(published_on: date, url: str, number: int = 1) -> PurePosixPath:
    """Return a document's path in the archive, relative to its root.

    ``number`` tells apart documents whose slugs fold to one: the second gets ``-2``.

    >>> document_path(date(2023, 6, 4), "https://www.beehive.govt.nz/release/closer-cooperation")
    PurePosixPath('releases/2023/06/2023-06-04-closer-cooperation.md')
    """
    kind = kind_of(url)
    if kind is None:
        raise ValueError(f"{url} names no document of the site")
    day = published_on.isoformat()
    suffix = f"-{number}" if number > 1 else ""
    name = f"{day}-{file_slug(url)}{suffix}.md"
    return PurePosixPath(kind.folder, day[:4], day[5:7], name)


def is_utf8(path: str) -> bool:
    r"""Tell whether a path read from the disk is UTF-8; else it has half surrogates in it.

    >>> is_utf8("tēnā.md"), is_utf8(b"t\xe9.md".decode(errors="surrogateescape"))
    (True, False)
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_document_path(path: PurePosixPath) -> bool:
    """Tell whether a file at a path, relative to the archive, counts as a document.

    >>> is_document_path(PurePosixPath("000_998603f5207485f1.txt"))
    True
    >>> is_document_path(PurePosixPath(".git/a.md")), is_document_path(PurePosixPath("../a.md"))
    (False, False)
    """
    return (
        path.suffix in SUFFIXES
        and not path.is_absolute()
        and path.parts[0] not in {ATTACHMENTS, REVISIONS}
        and not any(part.startswith(".") for part in path.parts)
    )


def is_laid_out(path: PurePosixPath) -> bool:
    """Tell whether a path lies below ``releases/`` or its like, where every text is a document.

    >>> is_laid_out(PurePosixPath("releases/2023/notes.md")), is_laid_out(PurePosixPath("a.md"))
    (True, False)
    """
    return len(path.parts) > 1 and path.parts[0] in _FOLDERS


def follows_layout(path: PurePosixPath, published_on: date, url: str) -> bool:
    """Tell whether a document's path follows from its own date and URL.

    Only files below ``releases/`` and its like have to; others count under any name.

    >>> follows_layout(PurePosixPath("000_998603f5207485f1.txt"), date(2023, 6, 4), "any")
    True
    """
    if not is_laid_out(path):
        return True
    if kind_of(url) is None:
        return False
    expected = document_path(published_on, url)
    number = path.name.removeprefix(expected.stem).removesuffix(expected.suffix)
    return (
        path.parent == expected.parent
        and path.name == f"{expected.stem}{number}{expected.suffix}"
        and (not number or _NUMBER.fullmatch(number) is not None)
    )


def revision_path(path: PurePosixPath, replaced_at: str) -> PurePosixPath:
    """Return where the text that stood at ``path`` until ``replaced_at`` is kept.

    >>> revision_path(PurePosixPath("releases/2023/06/2023-06-04-slug.md"), "20261121T170000Z")
    PurePosixPath('revisions/releases/2023/06/2023-06-04-slug/20261121T170000Z.md')
    """
    return PurePosixPath(REVISIONS) / path.with_suffix("") / f"{replaced_at}{path.suffix}"

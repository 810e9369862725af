"""An attachment's text as a document (FORMAT.md, "Attachments as text")."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from beehive_archive.text.front_matter import read_text
from beehive_archive.text.front_matter_fields import FrontMatterReader, FrontMatterWriter

_KEYS = ("title", "date", "url", "release", "pages", "sha256", "note")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """What was read out of an attachment.

    ``title`` is the file's own, else its name; ``date`` that of its release, whose URL is
    ``release``; ``url`` the file's. ``pages`` is None for a file without pages, ``sha256`` the
    file's digest in hexadecimal. ``note`` says why the text is missing or how it was read.
    """

    title: str
    date: dt.date
    url: str
    release: str
    pages: int | None
    sha256: str
    note: str | None = None
    body: str = ""


def loads_attachment(text: str, *, name: str = "<text>") -> AttachmentText:
    """Read an attachment's text; ``name`` is for messages. Raises FrontMatterError."""
    fields = FrontMatterReader(text, name, _KEYS)
    sha256 = fields.bare_text("sha256")
    if not _SHA256.fullmatch(sha256):
        fields.refuse("sha256", f"sha256 {sha256!r}: expected 64 of 0-9a-f")
    return AttachmentText(
        title=fields.text("title"),
        date=fields.date("date"),
        url=fields.bare_text("url"),
        release=fields.bare_text("release"),
        pages=fields.count("pages"),
        sha256=sha256,
        note=fields.text("note") if "note" in fields else None,
        body=fields.body,
    )


def load_attachment(path: Path) -> AttachmentText:
    """Read an attachment's text file; raises FrontMatterError with the path, and OSError."""
    return loads_attachment(read_text(path), name=str(path))


def dumps_attachment(attachment: AttachmentText) -> str:
    """Write an attachment's text; raises FrontMatterError for what no reader would give back.

    >>> print(dumps_attachment(AttachmentText("Statement", dt.date(2023, 6, 4),
    ...     "https://example.org/a.pdf", "https://example.org/a", 2, "0f" * 32)))
    ---
    title: "Statement"
    date: 2023-06-04
    url: https://example.org/a.pdf
    release: https://example.org/a
    pages: 2
    sha256: 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
    ---
    <BLANKLINE>
    <BLANKLINE>
    """
    writer = FrontMatterWriter(attachment.url)
    writer.quoted("title", attachment.title)
    writer.date("date", attachment.date)
    writer.bare("url", attachment.url)
    writer.bare("release", attachment.release)
    writer.count("pages", attachment.pages)
    if not _SHA256.fullmatch(attachment.sha256):
        writer.refuse(f"sha256 {attachment.sha256!r}: expected 64 of 0-9a-f")
    writer.bare("sha256", attachment.sha256)
    if attachment.note is not None:
        writer.quoted("note", attachment.note)
    return writer.with_body(attachment.body)


def is_attachment_text(text: str) -> bool:
    r"""Whether a document's text is an attachment's: whether it has the key ``release``.

    Cheap, and reads no further than the front matter's end.

    >>> is_attachment_text('---\ntitle: "A"\nrelease: https://example.org/a\n---\n\n')
    True
    >>> is_attachment_text('---\ntitle: "A"\n---\n\nrelease: the text')
    False
    """
    end = text.find("\n---\n", 3)
    return "\nrelease:" in text[: end if end >= 0 else len(text)]

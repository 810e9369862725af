"""Documents from and to the archive's text format (FORMAT.md, "A document")."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from beehive_archive.text.front_matter_fields import (
    MAX_DOCUMENT_BYTES,
    FrontMatterReader,
    FrontMatterWriter,
    decode,
)

_KEYS = ("title", "date", "url", "ministers", "portfolios", "attachments")
_DELIMITER_LINE = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Document:
    """A release, speech, feature or diary as the archive holds it.

    ``date`` is the one that the page prints. ``attachments`` are URLs. ``title`` and ``body`` are
    trimmed when they are written and read.
    """

    title: str
    date: dt.date
    url: str
    ministers: tuple[str, ...] = ()
    portfolios: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    body: str = ""


def loads(text: str, *, name: str = "<text>") -> Document:
    r"""Read a document; ``name`` is for messages. Raises FrontMatterError.

    List values are the strings that stand there, whatever YAML thinks of them:

    >>> loads('---\ntitle: "Kia ora"\ndate: 2023-06-04\nurl: https://example.org/a\n'
    ...       'portfolios:\n  - Māori Crown Relations: Te Arawhiti\n---\n\nText').portfolios
    ('Māori Crown Relations: Te Arawhiti',)
    """
    fields = FrontMatterReader(text, name, _KEYS)
    return Document(
        title=fields.text("title"),
        date=fields.date("date"),
        url=fields.bare_text("url"),
        ministers=fields.texts("ministers"),
        portfolios=fields.texts("portfolios"),
        attachments=fields.texts("attachments"),
        body=fields.body,
    )


def load(path: Path) -> Document:
    """Read a document's file; raises FrontMatterError with the path, and OSError."""
    return loads(read_text(path), name=str(path))


def read_text(path: Path) -> str:
    """Read a document's file as text; raises FrontMatterError with the path, and OSError."""
    with path.open("rb") as file:
        data = file.read(MAX_DOCUMENT_BYTES + 1)
    return decode(data, str(path))


def dumps(document: Document) -> str:
    r"""Write a document. Raises FrontMatterError, with its URL, for what no reader would give back.

    >>> print(dumps(Document("Kia ora", dt.date(2023, 6, 4), "https://example.org/a",
    ...                      ministers=("Hon A: B",), body="Text")))
    ---
    title: "Kia ora"
    date: 2023-06-04
    url: https://example.org/a
    ministers:
      - "Hon A: B"
    ---
    <BLANKLINE>
    Text
    """
    writer = FrontMatterWriter(document.url)
    writer.quoted("title", document.title)
    writer.date("date", document.date)
    writer.bare("url", document.url)
    writer.texts("ministers", document.ministers)
    writer.texts("portfolios", document.portfolios)
    writer.texts("attachments", document.attachments)
    return writer.with_body(document.body)


def has_front_matter(data: bytes) -> bool:
    r"""Whether a file's first bytes are a ``---`` line, so that the file counts as a document.

    True also after a BOM or before a CRLF, so that ``load`` says what is wrong with such a file
    instead of nobody noticing it. The first 16 bytes are enough.

    >>> has_front_matter(b"---\ntitle: ..."), has_front_matter(b"# Read me")
    (True, False)
    """
    return _DELIMITER_LINE.match(data) is not None

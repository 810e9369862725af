"""The archive read as records: a document with its attachments' texts, one at a time."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from beehive_archive.archive.attachments import (
    apart,
    attachment_key,
    attachment_path,
    suffix_of,
    text_path,
)
from beehive_archive.archive.files import files_in
from beehive_archive.archive.layout import REVISIONS, SUFFIXES
from beehive_archive.errors import FrontMatterError
from beehive_archive.text import front_matter
from beehive_archive.text.attachment_text import AttachmentText, load_attachment
from beehive_archive.text.front_matter import Document
from beehive_archive.text.front_matter_fields import MAX_DOCUMENT_BYTES, decode
from beehive_archive.urls import kind_of

# What store.keep_revision names a replaced text after; a second's later ones have a fraction.
_REPLACED_AT = re.compile(r"([0-9]{8}T[0-9]{6})(?:\.[0-9]{3})?Z")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the archive and what tells that it was written to; both None for a missing one.

    ``path`` is relative to the archive.
    """

    path: str
    size_bytes: int | None
    mtime_ns: int | None


@dataclass(frozen=True, slots=True)
class LinkedAttachment:
    """An attachment as its document names it; ``text`` is None where the archive has none yet.

    ``sources`` are the files where its text was looked for, as they were before; ``problem`` says
    why a text can't be read.
    """

    url: str
    text: AttachmentText | None = None
    sources: tuple[SourceFile, ...] = ()
    problem: str | None = None

    @property
    def suffix(self) -> str:
        """What its name says that it is: ``pdf``, ``docx``, or nothing."""
        return suffix_of(self.url)


@dataclass(frozen=True, slots=True)
class Record:
    """A document as it is exported; ``digest`` is of all that it was read from.

    ``kind`` is release, speech, feature or diary; None where the URL doesn't tell.
    """

    path: str
    kind: str | None
    document: Document
    attachments: tuple[LinkedAttachment, ...]
    digest: str

    def fields(self) -> dict[str, Any]:
        """Return what JSONL and Parquet hold of it; schema.RECORD_FIELDS says what each is."""
        document = self.document
        return {
            "path": self.path,
            "kind": self.kind,
            "title": document.title,
            "date": document.date,
            "url": document.url,
            "ministers": list(document.ministers),
            "portfolios": list(document.portfolios),
            "attachments": list(document.attachments),
            "body": document.body,
            "attachment_texts": [
                {
                    "url": attachment.url,
                    "title": attachment.text.title,
                    "pages": attachment.text.pages,
                    "sha256": attachment.text.sha256,
                    "note": attachment.text.note,
                    "text": attachment.text.body,
                }
                for attachment in self.attachments
                if attachment.text is not None
            ],
        }


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that stood at a document's path until ``replaced_at`` (None: its name tells none)."""

    path: str
    document: Document
    replaced_at: datetime | None


def stat_file(root: Path, path: str) -> SourceFile:
    """Return a file's size and time of change, which tell whether it must be read again."""
    try:
        status = os.stat(f"{root}/{path}")  # noqa: PTH116 -- a Path each would take twice as long
    except (FileNotFoundError, NotADirectoryError):
        return SourceFile(path, None, None)
    return SourceFile(path, status.st_size, status.st_mtime_ns)


def document_files(root: Path) -> Iterator[SourceFile]:
    """Yield the files that may be documents, by path."""
    return (SourceFile(*found) for found in files_in(root))


def revision_files(root: Path) -> Iterator[SourceFile]:
    """Yield the files below ``revisions/``, by path; symbolic links are not followed."""
    paths: list[str] = []
    for folder, _, names in os.walk(root / REVISIONS):
        relative = PurePosixPath(folder).relative_to(root)
        paths.extend(
            str(relative / name)
            for name in names
            if name.endswith(SUFFIXES)
            and not name.startswith(".")
            and not os.path.islink(f"{folder}/{name}")  # noqa: PTH114
        )
    for path in sorted(paths):
        yield stat_file(root, path)


def read_record(root: Path, path: str) -> Record | None:
    """Read a document with its attachments' texts; None where there is none (any more).

    Raises FrontMatterError where the file is no document, OSError where it can't be read.
    """
    name = f"{root}/{path}"
    try:
        with open(name, "rb") as file:  # noqa: PTH123 -- a Path each would cost more than the rest
            data = file.read(MAX_DOCUMENT_BYTES + 1)
    except FileNotFoundError:  # renamed or deleted since the folder was listed
        return None
    if not front_matter.has_front_matter(data[:16]):
        return None
    document = front_matter.loads(decode(data, name), name=name)
    attachments = tuple(_linked(root, url) for url in document.attachments)
    digest = hashlib.sha256(data)
    if attachments:
        digest.update(repr([each.text for each in attachments]).encode())
    kind = kind_of(document.url)
    return Record(path, kind.name if kind else None, document, attachments, digest.hexdigest())


def read_revision(root: Path, path: str) -> Revision | None:
    """Read a replaced text; None where there is none. Raises FrontMatterError."""
    record = read_record(root, path)
    if record is None:
        return None
    match = _REPLACED_AT.match(PurePosixPath(path).name)
    replaced_at = datetime.strptime(f"{match[1]}+0000", "%Y%m%dT%H%M%S%z") if match else None
    return Revision(path, record.document, replaced_at)


def _linked(root: Path, url: str) -> LinkedAttachment:
    """Read an attachment's text: at its own path, or apart where another URL's file has that."""
    path = attachment_path(url)
    if path is None:
        return LinkedAttachment(url)
    sources: list[SourceFile] = []
    for place in (path, apart(path, url)):
        source = stat_file(root, str(text_path(place)))
        sources.append(source)
        if source.size_bytes is None:
            break
        try:
            text = load_attachment(root / source.path)
        except (FrontMatterError, OSError) as error:
            # Not as it was seen, so that the next export tries again.
            unseen = SourceFile(source.path, None, None)
            return LinkedAttachment(url, None, (*sources[:-1], unseen), str(error))
        if attachment_key(text.url) == attachment_key(url):
            return LinkedAttachment(url, text, tuple(sources))
    return LinkedAttachment(url, None, tuple(sources))

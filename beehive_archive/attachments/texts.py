"""Attachments' texts: read in worker processes while the crawl goes on."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from beehive_archive.archive.attachments import attachment_key, name_of, text_path
from beehive_archive.errors import ArchiveError, FrontMatterError
from beehive_archive.items import Attachment
from beehive_archive.text.attachment import AttachmentReading
from beehive_archive.text.attachment_text import AttachmentText, dumps_attachment
from beehive_archive.workers import AttachmentReaders

logger = logging.getLogger(__name__)

Write = Callable[[PurePosixPath, bytes], Awaitable[None]]


class AttachmentTexts:
    """Reads files in the background; ``problems`` says what could not be written.

    ``write`` stores a text at an archive's path.
    """

    def __init__(self, workers: int, write: Write) -> None:
        self.problems: list[str] = []
        self.written = 0
        self._readers = AttachmentReaders(workers=workers)
        self._write = write
        self._tasks: set[asyncio.Task[None]] = set()

    def read_later(
        self, attachment: Attachment, path: PurePosixPath, sha256: str, source: Path | bytes
    ) -> None:
        """Have a stored file read; ``source`` is where it lies, or its bytes."""
        task = asyncio.create_task(self._read(attachment, path, sha256, source))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def waiting(self) -> int:
        """How many files are still to be read."""
        return len(self._tasks)

    async def finish(self) -> None:
        """Wait for the files that are still to be read, then end the workers."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._readers.close()

    async def _read(
        self, attachment: Attachment, path: PurePosixPath, sha256: str, source: Path | bytes
    ) -> None:
        try:
            if isinstance(source, Path):
                reading = await self._readers.read(source)
            else:
                reading = await self._read_bytes(path, source)
            text = text_of(attachment, sha256, reading)
            await self._write(text_path(path), text.encode("utf-8"))
            self.written += 1
        except (ArchiveError, FrontMatterError, OSError) as error:
            self.problems.append(f"{attachment.url}: its text could not be kept: {error}")
        except Exception as error:
            logger.exception("%s: its text could not be read", attachment.url)
            self.problems.append(f"{attachment.url}: {type(error).__name__}: {error}")

    async def _read_bytes(self, path: PurePosixPath, content: bytes) -> AttachmentReading:
        with tempfile.NamedTemporaryFile(suffix=path.suffix) as file:
            file.write(content)
            file.flush()
            return await self._readers.read(Path(file.name))


def text_of(attachment: Attachment, sha256: str, reading: AttachmentReading) -> str:
    """Return an attachment's text as its file has it; raises FrontMatterError.

    A body or title that the archive's format can't hold is left out, and a note says so.
    """
    text = AttachmentText(
        title=(reading.title or "").strip() or name_of(attachment.url),
        date=attachment.release_date,
        url=attachment.url,
        release=attachment.release_url,
        pages=reading.pages,
        sha256=sha256,
        note=reading.note,
        body=reading.body,
    )
    try:
        return dumps_attachment(text)
    except FrontMatterError as error:
        note = f"Its text was read but can't be kept: {error.problem}."
        url = attachment_key(attachment.url) or attachment.url  # escaped, whatever it was
        title = name_of(attachment.url)
        return dumps_attachment(replace(text, title=title, url=url, note=note, body=""))

"""The archive's documents as a run reads and writes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from beehive_archive.archive.index import ArchiveIndex, Entry
from beehive_archive.archive.store import ArchiveStore
from beehive_archive.errors import FrontMatterError, UnsafePathError
from beehive_archive.reconcile import Archived
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document


class Documents:
    """Reads archived documents, writes new ones and updates changed ones; keeps the index true."""

    def __init__(self, store: ArchiveStore, index: ArchiveIndex) -> None:
        self.store = store
        self.index = index
        self._writes: dict[PurePosixPath, asyncio.Event] = {}  # of new documents, under way

    def read(self, entry: Entry) -> Archived:
        """Read an archived document; raises FrontMatterError, UnsafePathError and OSError."""
        text = front_matter.read_text(self.store.resolve(entry.path))
        return Archived(entry.path, text, front_matter.loads(text, name=entry.name))

    def newest(self, kind: str, count: int) -> Iterator[Document]:
        """Yield the newest documents of a kind, without those that can't be read."""
        for entry in self.index.newest(kind, count):
            with suppress(FrontMatterError, UnsafePathError, OSError):
                yield self.read(entry).document

    async def is_written(self, entry: Entry) -> bool:
        """Wait until a document stands that is being written; tells whether one was."""
        write = self._writes.get(entry.path)
        if write is None:
            return False
        await write.wait()
        return True

    async def write_new(self, document: Document) -> PurePosixPath:
        """Write a new document; the crawl goes on while the disk syncs it. Raises ArchiveError."""
        path = self.store.free_path(document.date, document.url, is_taken=self.index.has)
        self.index.add(Entry.of(path, document))  # the name is taken from now on
        self._writes[path] = asyncio.Event()
        try:
            await asyncio.to_thread(self.store.write, path, front_matter.dumps(document))
        except BaseException:
            self.index.remove(path)
            raise
        finally:
            self._writes.pop(path).set()
        return path

    def update(self, path: PurePosixPath, document: Document) -> None:
        """Put a document in the place of one, whose text is kept. Raises ArchiveError, OSError."""
        self.store.keep_revision(path)
        self.store.write(path, front_matter.dumps(document), replace=True)

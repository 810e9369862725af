"""Checking the archive on disk alone: no network, no state, nothing written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path, PurePosixPath

from beehive_archive.archive import problems
from beehive_archive.archive.attachments import apart, attachment_path, is_on_site, is_text_path
from beehive_archive.archive.document_checks import Lines, byte_problems, check_document
from beehive_archive.archive.layout import (
    ATTACHMENTS,
    NOT_UTF8,
    is_document_path,
    is_laid_out,
    is_utf8,
)
from beehive_archive.archive.problems import Problem
from beehive_archive.archive.store import TEMPORARY_PREFIX
from beehive_archive.errors import FrontMatterError
from beehive_archive.text import attachment_text, front_matter
from beehive_archive.text.attachment_text import AttachmentText
from beehive_archive.text.front_matter import Document
from beehive_archive.text.front_matter_fields import MAX_DOCUMENT_BYTES, decode
from beehive_archive.urls import canonical_url

_HASHED_AT_ONCE_BYTES = 1 << 20


class Verification:
    """One walk over an archive; what it counted is known at its end.

    ``documents`` and ``attachments_named`` are numbers; ``on_file`` is told the number of files
    after each. Where the archive has no ``attachments/``
    none was ever fetched, and those that documents name are counted only.
    """

    def __init__(
        self, root: Path, today: date, on_file: Callable[[int], None] | None = None
    ) -> None:
        self.root = root
        self.today = today
        self.on_file = on_file
        self.documents = 0
        self.attachments_named = 0
        self.has_attachments = (root / ATTACHMENTS).is_dir()
        self._path_by_url: dict[str, str] = {}

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, by path; a document is forgotten once it is checked."""
        for number, (path, problem) in enumerate(_walk(self.root)):
            if self.on_file:
                self.on_file(number)
            if problem is not None:
                yield problem
            elif not is_utf8(str(path)):
                yield Problem(str(path), 1, problems.FILENAME, NOT_UTF8)
            elif path.name.startswith(TEMPORARY_PREFIX):
                message = "an interrupted write left this; no document misses it, delete it"
                yield Problem(str(path), 1, problems.LEFTOVER, message)
            elif path.parts[0] == ATTACHMENTS:
                yield from self._check_attachment(path)
            elif is_document_path(path):
                yield from self._check_document(path)

    # --- documents

    def _check_document(self, path: PurePosixPath) -> Iterator[Problem]:
        try:
            data = _read(self.root / path)
            if not is_laid_out(path) and not front_matter.has_front_matter(data):
                return  # a README, say
            self.documents += 1
            text = decode(data, str(path))
            document = front_matter.loads(text, name=str(path))
        except FrontMatterError as error:
            yield Problem(str(path), error.line, problems.FRONT_MATTER, error.problem)
        except OSError as error:
            yield _unreadable(path, error)
        else:
            yield from check_document(path, text, document, self.today)
            yield from self._check_shared_url(path, text, document)
            yield from self._check_named_attachments(path, text, document)

    def _check_shared_url(
        self, path: PurePosixPath, text: str, document: Document
    ) -> Iterator[Problem]:
        first = self._path_by_url.setdefault(canonical_url(document.url), str(path))
        if first != str(path):
            line = Lines(text).of("url")
            yield Problem(str(path), line, problems.DUPLICATE_URL, f"{first} has the same URL")

    def _check_named_attachments(
        self, path: PurePosixPath, text: str, document: Document
    ) -> Iterator[Problem]:
        for number, url in enumerate(document.attachments):
            place = attachment_path(url)
            if place is None or not is_on_site(url):
                continue
            self.attachments_named += 1
            places = (place, apart(place, url))
            if self.has_attachments and not any((self.root / each).exists() for each in places):
                line = Lines(text).of_item("attachments", number)
                message = f"expected {place}, found no such file; see scrapy crawl attachments"
                yield Problem(str(path), line, problems.ATTACHMENT_MISSING, message)

    # --- attachments

    def _check_attachment(self, path: PurePosixPath) -> Iterator[Problem]:
        """Check an attachment's text against its file; a file without text has nothing to say."""
        if not is_text_path(path):
            return
        file = path.with_suffix("")
        is_beside = (self.root / file).is_file()
        try:
            text = decode(_read(self.root / path), str(path))
            known = attachment_text.loads_attachment(text, name=str(path))
            if is_beside:
                yield from self._check_digest(path, file, known, Lines(text).of("sha256"))
            else:
                message = f"expected {file}, found no such file; see scrapy crawl attachments"
                yield Problem(str(path), 1, problems.TEXT_WITHOUT_FILE, message)
        except FrontMatterError as error:
            yield Problem(str(path), error.line, problems.FRONT_MATTER, error.problem)
        except OSError as error:
            yield _unreadable(path, error)
        else:
            for code, line, message in byte_problems(text, attachment_text.dumps_attachment, known):
                yield Problem(str(path), line, code, message)

    def _check_digest(
        self, path: PurePosixPath, file: PurePosixPath, known: AttachmentText, line: int
    ) -> Iterator[Problem]:
        sha256 = _sha256_of_file(self.root / file)
        if sha256 != known.sha256:
            message = (
                f"expected {file} to have the sha256 {known.sha256}, found {sha256}; "
                "restore it, or see scrapy crawl attachments"
            )
            yield Problem(str(path), line, problems.ATTACHMENT_ALTERED, message)


def count_files(root: Path) -> int:
    """Return how many files a verification will look at."""
    return sum(1 for _ in _walk(root))


def _walk(root: Path) -> Iterator[tuple[PurePosixPath, Problem | None]]:
    """Yield every file by path, or in its place what keeps it from being read.

    Folders whose name begins with a dot (``.state``, ``.git``) are no part of the archive.
    """
    folders: list[Iterator[os.DirEntry[str]]] = [iter(_sorted_entries(root))]
    while folders:
        entry = next(folders[-1], None)
        if entry is None:
            folders.pop()
            continue
        path = PurePosixPath(os.path.relpath(entry.path, root))
        if entry.is_symlink():
            if not entry.name.startswith("."):
                yield path, _symlink(root, path)
        elif entry.is_file(follow_symlinks=False):
            yield path, None
        elif entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            try:
                folders.append(iter(_sorted_entries(Path(entry.path))))
            except OSError as error:
                yield path, _unreadable(path, error)


def _sorted_entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _symlink(root: Path, path: PurePosixPath) -> Problem:
    target = os.path.realpath(root / path)
    inside = Path(target).is_relative_to(root.resolve())
    where = "" if inside else " outside the archive"
    message = f"a link to {target}{where}: what it leads to does not count; put it there itself"
    return Problem(str(path), 1, problems.SYMLINK, message)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MAX_DOCUMENT_BYTES + 1)


def _sha256_of_file(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_HASHED_AT_ONCE_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _unreadable(path: PurePosixPath, error: OSError) -> Problem:
    message = f"can't be read ({error.strerror or error}); check its permissions and the disk"
    return Problem(str(path), 1, problems.UNREADABLE, message)

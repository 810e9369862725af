"""What an answer means for a file that is kept, or for one that isn't yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from beehive_archive.archive.attachments import name_of, text_path
from beehive_archive.attachments.files import AttachmentFiles
from beehive_archive.attachments.judging import problem_of
from beehive_archive.attachments.records import FileFailure, FileRecord
from beehive_archive.findings import CHANGED, NEW, REMOVED, UNCHANGED, UNVERIFIED, Finding
from beehive_archive.items import GONE, Attachment

_ALTERED = "the file on disk is not the one that was stored: it was altered there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came for an attachment's URL.

    ``status`` is None where nothing came, for the reason ``problem``. ``body`` is None where only
    headers were asked for; ``size_bytes`` is then the file's, where they tell it.
    """

    status: int | None = None
    body: bytes | None = b""
    etag: str | None = None
    last_modified: str | None = None
    size_bytes: int | None = None
    content_type: str = ""
    problem: str | None = None

    @property
    def sha256(self) -> str:
        """The digest of the body."""
        return hashlib.sha256(self.body or b"").hexdigest()


@dataclass(frozen=True)
class Kept:
    """A file in the store: on disk, or in a cloud and then known by its record alone.

    The properties read the disk once, when they are wanted; they raise OSError.
    """

    path: PurePosixPath
    files: AttachmentFiles | None
    record: FileRecord | None

    @cached_property
    def sha256(self) -> str:
        """The digest of its bytes as they are now."""
        if self.files is not None:
            return self.files.sha256(self.path)
        return self.record.sha256 if self.record else ""

    @cached_property
    def size_bytes(self) -> int:
        """Its size as it is now."""
        if self.files is not None:
            return self.files.size_bytes(self.path)
        return self.record.size_bytes if self.record else 0

    @property
    def is_altered(self) -> bool:
        """Whether the text beside it was read from other bytes."""
        text = self.files.text(self.path) if self.files else None
        return text is not None and text.sha256 != self.sha256

    @property
    def has_text(self) -> bool:
        """Whether a text stands beside it; a cloud can't be asked."""
        return self.files is None or self.files.has(text_path(self.path))

    @property
    def has_its_text(self) -> bool:
        """Whether the text beside it can be read and is of these bytes."""
        if self.files is None:
            return True
        text = self.files.text(self.path)
        return text is not None and text.sha256 == self.sha256

    @property
    def validators(self) -> dict[str, str]:
        """The headers that ask for the file only if it is not these bytes."""
        if self.record is None or not self.record.validators:
            return {}
        return self.record.validators if self.record.sha256 == self.sha256 else {}


def compare(attachment: Attachment, kept: Kept | None, answer: Answer) -> Finding:
    """Return what an answer means; the finding has a path where a file is kept."""
    path = kept.path if kept else None
    if answer.status in GONE:
        detail = f"the site answers {answer.status}; {attachment.release_url} names it"
        return finding(REMOVED, attachment, path, detail)
    if answer.status == 304 and kept:
        return finding(UNCHANGED, attachment, path)
    problem = problem_with(attachment, answer)
    if problem is not None:
        return finding(UNVERIFIED, attachment, path, problem)
    if kept is None:
        return finding(NEW, attachment, None)
    if answer.body is None:
        return _compare_sizes(attachment, kept, answer)
    return _compare_bytes(attachment, kept, answer)


def looks_wanted(attachment: Attachment, kept: Kept | None, answer: Answer) -> int:
    """Return how many looks at once an answer needs to be believed.

    A page in a file's place, a cut file or a 404 can be a moment's. What would change or remove a
    file that is kept is looked at again later, when the run is nearly over.
    """
    if answer.status in GONE:
        return 1 if kept else 2
    is_wrong = answer.status == 200 and problem_with(attachment, answer) is not None
    return 3 if is_wrong else 1


def problem_with(attachment: Attachment, answer: Answer) -> str | None:
    """Say why an answer is no good file, None where it is one."""
    if answer.problem is not None:
        return answer.problem
    if answer.status != 200:
        return f"the site answers {answer.status}"
    if answer.body is not None:
        return problem_of(attachment.url, answer.body)
    if "html" in answer.content_type and problem_of(attachment.url, b"<html>"):
        return f"expected a file, found {answer.content_type[:80]}"
    return None


def finding(
    kind: str, attachment: Attachment, path: PurePosixPath | None, detail: str = ""
) -> Finding:
    """Return a finding about an attachment."""
    return Finding(
        kind=kind,
        url=attachment.url,
        path=str(path) if path else None,
        title=name_of(attachment.url),
        date=attachment.release_date.isoformat(),
        detail=detail,
    )


def not_due(attachment: Attachment, failure: FileFailure) -> Finding:
    """Return the finding of a file that failed before and whose next try has not come."""
    detail = (
        f"{failure.reason}; tried {failure.tries} times, again from {failure.next_try_at} on, or "
        "with -a retry=failed"
    )
    return finding(REMOVED if failure.status in GONE else UNVERIFIED, attachment, None, detail)


def _compare_bytes(attachment: Attachment, kept: Kept, answer: Answer) -> Finding:
    if kept.sha256 == answer.sha256:
        return finding(UNCHANGED, attachment, kept.path)
    detail = _ALTERED if kept.is_altered else "the file at this URL is another one now"
    before = f"sha256 {kept.sha256}, {kept.size_bytes:,} bytes"
    after = f"sha256 {answer.sha256}, {len(answer.body or b''):,} bytes"
    return _changed(attachment, kept, before, after, detail)


def _compare_sizes(attachment: Attachment, kept: Kept, answer: Answer) -> Finding:
    """Judge by size, which is all that an answer to HEAD tells of a file's content."""
    if answer.size_bytes is None:
        detail = "the site does not tell the file's size"
        return finding(UNVERIFIED, attachment, kept.path, detail)
    if answer.size_bytes == kept.size_bytes:
        return finding(UNCHANGED, attachment, kept.path)
    what = "grown" if answer.size_bytes > kept.size_bytes else "shrunk"
    detail = _ALTERED if kept.is_altered else f"the file at this URL has {what}"
    before, after = f"{kept.size_bytes:,} bytes", f"{answer.size_bytes:,} bytes"
    return _changed(attachment, kept, before, after, detail)


def _changed(attachment: Attachment, kept: Kept, before: str, after: str, detail: str) -> Finding:
    return replace(
        finding(CHANGED, attachment, kept.path, detail),
        fields=("attachments",),
        before={"attachments": before},
        after={"attachments": after},
    )

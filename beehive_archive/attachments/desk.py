"""What a run does about attachments: which to ask for, what an answer means, what to keep.

It knows nothing of Scrapy: the pipeline and the spiders bring it answers.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import PurePosixPath

from beehive_archive import findings
from beehive_archive.alarms import Alarms
from beehive_archive.archive.attachments import attachment_key
from beehive_archive.attachments.config import AttachmentConfig
from beehive_archive.attachments.files import AttachmentFiles
from beehive_archive.attachments.judging import problem_of
from beehive_archive.attachments.places import Places
from beehive_archive.attachments.records import AttachmentRecords, FileFailure, FileRecord
from beehive_archive.findings import CHANGED, NEW, REMOVED, UNCHANGED, UNVERIFIED, Finding
from beehive_archive.items import Attachment
from beehive_archive.run import GONE, Run
from beehive_archive.site import fetch_url, site_url_of

logger = logging.getLogger(__name__)


class Plan(Enum):
    """What is to be done about an attachment."""

    FETCH = auto()  # the store lacks it
    ASK = auto()  # the store has it: is it still the same?
    READ = auto()  # the store has it, but not its text
    LEAVE = auto()  # nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came for an attachment's URL.

    ``status`` is None where nothing came. ``body`` is None where only headers were asked for.
    ``problem`` says why it is no good file.
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


class AttachmentDesk:
    """The attachments of one run; hold it only between ``open`` and ``close``.

    ``lists_all`` says that the run is about attachments: the good ones stand in its report too.
    """

    def __init__(
        self, config: AttachmentConfig, run: Run, *, accept: bool, lists_all: bool
    ) -> None:
        self.config = config
        self.run = run
        self.lists_all = lists_all
        self.counts: Counter[str] = Counter()
        self.beside: Counter[str] = Counter()  # what a report about documents lists besides them
        self.alarms = Alarms(run.config.max_change_rate, accept=accept)
        self.files = AttachmentFiles(config.folder) if config.folder else None
        self.is_open = False
        self.verifies = False  # whether those that are there are asked about too
        self.retries = False  # whether those that failed are tried again, due or not
        self._outstanding: dict[str, Attachment] = {}
        self._seen: set[str] = set()
        self._held: dict[str, Attachment] = {}  # what alarms, by path
        self._confirming = False

    def open(self) -> None:
        """Read what is there; raises ArchiveError."""
        self.records = AttachmentRecords(self.run.config.state_dir)
        self.places = Places(self.files, self.records.files())

        self.is_open = True

    def close(self) -> None:
        """Close the records."""
        if self.is_open:
            self.records.close()
            self.is_open = False

    # --- which

    def named_by(
        self, documents: Iterable[tuple[str, object, tuple[str, ...]]]
    ) -> list[Attachment]:
        """Return the attachments of documents (URL, date, attachments' URLs), each file once.

        A file that several documents name belongs to the earliest. An address that is none of
        the web is reported.
        """
        found: dict[str, Attachment] = {}
        for release_url, day, urls in sorted(documents, key=lambda each: (each[1], each[0])):
            for url in urls:
                key = attachment_key(url)
                if key is None:
                    reason = f"{release_url} names it, but it is no http or https address"
                    self.run.ledger.add(Finding(kind=UNVERIFIED, url=url, detail=reason))
                else:
                    named = Attachment(url=url, release_url=release_url, release_date=day)  # type: ignore[arg-type]
                    found.setdefault(key, named)
        return list(found.values())

    def plan(self, attachment: Attachment) -> Plan:
        """Return what to do; what is there already, and what is not due, is noted."""
        key, path = _key(attachment), self.path_of(attachment)
        if str(path) in self.alarms:
            return Plan.FETCH
        if key in self._seen:
            return Plan.LEAVE
        if self.has(attachment):
            if self.verifies:
                return Plan.ASK
            self._saw(attachment, _finding(UNCHANGED, attachment, path))
            is_read = self.files is None or self.files.text(path) is not None
            return Plan.LEAVE if is_read else Plan.READ
        failure = self.records.failure(key)
        if failure is None or self.retries or failure.is_due(datetime.now(UTC)):
            return Plan.FETCH
        self._saw(attachment, _not_due(attachment, failure))
        return Plan.LEAVE

    def has(self, attachment: Attachment) -> bool:
        """Tell whether the store has a file; of a cloud's, whether it was stored there."""
        if self.files is None:
            return self.records.file(_key(attachment)) is not None
        return self.files.has(self.path_of(attachment))

    def paths_with(self, sha256: str) -> list[str]:
        """Return where files of a digest were stored."""
        return self.records.paths_with(sha256)

    def has_failed(self, attachment: Attachment) -> bool:
        """Tell whether a file could not be had before."""
        return self.records.failure(_key(attachment)) is not None

    def path_of(self, attachment: Attachment) -> PurePosixPath:
        """Return an attachment's path, relative to the archive."""
        path = self.places.of(attachment.url)
        if path is None:
            raise ValueError(f"{attachment.url} is no web address")
        return path

    def fetch_url(self, attachment: Attachment) -> str:
        """Return where to fetch it: the site's files from ``SITE_URL``, others as they are."""
        own = site_url_of(attachment.url)
        return fetch_url(own, self.run.config.site_url) if own else attachment.url.strip()

    def validators(self, attachment: Attachment) -> Mapping[str, str]:
        """Return the headers that ask for a file only if it is not the one on disk."""
        record = self.records.file(_key(attachment))
        held = str(self.path_of(attachment)) in self.alarms
        if record is None or held or not self.has(attachment):
            return {}
        return record.validators if self._stored_sha256(attachment) == record.sha256 else {}

    def expect(self, attachment: Attachment) -> None:
        """Note that a file is asked for, so that it is listed if no answer comes."""
        self._outstanding[_key(attachment)] = attachment

    def to_confirm(self) -> Iterator[Attachment]:
        """Yield what seems changed or gone and needs a second look; only once in a run."""
        if self._confirming:
            return
        self._confirming = True
        looked_at = self.counts.total() + len(self.alarms)
        if self.alarms.are_too_many(looked_at):
            self.run.end_with(
                f"{len(self.alarms)} of {looked_at} attachments changed or vanished, more than "
                "MAX_CHANGE_RATE allows: none was replaced or marked; look at the site, then run "
                "again with -a accept=1"
            )
            return
        yield from list(self._held.values())

    # --- what answers mean

    def judge(self, attachment: Attachment, answer: Answer) -> Finding | None:
        """Return what an answer means, None for an alarm that awaits its second look.

        The findings ``new`` and ``changed`` ask to store the answer's body, then to call
        ``took``; any other is in the report when this returns.
        """
        finding = self._compare(attachment, answer)
        path = finding.path or ""
        if path in self.alarms:
            finding = self.alarms.confirm(finding)
        elif path and finding.kind in findings.ALARMS:
            self.alarms.hold(finding, attachment.url)
            self._held[path] = attachment
            self._outstanding.pop(_key(attachment), None)
            return None
        if finding.kind in {UNVERIFIED, REMOVED}:
            self._failed(attachment, finding, answer.status)
        elif finding.kind == UNCHANGED:
            self.took(attachment, answer, finding)
        return finding

    def took(self, attachment: Attachment, answer: Answer | None, finding: Finding) -> None:
        """Note that an answer's bytes are what the store has now; with None, that they aren't."""
        if answer is not None:
            self._remember(attachment, answer)
        self._saw(attachment, finding)

    def keep_old(self, attachment: Attachment, finding: Finding) -> Finding:
        """Keep the file that is to be replaced as a revision; raises ArchiveError.

        Scrapy's stores in the cloud can't be asked for a file, so there the old one stays.
        """
        if self.files is None:
            detail = f"{finding.detail}; the old one was left in {self.config.store}, which keeps "
            return replace(finding, detail=f"{detail}no revisions: replace it by hand")
        path = self.path_of(attachment)
        revision = self.files.keep_revision(path, self.run.store)
        return replace(finding, detail=f"{finding.detail}; the old one is kept as {revision}")

    def has_outdated_text(self, attachment: Attachment) -> bool:
        """Tell whether a file's text is missing or was read from other bytes."""
        if self.files is None:
            return False
        text = self.files.text(self.path_of(attachment))
        return text is None or text.sha256 != self._stored_sha256(attachment)

    def unavailable(self, attachment: Attachment, reason: str) -> None:
        """Note that no answer came, and why."""
        finding = _finding(UNVERIFIED, attachment, None, reason)
        path = str(self.path_of(attachment))
        if path in self.alarms:
            finding = self.alarms.confirm(replace(finding, path=path))
        self._failed(attachment, finding, None)

    def skip(self, attachment: Attachment) -> None:
        """Leave an attachment for another run, without a word."""
        self._outstanding.pop(_key(attachment), None)

    def is_doubtful(self, attachment: Attachment, answer: Answer) -> bool:
        """Tell whether an answer is worth a second look at once: gone, or not what it should be."""
        if answer.status in GONE:
            return True
        return answer.status == 200 and _problem_of(attachment, answer) is not None

    def finish(self) -> None:
        """List what got no answer, and what was not confirmed."""
        for finding in self.alarms.give_up():
            self._saw(self._held[finding.path or ""], finding)
        for attachment in list(self._outstanding.values()):
            reason = "not reached before the run ended"
            self._saw(attachment, _finding(UNVERIFIED, attachment, None, reason))

    # --- inside

    def _compare(self, attachment: Attachment, answer: Answer) -> Finding:
        path = self.path_of(attachment)
        held = path if self.has(attachment) else None
        if answer.status in GONE:
            detail = f"the site answers {answer.status}; {attachment.release_url} names it"
            return _finding(REMOVED, attachment, held, detail)
        if answer.status == 304 and held:
            return _finding(UNCHANGED, attachment, held)
        problem = answer.problem or _problem_of(attachment, answer)
        if problem is not None:
            return _finding(UNVERIFIED, attachment, held, problem)
        if held is None:
            return _finding(NEW, attachment, path)
        if answer.body is None:
            return self._compare_headers(attachment, held, answer)
        return self._compare_bytes(attachment, held, answer)

    def _compare_bytes(
        self, attachment: Attachment, held: PurePosixPath, answer: Answer
    ) -> Finding:
        kept = self._stored_sha256(attachment)
        if kept == answer.sha256:
            return _finding(UNCHANGED, attachment, held)
        detail = "the file at this URL is another one now"
        if self._is_altered(attachment, kept):
            detail = "the file on disk is not the one that was stored: it was altered there"
        finding = _finding(CHANGED, attachment, held, detail)
        return replace(
            finding,
            fields=("attachments",),
            before={"attachments": f"sha256 {kept}"},
            after={"attachments": f"sha256 {answer.sha256}, {len(answer.body or b''):,} bytes"},
        )

    def _compare_headers(
        self, attachment: Attachment, held: PurePosixPath, answer: Answer
    ) -> Finding:
        """Judge by size, which is all that an answer to HEAD tells of a file's content."""
        kept = self.files.size_bytes(held) if self.files else self._recorded_size(attachment)
        if answer.size_bytes is None or kept is None:
            return _finding(UNVERIFIED, attachment, held, "the site does not tell the file's size")
        if answer.size_bytes == kept:
            return _finding(UNCHANGED, attachment, held)
        what = "grown" if answer.size_bytes > kept else "shrunk"
        return replace(
            _finding(CHANGED, attachment, held, f"the file has {what}"),
            fields=("attachments",),
            before={"attachments": f"{kept:,} bytes"},
            after={"attachments": f"{answer.size_bytes:,} bytes"},
        )

    def _stored_sha256(self, attachment: Attachment) -> str:
        """Return the digest of the file that is kept; raises OSError."""
        if self.files is not None:
            return self.files.sha256(self.path_of(attachment))
        record = self.records.file(_key(attachment))
        return record.sha256 if record else ""

    def _is_altered(self, attachment: Attachment, kept: str) -> bool:
        text = self.files.text(self.path_of(attachment)) if self.files else None
        return text is not None and text.sha256 != kept

    def _recorded_size(self, attachment: Attachment) -> int | None:
        record = self.records.file(_key(attachment))
        return record.size_bytes if record else None

    def _remember(self, attachment: Attachment, answer: Answer) -> None:
        key = _key(attachment)
        seen_at = datetime.now(UTC).isoformat(timespec="seconds")
        known = self.records.file(key)
        if answer.status == 304 or answer.body is None:
            if known is not None:
                self.records.stored(replace(known, seen_at=seen_at))
            return
        self.records.stored(
            FileRecord(
                key=key,
                path=str(self.path_of(attachment)),
                sha256=answer.sha256,
                size_bytes=len(answer.body),
                etag=answer.etag,
                last_modified=answer.last_modified,
                seen_at=seen_at,
            )
        )

    def _failed(self, attachment: Attachment, finding: Finding, status: int | None) -> None:
        if finding.path is None:  # what is there already needs no haste
            self.records.failed(_key(attachment), finding.detail, datetime.now(UTC), status)
        self._saw(attachment, finding)
        logger.warning("%s: %s", attachment.url, finding.detail)

    def _saw(self, attachment: Attachment, finding: Finding) -> None:
        """Count a finding and list it; in a run about documents only what is wrong."""
        key = _key(attachment)
        self._outstanding.pop(key, None)
        self._seen.add(key)
        self.counts[finding.kind] += 1
        if self.lists_all or finding.kind not in {NEW, UNCHANGED}:
            self.run.ledger.add(finding)
            if not self.lists_all:
                self.beside[finding.kind] += 1


def _key(attachment: Attachment) -> str:
    return attachment_key(attachment.url) or attachment.url


def _problem_of(attachment: Attachment, answer: Answer) -> str | None:
    if answer.status != 200:
        return f"the site answers {answer.status}"
    if answer.body is not None:
        return problem_of(attachment.url, answer.body)
    if "html" in answer.content_type and problem_of(attachment.url, b"<html>"):
        return f"expected a file, found {answer.content_type}"
    return None


def _finding(
    kind: str, attachment: Attachment, path: PurePosixPath | None, detail: str = ""
) -> Finding:
    return Finding(
        kind=kind,
        url=attachment.url,
        path=str(path) if path else None,
        date=attachment.release_date.isoformat(),
        detail=detail,
    )


def _not_due(attachment: Attachment, failure: FileFailure) -> Finding:
    kind = REMOVED if failure.status in GONE else UNVERIFIED
    detail = (
        f"{failure.reason}; tried {failure.tries} times, again from {failure.next_try_at} on, or "
        "with -a retry=failed"
    )
    return _finding(kind, attachment, None, detail)

"""What a run does about attachments: which to ask for, what an answer means, what to keep.

It knows nothing of Scrapy: the pipeline and the spiders bring it answers.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum, auto
from pathlib import PurePosixPath

from beehive_archive import findings
from beehive_archive.alarms import Alarms
from beehive_archive.archive.attachments import attachment_key
from beehive_archive.archive.state_file import instant
from beehive_archive.attachments import comparing
from beehive_archive.attachments.comparing import Answer, Kept
from beehive_archive.attachments.config import AttachmentConfig
from beehive_archive.attachments.files import AttachmentFiles
from beehive_archive.attachments.places import Places
from beehive_archive.attachments.records import AttachmentRecords, FileRecord
from beehive_archive.findings import NEW, REMOVED, UNCHANGED, UNVERIFIED, Finding
from beehive_archive.items import Attachment
from beehive_archive.run import Run
from beehive_archive.urls import fetch_url, site_url_of

logger = logging.getLogger(__name__)


# A routine run is about documents: it catches up with no more files than these.
MAX_OVERDUE = 50


class Plan(Enum):
    """What is to be done about an attachment."""

    FETCH = auto()  # the store lacks it
    ASK = auto()  # the store has it: is it still the same?
    READ = auto()  # the store has it, but not its text
    LEAVE = auto()  # nothing


class AttachmentDesk:
    """The attachments of one run; hold it only between ``open`` and ``close``.

    What reads or writes the records raises StateError where the disk fails: end the run then.

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

    @property
    def waiting(self) -> int:
        """How many attachments the run still has to settle."""
        return len(self._outstanding) + len(self.alarms)

    # --- which

    def named_by(self, documents: Iterable[tuple[str, date, tuple[str, ...]]]) -> list[Attachment]:
        """Return the attachments of documents (URL, date, attachments' URLs), each file once.

        A file that several documents name belongs to the earliest. An address that is none of
        the web is reported.
        """
        found: dict[str, Attachment] = {}
        for release_url, day, urls in sorted(documents, key=lambda each: (each[1], each[0])):
            for url in urls:
                key = attachment_key(url)
                named = Attachment(url=url, release_url=release_url, release_date=day)
                if key is not None:
                    found.setdefault(key, named)
                elif url not in self._seen:
                    reason = f"{release_url} names it, but it is no http or https address"
                    self._saw(named, comparing.finding(UNVERIFIED, named, None, reason))
        return list(found.values())

    def plan(self, attachment: Attachment) -> Plan:
        """Return what to do; what is there already, and what is not due, is noted."""
        key = _key(attachment)
        if self._is_alarming(attachment):
            return Plan.FETCH
        if key in self._seen:
            return Plan.LEAVE
        kept = self.kept(attachment)
        if kept is not None:
            if self.verifies:
                return Plan.ASK
            self._saw(attachment, comparing.finding(UNCHANGED, attachment, kept.path))
            return Plan.LEAVE if kept.has_text else Plan.READ
        failure = self.records.failure(key)
        if failure is None or self.retries or failure.is_due(datetime.now(UTC)):
            return Plan.FETCH
        self._saw(attachment, comparing.not_due(attachment, failure))
        return Plan.LEAVE

    def kept(self, attachment: Attachment) -> Kept | None:
        """Return the file that the store has; of a cloud's, that which was stored there."""
        path = self.path_of(attachment)
        record = self.records.file(_key(attachment))
        is_there = self.files.has(path) if self.files else record is not None
        return Kept(path, self.files, record) if is_there else None

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

    def validators(self, attachment: Attachment) -> dict[str, str]:
        """Return the headers that ask for a file only if it is not the one that is kept.

        Empty for a second look, which must bring the bytes. Raises OSError.
        """
        kept = None if self._is_alarming(attachment) else self.kept(attachment)
        return kept.validators if kept else {}

    def expect(self, attachment: Attachment) -> None:
        """Note that a file is asked for, so that it is listed if no answer comes."""
        self._outstanding[_key(attachment)] = attachment

    def promise(self, attachment: Attachment) -> None:
        """Note that a new document's file is to be had, in this run or in a later one."""
        self.expect(attachment)
        self.records.promised(_key(attachment), datetime.now(UTC))

    def overdue(self) -> list[Attachment]:
        """Return some files that earlier runs owe to documents which they brought in."""
        due = self.records.due(datetime.now(UTC)) if self.config.enabled else set()
        if not due:
            return []
        owing = (
            (entry.url, entry.date, entry.attachments)
            for entry in self.run.index
            if entry.attachments and self.run.state.stored_since(entry.url, 0)
        )
        return [each for each in self.named_by(owing) if _key(each) in due][:MAX_OVERDUE]

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

    def looks_wanted(self, attachment: Attachment, answer: Answer) -> int:
        """Return how many looks at once an answer needs to be believed."""
        return comparing.looks_wanted(attachment, self.kept(attachment), answer)

    def judge(self, attachment: Attachment, answer: Answer) -> Finding | None:
        """Return what an answer means, None for an alarm that awaits its second look.

        The findings ``new`` and ``changed`` ask to store the answer's body, then to call
        ``took``; any other is in the report when this returns. Raises OSError and StateError.
        """
        finding = comparing.compare(attachment, self.kept(attachment), answer)
        if self._is_alarming(attachment):
            finding = self.alarms.confirm(finding)
        elif finding.path and finding.kind in findings.ALARMS:
            self.alarms.hold(finding, attachment.url)
            self._held[finding.path] = attachment
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
            finding = replace(finding, path=str(self.path_of(attachment)))
        self._saw(attachment, finding)

    def keep_old(self, attachment: Attachment, finding: Finding) -> Finding:
        """Keep the file that is to be replaced as a revision; raises ArchiveError.

        Scrapy's stores in the cloud can't be asked for a file, so there the old one stays.
        """
        if self.files is None:
            detail = f"{finding.detail}; the old one was left in {self.config.store}, which keeps "
            return replace(finding, detail=f"{detail}no revisions: replace it by hand")
        revision = self.files.set_aside(self.path_of(attachment), self.run.store)
        return replace(finding, detail=f"{finding.detail}; the old one is kept as {revision}")

    def unavailable(self, attachment: Attachment, reason: str) -> None:
        """Note that no answer came, and why."""
        finding = comparing.finding(UNVERIFIED, attachment, None, reason)
        if self._is_alarming(attachment):
            path = str(self.path_of(attachment))
            finding = self.alarms.confirm(replace(finding, path=path))
        self._failed(attachment, finding, None)

    def skip(self, attachment: Attachment) -> None:
        """Leave an attachment for another run, without a word."""
        self._outstanding.pop(_key(attachment), None)

    def finish(self) -> None:
        """List what got no answer, and what was not confirmed."""
        for finding in self.alarms.give_up():
            self._saw(self._held[finding.path or ""], finding)
        for attachment in list(self._outstanding.values()):
            reason = "not reached before the run ended"
            self._saw(attachment, comparing.finding(UNVERIFIED, attachment, None, reason))

    # --- inside

    def _is_alarming(self, attachment: Attachment) -> bool:
        return str(self.path_of(attachment)) in self.alarms

    def _remember(self, attachment: Attachment, answer: Answer) -> None:
        """Remember what the store has: the answer's body, or what it had before."""
        key = _key(attachment)
        seen_at = instant(datetime.now(UTC))
        known = self.records.file(key)
        if answer.body is not None and answer.status == 200:
            known = FileRecord(
                key=key,
                path=str(self.path_of(attachment)),
                sha256=answer.sha256,
                size_bytes=len(answer.body),
                etag=answer.etag,
                last_modified=answer.last_modified,
                seen_at=seen_at,
            )
        if known is not None:
            self.records.stored(replace(known, seen_at=seen_at))

    def _failed(self, attachment: Attachment, finding: Finding, status: int | None) -> None:
        self._saw(attachment, finding)  # first: it is to be listed even where it can't be recorded
        logger.warning("%s: %s", attachment.url, finding.detail)
        if self.kept(attachment) is None:  # what is there already needs no next try
            self.records.failed(_key(attachment), finding.detail, datetime.now(UTC), status)

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

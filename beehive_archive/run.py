"""One run over one archive: what it knows, what it found, what it writes.

Everything that needs memory across pages lives here; spiders ask it what is known, pipelines
tell it what came, the extension opens and closes it. It knows nothing of Scrapy.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from beehive_archive import findings, reconcile
from beehive_archive.archive.index import ArchiveIndex, Entry, Sighting
from beehive_archive.archive.ledger import Ledger
from beehive_archive.archive.lock import ArchiveLock
from beehive_archive.archive.state import State
from beehive_archive.archive.store import ArchiveStore
from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import ArchiveError, FrontMatterError
from beehive_archive.findings import Finding
from beehive_archive.items import Absence, Fetched
from beehive_archive.reconcile import Archived
from beehive_archive.render import to_document
from beehive_archive.site import canonical_url
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document
from beehive_archive.verdict import LEAST_BRAKED, is_braked

logger = logging.getLogger(__name__)

GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """A page held against the archive: the finding, and the document as it would be written."""

    finding: Finding
    document: Document
    fetched: Fetched


class Run:
    """The state of one run; hold it only between ``open`` and ``close``."""

    def __init__(self, config: ArchiveConfig, spider: str, *, accept: bool = False) -> None:
        self.config = config
        self.spider = spider
        self.accept = accept
        self.started_at = datetime.now(UTC)
        self.store = ArchiveStore(config.archive_dir)
        self.problems: list[str] = []
        self.expected_count = 0  # of documents to look at, where the spider knows it
        self._lock = ArchiveLock(config.state_dir)
        self._outstanding: dict[str, str | None] = {}
        self._held: dict[str, Reconciled | Finding] = {}
        self._confirming = False
        self._updates: dict[str, Document] = {}
        self._walks_at_end: set[str] = set()

    def open(self) -> None:
        """Take the archive; raises ArchiveLockedError or ArchiveError."""
        if not self.config.archive_dir.is_dir():
            self.config.archive_dir.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        self.state = State(self.config.state_dir, self.spider, self.started_at)
        self.index = ArchiveIndex.read(self.config.archive_dir)
        marker = f"{self.started_at:%Y%m%dT%H%M%SZ}"
        self.ledger = Ledger(self.config.state_dir / "runs" / f"{self.spider}-{marker}.jsonl")
        for problem in self.index.problems:
            logger.warning("%s; the file was left out: see scrapy verify", problem)

    def close(self) -> None:
        """Give the archive back."""
        self.ledger.close(keep=False)
        self.state.close()
        self._lock.release()

    # --- what spiders ask

    def knows(self, live: Sighting) -> bool | None:
        """Tell whether a live document is in the archive: yes, no, or None for "read it to say".

        None is for a page that may be an archived one which lost its URL's characters, or which
        shares an archived one's URL while neither title nor date agree.
        """
        path = self.state.path_of(live.url)
        if path and self.index.get(path):
            return True
        entry = self.index.match(live)
        if entry is None:
            return None if self.index.with_url(live.url) else False
        exact = canonical_url(entry.url) == canonical_url(live.url)
        agrees = not live.title or entry.title == live.title or entry.date in live.dates
        return True if exact and agrees else None

    def expect(self, url: str, path: str | None = None) -> None:
        """Note that a document was asked for, so that it is listed if no answer comes."""
        self._outstanding[canonical_url(url)] = path

    def dismiss(self, url: str) -> None:
        """Note that a document that was asked for is of no concern to this run."""
        self._outstanding.pop(canonical_url(url), None)

    def end_with(self, problem: str) -> None:
        """Note why the run is not complete."""
        if problem not in self.problems:
            self.problems.append(problem)
            logger.error("%s", problem)

    def was_refused(self, url: str) -> bool:
        """Tell whether a page can't be archived and its next try has not come."""
        failure = self.state.failure(canonical_url(url))
        return failure is not None and failure.refused and not failure.is_due(datetime.now(UTC))

    def begin_walk(self, list_name: str) -> int:
        """Begin a walk through a list; returns the run in which it, or an unfinished one, began."""
        return self.state.begin_walk(list_name)

    def end_walk(self, list_name: str) -> None:
        """Note that a walk reached its end; it is over once its documents were answered too."""
        self._walks_at_end.add(list_name)

    # --- what pipelines tell

    def reconcile(self, fetched: Fetched) -> Reconciled:
        """Hold a page against the archive."""
        release = fetched.release
        document = to_document(release, self.config.timezone, self.config.tables)
        entry = self._identify(fetched)
        finding = self._compare(entry, fetched) if entry else reconcile.new(document)
        return Reconciled(finding=finding, document=document, fetched=fetched)

    def reconcile_absence(self, absence: Absence) -> Finding:
        """Say what it means that a URL gave no document."""
        entry = self.index.get(absence.path) if absence.path else None
        if entry is None:
            return Finding(
                kind=findings.UNVERIFIED, url=absence.requested_url, detail=absence.reason
            )
        kind = findings.REMOVED if absence.status in GONE else findings.UNVERIFIED
        try:
            return reconcile.judged(kind, self._read(entry), absence.reason)
        except (FrontMatterError, OSError) as error:
            return _unreadable(entry, error)

    def settle(self, outcome: Reconciled | Finding) -> Finding | None:
        """Take an outcome in: write what is new, hold what alarms, note the rest.

        Returns the finding as it was noted, None where it is held for a second fetch.
        """
        finding = outcome.finding if isinstance(outcome, Reconciled) else outcome
        if finding.path is not None and finding.path in self._held:
            return self._settle_held(self._held.pop(finding.path), outcome)
        if finding.kind in findings.ALARMS and finding.path is not None:
            self._held[finding.path] = outcome
            return None
        if isinstance(outcome, Reconciled) and finding.kind == findings.NEW:
            finding = self._write_new(outcome)
        if isinstance(outcome, Reconciled):
            self._saw(outcome, finding)
        return self._note(finding)

    def answered(self, item: Fetched | Absence) -> None:
        """Note that a document that was asked for got its answer, good or bad."""
        url = canonical_url(item.requested_url)
        self._outstanding.pop(url, None)
        if isinstance(item, Fetched) or item.status in GONE:
            self.state.succeeded(url)
        else:
            self.state.failed(url, item.reason, datetime.now(UTC), refused=item.refused)

    # --- alarms: changed, moved, removed

    @property
    def has_too_many_alarms(self) -> bool:
        """Whether more documents changed or vanished than a whole run may have."""
        total = max(self.expected_count, len(self.index), LEAST_BRAKED)
        return not self.accept and is_braked(len(self._held), total, self.config.max_change_rate)

    def to_confirm(self) -> Iterator[Finding]:
        """Yield what a second fetch must confirm; only once in a run.

        Where too much changed to be believed, nothing is confirmed and nothing marked.
        """
        if self._confirming:
            return
        self._confirming = True
        looked_at = self.ledger.counts.total() + len(self._held)
        if not self.accept and is_braked(len(self._held), looked_at, self.config.max_change_rate):
            self.end_with(
                f"{len(self._held)} of {looked_at} documents changed or vanished, more than "
                "MAX_CHANGE_RATE allows: nothing was written or marked; look at the site, "
                "then run again with -a accept=1"
            )
            return
        for outcome in list(self._held.values()):
            finding = outcome.finding if isinstance(outcome, Reconciled) else outcome
            self.expect(finding.url, finding.path)
            yield finding

    def finish(self) -> None:
        """Settle what is left: unconfirmed alarms, unanswered requests, confirmed updates."""
        for outcome in self._held.values():
            finding = outcome.finding if isinstance(outcome, Reconciled) else outcome
            self.dismiss(finding.url)
            self._note(_unconfirmed(finding, "no second fetch confirmed it"))
        self._held.clear()
        for path, document in self._updates.items():
            self._update(PurePosixPath(path), document)
        if not self._outstanding:
            for list_name in self._walks_at_end:
                self.state.end_walk(list_name)
        now = datetime.now(UTC)
        for url, archived_path in self._outstanding.items():
            reason = "not reached before the run ended"
            self.state.failed(url, reason, now)
            self._note(
                Finding(kind=findings.UNVERIFIED, url=url, path=archived_path, detail=reason)
            )
        self._outstanding.clear()

    def _settle_held(self, first: Reconciled | Finding, second: Reconciled | Finding) -> Finding:
        before = first.finding if isinstance(first, Reconciled) else first
        after = second.finding if isinstance(second, Reconciled) else second
        if after.kind in findings.ALARMS and not _agree(before, after):
            return self._note(_unconfirmed(before, f"a second fetch found another {after.kind}"))
        if after.kind == findings.UNVERIFIED:
            return self._note(_unconfirmed(before, after.detail))
        if isinstance(second, Reconciled):
            self._saw(second, after)
            if after.kind == findings.CHANGED and self.config.on_change == "update" and after.path:
                self._updates[after.path] = second.document
        return self._note(after)

    # --- reading and writing documents

    def _identify(self, fetched: Fetched) -> Entry | None:
        """Return the archived document that a page is, None for a new one."""
        release = fetched.release
        live = Sighting(release.url, release.title, reconcile.dates_of(release))
        exact = self.index.with_url(release.url)
        if fetched.path and len(exact) <= 1:
            return self.index.get(fetched.path)
        known = self.state.path_of(release.url)
        entry = self.index.get(known) if known else self.index.match(live)
        if entry is not None and self._is_anothers(entry, release.url):
            entry = None
        if entry is None and release.node_id is not None:
            former = self.state.url_of_node(release.node_id)
            path = self.state.path_of(former) if former else None
            entry = self.index.get(path) if path else None
        return entry

    def _is_anothers(self, entry: Entry, live_url: str) -> bool:
        """Tell whether an archived document was seen to be another live URL's."""
        seen_as = self.state.live_url_of(str(entry.path))
        return seen_as is not None and canonical_url(seen_as) not in {
            canonical_url(live_url),
            "",
        }

    def _compare(self, entry: Entry, fetched: Fetched) -> Finding:
        release = fetched.release
        try:
            archived = self._read(entry)
        except (FrontMatterError, OSError) as error:
            return _unreadable(entry, error)
        if not reconcile.may_be_same_url(archived.document.url, release.url):
            detail = f"the site leads from {archived.document.url} to {release.url}"
            return reconcile.judged(findings.MOVED, archived, detail, moved_to=release.url)
        return reconcile.compare(
            archived, release, timezone=self.config.timezone, tables=self.config.tables
        )

    def _read(self, entry: Entry) -> Archived:
        path = self.store.resolve(entry.path)
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        return Archived(entry.path, text, front_matter.load(path))

    def _write_new(self, outcome: Reconciled) -> Finding:
        document = outcome.document
        path = self.store.free_path(document.date, document.url)
        self.store.write(path, front_matter.dumps(document))
        self.index.add(Entry(path, document.url, document.title, document.date))
        return replace(outcome.finding, path=str(path))

    def _update(self, path: PurePosixPath, document: Document) -> None:
        try:
            self.store.keep_revision(path)
            self.store.write(path, front_matter.dumps(document), replace=True)
        except (ArchiveError, OSError) as error:
            self.end_with(str(error))

    def _saw(self, outcome: Reconciled, finding: Finding) -> None:
        fetched = outcome.fetched
        self.state.saw(
            fetched.release.url,
            now=datetime.now(UTC),
            path=finding.path,
            node_id=fetched.release.node_id,
            published_at=fetched.release.published_at,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            stored=finding.kind == findings.NEW,
        )

    def _note(self, finding: Finding) -> Finding:
        self.ledger.add(finding)
        return finding


def _agree(first: Finding, second: Finding) -> bool:
    return (first.kind, first.after) == (second.kind, second.after)


def _unconfirmed(finding: Finding, why: str) -> Finding:
    return replace(
        finding,
        kind=findings.UNVERIFIED,
        detail=f"seen as {finding.kind} once, not confirmed: {why}",
    )


def _unreadable(entry: Entry, error: Exception) -> Finding:
    return Finding(
        kind=findings.UNVERIFIED,
        url=entry.url,
        path=str(entry.path),
        title=entry.title,
        date=entry.date.isoformat(),
        detail=f"the archived file can't be read: {error}",
    )

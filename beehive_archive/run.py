"""One run over one archive: what it knows, what it found, what it writes.

Everything that needs memory across pages lives here; spiders ask it what is known, pipelines
tell it what came, the extension opens and closes it. It knows nothing of Scrapy.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from beehive_archive import findings
from beehive_archive.alarms import Alarms, Outcome
from beehive_archive.archive.index import ArchiveIndex
from beehive_archive.archive.layout import is_document_path
from beehive_archive.archive.ledger import Ledger, ledger_path, started_at_of
from beehive_archive.archive.leftovers import remove_leftovers
from beehive_archive.archive.lock import ArchiveLock
from beehive_archive.archive.state import State
from beehive_archive.archive.store import ArchiveStore
from beehive_archive.asked import Asked
from beehive_archive.config import ArchiveConfig
from beehive_archive.documents import Documents
from beehive_archive.errors import ArchiveError
from beehive_archive.findings import UNVERIFIED, Finding, Part
from beehive_archive.health import Health, missing_fields, usual_losses
from beehive_archive.identity import Identity
from beehive_archive.items import GONE, Absence, Fetched, Unmodified
from beehive_archive.page_state import PageState
from beehive_archive.reconciler import Reconciler
from beehive_archive.reports.coverage import Coverage
from beehive_archive.urls import canonical_url, kind_of, slug_of

logger = logging.getLogger(__name__)

# How many documents tell what is usual; a month's or so.
USUAL_OF_NEWEST = 200


class Run:
    """The state of one run; hold it only between ``open`` and ``close``."""

    def __init__(
        self, config: ArchiveConfig, spider: str, *, accept: bool = False, writes_new: bool = True
    ) -> None:
        self.config = config
        self.spider = spider
        self.writes_new = writes_new
        self.started_at = datetime.now(UTC)
        self.store = ArchiveStore(config.archive_dir)
        self.problems: list[str] = []
        self.hints: list[str] = []  # sentences and commands for the end of the summary
        self.to_resume: str | None = None  # the command that goes on with a stopped run
        self.coverage: Coverage | None = None
        self.part: Part | None = None  # of a job that several workers share
        self.alarms = Alarms(config.max_change_rate, accept=accept)
        self.health = Health(
            self._usual_losses,
            least_pages=config.health_min_pages,
            max_loss=2.0 if accept else config.max_field_loss,  # accept=1 believes every page
        )
        self._lock = ArchiveLock(config.state_dir)
        self.asked = Asked()
        self.still_listed: set[str] = set()  # archived documents that are dead, but listed
        self._lost: dict[str, Absence] = {}
        self._sought: set[str] = set()  # those that were lost, and are looked for
        self._confirming = False
        self._updates: dict[str, Outcome] = {}
        self._walks_at_end: set[str] = set()

    def open(self) -> None:
        """Take the archive; raises ArchiveLockedError or ArchiveError."""
        if not self.config.archive_dir.is_dir():
            self.config.archive_dir.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        folder = self.config.state_dir / "runs"
        if any(folder.glob("*.jsonl")):  # a run was killed, or is to be resumed
            for leftover in remove_leftovers(self.config.archive_dir):
                logger.info("%s: removed, a killed run left it unfinished", leftover)
        self.state = State(self.config.state_dir, self.spider, self.started_at)
        self.index = ArchiveIndex.read(
            self.config.archive_dir, cache=self.config.state_dir / "index.sqlite"
        )
        self.identity = Identity(self.index, self.state)
        self.documents = Documents(self.store, self.index)
        self.pages = PageState(self.state, self.documents, self.config)
        self.reconciler = Reconciler(
            self.config, self.index, self.documents, self.identity, self.pages
        )
        self._leftovers = sorted(folder.glob(f"{self.spider}-*.jsonl"))
        self.ledger = Ledger(ledger_path(folder, self.spider, self.started_at))
        for problem in self.index.problems:
            logger.warning("%s; the file was left out: see scrapy verify", problem)

    def close(self) -> None:
        """Give the archive back; an unfinished run's findings are kept for ``resume``."""
        self.ledger.close(keep=bool(self.problems))
        self.index.close()
        self.asked.close()
        for leftover in self._leftovers:
            leftover.unlink(missing_ok=True)
        self.state.close()
        self._lock.release()

    def resume(self) -> set[str]:
        """Take over what stopped runs found; returns the documents that need no second look.

        The newest verdict on a document counts. What they could not verify is looked at again, and
        so is what was written since.
        """
        done: set[str] = set()
        for leftover in reversed(self._leftovers):
            began_s = started_at_of(leftover).timestamp()
            for finding in Ledger.read(leftover):
                path = finding.path
                if not path or path in done or finding.kind == UNVERIFIED:
                    continue
                if self._stands_since(PurePosixPath(path), began_s):
                    done.add(path)
                    self.ledger.add(finding)
        return done

    def _stands_since(self, path: PurePosixPath, moment_s: float) -> bool:
        """Tell whether a document was not written since; attachments may be absent all along."""
        try:
            return self.store.resolve(path).stat().st_mtime < moment_s
        except FileNotFoundError:
            return not is_document_path(path)

    # --- what spiders ask

    @property
    def waiting(self) -> int:
        """How many documents the run still has to settle."""
        unsettled = {*self._lost, *(path for _, path in self.alarms)}
        return len(self.asked) + sum(not self.asked.is_waiting(path) for path in unsettled)

    def end_with(self, problem: str) -> None:
        """Note why the run is not complete."""
        if problem not in self.problems:
            self.problems.append(problem)
            logger.error("%s", problem)

    def begin_walk(self, list_name: str) -> int:
        """Begin a walk through a list; returns the run in which it, or an unfinished one, began."""
        return self.state.begin_walk(list_name)

    def end_walk(self, list_name: str) -> None:
        """Note that a walk reached its end; it is over once its documents were answered too."""
        self._walks_at_end.add(list_name)

    # --- what pipelines tell

    def answered(self, item: Fetched | Unmodified | Absence) -> None:
        """Note that a document that was asked for got its answer, good or bad."""
        self.asked.dismiss(item.requested_url, item.path)
        url = canonical_url(item.requested_url)
        # A list can name for hours what answers 404; an archived document's 404 is a finding.
        if isinstance(item, Absence) and (item.status not in GONE or item.path is None):
            self.state.failed(
                url,
                item.reason,
                datetime.now(UTC),
                refused=item.refused,
                blameless=item.blameless,
            )
        else:
            self.state.succeeded(url)

    def left_unsettled(self, url: str, path: str | None) -> None:
        """Note that what an answer meant was lost to an error of this program or of the disk.

        A found document that the archive lacks is waited for again: else its list would count as
        read to the end, and no later run would look so far down. (An archived one, which has a
        ``path``, is checked again in its turn.)
        """
        try:
            is_archived = path is not None or self.identity.path_of(url) is not None
        except ArchiveError:
            is_archived = False
        if not is_archived:
            self.asked.expect(url)

    async def reconcile(self, fetched: Fetched) -> Outcome:
        """Hold a page against the archive; raises what ``Reconciler.page`` does."""
        outcome = await self.reconciler.page(fetched)
        if outcome is None:
            reason = f"{fetched.release.url}: the page there is another document's"
            absence = Absence(
                requested_url=fetched.requested_url,
                path=fetched.path,
                reason=reason,
                misplaced=True,
            )
            return self.reconcile_absence(absence)
        if outcome.document and not self._confirming:
            self.health.saw(_kind_name(outcome.document.url), missing_fields(outcome.document))
        return outcome

    def reconcile_unmodified(self, item: Unmodified) -> Outcome:
        """Take the site's word that a page is as it was when the archive agreed with it."""
        outcome = self.reconciler.unmodified(item)
        if outcome.finding.kind == findings.UNCHANGED:
            self.state.seen_again(item.requested_url, datetime.now(UTC))
        return outcome

    def reconcile_absence(self, absence: Absence) -> Outcome:
        """Say what it means that a URL gave no document; an archived one is looked for first."""
        if absence.missing and not self._confirming:
            self.health.saw(_kind_name(absence.requested_url), absence.missing)
        outcome = self.reconciler.absence(absence)
        path = outcome.finding.path
        is_lost = absence.status in GONE or absence.misplaced
        if path and is_lost and not absence.searched and path not in self.alarms:
            self._lost[path] = absence
        return outcome

    async def settle(self, outcome: Outcome) -> None:
        """Take an outcome in: write what is new, hold what alarms, note the rest."""
        finding = outcome.finding
        if finding.path in self._lost:
            return  # it is looked for first
        if finding.path in self.alarms:
            if not self._confirming:
                return  # another address of the same document; it is fetched again in any case
            finding = self.alarms.confirm(finding)
            if finding.kind == findings.CHANGED and self.config.on_change == "update":
                self._updates[str(finding.path)] = outcome
        elif finding.kind in findings.ALARMS:
            self.alarms.hold(finding, outcome.requested_url)
            return
        if finding.kind == findings.NEW and self.writes_new:
            if not self._confirming and (lacking := self._lacking(outcome)):
                self.health.hold(outcome.requested_url, lacking)  # it may be the layout
                return
            finding = await self._write_new(outcome)
        self.pages.saw(outcome, finding, stored=self.writes_new)
        self.ledger.add(finding)

    async def _write_new(self, outcome: Outcome) -> Finding:
        if outcome.document is None:
            raise ValueError("a finding of a new document came without the document")
        path = await self.documents.write_new(outcome.document)
        return replace(outcome.finding, path=str(path))

    @property
    def is_hopeless(self) -> bool:
        """Whether so much changed or vanished already that the whole run can't be believed."""
        return self.alarms.are_too_many(max(len(self.index), self.ledger.counts.total()))

    def _lacking(self, outcome: Outcome) -> tuple[str, ...]:
        """Return what a document's page lacks and documents of its kind usually have."""
        document = outcome.document
        return (
            self.health.lacks(_kind_name(document.url), missing_fields(document))
            if document
            else ()
        )

    def _usual_losses(self, kind: str) -> Mapping[str, float]:
        """Read the newest documents of a kind for what they usually lack."""
        return usual_losses(map(missing_fields, self.documents.newest(kind, USUAL_OF_NEWEST)))

    # --- second looks

    def take_lost(self) -> list[Absence]:
        """Return the archived documents that are not where they were, each once."""
        lost = list(self._lost.values())
        self._sought.update(self._lost)
        self._lost.clear()
        return lost

    def give_up_on(self, absence: Absence) -> None:
        """Conclude nothing of a document that was looked for in vain."""
        outcome = self.reconcile_absence(replace(absence, status=None, searched=True))
        self.asked.dismiss(absence.requested_url, absence.path)
        self.ledger.add(outcome.finding)

    def to_confirm(self) -> Iterator[tuple[str, str | None]]:
        """Yield URLs, with their documents' paths, that a second fetch must confirm; only once.

        New documents whose page lacks what is usual have no path. Where too much changed to be
        believed, or the layout did, nothing is confirmed and nothing marked.
        """
        if self._confirming:
            return
        self._confirming = True
        if problem := self.health.problem():
            self.end_with(problem)
            return
        looked_at = self.ledger.counts.total() + len(self.alarms)
        if self.alarms.are_too_many(looked_at):
            self.end_with(
                f"{len(self.alarms)} of {looked_at} documents changed or vanished, more than "
                "MAX_CHANGE_RATE allows: nothing was written or marked; look at the site, "
                "then run again with -a accept=1"
            )
            return
        yield from self.alarms
        for url in self.health.take_held():
            yield url, None

    def finish(self) -> None:
        """Settle what is left: updates, unconfirmed alarms, unanswered requests, walks."""
        for path, outcome in self._updates.items():
            if outcome.document is not None:
                try:
                    self.documents.update(PurePosixPath(path), outcome.document)
                except (ArchiveError, OSError) as error:
                    self.end_with(str(error))
        now = datetime.now(UTC)
        for finding in self.alarms.give_up():
            self.asked.dismiss(finding.url, finding.path)
            self.state.failed(canonical_url(finding.url), finding.detail, now)
            self.ledger.add(finding)
        for absence in self.take_lost():
            self.asked.expect(absence.requested_url, absence.path)
        self._refuse_held()
        if not self.asked:
            for list_name in self._walks_at_end:
                self.state.end_walk(list_name)
        self._list_unreached(now)
        if self.spider == "releases":
            self._mention_put_off()

    def _list_unreached(self, now: datetime) -> None:
        reason = "not reached before the run ended"
        for url, archived_path in self.asked.waiting():
            # An archived one is asked for again in its turn, not by the next routine run: after a
            # check that was stopped that would be all 55,000.
            if archived_path is None or archived_path in self._sought:
                is_new = archived_path is None
                self.state.failed(canonical_url(url), reason, now, blameless=is_new)
            self.ledger.add(Finding(kind=UNVERIFIED, url=url, path=archived_path, detail=reason))

    def _mention_put_off(self) -> None:
        """Say what earlier runs could not have and this one did not try: it is not forgotten."""
        waiting = [each for each in self.pages.put_off() if not self.asked.has(each.url)]
        if waiting:
            names = ", ".join(slug_of(each.url)[:60] for each in waiting[:3])
            more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
            self.hints += [
                f"Could not be had since {waiting[0].first_at[:10]}: {names}{more}. To try now:",
                f"scrapy crawl {self.spider} -a retry=failed",
            ]

    def _refuse_held(self) -> None:
        """List new documents whose pages lack what is usual, and which nothing confirmed."""
        if problem := self.health.problem():
            self.end_with(problem)
        for url, lacking in self.health.take_held().items():
            reason = (
                f"not written: the page has no {' and no '.join(lacking)}, unlike archived ones"
            )
            self.state.failed(canonical_url(url), reason, datetime.now(UTC), refused=True)
            self.ledger.add(Finding(kind=UNVERIFIED, url=url, detail=reason))


def _kind_name(url: str) -> str:
    kind = kind_of(url)
    return kind.name if kind else ""

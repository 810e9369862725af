"""What a page, or its absence, means for the archive: which document it is, what differs."""

from __future__ import annotations

from dataclasses import replace

from beehive_archive import findings, reconcile
from beehive_archive.alarms import Outcome
from beehive_archive.archive.index import ArchiveIndex, Entry
from beehive_archive.config import ArchiveConfig
from beehive_archive.documents import Documents
from beehive_archive.errors import FrontMatterError, UnsafePathError
from beehive_archive.findings import UNVERIFIED, Finding
from beehive_archive.identity import Identity
from beehive_archive.items import GONE, Absence, Fetched, Unmodified
from beehive_archive.page_state import PageState
from beehive_archive.render import to_document
from beehive_archive.text.front_matter import Document
from beehive_archive.urls import canonical_url


class Reconciler:
    """Holds what the site answered against the archived documents; writes nothing."""

    def __init__(
        self,
        config: ArchiveConfig,
        index: ArchiveIndex,
        documents: Documents,
        identity: Identity,
        pages: PageState,
    ) -> None:
        self._config = config
        self._index = index
        self._documents = documents
        self._identity = identity
        self._pages = pages

    async def page(self, fetched: Fetched) -> Outcome | None:
        """Return what a page means; None where it isn't the document that was asked for.

        Raises FrontMatterError for a page that can't be a document, ArchiveError where the
        index or the state can't be read.
        """
        release = fetched.release
        document = to_document(release, self._config.timezone, self._config.tables)

        def agrees(entry: Entry) -> bool:
            found = self._compare(entry, fetched, document)
            return found.kind in {findings.UNCHANGED, findings.CONVENTION}

        entry = self._identity.identify(fetched, agrees)
        while entry is not None and await self._documents.is_written(entry):
            # Only now is it known what that document is.
            entry = self._identity.identify(fetched, agrees)
        if fetched.path and (entry is None or entry.name != fetched.path):
            return None
        finding = reconcile.new(document)
        if entry is not None:
            finding = self._compare(entry, fetched, document)
        elif unread := self._identity.unread_path(release):
            detail = "the archived file there can't be read: see scrapy verify"
            finding = replace(finding, kind=UNVERIFIED, path=str(unread), detail=detail)
        return Outcome(
            finding=finding,
            requested_url=fetched.requested_url,
            document=document,
            fetched=fetched,
        )

    def unmodified(self, item: Unmodified) -> Outcome:
        """Take the site's word that a page is as it was when the archive agreed with it."""
        entry = self._index.get(item.path)
        if entry is None:
            detail = "the archived file went away during the run"
            finding = Finding(kind=UNVERIFIED, url=item.requested_url, detail=detail)
        else:
            finding = Finding(kind=findings.UNCHANGED, url=entry.url, path=item.path)
        return Outcome(finding=finding, requested_url=item.requested_url)

    def absence(self, absence: Absence) -> Outcome:
        """Say what it means that a URL gave no document."""
        entry = self._index.get(absence.path) if absence.path else None
        if entry is None:
            finding = Finding(kind=UNVERIFIED, url=absence.requested_url, detail=absence.reason)
            return Outcome(finding=finding, requested_url=absence.requested_url)
        kind = findings.REMOVED if absence.status in GONE else UNVERIFIED
        try:
            finding = reconcile.judged(kind, self._documents.read(entry), absence.reason)
        except (FrontMatterError, UnsafePathError, OSError) as error:
            finding = _unreadable(entry, error)
        return Outcome(finding=finding, requested_url=absence.requested_url)

    def _compare(self, entry: Entry, fetched: Fetched, document: Document) -> Finding:
        release = fetched.release
        try:
            archived = self._documents.read(entry)
        except (FrontMatterError, UnsafePathError, OSError) as error:
            return _unreadable(entry, error)
        if not reconcile.may_be_same_url(archived.document.url, release.url):
            is_direct = canonical_url(fetched.requested_url) == canonical_url(release.url)
            how = "has it at" if is_direct else f"leads from {archived.document.url} to"
            detail = f"the site {how} {release.url}"
            return reconcile.judged(findings.MOVED, archived, detail, moved_to=release.url)
        return reconcile.compare(
            archived,
            release,
            timezone=self._config.timezone,
            tables=self._config.tables,
            known_at=self._pages.state.published_at(entry.name),
            written=document,
        )


def _unreadable(entry: Entry, error: Exception) -> Finding:
    return Finding(
        kind=UNVERIFIED,
        url=entry.url,
        path=str(entry.path),
        title=entry.title,
        date=entry.date.isoformat(),
        detail=f"the archived file can't be read: {error}",
    )

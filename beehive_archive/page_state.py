"""What earlier runs learned of each page, as a run asks for it and adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from beehive_archive import __version__
from beehive_archive.alarms import Outcome
from beehive_archive.archive.failures import Failure
from beehive_archive.archive.index import Entry
from beehive_archive.archive.state import State
from beehive_archive.config import ArchiveConfig
from beehive_archive.documents import Documents
from beehive_archive.errors import FrontMatterError, UnsafePathError
from beehive_archive.findings import NEW, REMOVED, UNCHANGED, UNVERIFIED, Finding
from beehive_archive.urls import canonical_url, node_id_of

# How long after its capture a page may be held against the archive: it waited for a pipeline.
CAPTURE_SLACK = timedelta(minutes=10)


class PageState:
    """The pages in ``.state/``: when they agreed with the archive, which could not be had."""

    def __init__(self, state: State, documents: Documents, config: ArchiveConfig) -> None:
        self.state = state
        self._documents = documents
        self._config = config

    def validators(self, entry: Entry) -> Mapping[str, str]:
        """Return the headers that ask for a page only if it is not as when the archive agreed.

        Empty where it never did, or where the file or the settings changed since.
        """
        known = self.state.validators(entry.url, entry.name)
        if known is None or (known.etag is None and known.last_modified is None):
            return {}
        try:
            sha256 = self._documents.read(entry).sha256
        except (FrontMatterError, UnsafePathError, OSError):
            return {}
        if known.agreed != self._agreement(sha256):
            return {}
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in headers.items() if value}

    def has_seen_since(self, path: str | None, moment: datetime) -> bool:
        """Tell whether a document was held against its page after a capture of it was made."""
        seen_at = self.state.seen_at(path) if path else None
        return seen_at is not None and datetime.fromisoformat(seen_at) > moment + CAPTURE_SLACK

    def is_put_off(self, url: str) -> bool:
        """Tell whether a page can't be archived, or failed in two runs, and is not due again."""
        failure = self.state.failure(canonical_url(url))
        return failure is not None and _is_put_off(failure)

    def put_off(self) -> list[Failure]:
        """Return what could not be had and is not due again, oldest first."""
        return [each for each in self.state.failures() if _is_put_off(each)]

    def saw(self, outcome: Outcome, finding: Finding, *, stored: bool) -> None:
        """Remember what a page was found to be; ``stored`` if the archive has it by this run."""
        now = datetime.now(UTC)
        if finding.kind == REMOVED and finding.path:
            self.state.is_gone(outcome.requested_url, finding.path, now, 404)
        fetched = outcome.fetched
        if fetched is None or finding.kind == UNVERIFIED:
            return
        agrees = finding.kind == UNCHANGED
        self.state.saw(
            fetched.release.url,
            now=fetched.captured_at or now,
            path=finding.path,
            node_id=fetched.release.node_id,
            # The archive's date is held against the instant that it agreed with.
            published_at=None if "date" in finding.fields else fetched.release.published_at,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            agreed=self._agreement(finding.sha256) if agrees else None,
            stored=finding.kind == NEW and stored,
        )
        if finding.path and node_id_of(fetched.requested_url) is None:
            self.state.leads_to(fetched.requested_url, fetched.release.url, finding.path)

    def _agreement(self, sha256: str) -> str:
        """Return what an archived text agreed with its page under: text, settings, version."""
        config = self._config
        return f"{sha256} {config.timezone.key} {config.tables} {__version__}"


def _is_put_off(failure: Failure) -> bool:
    return not failure.is_due(datetime.now(UTC)) and (failure.refused or failure.tries > 1)

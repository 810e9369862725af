"""Findings that say a document changed or vanished: held until a second fetch agrees.

A page can come wrong once: from a cache, a half-finished edit, a site in maintenance. Nothing
alarming is reported on one fetch, and nothing is believed where everything seems to change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from beehive_archive import findings
from beehive_archive.findings import Finding
from beehive_archive.items import Fetched
from beehive_archive.text.front_matter import Document
from beehive_archive.verdict import is_braked


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a fetch of a URL meant: the finding and, where a page came, the document it would be."""

    finding: Finding
    requested_url: str
    document: Document | None = None
    fetched: Fetched | None = None


class Alarms:
    """The alarms of one run, by the path of the archived document."""

    def __init__(self, max_change_rate: float, *, accept: bool) -> None:
        self._max_change_rate = max_change_rate
        self._accept = accept
        self._held: dict[str, Finding] = {}  # without their bodies: thousands may be held
        self._digests: dict[str, str] = {}
        self._seen_at: dict[str, str] = {}  # the URL whose fetch gave the alarm

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, path: object) -> bool:
        return path in self._held

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield what is to be fetched again: URLs and the paths of the archived documents."""
        return iter([(self._seen_at[path], path) for path in self._held])

    def hold(self, finding: Finding, requested_url: str) -> None:
        """Hold an alarm until a second fetch of the same URL confirms it."""
        self._held[finding.path or ""] = replace(finding, before={}, after={}, body_diff="")
        self._digests[finding.path or ""] = _digest(finding)
        self._seen_at[finding.path or ""] = requested_url

    def are_too_many(self, looked_at: int) -> bool:
        """Tell whether more changed or vanished than MAX_CHANGE_RATE allows."""
        return not self._accept and is_braked(len(self._held), looked_at, self._max_change_rate)

    def confirm(self, second: Finding) -> Finding:
        """Return what two fetches of a document say together; it is held no longer.

        Where the second finds no alarm, its word counts. Where both alarm but differ, or the
        second gave nothing to judge by, the document is ``unverified``.
        """
        first, digest = self._held.pop(second.path or ""), self._digests.pop(second.path or "")
        if second.kind == findings.UNVERIFIED:
            return _unconfirmed(first, second.detail)
        if second.kind not in findings.ALARMS:
            return second
        if digest != _digest(second):
            return _unconfirmed(first, f"a second fetch found another {second.kind}")
        return second

    def give_up(self) -> Iterator[Finding]:
        """Yield what is still held as ``unverified``; nothing is held after."""
        while self._held:
            _, finding = self._held.popitem()
            yield _unconfirmed(finding, "no second fetch was made")


def _digest(finding: Finding) -> str:
    """Return what two fetches must have in common: the kind, and how the live side is."""
    said = json.dumps([finding.kind, dict(finding.after)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _unconfirmed(finding: Finding, why: str) -> Finding:
    detail = f"seen as {finding.kind} once, not confirmed: {why}"
    return replace(finding, kind=findings.UNVERIFIED, detail=detail)

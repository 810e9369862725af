"""What comparing the archive with the site found, as values.

A finding says of one document how the archive and the site stand to each other; a report is a
run's findings with its counts. Their JSON form is a contract: see docs/report.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from beehive_archive.errors import ReportError
from beehive_archive.reports.coverage import Coverage

UNCHANGED = "unchanged"
NEW = "new"
CHANGED = "changed"
CONVENTION = "convention"
MOVED = "moved"
REMOVED = "removed"
UNLISTED = "unlisted"
UNVERIFIED = "unverified"

KINDS = (NEW, CHANGED, MOVED, REMOVED, CONVENTION, UNLISTED, UNVERIFIED, UNCHANGED)
"""Every kind, in the order in which a reader wants them."""

ALARMS = frozenset({CHANGED, MOVED, REMOVED})
"""The kinds that need a second fetch before they are reported, and that the brake counts."""

FIELDS = ("title", "date", "ministers", "portfolios", "attachments", "body")
CONVENTIONS = ("date", "url", "yaml", "tables", "markdown", "filename")

Value = str | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One document, archived against live.

    ``url`` is the archived document's own, the live one's for ``new``. ``path`` is relative to
    the archive, None for a document that isn't in it. ``fields`` and ``conventions`` say what
    differs; ``before`` and ``after`` give the values of both sides, dates as ``YYYY-MM-DD``,
    lists as lists, the whole body as ``body`` where it differs. ``sha256`` is the digest of the
    archived file's bytes as they were compared. ``detail`` is one sentence for a reader.
    """

    kind: str
    url: str
    path: str | None = None
    title: str = ""
    date: str = ""
    fields: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)
    body_diff: str = ""
    sha256: str = ""
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a report's JSON has it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        fields, conventions = list(self.fields), list(self.conventions)
        return {**values, "fields": fields, "conventions": conventions}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Finding:
        """Return the finding of a report's JSON; raises ReportError where it isn't one."""
        known = {name: values[name] for name in cls.__slots__ if name in values}
        try:
            finding = cls(
                **{
                    **known,
                    "fields": tuple(known.get("fields", ())),
                    "conventions": tuple(known.get("conventions", ())),
                }
            )
        except TypeError as error:
            raise ReportError(
                f"a finding lacks its kind or url ({error}): {values!r:.200}"
            ) from error
        if finding.kind not in KINDS:
            raise ReportError(f"{finding.url}: expected a kind of {KINDS}, found {finding.kind!r}")
        return finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Whose part of what a report is, where several workers were at one job.

    ``total`` is how many documents the whole job has, None where that isn't known beforehand.
    """

    job: str
    worker: str
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run's result: every document looked at in ``counts``, each difference in ``findings``.

    ``findings`` may be read from disk anew in each pass: hold them only where they are few.
    ``started`` and ``finished`` are ISO instants in UTC. ``problems`` say why a run is not
    complete, one sentence each. ``coverage`` is set where a run compared lists only,
    ``part`` where it was a cluster's worker.
    """

    spider: str
    started: str
    finished: str
    site: str
    archive: str
    complete: bool
    counts: Mapping[str, int]
    findings: Collection[Finding] = ()
    problems: tuple[str, ...] = ()
    coverage: Coverage | None = None
    part: Part | None = None

"""A document's history: what each replaced text became, as findings that any report can show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from beehive_archive.findings import CHANGED, FIELDS, UNCHANGED, Finding, Report, Value
from beehive_archive.reports.word_diff import unified
from beehive_archive.text.front_matter import Document

_STAMP = re.compile(r"([0-9]{8}T[0-9]{6})(?:\.[0-9]+)?Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text that a document had; ``path`` is relative to the archive.

    ``replaced_at`` is None for the text that the document has now, and where the file's name
    tells no time.
    """

    path: str
    document: Document
    replaced_at: datetime | None = None


def replaced_at_of(name: str) -> datetime | None:
    """Return when a revision was replaced, from its file's name.

    >>> replaced_at_of("20261121T170000Z.md")
    datetime.datetime(2026, 11, 21, 17, 0, tzinfo=datetime.timezone.utc)
    >>> replaced_at_of("notes.md")
    """
    match = _STAMP.match(name)
    try:
        moment = datetime.strptime(match[1], "%Y%m%dT%H%M%S") if match else None  # noqa: DTZ007
    except ValueError:
        return None
    return moment and moment.replace(tzinfo=UTC)


def report(
    revisions: Sequence[Revision], *, site: str, archive: str, problems: Sequence[str] = ()
) -> Report:
    """Return what changed from each revision to the next, the latest first.

    ``revisions`` are in order, the document's present text last: at least that one.
    """
    findings = tuple(reversed(list(_changes(revisions))))
    moments = [each.replaced_at.isoformat() for each in revisions if each.replaced_at]
    changed = sum(each.kind == CHANGED for each in findings)
    return Report(
        spider="history",
        started=min(moments, default=""),
        finished=max(moments, default=""),
        site=site,
        archive=archive,
        complete=not problems,
        counts={CHANGED: changed, UNCHANGED: len(findings) - changed},
        findings=findings,
        problems=tuple(problems),
    )


def _changes(revisions: Sequence[Revision]) -> Iterator[Finding]:
    for earlier, later in pairwise(revisions):
        before, after = _values(earlier.document), _values(later.document)
        differing = [name for name in before if before[name] != after[name]]
        when = earlier.replaced_at
        detail = f"Replaced on {moment(when)}." if when else "Replaced at an unknown time."
        if not differing:
            detail += " Only how it is written changed, such as quotes."
        yield Finding(
            kind=CHANGED if differing else UNCHANGED,
            url=later.document.url,
            path=earlier.path,
            title=later.document.title,
            date=later.document.date.isoformat(),
            fields=tuple(name for name in differing if name in FIELDS),
            conventions=tuple(name for name in differing if name not in FIELDS),
            before={name: before[name] for name in differing},
            after={name: after[name] for name in differing},
            body_diff=unified(earlier.document.body, later.document.body),
            detail=detail,
        )


def moment(when: datetime) -> str:
    """Return an instant as a reader has it.

    >>> moment(datetime(2026, 11, 21, 17, 0, tzinfo=UTC))
    '21 November 2026, 17:00 UTC'
    """
    when = when.astimezone(UTC)
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def _values(document: Document) -> dict[str, Value]:
    return {
        "title": document.title,
        "date": document.date.isoformat(),
        "url": document.url,  # a convention: what repair mends
        "ministers": list(document.ministers),
        "portfolios": list(document.portfolios),
        "attachments": list(document.attachments),
        "body": document.body,
    }

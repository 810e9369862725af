"""Archived against live: what differs, and whether it is the content or only a convention.

Pure: both sides come in as values, a finding comes out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from beehive_archive import findings
from beehive_archive.archive.layout import document_path, follows_layout
from beehive_archive.findings import Finding, Value
from beehive_archive.items import NEW_ZEALAND, Release
from beehive_archive.render import to_document
from beehive_archive.reports.word_diff import unified
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document
from beehive_archive.text.rendered import render, same_words
from beehive_archive.urls import canonical_url, fold_slug, kind_of, link_key, slug_of

# The instant of an unchanged page was seen to move by an hour (a summer time put right). Across
# midnight, in UTC or in New Zealand, the archive's date is then that of the instant before.
_MOVED_HOUR = timedelta(hours=1)

_LISTS = ("ministers", "portfolios", "attachments")

_OTHER_TABLES = {"markdown": "flat", "flat": "markdown"}


@dataclass(frozen=True, slots=True)
class Archived:
    """An archived document as it stands on disk; ``path`` is relative to the archive."""

    path: PurePosixPath
    text: str
    document: Document

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def dates_of(release: Release) -> frozenset[date]:
    """Return the days that an archive may have filed a release under.

    >>> from datetime import datetime
    >>> release = Release(url="", title="", published_at=datetime(2024, 8, 12, 21, 5, tzinfo=UTC))
    >>> [str(day) for day in sorted(dates_of(release))]
    ['2024-08-12', '2024-08-13']
    """
    return _dates_about(release.published_at)


def _dates_about(instant: datetime) -> frozenset[date]:
    """Return the UTC and New Zealand dates of an instant, and of the hour before and after."""
    instants = [instant + shift for shift in (-_MOVED_HOUR, timedelta(), _MOVED_HOUR)]
    return frozenset(
        each.astimezone(zone).date() for each in instants for zone in (UTC, NEW_ZEALAND)
    )


def compare(
    archived: Archived,
    release: Release,
    *,
    timezone: ZoneInfo,
    tables: str,
    known_at: datetime | None = None,
    written: Document | None = None,
) -> Finding:
    """Return how an archived document differs from its live page.

    ``written`` is what would be written of the page today, where the caller has it already.

    ``known_at`` is the page's instant when the archived date agreed with it, where a run has
    seen it: it tells an edit by one day from the UTC date of the same instant.

    The kind is ``changed`` where a field's content differs, ``convention`` where only the way
    it is written does, ``unchanged`` where the file is byte for byte what would be written.
    """
    old = archived.document
    new = written or to_document(release, timezone, tables)
    difference = _Difference()
    difference.text("title", old.title, new.title)
    _compare_dates(difference, old, new, release.published_at, known_at)
    for name in _LISTS:
        difference.values(name, getattr(old, name), getattr(new, name))
    if old.url != new.url:
        difference.convention("url", "url", old.url, new.url)
    if old.body != new.body:
        other_tables = to_document(release, timezone, _OTHER_TABLES[tables]).body
        _compare_bodies(difference, old.body, new.body, other_tables)
    if archived.text != front_matter.dumps(old):
        difference.conventions.add("yaml")
    if kind_of(old.url) and not follows_layout(archived.path, old.date, old.url):
        name = document_path(old.date, old.url).name
        difference.convention("filename", "filename", archived.path.name, name)
    return difference.finding(archived)


def may_be_same_url(archived_url: str, live_url: str) -> bool:
    """Tell whether an archived URL is the live one, or the live one less its lost characters.

    >>> may_be_same_url("https://www.beehive.govt.nz/release/taupo",
    ...                 "https://www.beehive.govt.nz/release/taup%C5%8D")
    True
    """
    if canonical_url(archived_url) == canonical_url(live_url):
        return True
    archived_slug, live_slug = slug_of(archived_url), slug_of(live_url)
    return (
        kind_of(archived_url) == kind_of(live_url)
        and archived_slug.isascii()
        and archived_slug == fold_slug(live_slug)
    )


def new(document: Document) -> Finding:
    """Return the finding of a document that the archive has not."""
    return Finding(
        kind=findings.NEW,
        url=document.url,
        title=document.title,
        date=document.date.isoformat(),
    )


def judged(kind: str, archived: Archived, detail: str, moved_to: str | None = None) -> Finding:
    """Return the finding of an archived document whose page could not be compared.

    ``moved_to`` is the URL that the site redirects to.
    """
    return replace(
        _Difference().finding(archived),
        kind=kind,
        detail=detail,
        before={"url": archived.document.url} if moved_to else {},
        after={"url": moved_to} if moved_to else {},
    )


def _compare_dates(
    difference: _Difference,
    old: Document,
    new: Document,
    instant: datetime,
    known_at: datetime | None,
) -> None:
    if old.date == new.date:
        return
    possible = _dates_about(instant)
    if known_at is not None:
        is_same = abs(instant - known_at) <= _MOVED_HOUR
        possible = possible | _dates_about(known_at) if is_same else frozenset()
    before, after = old.date.isoformat(), new.date.isoformat()
    if old.date in possible:
        difference.convention("date", "date", before, after)
    else:
        difference.change("date", before, after)


def _compare_bodies(difference: _Difference, old: str, new: str, other_tables: str) -> None:
    """Compare bodies that differ; ``other_tables`` is the live one by the other TABLES setting."""
    if old == other_tables:
        difference.convention("tables", "body", old, new)
        return
    seen = render(old)
    if seen == render(new):
        difference.convention("markdown", "body", old, new)
    elif other_tables != new and seen == render(other_tables):
        difference.convention("tables", "body", old, new)
        difference.conventions.add("markdown")
    else:
        difference.change("body", old, new)


class _Difference:
    """Collects what differs between two documents."""

    def __init__(self) -> None:
        self.fields: set[str] = set()
        self.conventions: set[str] = set()
        self.before: dict[str, Value] = {}
        self.after: dict[str, Value] = {}

    def change(self, name: str, before: Value, after: Value) -> None:
        self.fields.add(name)
        self.before[name], self.after[name] = before, after

    def convention(self, convention: str, name: str, before: Value, after: Value) -> None:
        self.conventions.add(convention)
        self.before[name], self.after[name] = before, after

    def text(self, name: str, before: str, after: str) -> None:
        if before == after:
            return
        if same_words(before) == same_words(after):
            self.convention("yaml", name, before, after)
        else:
            self.change(name, before, after)

    def values(self, name: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        if before == after:
            return
        is_url = name == "attachments"
        if is_url and [*map(link_key, before)] == [*map(link_key, after)]:
            self.convention("url", name, list(before), list(after))
        elif [*map(same_words, before)] == [*map(same_words, after)]:
            self.convention("yaml", name, list(before), list(after))
        else:
            self.change(name, list(before), list(after))

    def finding(self, archived: Archived) -> Finding:
        kind = findings.UNCHANGED
        if self.fields:
            kind = findings.CHANGED
        elif self.conventions:
            kind = findings.CONVENTION
        return Finding(
            kind=kind,
            url=archived.document.url,
            path=str(archived.path),
            title=archived.document.title,
            date=archived.document.date.isoformat(),
            fields=tuple(each for each in findings.FIELDS if each in self.fields),
            conventions=tuple(each for each in findings.CONVENTIONS if each in self.conventions),
            before=self.before,
            after=self.after,
            body_diff=self._body_diff(),
            sha256=archived.sha256,
        )

    def _body_diff(self) -> str:
        if "body" not in self.before:
            return ""
        return unified(str(self.before["body"]), str(self.after["body"]))

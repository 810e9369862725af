"""Carrying out what a check found: conventions are mended, content is never touched.

A repair is a pure plan first (which text, under which name), then three steps that can each be
the last before a kill: keep the old text, write the new one, rename. Run again with the same
report, each document is recognised by its values, wherever it was left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import PurePosixPath

from beehive_archive import findings
from beehive_archive.archive.layout import document_path, follows_layout, is_document_path
from beehive_archive.archive.state import State
from beehive_archive.archive.store import ArchiveStore, sha256_of
from beehive_archive.errors import BeehiveError, RepairRefusedError
from beehive_archive.findings import Finding, Value
from beehive_archive.reconcile import may_be_same_url
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document
from beehive_archive.urls import kind_of

REVISION_MARK = ".repair"

# Git takes an old text's copy for the renamed document, and the document itself for a new one.
GITIGNORE = f"""\
# What `scrapy repair` replaced differed in conventions only, and git's history has it. Copies
# would hide from git which documents were renamed.
*{REVISION_MARK}.md
*{REVISION_MARK}.txt
"""

_LISTS = ("ministers", "portfolios", "attachments")

# What each convention may touch; see reconcile.compare.
_MENDS: dict[str, tuple[str, ...]] = {
    "date": ("date",),
    "url": ("url", *_LISTS),
    "yaml": ("title", *_LISTS),
    "tables": ("body",),
    "markdown": ("body",),
    "filename": ("filename",),
}
_RENAMING = frozenset({"date", "url", "filename"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What is to be done to one document.

    ``path`` is where it stands, ``target`` where it belongs, ``origin`` where the check found it;
    ``before`` and ``after`` are its texts. All paths are relative to the archive.
    """

    origin: PurePosixPath
    path: PurePosixPath
    target: PurePosixPath
    before: str
    after: str
    conventions: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether an earlier run did it, apart from what follows a renaming."""
        return self.before == self.after and self.path == self.target


def repairable(report: findings.Report) -> Iterator[Finding]:
    """Yield the findings of a report that have conventions to mend."""
    for finding in report.findings:
        if finding.kind in {findings.CHANGED, findings.CONVENTION} and finding.conventions:
            yield finding


def plan(store: ArchiveStore, finding: Finding) -> Repair:
    """Say what is to be done for a finding; nothing is written.

    Raises RepairRefusedError where the document is no longer as the check found it, or where the
    report asks for what no check would.
    """
    if finding.path is None or not is_document_path(PurePosixPath(finding.path)):
        raise RepairRefusedError(f"{finding.path}: expected a document's path; see {finding.url}")
    origin = PurePosixPath(finding.path)
    try:
        text = _read(store, origin)
        if text is not None and sha256_of(text) == finding.sha256:
            document = mended(front_matter.loads(text, name=finding.path), finding)
            target = _target(store, origin, document, finding)
            after = front_matter.dumps(document)
            return _repair(finding, origin, target, before=text, after=after)
        return _plan_again(store, origin, text, finding)
    except RepairRefusedError:
        raise
    except (BeehiveError, OSError, UnicodeError) as error:
        raise RepairRefusedError(f"{finding.path}: {error}") from error


def carry_out(store: ArchiveStore, state: State | None, repair: Repair) -> None:
    """Do it; raises ArchiveError. ``state`` is None for an archive that has none."""
    if repair.after != repair.before:
        store.keep_revision(repair.path, REVISION_MARK)
        store.write(repair.path, repair.after, replace=True)
    if repair.target != repair.path:
        store.move(repair.path, repair.target)
    # Another document that has since taken the old name keeps what belongs to that name.
    if repair.origin != repair.target and not store.resolve(repair.origin).exists():
        store.move_revisions(repair.origin, repair.target)
        if state is not None:
            state.renamed(str(repair.origin), str(repair.target))


def mended(document: Document, finding: Finding) -> Document:
    """Return a document with a finding's conventions mended; changed fields stay as they are.

    >>> old = Document("T", dt.date(2024, 8, 12), "https://www.beehive.govt.nz/release/a")
    >>> finding = Finding(kind="changed", url=old.url, conventions=("date",), fields=("body",),
    ...     after={"date": "2024-08-13", "body": "New words"})
    >>> mended(old, finding).date, mended(old, finding).body
    (datetime.date(2024, 8, 13), '')
    """
    allowed = {name for each in finding.conventions for name in _MENDS.get(each, ())}
    values: dict[str, object] = {}
    for name, value in finding.after.items():
        if name in finding.fields or name == "filename":
            continue
        if name not in allowed:
            raise RepairRefusedError(
                f"{finding.path}: the report gives a {name} that none of its conventions "
                f"({', '.join(finding.conventions)}) touches; check it again"
            )
        values[name] = _value(name, value, finding)
    url = values.get("url", document.url)
    if not may_be_same_url(document.url, str(url)):
        raise RepairRefusedError(
            f"{finding.path}: {url} is not {document.url} with its lost characters; check it again"
        )
    return replace(document, **values)  # type: ignore[arg-type]


def _value(name: str, value: Value, finding: Finding) -> object:
    try:
        if name in _LISTS and isinstance(value, list):
            return tuple(value)
        if name == "date" and isinstance(value, str):
            return dt.date.fromisoformat(value)
        if name not in _LISTS and isinstance(value, str):
            # As the reader gives it back, so that a document that has it is recognised.
            return value.strip() if name in {"title", "body"} else value
    except ValueError:
        pass
    raise RepairRefusedError(f"{finding.path}: {value!r:.80} is no {name}; check it again")


def _plan_again(
    store: ArchiveStore, origin: PurePosixPath, text: str | None, finding: Finding
) -> Repair:
    """Plan for a document that isn't as the check found it: a stopped run may have left it."""
    if text is not None and _is_mended(text, finding):
        document = front_matter.loads(text)
        target = _target(store, origin, document, finding)
        return _repair(finding, origin, target, before=text, after=text)
    for path in _renamed_to(store, finding):
        renamed = _read(store, path)
        if renamed is not None and _is_mended(renamed, finding):
            return _repair(finding, path, path, before=renamed, after=renamed)
    if text is None:
        raise RepairRefusedError(f"{origin}: the document is missing; check it again")
    raise RepairRefusedError(f"{origin}: changed on disk since the check; check it again")


def _is_mended(text: str, finding: Finding) -> bool:
    """Tell whether a text is the finding's document after its repair."""
    try:
        document = front_matter.loads(text)
        is_same = document.url == _url_after(finding) and document.date == _date_after(finding)
        return (
            is_same
            and document == mended(document, finding)
            and text == front_matter.dumps(document)
        )
    except BeehiveError:
        return False


def _renamed_to(store: ArchiveStore, finding: Finding) -> Iterator[PurePosixPath]:
    """Yield the paths that a repair may have renamed a document to."""
    url = _url_after(finding)
    if kind_of(url) is None or not _RENAMING & set(finding.conventions):
        return
    for number in count(1):
        path = document_path(_date_after(finding), url, number)
        if not store.resolve(path).exists():
            return
        yield path


def _target(
    store: ArchiveStore, path: PurePosixPath, document: Document, finding: Finding
) -> PurePosixPath:
    may_rename = _RENAMING & set(finding.conventions) and kind_of(document.url) is not None
    if not may_rename or follows_layout(path, document.date, document.url):
        return path
    return store.free_path(document.date, document.url)


def _url_after(finding: Finding) -> str:
    return str(finding.after.get("url", finding.url))


def _date_after(finding: Finding) -> dt.date:
    is_mended = "date" in finding.after and "date" not in finding.fields
    return dt.date.fromisoformat(str(finding.after["date"]) if is_mended else finding.date)


def _repair(
    finding: Finding, path: PurePosixPath, target: PurePosixPath, *, before: str, after: str
) -> Repair:
    return Repair(
        origin=PurePosixPath(finding.path or ""),
        path=path,
        target=target,
        before=before,
        after=after,
        conventions=finding.conventions,
    )


def _read(store: ArchiveStore, path: PurePosixPath) -> str | None:
    try:
        return store.resolve(path).read_bytes().decode()
    except (FileNotFoundError, NotADirectoryError):
        return None

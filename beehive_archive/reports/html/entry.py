"""What the HTML page shows of one finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

from beehive_archive.findings import CONVENTION, MOVED, NEW, Finding, Value
from beehive_archive.reports.changes import DELETE, EDIT, EQUAL, INSERT, Diff, Line, Segment
from beehive_archive.reports.diff_lines import readable_lines
from beehive_archive.reports.html.filters import known_conventions
from beehive_archive.reports.word_diff import compare

MAX_DIFF_CHARACTERS = 400_000  # of one document; twelve times the longest body of the archive


@dataclass(frozen=True, slots=True)
class Row:
    """A field's value on both sides, with what only that side has marked."""

    name: str
    before: list[Segment]
    after: list[Segment]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage's lines without blank ones, after so many unchanged lines."""

    skipped: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Body:
    """A body's passages; ``cut`` counts those that are too much for a page."""

    passages: list[Passage]
    cut: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the template shows of one finding."""

    finding: Finding
    conventions: list[str]
    tag: str
    live_url: str | None
    file_href: str | None
    rows: list[Row]
    diff: Body | None
    summary: str

    @classmethod
    def of(cls, finding: Finding, archive: str) -> Entry:
        """Return a finding's entry; ``archive`` is the archive's folder, seen from the page."""
        before, after = dict(finding.before), dict(finding.after)
        old, new = _text(before.pop("body", "")), _text(after.pop("body", ""))
        diff = compare(old, new) if old != new and finding.kind != NEW else None
        names = [] if finding.kind == NEW else list(dict.fromkeys([*before, *after]))
        rows = [_row(name, before.get(name, ""), after.get(name, "")) for name in names]
        told = [*names]
        if diff:
            told.append(f"body ({diff.change_count:,} place{'s'[: diff.change_count != 1]})")
        elif finding.body_diff:
            told.append("body")
        live_url = after.get("url") if finding.kind == MOVED else finding.url
        return cls(
            finding=finding,
            conventions=known_conventions(finding),
            tag=_tag(finding),
            live_url=_http_url(live_url),
            file_href=_file_href(finding.path, archive),
            rows=rows,
            diff=_body(diff) if diff else None,
            summary=f"What differs: {', '.join(told)}" if told else "",
        )


def _tag(finding: Finding) -> str:
    told = f"{finding.kind}: {', '.join(finding.fields)}" if finding.fields else finding.kind
    if not finding.conventions:
        return told
    conventions = ", ".join(finding.conventions)
    return f"{told}: {conventions}" if told == CONVENTION else f"{told}; convention: {conventions}"


def _row(name: str, before: Value, after: Value) -> Row:
    old, new = _text(before), _text(after)
    diff = compare(old, new, context_lines=len(old) + len(new))
    if not diff.passages:
        return Row(name, [Segment(EQUAL, old)], [Segment(EQUAL, new)])
    lines = diff.passages[0].lines
    return Row(name, _side(lines, DELETE), _side(lines, INSERT))


def _side(lines: Iterable[Line], op: str) -> list[Segment]:
    segments: list[Segment] = []
    for line in lines:
        if line.op in {EQUAL, EDIT, op}:
            segments += [each for each in line.segments if each.op in {EQUAL, op}]
            segments.append(Segment(EQUAL, "\n"))
    return segments[:-1] or [Segment(EQUAL, "(none)")]


def _body(diff: Diff) -> Body:
    passages: list[Passage] = []
    room = MAX_DIFF_CHARACTERS
    position = 1
    for passage in diff.passages:
        lines = list(readable_lines(passage))
        room -= sum(len(each.text) for each in lines)
        if room < 0:
            break
        passages.append(Passage(passage.before_start - position, lines))
        position = passage.before_start + passage.before_count
    return Body(passages, len(diff.passages) - len(passages))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _http_url(url: object) -> str | None:
    if not isinstance(url, str) or not url.isprintable():
        return None
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _file_href(path: str | None, archive: str) -> str | None:
    """Return the link to an archived file, None for a path that leads out of the archive."""
    if not path or not archive or not path.isprintable():
        return None
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path:
        return None
    href = quote(PurePosixPath(Path(archive).as_posix(), *parts).as_posix())
    return href if href.startswith((".", "/")) else f"./{href}"  # a colon makes no scheme

"""A report as one HTML page that needs no network, and no script to be read and filtered.

Every value comes from the site or from a file that anyone may have written: Jinja escapes all of
them, links are http or https or lead into the archive, characters that hide or turn the text are
shown by their number, and the page's own policy forbids whatever it doesn't hold.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from beehive_archive.findings import (
    CHANGED,
    CONVENTION,
    CONVENTIONS,
    KINDS,
    MOVED,
    NEW,
    UNCHANGED,
    Finding,
    Report,
)
from beehive_archive.reports.files import replacing
from beehive_archive.reports.html.coverage import view as coverage_view
from beehive_archive.reports.html.entry import Entry
from beehive_archive.reports.html.filters import (
    ALL,
    Counts,
    convention_choices,
    kind_choices,
    known_conventions,
    pairs,
    rules,
    tally,
)
from beehive_archive.reports.html.text import marked, seen
from beehive_archive.reports.kinds import MEANINGS, SIGNS
from beehive_archive.reports.visible import plain

TITLE = "What the site says today against what the archive says"

_TEMPLATES = Path(__file__).parent / "templates"
_BATCH_SIZE = 50  # entries; the height of a batch in page.css goes with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The words round the findings; ``before`` and ``after`` name the two sides.

    ``meanings`` says in a sentence what each kind of finding means.
    """

    title: str
    lead: str
    facts: tuple[str, ...] = ()
    meanings: Mapping[str, str] = field(default_factory=lambda: MEANINGS)
    before: str = "Archive"
    after: str = "Site"
    footer: str = "Shown by beehive-archive: scrapy report REPORT.json --html FILE"


def write(path: Path, report: Report, page: Page | None = None) -> None:
    """Write a report's page; links to archived files lead there from the page's own folder.

    Raises OSError. The page is whole or not there.
    """
    archive = os.path.relpath(report.archive, path.parent) if report.archive else ""
    with replacing(path) as file:
        for text in render(report, page or page_of(report), archive):
            file.write(text.encode("utf-8", "replace"))


def render(report: Report, page: Page, archive: str = "") -> Iterator[str]:
    """Return the page in pieces; ``archive`` is the archive's folder, seen from the page."""
    counts = tally(each for each in report.findings if each.kind != UNCHANGED)
    kinds = [kind for kind in KINDS if counts[kind, ALL]]
    stylesheet = _asset("page.css") + rules(counts)
    template = _environment().get_template("page.html")
    yield from template.stream(
        page=page,
        report=report,
        coverage=report.coverage and coverage_view(report.coverage),
        kinds=[_kind_view(kind, counts, report, page, archive) for kind in kinds],
        kind_choices=kind_choices(counts),
        convention_choices=convention_choices(counts),
        pairs=list(pairs(counts)),
        total=counts[ALL, ALL],
        style=Markup(stylesheet),  # noqa: S704 - our own file and rules of known names
        script=Markup(_asset("search.js")),  # noqa: S704 - our own file
        policy=(
            f"default-src 'none'; style-src {_digest(stylesheet)};"
            f" script-src {_digest(_asset('search.js'))}; base-uri 'none'; form-action 'none'"
        ),
    )


def page_of(report: Report) -> Page:
    """Return the words for a run's report."""
    counts = Counter(report.counts)
    total = counts.total()
    lead = f"{total:,} {'document' if total == 1 else 'documents'} looked at"
    told = [
        f"{counts[kind]:,} {word}"
        for kind, word in (
            (NEW, "new"),
            (CHANGED, "changed in content"),
            (MOVED, "moved"),
            ("removed", "removed"),
            (CONVENTION, "written otherwise only by convention"),
            ("unverified", "unverified"),
        )
        if counts[kind]
    ]
    return Page(
        title=TITLE,
        lead=f"{lead}: {', '.join(told)}." if told else f"{lead}, and nothing differs.",
        facts=(
            f"scrapy crawl {report.spider}",
            _when(report.started, report.finished),
            report.site,
            f"archive {report.archive}",
        ),
    )


def history_page_of(report: Report) -> Page:
    """Return the words for a document's history."""
    latest = next(iter(report.findings), None)
    count = len(report.findings)
    times = f"{count:,} time{'' if count == 1 else 's'}"
    return Page(
        title=f"How “{latest.title}” changed" if latest else "A document's history",
        lead=f"Its text in the archive was replaced {times}; the latest change comes first."
        if latest
        else "The archive has no earlier text of it.",
        facts=(latest.url, f"archive {report.archive}") if latest else (),
        meanings={CHANGED: "Each entry is the text that was replaced, against the one after it."},
        before="Before",
        after="After",
        footer="Shown by beehive-archive: scrapy report --history DOCUMENT --html FILE",
    )


# --- Kinds, Jinja, assets, words ----------------------------------------------------------------


def _kind_view(
    kind: str, counts: Counts, report: Report, page: Page, archive: str
) -> dict[str, Any]:
    return {
        "name": kind,
        "label": kind.capitalize(),
        "sign": SIGNS[kind].replace("-", "−"),
        "meaning": page.meanings[kind],
        "conventions": [each for each in sorted(CONVENTIONS) if counts[kind, each]],
        "batches": _batches((each for each in report.findings if each.kind == kind), archive),
    }


def _batches(findings: Iterator[Finding], archive: str) -> Iterator[dict[str, Any]]:
    """Part a kind's entries, so that a browser can leave out whole batches that aren't in sight.

    In every frame it asks of each whether it is: 17 ms for 600 batches, 400 ms for 30,000 entries.
    Entries are made as the page is written, since a check may find tens of thousands.
    """
    while batch := list(islice(findings, _BATCH_SIZE)):
        yield {
            "is_full": len(batch) == _BATCH_SIZE,
            "conventions": sorted({name for each in batch for name in known_conventions(each)}),
            "entries": (Entry.of(each, archive) for each in batch),
        }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.filters.update(seen=seen, marked=marked, number=lambda count: f"{count:,}")
    return environment


@cache
def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _when(started: str, finished: str) -> str:
    try:
        first, last = (datetime.fromisoformat(each) for each in (started, finished))
    except ValueError:
        return f"{started} to {finished}"
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{last.day} {last:%B %Y, %H:%M}"
    return f"{first.day} {first:%B %Y, %H:%M} to {end} UTC"

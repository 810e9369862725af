from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from beehive_archive.reports import history
from beehive_archive.reports.history import Revision
from beehive_archive.reports.terminal import Screen
from beehive_archive.reports.terminal_diff import detail
from beehive_archive.text.front_matter import Document

URL = "https://www.beehive.govt.nz/release/taupo"
PATH = "releases/2023/06/2023-06-04-taupo.md"
FIRST = Document(
    title="Taupo", date=date(2023, 6, 4), url=URL, body="It costs $12 million.\n\nEnd."
)
SECOND = Document(
    title="Taupō", date=date(2023, 6, 4), url=URL, body="It costs $14 million.\n\nEnd."
)
THIRD = Document(
    title="Taupō", date=date(2023, 6, 4), url=URL, ministers=("Hon A", "Hon B"), body=SECOND.body
)


def revision(document: Document, hour: int | None) -> Revision:
    replaced_at = None if hour is None else datetime(2026, 11, 21, hour, 5, tzinfo=UTC)
    return Revision(path=PATH, document=document, replaced_at=replaced_at)


REVISIONS = [revision(FIRST, 9), revision(SECOND, 17), revision(THIRD, None)]


def test_each_revision_is_compared_with_the_next_latest_first() -> None:
    report = history.report(REVISIONS, site="https://www.beehive.govt.nz", archive="/archive")
    assert [each.fields for each in report.findings] == [("ministers",), ("title", "body")]
    assert report.findings[1].before == {"title": "Taupo", "body": FIRST.body}
    assert report.findings[1].detail == "Replaced on 21 November 2026, 09:05 UTC."
    assert report.findings[1].body_diff.split("\n")[1:3] == [
        "-It costs $12 million.",
        "+It costs $14 million.",
    ]
    assert report.counts == {"changed": 2, "unchanged": 0}


def test_a_document_without_revisions_has_no_history() -> None:
    assert history.report([revision(FIRST, None)], site="", archive="").findings == ()


def test_a_change_of_the_writing_alone_is_no_change() -> None:
    report = history.report([revision(FIRST, 9), revision(FIRST, None)], site="", archive="")
    assert [each.kind for each in report.findings] == ["unchanged"]
    assert report.findings[0].detail.endswith("Only how it is written changed, such as quotes.")


def test_a_url_that_was_mended_is_told() -> None:
    mended = replace(FIRST, url="https://www.beehive.govt.nz/release/taup%C5%8D")
    report = history.report([revision(FIRST, 9), revision(mended, None)], site="", archive="")
    (finding,) = report.findings
    assert (finding.kind, finding.fields, finding.conventions) == ("changed", (), ("url",))
    assert "+ " + mended.url in detail(finding, Screen(100))


def test_a_finding_in_full_on_a_narrow_terminal() -> None:
    report = history.report(REVISIONS, site="", archive="")
    assert detail(report.findings[1], Screen(40)) == [
        "Taupō",
        "2023-06-04",
        "releases/2023/06/2023-06-04-taupo.md",
        "Replaced on 21 November 2026, 09:05 UTC.",
        "",
        "title",
        "- Taupo",
        "+ Taupō",
        "",
        "body",
        "~ It costs [-$12-]{+$14+} million.",
        "  End.",
    ]


def test_colours_keep_the_marks() -> None:
    report = history.report(REVISIONS, site="", archive="")
    lines = detail(report.findings[1], Screen(80, colour=True))
    assert "~ It costs \x1b[31m[-$12-]\x1b[0m\x1b[32m{+$14+}\x1b[0m million." in lines

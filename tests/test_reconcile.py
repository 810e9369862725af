"""Every kind and convention on small documents: no convention is a change, no change one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import pytest

from beehive_archive import reconcile
from beehive_archive.archive.layout import document_path
from beehive_archive.findings import Finding
from beehive_archive.items import Release
from beehive_archive.reconcile import Archived, dates_of, may_be_same_url
from beehive_archive.render import to_document
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document

SITE = "https://www.beehive.govt.nz"
AUCKLAND = ZoneInfo("Pacific/Auckland")
FILES = f"{SITE}/sites/default/files"

# 13 August 2024, 9:05 am in New Zealand; the old archive's UTC date is the 12th.
PAGE = Release(
    url=f"{SITE}/release/kia-ora",
    title="Kia ora",
    published_at=datetime(2024, 8, 12, 21, 5, tzinfo=UTC),
    ministers=("Hon Simon Watts",),
    portfolios=("Climate Change", "Revenue"),
    attachments=(f"{FILES}/2024-08/plan%20a.pdf",),
    body_html="<p>The Minister <b>said</b> so.</p>",
)


def archived(document: Document, path: str | None = None, text: str | None = None) -> Archived:
    place = PurePosixPath(path) if path else document_path(document.date, document.url)
    return Archived(place, front_matter.dumps(document) if text is None else text, document)


def written(page: Release = PAGE, tables: str = "markdown") -> Document:
    return to_document(page, AUCKLAND, tables)


def compare(old: Archived, page: Release = PAGE, tables: str = "markdown") -> Finding:
    return reconcile.compare(old, page, timezone=AUCKLAND, tables=tables)


def test_what_would_be_written_today_is_unchanged() -> None:
    finding = compare(archived(written()))
    assert finding.kind == "unchanged"
    assert (finding.fields, finding.conventions, finding.before, finding.after) == ((), (), {}, {})
    assert (finding.path, finding.url) == ("releases/2024/08/2024-08-13-kia-ora.md", PAGE.url)


def test_the_digest_is_of_the_files_bytes() -> None:
    old = archived(written(replace(PAGE, title="Tēnā koe")))
    assert compare(old).sha256 == old.sha256
    assert len(old.sha256) == 64


# --- Changes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "edited"),
    [
        ("title", replace(PAGE, title="Kia ora koutou")),
        ("title", replace(PAGE, title="Kia Ora")),
        ("date", replace(PAGE, published_at=datetime(2024, 8, 14, 21, 5, tzinfo=UTC))),
        ("ministers", replace(PAGE, ministers=("Hon Simon Watts", "Hon Nicola Willis"))),
        ("ministers", replace(PAGE, ministers=())),
        ("portfolios", replace(PAGE, portfolios=("Revenue", "Climate Change"))),
        ("attachments", replace(PAGE, attachments=(*PAGE.attachments, f"{FILES}/b.pdf"))),
        ("attachments", replace(PAGE, attachments=())),
        ("body", replace(PAGE, body_html="<p>The Minister <b>says</b> so.</p>")),
        ("body", replace(PAGE, body_html="")),
        ("body", replace(PAGE, body_html="<p>The Minister said so<a href='/b'>.</a></p>")),
    ],
)
def test_an_edit_is_a_change_of_its_field_alone(field: str, edited: Release) -> None:
    finding = compare(archived(written()), edited)
    assert (finding.kind, finding.fields, finding.conventions) == ("changed", (field,), ())
    assert set(finding.before) == set(finding.after) == {field}
    assert finding.before[field] != finding.after[field]
    assert bool(finding.body_diff) == (field == "body")


def test_a_change_tells_its_conventions_too() -> None:
    old = replace(written(), date=date(2024, 8, 12), title="Kia kaha")
    finding = compare(archived(old))
    assert (finding.kind, finding.fields, finding.conventions) == ("changed", ("title",), ("date",))
    assert finding.before == {"title": "Kia kaha", "date": "2024-08-12"}
    assert finding.after == {"title": "Kia ora", "date": "2024-08-13"}


def test_every_field_at_once_comes_in_the_contracts_order() -> None:
    other = Release(
        url=PAGE.url,
        title="Other",
        published_at=datetime(2020, 1, 1, tzinfo=UTC),
        ministers=("A",),
        portfolios=("B",),
        attachments=("https://example.org/c",),
        body_html="<p>Other</p>",
    )
    assert compare(archived(written()), other).fields == (
        *("title", "date", "ministers", "portfolios", "attachments", "body"),
    )


# --- Conventions ----------------------------------------------------------------------------


def convention(finding: Finding) -> tuple[str, ...]:
    assert (finding.kind, finding.fields) == ("convention", ())
    return finding.conventions


def test_the_utc_date_of_the_same_instant() -> None:
    finding = compare(archived(replace(written(), date=date(2024, 8, 12))))
    assert convention(finding) == ("date",)
    assert (finding.before, finding.after) == ({"date": "2024-08-12"}, {"date": "2024-08-13"})


def test_a_utc_archive_keeps_its_dates() -> None:
    old = archived(replace(written(), date=date(2024, 8, 12)))
    finding = reconcile.compare(old, PAGE, timezone=ZoneInfo("UTC"), tables="markdown")
    assert finding.kind == "unchanged"


@pytest.mark.parametrize(
    ("instant", "days"),
    [
        # Midnight in New Zealand in summer (UTC+13) and in winter (UTC+12).
        (datetime(2024, 1, 9, 11, 0, tzinfo=UTC), {date(2024, 1, 10), date(2024, 1, 9)}),
        (datetime(2024, 7, 9, 12, 0, tzinfo=UTC), {date(2024, 7, 10), date(2024, 7, 9)}),
        # In the afternoon both dates are one.
        (datetime(2024, 7, 9, 3, 0, tzinfo=UTC), {date(2024, 7, 9)}),
        # An hour about midnight UTC, by which instants were seen to move.
        (datetime(2024, 7, 9, 0, 30, tzinfo=UTC), {date(2024, 7, 9), date(2024, 7, 8)}),
    ],
)
def test_the_days_that_a_release_may_be_filed_under(instant: datetime, days: set[date]) -> None:
    assert dates_of(replace(PAGE, published_at=instant)) == days


@pytest.mark.parametrize(
    ("archived_url", "live_url"),
    [
        (f"{SITE}/release/taupo-takes-pole", f"{SITE}/release/taup%C5%8D-takes-pole"),
        (f"{SITE}/release/a--b", f"{SITE}/release/a-%E2%80%93-b"),
        (f"{SITE}/release/pms-trip", f"{SITE}/release/pm%E2%80%99s-trip"),
        (f"{SITE}/release/taup%c5%8d", f"{SITE}/release/taup%C5%8D"),
    ],
)
def test_lost_characters_and_escapes_of_a_url(archived_url: str, live_url: str) -> None:
    finding = compare(archived(replace(written(), url=archived_url)), replace(PAGE, url=live_url))
    assert convention(finding) == ("url",)
    assert (finding.before, finding.after) == ({"url": archived_url}, {"url": live_url})
    assert finding.url == archived_url


def test_the_escapes_of_an_attachments_url() -> None:
    old = replace(written(), attachments=(f"{FILES}/2024-08/plan a.pdf",))
    assert convention(compare(archived(old))) == ("url",)


def test_values_that_need_quotes() -> None:
    page = replace(PAGE, portfolios=("Māori Crown Relations: Te Arawhiti",))
    text = front_matter.dumps(written(page)).replace(
        '"Māori Crown Relations: Te Arawhiti"', "Māori Crown Relations: Te Arawhiti"
    )
    finding = compare(archived(written(page), text=text), page)
    assert convention(finding) == ("yaml",)


@pytest.mark.parametrize("title", ["Kia\u00a0ora", "Kia  ora", "Kia ora\u200b", "Kia\u00ad ora"])
def test_white_space_that_no_reader_sees_in_a_title(title: str) -> None:
    assert convention(compare(archived(written()), replace(PAGE, title=title))) == ("yaml",)


def test_a_line_end_at_the_end_of_the_file() -> None:
    text = front_matter.dumps(written()) + "\n"
    assert convention(compare(archived(written(), text=text))) == ("yaml",)


TABLE = replace(
    PAGE,
    body_html="<p>In $ million:</p><table><tr><th>2001/02</th><th>2002/03</th></tr>"
    "<tr><td>10</td><td>20</td></tr></table>",
)


def test_flat_tables() -> None:
    finding = compare(archived(written(TABLE, "flat")), TABLE)
    assert convention(finding) == ("tables",)
    assert finding.after["body"] == written(TABLE).body


def test_markdown_tables_in_an_archive_that_wants_flat_ones() -> None:
    finding = compare(archived(written(TABLE, "markdown")), TABLE, tables="flat")
    assert convention(finding) == ("tables",)
    assert finding.after["body"] == written(TABLE, "flat").body


@pytest.mark.parametrize(("has", "wants"), [("flat", "markdown"), ("markdown", "flat")])
def test_tables_and_other_markdown_at_once(has: str, wants: str) -> None:
    old = written(TABLE, has)
    old = replace(old, body=old.body.replace("In $ million:", "In&#32;$ million:"))
    assert convention(compare(archived(old), TABLE, wants)) == ("tables", "markdown")


@pytest.mark.parametrize(("has", "wants"), [("flat", "markdown"), ("markdown", "flat")])
def test_an_edited_cell_is_a_change(has: str, wants: str) -> None:
    edited = replace(TABLE, body_html=TABLE.body_html.replace("20<", "21<"))
    finding = compare(archived(written(TABLE, has)), edited, wants)
    assert (finding.kind, finding.fields) == ("changed", ("body",))


@pytest.mark.parametrize(
    ("old_body", "html"),
    [
        ("The __Minister__ said.", "<p>The <b>Minister</b> said.</p>"),
        ("The Minister  \nsaid.", "<p>The Minister said.</p>"),
        ("* one\n* two", "<ul><li>one</li><li>two</li></ul>"),
        ("The\u00a0Minister said.", "<p>The Minister said.</p>"),
        (
            f"![]({FILES}/a.jpg?itok=OLD)",
            f'<p><img src="{FILES}/a.jpg?itok=NEW" alt=""></p>',
        ),
    ],
)
def test_the_same_text_and_links_in_other_markdown(old_body: str, html: str) -> None:
    finding = compare(archived(replace(written(), body=old_body)), replace(PAGE, body_html=html))
    assert convention(finding) == ("markdown",)


@pytest.mark.parametrize(
    ("path", "conventions"),
    [
        ("releases/2024/08/2024-08-12-kia-ora.md", ("filename",)),
        ("releases/2024/07/2024-08-13-kia-ora.md", ("filename",)),
        ("speeches/2024/08/2024-08-13-kia-ora.md", ("filename",)),
        ("releases/2024/08/2024-08-13-kia-ora-2.md", ()),
        ("000_998603f5207485f1.txt", ()),
    ],
)
def test_the_files_own_name(path: str, conventions: tuple[str, ...]) -> None:
    finding = compare(archived(written(), path=path))
    assert finding.conventions == conventions
    assert finding.kind == ("convention" if conventions else "unchanged")


def test_a_name_that_follows_from_a_wrong_date_is_mended_with_it() -> None:
    old = replace(written(), date=date(2024, 8, 12))
    assert compare(archived(old)).conventions == ("date",)


def test_all_conventions_at_once_are_no_change() -> None:
    page = replace(
        TABLE, url=f"{SITE}/release/ki%C4%81-ora", portfolios=("A: B",), title="Kia\u00a0ora"
    )
    old = replace(
        written(page, "flat"),
        url=f"{SITE}/release/kia-ora",
        date=date(2024, 8, 12),
        title="Kia ora",
    )
    old = replace(old, body=old.body.replace("In $ million:", "In&#32;$ million:"))
    text = front_matter.dumps(old).replace('"A: B"', "A: B")
    finding = compare(archived(old, "releases/a.md", text), page)
    assert convention(finding) == ("date", "url", "yaml", "tables", "markdown", "filename")


def test_a_document_below_releases_whose_url_names_none() -> None:
    """What an old exporter may have left: there is nothing to name the file by."""
    old = archived(replace(written(), url=f"{SITE}/node/7"), path="releases/a.md")
    assert compare(old).conventions == ("url",)


# --- Kinds that are judged, not compared ----------------------------------------------------


def test_a_new_document() -> None:
    finding = reconcile.new(written())
    assert (finding.kind, finding.url, finding.path) == ("new", PAGE.url, None)
    assert (finding.title, finding.date) == ("Kia ora", "2024-08-13")


def test_a_moved_document_says_where_to() -> None:
    finding = reconcile.judged(
        "moved", archived(written()), "it leads elsewhere", f"{SITE}/release/b"
    )
    assert (finding.kind, finding.detail) == ("moved", "it leads elsewhere")
    assert (finding.before, finding.after) == ({"url": PAGE.url}, {"url": f"{SITE}/release/b"})


def test_a_removed_document_has_its_digest() -> None:
    old = archived(written())
    finding = reconcile.judged("removed", old, "404")
    assert (finding.kind, finding.path, finding.sha256) == ("removed", str(old.path), old.sha256)
    assert finding.after == {}


@pytest.mark.parametrize(
    ("archived_url", "live_url", "same"),
    [
        (f"{SITE}/release/a", f"{SITE}/release/a/", True),
        (f"{SITE}/release/taupo", f"{SITE}/release/taup%C5%8D", True),
        (f"{SITE}/release/taup%C5%8D", f"{SITE}/release/taupo", False),
        (f"{SITE}/release/a", f"{SITE}/release/b", False),
        (f"{SITE}/speech/taupo", f"{SITE}/release/taup%C5%8D", False),
        (f"{SITE}/speech/a", f"{SITE}/release/a", False),
        ("https://[", f"{SITE}/release/a", False),
    ],
)
def test_may_be_same_url(archived_url: str, live_url: str, same: bool) -> None:
    assert may_be_same_url(archived_url, live_url) is same

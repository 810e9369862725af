"""Which files are documents, and which of them a live page is."""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from beehive_archive.archive.index import ArchiveIndex, Entry, Sighting
from beehive_archive.archive.index_file import PAGE_ROWS
from tests.archive.archives import SITE, document, put

DAY = date(2024, 8, 13)
BEFORE = date(2024, 8, 12)
MACRON = f"{SITE}/release/taup%C5%8D-takes-pole"
LOST = f"{SITE}/release/taupo-takes-pole"


def entry(path: str, url: str, title: str = "Kia ora", on: date = DAY) -> Entry:
    return Entry.of(PurePosixPath(path), document(url=url, title=title, date=on))


def index_of(*entries: Entry) -> ArchiveIndex:
    index = ArchiveIndex()
    for each in entries:
        index.add(each)
    return index


def matched(index: ArchiveIndex, live: Sighting) -> str | None:
    found = index.match(live)
    return found and str(found.path)


# --- Which files are documents --------------------------------------------------------------


def test_every_text_with_front_matter_counts_whatever_its_name(tmp_path: Path) -> None:
    for path in ("000_99.txt", "a/b/c/d.md", "releases/2024/08/2024-08-13-kia-ora.md"):
        put(tmp_path, path, document())
    for path in (
        ".hidden.md",
        ".state/a.md",
        ".git/a.md",
        "a/.writing-x.md",
        "attachments/a.pdf.md",
        "revisions/releases/a/1.md",
        "a.html",
        "a.md~",
        "A.MD.bak",
    ):
        put(tmp_path, path, document())
    put(tmp_path, "README.md", "# How this archive is kept")
    put(tmp_path, "a/robots.txt", "")
    assert [str(each.path) for each in ArchiveIndex.read(tmp_path)] == [
        "000_99.txt",
        "a/b/c/d.md",
        "releases/2024/08/2024-08-13-kia-ora.md",
    ]


def test_a_folder_called_attachments_elsewhere_is_like_any_other(tmp_path: Path) -> None:
    put(tmp_path, "mine/attachments/a.md", document())
    assert len(ArchiveIndex.read(tmp_path)) == 1


def test_a_document_that_cannot_be_read_leaves_the_others_alone(tmp_path: Path) -> None:
    put(tmp_path, "good.md", document())
    put(tmp_path, "broken.md", "---\ntitle: [\n---\n\n")
    put(tmp_path, "latin.md", b"---\ntitle: \xe9\n---\n\n")
    put(tmp_path, "brackets.md", document(url="https://[/release/a"))
    index = ArchiveIndex.read(tmp_path)
    assert [each.name for each in index] == ["brackets.md", "good.md"]
    assert {Path(problem.name).name for problem in index.problems} == {"broken.md", "latin.md"}


@pytest.mark.parametrize("cache", ["cache.sqlite", None])
def test_a_name_that_is_no_utf_8_is_a_problem_of_its_own(tmp_path: Path, cache: str | None) -> None:
    put(tmp_path, "caf\udce9.md", document())
    put(tmp_path, "good.md", document())
    index = ArchiveIndex.read(tmp_path, tmp_path / cache if cache else None)
    assert [each.name for each in index] == ["good.md"]
    assert [problem.name for problem in index.problems] == [f"{tmp_path}/caf\\udce9.md"]


def test_an_empty_archive(tmp_path: Path) -> None:
    assert len(ArchiveIndex.read(tmp_path)) == 0


# --- Keeping it up to date ------------------------------------------------------------------


def test_an_entry_takes_the_place_of_the_one_with_its_path() -> None:
    index = index_of(entry("a.md", LOST))
    index.add(entry("a.md", MACRON))
    assert len(index) == 1
    assert index.with_url(LOST) == []
    assert [each.url for each in index.with_url(MACRON)] == [MACRON]
    index.remove(PurePosixPath("a.md"))
    index.remove(PurePosixPath("a.md"))
    assert (len(index), index.get("a.md"), index.with_url(MACRON)) == (0, None, [])


# --- Which document a page is ---------------------------------------------------------------


@pytest.mark.parametrize(
    "live",
    [
        MACRON,
        f"{SITE}/release/taup%c5%8d-takes-pole",
        f"{SITE}/release/taupō-takes-pole",
        "http://beehive.govt.nz/release/taup%C5%8D%2Dtakes-pole/?utm_source=x#top",
    ],
)
def test_a_url_is_the_same_in_any_form(live: str) -> None:
    index = index_of(entry("a.md", MACRON))
    assert matched(index, Sighting(live, "Any title at all")) == "a.md"


def test_lost_characters_are_found_where_date_or_title_agree() -> None:
    index = index_of(entry("a.md", LOST, title="Taupō takes pole"))
    assert matched(index, Sighting(MACRON, "Taupō takes pole")) == "a.md"
    assert matched(index, Sighting(MACRON, "Renamed since", frozenset({DAY}))) == "a.md"
    assert matched(index, Sighting(MACRON, "Another", frozenset({BEFORE}))) is None
    assert matched(index, Sighting(MACRON, "Another")) is None


def test_a_page_that_lost_nothing_is_no_folded_one() -> None:
    index = index_of(entry("a.md", MACRON, title="Taupō takes pole"))
    assert matched(index, Sighting(LOST, "Taupō takes pole", frozenset({DAY}))) is None


def test_a_speech_is_no_release() -> None:
    index = index_of(entry("a.md", LOST))
    live = Sighting(MACRON.replace("/release/", "/speech/"), "Kia ora", frozenset({DAY}))
    assert matched(index, live) is None


def test_documents_that_share_a_url_are_told_apart() -> None:
    index = index_of(
        entry("first.md", LOST, title="First", on=BEFORE),
        entry("second.md", LOST, title="Second", on=DAY),
    )
    assert matched(index, Sighting(LOST, "First", frozenset({BEFORE, DAY}))) == "first.md"
    assert matched(index, Sighting(LOST, "Second", frozenset({DAY}))) == "second.md"
    assert matched(index, Sighting(MACRON, "Second", frozenset({DAY}))) == "second.md"
    assert matched(index, Sighting(LOST, "First", frozenset({DAY}))) is None  # one each: no telling
    assert matched(index, Sighting(LOST, "Third")) is None


def test_an_exact_url_goes_before_a_folded_one() -> None:
    index = index_of(entry("lost.md", LOST), entry("exact.md", MACRON, title="Other", on=BEFORE))
    assert matched(index, Sighting(MACRON, "Kia ora", frozenset({DAY}))) == "exact.md"


# --- Picking some --------------------------------------------------------------------------


def test_a_span_of_dates_holds_both_its_days() -> None:
    days = [date(1, 1, 1), BEFORE, DAY, date(2024, 8, 14)]
    index = index_of(*(entry(f"{number}.md", MACRON, on=day) for number, day in enumerate(days)))
    assert [each.name for each in index.between(BEFORE, DAY)] == ["1.md", "2.md"]
    assert [each.name for each in index.between(DAY)] == ["2.md", "3.md"]
    assert [each.name for each in index.between(until=BEFORE)] == ["0.md", "1.md"]


def test_the_newest_of_a_kind() -> None:
    index = index_of(
        entry("old.md", LOST, on=BEFORE),
        entry("speech.md", f"{SITE}/speech/taupo", on=DAY),
        entry("new.md", MACRON, on=DAY),
    )
    assert [each.name for each in index.newest("release", 5)] == ["new.md", "old.md"]
    assert [each.name for each in index.newest("release", 1)] == ["new.md"]
    assert index.newest("feature", 5) == []


def test_entries_may_come_and_go_while_one_looks_through_them() -> None:
    index = index_of(*(entry(f"{number:04}.md", LOST) for number in range(PAGE_ROWS + 2)))
    for seen in index:
        index.remove(seen.path)
        index.add(entry("0000.md", LOST))
    assert [each.name for each in index] == ["0000.md"]

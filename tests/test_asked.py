"""What was asked for, and what of it is waited for."""

from __future__ import annotations

import pytest

from beehive_archive import asked as asked_module
from beehive_archive.asked import Asked
from beehive_archive.errors import ArchiveError

SITE = "https://www.beehive.govt.nz"
MACRON = f"{SITE}/release/taup%C5%8D"


def test_what_is_asked_for_is_waited_for_until_it_is_answered() -> None:
    asked = Asked()
    asked.expect(MACRON)
    asked.expect(f"{SITE}/release/kia-ora", "a.md")
    assert (len(asked), list(asked.waiting())) == (
        2,
        [(MACRON, None), (f"{SITE}/release/kia-ora", "a.md")],
    )
    asked.dismiss("http://beehive.govt.nz/release/taupō")
    asked.dismiss(f"{SITE}/release/another-address-of-it", "a.md")
    asked.dismiss(f"{SITE}/release/never-asked-for")
    assert (len(asked), list(asked.waiting())) == (0, [])
    assert not asked


def test_an_answer_leaves_it_asked_for() -> None:
    asked = Asked()
    asked.expect(MACRON, "a.md")
    asked.dismiss(MACRON, "a.md")
    assert asked.has("https://beehive.govt.nz/release/taupō")
    assert asked.has(f"{SITE}/release/moved", "a.md")
    assert not asked.has(f"{SITE}/release/moved", "b.md")
    assert not asked.has(f"{SITE}/release/moved")
    assert list(asked.paths()) == ["a.md"]


def test_two_documents_that_share_a_url_are_waited_for_each() -> None:
    asked = Asked()
    asked.expect(MACRON, "a.md")
    asked.expect(MACRON, "b.md")
    asked.dismiss(MACRON, "a.md")
    assert list(asked.waiting()) == [(MACRON, "b.md")]


def test_what_is_asked_for_again_under_another_address_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asked_module, "_PAGE_ROWS", 2)
    asked = Asked()
    for number in range(5):
        asked.expect(f"{SITE}/release/{number}", f"{number}.md")
    asked.dismiss("", "1.md")
    asked.expect(f"{SITE}/node/1", "1.md")
    asked.expect(f"{SITE}/node/3", "3.md")
    assert len(asked) == 5
    assert [url.rpartition("/")[2] for url, _ in asked.waiting()] == list("01234")
    assert (f"{SITE}/node/1", "1.md") in asked.waiting()


def test_where_there_is_no_room_what_was_noted_before_is_still_counted() -> None:
    asked = Asked()
    asked._file._db.execute(
        "pragma max_page_count = 60"
    )  # as a full disk: SQLite's error is the same

    def ask_for_many() -> None:
        for number in range(10_000):
            asked.expect(f"{SITE}/release/{number}", f"releases/{number}.md")

    with pytest.raises(ArchiveError, match="TMPDIR"):
        ask_for_many()
    assert 0 < len(asked) < 10_000
    assert len(asked) == sum(1 for _ in asked.waiting())

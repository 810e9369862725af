"""A database brought up to date says what one built anew says, whatever happened before."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beehive_archive.exports import sqlite
from beehive_archive.exports.run import Targets, export
from beehive_archive.exports.sqlite_rows import Changes
from tests.archive.archives import in_child
from tests.exports.exporting import (
    PLAN,
    assert_sound,
    content,
    document,
    found,
    put,
    put_text,
    rows,
    to_sqlite,
)

PLANS = (PLAN, PLAN.replace("Plan", "Other"))
WORDS = ("Māori", "wardens", "kōwhai", "Taupō")
PATHS = ("releases/2023/06/2023-06-04-a.md", "releases/2023/06/2023-06-05-a.md", "b.txt", "b.md")

documents = st.builds(
    document,
    st.sampled_from(("a", "b", "c")),
    title=st.sampled_from(WORDS),
    ministers=st.lists(st.sampled_from(("Hon A", "Hon B", "Hon C")), max_size=3).map(tuple),
    portfolios=st.lists(st.sampled_from(("Defence", "Health")), max_size=2).map(tuple),
    attachments=st.lists(st.sampled_from(PLANS), max_size=2).map(tuple),
    body=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
)
paths = st.sampled_from(PATHS)


@st.composite
def steps(draw: st.DrawFn) -> Callable[[Path], object]:
    """One thing that happens to an archive between two exports."""
    kind = draw(st.sampled_from(("put", "put", "delete", "rename", "text", "untext", "revision")))
    path, other = draw(paths), draw(paths)
    if kind == "put":
        made = draw(documents)
        return lambda root: put(root, path, made)
    if kind == "delete":
        return lambda root: (root / path).unlink(missing_ok=True)
    if kind == "rename":
        return lambda root: (root / path).exists() and _rename(root / path, root / other)
    plan = draw(st.sampled_from(PLANS))
    if kind == "text":
        body = draw(st.sampled_from(WORDS))
        return lambda root: put_text(root, plan, body)
    if kind == "untext":
        return lambda root: put_text(root, plan).unlink()
    replaced, second = draw(documents), draw(st.integers(0, 9))
    stem = path.rpartition(".")[0]
    return lambda root: put(root, f"revisions/{stem}/20261121T17000{second}Z.md", replaced)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(steps(), max_size=4), min_size=1, max_size=4))
def test_up_to_date_is_as_built_anew(rounds: list[list[Callable[[Path], object]]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        root, target, anew = folder / "archive", folder / "archive.db", folder / "anew.db"
        root.mkdir()
        for happened in rounds:
            for step in happened:
                step(root)
            to_sqlite(root, target)
            assert_sound(target)
        to_sqlite(root, anew)
        assert content(target) == content(anew)
        for word in WORDS:
            assert _paths_with(target, word) == _paths_with(anew, word)
    finally:
        shutil.rmtree(folder)


def test_only_what_changed_is_touched(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    to_sqlite(archive, target)
    before = target.read_bytes()
    assert to_sqlite(archive, target).changes == Changes(unchanged=2)
    for path in archive.rglob("*.md"):
        os.utime(path)  # as a fresh clone has it: another time, the same content
    assert to_sqlite(archive, target).changes == Changes(unchanged=2)
    ids = rows(target, "select id, path from documents")

    put(archive, "speeches/2024/01/2024-01-28-taupo.md", document("taupo", body="Another race."))
    assert to_sqlite(archive, target).changes == Changes(updated=1, unchanged=1)
    assert rows(target, "select id, path from documents") == ids
    assert found(target, "another") == {"Taupo"}
    put_text(archive, body="Rimu instead.")
    assert to_sqlite(archive, target).changes == Changes(updated=1, unchanged=1)
    assert found(target, "rimu") == {"Kia ora to Māori wardens"}
    assert found(target, "kowhai") == set()
    assert target.read_bytes() != before


def test_a_renamed_document_is_there_once_with_its_revisions(archive: Path, tmp_path: Path) -> None:
    """As repair renames one whose date was the UTC date; its revisions stay where they are."""
    target = tmp_path / "archive.db"
    to_sqlite(archive, target)
    old = archive / "releases/2023/06/2023-06-04-kia-ora.md"
    _rename(old, old.with_name("2023-06-05-kia-ora.md"))
    changes = to_sqlite(archive, target).changes
    assert changes == Changes(added=1, removed=1, unchanged=1)
    assert found(target, "wardens") == {"Kia ora to Māori wardens"}
    assert rows(target, "select path, revisions from documents natural join revised_documents") == [
        ("releases/2023/06/2023-06-05-kia-ora.md", 1)
    ]


def test_names_that_nobody_bears_any_more_go(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    to_sqlite(archive, target)
    (archive / "releases/2023/06/2023-06-04-kia-ora.md").unlink()
    to_sqlite(archive, target)
    assert rows(target, "select name from ministers") == [("Hon Andrew Little",)]
    assert rows(target, "select name from portfolios") == []
    assert rows(target, "select url from attachments") == []
    assert rows(target, "select document_id, title from revisions") == [(None, "Kia ora")]


@pytest.mark.parametrize("at", [1, 40, 100, 199])
def test_a_kill_leaves_the_old_content_or_none(
    tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, target = tmp_path / "archive", tmp_path / "archive.db"
    _fill(root, "first")
    # A small cache, so that SQLite has written to the file long before the end.
    monkeypatch.setattr(sqlite, "CACHE_KIB", 16)

    def export_and_die() -> None:
        def die(count: int) -> None:
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)

        jsonl, parquet = tmp_path / "a.jsonl", tmp_path / "a.parquet"
        export(root, Targets(sqlite=target, jsonl=jsonl, parquet=parquet), die)

    assert os.WIFSIGNALED(in_child(export_and_die))
    assert not target.exists()
    to_sqlite(root, target)
    before = content(target)
    _fill(root, "second")
    assert os.WIFSIGNALED(in_child(export_and_die))
    assert not list(tmp_path.glob("a.*"))
    if at >= 100:  # so much was in the file already, and must be undone
        assert Path(f"{target}-journal").exists()
    left = tmp_path / "left"
    left.mkdir()
    for path in tmp_path.glob("archive.db*"):
        shutil.copy(path, left)
    assert content(left / "archive.db") == before
    assert_sound(left / "archive.db")
    changes = to_sqlite(root, target).changes
    assert changes == Changes(updated=200)
    assert found(target, "first") == set()
    assert_sound(target)


def test_an_error_leaves_the_old_content(archive: Path, tmp_path: Path) -> None:
    targets = Targets(
        sqlite=tmp_path / "a.db", jsonl=tmp_path / "a.jsonl", parquet=tmp_path / "a.parquet"
    )
    export(archive, targets)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("a.*")}
    put(archive, "new.md", document("new"))

    def stop(count: int) -> None:
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(archive, targets, stop)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("a.*")} == before
    assert not list(tmp_path.glob(".*"))


def _fill(root: Path, word: str) -> None:
    for number in range(200):
        put(root, f"{number:03}.md", document(f"d-{number}", body=f"{word} {number} " * 100))


def _rename(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    old.replace(new)


def _paths_with(database: Path, word: str) -> list[tuple[str]]:
    sql = (
        "select path from documents where id in"
        " (select rowid from texts_fts where texts_fts match ?) order by path"
    )
    return rows(database, sql, word)

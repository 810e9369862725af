"""The file of the index: what changed is noticed, and a cache of any kind costs no document."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from beehive_archive.archive import index as index_module
from beehive_archive.archive import index_file
from beehive_archive.archive.files import FoundFile
from beehive_archive.archive.index import ArchiveIndex
from beehive_archive.archive.index_file import IndexedFile

LONG_AGO_NS = 1_600_000_000_000_000_000


def write(root: Path, name: str, title: str = "A", *, at_ns: int = LONG_AGO_NS) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    url = f"https://www.beehive.govt.nz/release/{path.stem}"
    path.write_text(f'---\ntitle: "{title}"\ndate: 2024-05-01\nurl: {url}\n---\n\nBody.\n', "utf-8")
    os.utime(path, ns=(at_ns, at_ns))
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a.md", "releases/b.md", "releases/c.md"):
        write(tmp_path, name)
    return tmp_path


def titles(root: Path) -> dict[str, str]:
    """Read with the cache; it must be as without one."""
    index = ArchiveIndex.read(root, root / ".state" / "index.sqlite")
    plain = ArchiveIndex.read(root)
    assert list(index) == list(plain)
    assert [str(each) for each in index.problems] == [str(each) for each in plain.problems]
    found = {entry.name: entry.title for entry in index}
    index.close()  # an open one locks its file, and one that is begun anew waits for that
    return found


@pytest.fixture
def files_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that an index with a cache read, in order."""
    read: list[str] = []
    original = index_module._read

    def noting(root: Path, found: FoundFile) -> IndexedFile:
        read.append(found.path)
        return original(root, found)

    monkeypatch.setattr(index_module, "_read", noting)
    return read


def test_what_did_not_change_is_not_read_again(root: Path, files_read: list[str]) -> None:
    cache = root / ".state" / "index.sqlite"
    ArchiveIndex.read(root, cache)
    assert len(files_read) == 3
    files_read.clear()
    write(root, "releases/b.md", "Edited by hand", at_ns=LONG_AGO_NS + 1)
    assert len(ArchiveIndex.read(root, cache)) == 3
    assert files_read == ["releases/b.md"]


def test_files_added_edited_renamed_and_deleted_are_noticed(root: Path) -> None:
    titles(root)
    write(root, "new.txt")
    write(root, "a.md", "Longer")
    (root / "releases" / "b.md").rename(root / "releases" / "moved.md")
    (root / "releases" / "c.md").unlink()
    assert titles(root) == {"new.txt": "A", "a.md": "Longer", "releases/moved.md": "A"}
    assert titles(root).keys() == {"new.txt", "a.md", "releases/moved.md"}


def test_an_edit_of_the_same_length_in_the_same_moment_is_noticed(root: Path) -> None:
    """As by a script that runs just after: neither size nor time would tell."""
    now_ns = write(root, "fresh.md", "One").stat().st_ctime_ns
    write(root, "fresh.md", "One", at_ns=now_ns)
    titles(root)
    write(root, "fresh.md", "Two", at_ns=now_ns)
    assert titles(root)["fresh.md"] == "Two"


def test_a_file_of_a_time_that_sqlite_can_not_hold_is_read_each_time(
    root: Path, files_read: list[str]
) -> None:
    """As from a camera or a backup with a broken clock: of the year 2300."""
    write(root, "far.md", at_ns=10_413_792_000 * 10**9)
    for _ in range(2):
        files_read.clear()
        assert titles(root)["far.md"] == "A"
        assert "far.md" in files_read


def test_what_git_does_is_noticed(root: Path) -> None:
    def git(*words: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (root / ".gitignore").write_text(".state/\n", "utf-8")
    git("add", "-A")
    git("commit", "-qm", "three")
    git("checkout", "-qb", "other")
    write(root, "releases/b.md", "On the other branch")
    (root / "a.md").unlink()
    write(root, "d.md")
    git("add", "-A")
    git("commit", "-qm", "changed")
    other = titles(root)
    git("checkout", "-q", "main")
    assert titles(root) == {"a.md": "A", "releases/b.md": "A", "releases/c.md": "A"}
    git("checkout", "-q", "other")
    assert titles(root) == other


def _is_old(cache: Path) -> None:
    with closing(sqlite3.connect(cache)) as db, db:
        db.execute("pragma user_version = 1")


def _lacks_its_table(cache: Path) -> None:
    with closing(sqlite3.connect(cache)) as db, db:
        db.execute("drop table files")


def _has_other_columns(cache: Path) -> None:
    with closing(sqlite3.connect(cache)) as db, db:
        db.execute("alter table files add column more")


def _is_cut(cache: Path) -> None:
    with cache.open("r+b") as file:
        file.truncate(cache.stat().st_size // 2)


def _has_zeros(cache: Path) -> None:
    with cache.open("r+b") as file:
        file.seek(4_096)
        file.write(b"\0" * 4_096)


def _is_a_folder(cache: Path) -> None:
    cache.unlink()
    cache.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cache: cache.unlink(),
        lambda cache: cache.write_bytes(b""),
        lambda cache: cache.write_bytes(b"no database at all, but some words" * 100),
        _is_old,
        _lacks_its_table,
        _has_other_columns,
        _is_cut,
        _has_zeros,
        _is_a_folder,
    ],
    ids=["gone", "empty", "words", "old", "table", "columns", "cut", "zeros", "folder"],
)
def test_a_spoilt_cache_is_built_anew(root: Path, spoil: Callable[[Path], object]) -> None:
    before = titles(root)
    spoil(root / ".state" / "index.sqlite")
    assert titles(root) == before
    write(root, "later.md")
    assert titles(root).keys() == before.keys() | {"later.md"}


def test_what_can_not_be_read_stays_a_problem(root: Path) -> None:
    """Also when the cache answers for it; mended, it is a document."""
    (root / "cut.md").write_text('---\ntitle: "cut', "utf-8")
    os.utime(root / "cut.md", ns=(LONG_AGO_NS, LONG_AGO_NS))
    for _ in range(2):
        assert "cut.md" not in titles(root)
        index = ArchiveIndex.read(root, root / ".state" / "index.sqlite")
        assert "cut.md" in str(index.problems[0])
    write(root, "cut.md")
    assert "cut.md" in titles(root)


def test_what_a_killed_run_was_about_to_write_is_not_believed(root: Path) -> None:
    cache = root / ".state" / "index.sqlite"
    index = ArchiveIndex.read(root, cache)
    (entry,) = index.with_url("https://www.beehive.govt.nz/release/a")
    index.add(replace(entry, name="never-written.md"))
    index.add(replace(entry, title="Not what the file says"))
    assert len(index) == 4
    assert titles(root) == {"a.md": "A", "releases/b.md": "A", "releases/c.md": "A"}


def test_where_no_cache_can_be_written_every_document_is_read(root: Path) -> None:
    (root / ".state").write_text("a file where the folder should be", "utf-8")
    assert titles(root).keys() == {"a.md", "releases/b.md", "releases/c.md"}


def test_many_changes_at_once_are_all_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a clone: more than are held at once, between documents that stay and that go."""
    monkeypatch.setattr(index_module, "PAGE_ROWS", 3)
    monkeypatch.setattr(index_file, "PAGE_ROWS", 2)
    for number in range(20):
        write(root, f"many/{number:02}.md")
    assert len(titles(root)) == 23
    for number in range(0, 20, 2):
        write(root, f"many/{number:02}.md", "Again", at_ns=LONG_AGO_NS + 1)
        write(root, f"many/{number:02}-more.md")
        (root / f"many/{number + 1:02}.md").unlink()
    found = titles(root)
    assert len(found) == 23
    assert [name for name, title in found.items() if title == "Again"] == [
        f"many/{number:02}.md" for number in range(0, 20, 2)
    ]


def test_a_power_cut_leaves_lookups_and_rows_in_step(root: Path) -> None:
    """No test can cut the power, but SQLite promises it where it syncs.

    A row that a lookup lacks isn't seen when the file is opened.
    """
    file = index_file.IndexFile.open(root / ".state" / "index.sqlite")
    assert file._file._db.execute("pragma synchronous").fetchone()[0] >= 1
    file.close()


def test_an_archive_that_cannot_be_read_is_not_the_caches_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(FileNotFoundError, match="not-mounted"):
        ArchiveIndex.read(tmp_path / "not-mounted", tmp_path / "index.sqlite")
    assert not caplog.records

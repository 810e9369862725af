"""Writes: whole or not at all, never outside, never over another document."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import tempfile
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from beehive_archive.archive.store import TEMPORARY_PREFIX, ArchiveStore, sha256_of
from beehive_archive.errors import ArchiveError, UnsafePathError
from tests.archive.archives import SITE, files_of, in_child, kill_points, put

PATH = PurePosixPath("releases/2024/08/2024-08-13-kia-ora.md")
DAY = date(2024, 8, 13)


@pytest.fixture
def store(tmp_path: Path) -> ArchiveStore:
    root = tmp_path / "archive"
    root.mkdir()
    return ArchiveStore(root)


def test_a_text_is_written_as_it_is(store: ArchiveStore) -> None:
    store.write(PATH, "Tēnā koe\nno line end")
    place = store.root / PATH
    assert place.read_bytes() == "Tēnā koe\nno line end".encode()
    assert place.stat().st_mode & 0o777 == 0o644


def test_a_document_is_never_overwritten(store: ArchiveStore) -> None:
    store.write(PATH, "first")
    with pytest.raises(ArchiveError, match="expected no file"):
        store.write(PATH, "second")
    assert files_of(store.root) == {str(PATH): "first"}
    store.write(PATH, "second", replace=True)
    assert files_of(store.root) == {str(PATH): "second"}


# --- Nothing outside ------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["../a.md", "a/../../b.md", "/etc/a.md", "a\0b.md", "", "."])
def test_a_path_that_leads_out_is_refused(store: ArchiveStore, path: str) -> None:
    with pytest.raises(UnsafePathError):
        store.write(PurePosixPath(path), "text")
    assert list(store.root.parent.iterdir()) == [store.root]


def test_links_that_lead_out_are_refused(store: ArchiveStore, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("another's")
    (store.root / "folder").symlink_to(outside)
    (store.root / "file.md").symlink_to(outside / "a.md")
    (store.root / "broken.md").symlink_to(outside / "b.md")
    for path in ("folder/a.md", "folder/new.md", "file.md", "broken.md"):
        with pytest.raises(UnsafePathError, match="symbolic link"):
            store.write(PurePosixPath(path), "ours", replace=True)
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"a.md": "another's"}


def test_a_loop_of_links_is_refused(store: ArchiveStore) -> None:
    (store.root / "a").symlink_to(store.root / "b")
    (store.root / "b").symlink_to(store.root / "a")
    with pytest.raises(UnsafePathError):
        store.write(PurePosixPath("a/new.md"), "text")


def test_links_within_the_archive_are_followed(store: ArchiveStore) -> None:
    (store.root / "old").mkdir()
    (store.root / "releases").symlink_to(store.root / "old")
    store.write(PurePosixPath("releases/a.md"), "text")
    assert (store.root / "old/a.md").read_text() == "text"


def test_an_archive_may_itself_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "archive").symlink_to(tmp_path / "disk")
    ArchiveStore(tmp_path / "archive").write(PATH, "text")
    assert files_of(tmp_path / "disk") == {str(PATH): "text"}


# --- Faults of the disk ---------------------------------------------------------------------


def test_a_kill_leaves_the_old_text_or_the_new_one(store: ArchiveStore) -> None:
    """At every open, rename and mkdir; a leftover is never taken for a document."""

    def reset() -> None:
        shutil.rmtree(store.root)
        put(store.root, str(PATH), "old")

    new = PurePosixPath("releases/2024/09/2024-09-01-new.md")

    def action() -> None:
        store.write(PATH, "new text", replace=True)
        store.write(new, "another")

    seen = set()
    for _ in kill_points(store.root, action, reset):
        files = files_of(store.root)
        documents = {name: text for name, text in files.items() if TEMPORARY_PREFIX not in name}
        seen.add(tuple(sorted(documents.items())))
    assert seen == {
        ((str(PATH), "old"),),
        ((str(PATH), "new text"),),
        ((str(PATH), "new text"), (str(new), "another")),
    }


def test_a_full_disk_leaves_the_old_text(store: ArchiveStore) -> None:
    store.write(PATH, "old")

    def fill() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        with pytest.raises(ArchiveError, match="check the disk's space"):
            store.write(PATH, "x" * 5_000, replace=True)

    assert in_child(fill) == 0
    assert files_of(store.root) == {str(PATH): "old"}


def test_a_failing_sync_leaves_the_old_text(
    store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(PATH, "old")

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ArchiveError, match="No space left on device"):
        store.write(PATH, "new", replace=True)
    assert files_of(store.root) == {str(PATH): "old"}


def test_a_folder_that_cannot_be_written_to() -> None:
    # Root may write everywhere, so a child gives that up; pytest's own folders are closed to it.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        store = ArchiveStore(Path(folder))
        store.write(PATH, "old")
        (store.root / PATH.parent).chmod(0o555)

        def write() -> None:
            if os.geteuid() == 0:
                os.setuid(65_534)
            for path in (PATH, PATH.with_name("new.md"), PurePosixPath("releases/2024/08/a/b.md")):
                with pytest.raises(ArchiveError, match="permissions"):
                    store.write(path, "new", replace=True)
            with pytest.raises(ArchiveError, match="can't be renamed"):
                store.move(PATH, PATH.with_name("new.md"))

        assert in_child(write) == 0
        assert files_of(store.root) == {str(PATH): "old"}
        (store.root / PATH.parent).chmod(0o755)


def test_a_file_in_a_folders_place(store: ArchiveStore) -> None:
    put(store.root, "releases/2024", "no folder")
    with pytest.raises(ArchiveError):
        store.write(PATH, "text")
    assert files_of(store.root) == {"releases/2024": "no folder"}


# --- Names ----------------------------------------------------------------------------------


def test_slugs_that_fold_to_one_are_numbered(store: ArchiveStore) -> None:
    for slug in ("taupo", "taup%C5%8D", "tau%E2%80%93po"):
        store.write(store.free_path(DAY, f"{SITE}/release/{slug}"), slug)
    assert set(files_of(store.root)) == {
        f"releases/2024/08/2024-08-13-taupo{number}.md" for number in ("", "-2", "-3")
    }


def test_a_broken_link_takes_a_name_too(store: ArchiveStore) -> None:
    (store.root / PATH.parent).mkdir(parents=True)
    (store.root / PATH).symlink_to(store.root / "nowhere")
    with pytest.raises(UnsafePathError):
        store.free_path(DAY, f"{SITE}/release/kia-ora")


# --- Moves and revisions --------------------------------------------------------------------


def test_a_move_never_takes_anothers_name(store: ArchiveStore) -> None:
    put(store.root, "a.md", "a")
    put(store.root, "b.md", "b")
    with pytest.raises(ArchiveError, match="can't be renamed"):
        store.move(PurePosixPath("a.md"), PurePosixPath("b.md"))
    with pytest.raises(UnsafePathError):
        store.move(PurePosixPath("a.md"), PurePosixPath("../a.md"))
    assert files_of(store.root) == {"a.md": "a", "b.md": "b"}
    store.move(PurePosixPath("a.md"), PurePosixPath("new/folder/c.md"))
    assert files_of(store.root) == {"new/folder/c.md": "a", "b.md": "b"}


def test_each_replaced_text_is_kept(store: ArchiveStore) -> None:
    store.write(PATH, "text 0")
    for number in range(1, 6):  # within one second
        store.keep_revision(PATH)
        store.write(PATH, f"text {number}", replace=True)
    kept = [(store.root / path).read_text() for path in store.revisions(PATH)]
    assert sorted(kept) == [f"text {number}" for number in range(5)]


def test_a_text_that_a_stopped_run_kept_is_not_kept_twice(store: ArchiveStore) -> None:
    store.write(PATH, "text")
    put(store.root, "revisions/releases/2024/08/2024-08-13-kia-ora/20240901T000000Z.md", "text")
    revision = store.keep_revision(PATH)
    assert store.revisions(PATH) == [revision]


def test_a_text_that_came_back_is_kept_again(store: ArchiveStore) -> None:
    folder = "revisions/releases/2024/08/2024-08-13-kia-ora"
    put(store.root, f"{folder}/20240901T000000Z.md", "first")
    put(store.root, f"{folder}/20240902T000000Z.md", "second")
    store.write(PATH, "first")
    store.keep_revision(PATH)
    assert len(store.revisions(PATH)) == 3


def test_a_missing_document_has_no_revision(store: ArchiveStore) -> None:
    with pytest.raises(ArchiveError, match="can't be read"):
        store.keep_revision(PATH)


def test_revisions_merge_with_those_of_the_new_name(store: ArchiveStore) -> None:
    for name, text in {
        "revisions/a/20240901T000000Z.md": "of a",
        "revisions/a/20240901T000000Z.txt": "of a.txt",
        "revisions/b/20240901T000000Z.md": "of b",
    }.items():
        put(store.root, name, text)
    store.move_revisions(PurePosixPath("a.md"), PurePosixPath("b.md"))
    assert files_of(store.root) == {
        "revisions/a/20240901T000000Z.txt": "of a.txt",
        "revisions/b/20240901T000000Z.md": "of b",
        "revisions/b/20240901T000000Z-2.md": "of a",
    }


def test_digests_are_of_the_bytes() -> None:
    # As `printf 'ō' | sha256sum` prints it.
    assert sha256_of("ō") == "8aaf9f54a3d0802dcbd623fd2e8da85d24a2c90af053dd812c6c037197fc853c"

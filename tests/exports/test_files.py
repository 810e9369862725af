"""Export files are whole or not there, and nothing else is written over."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from beehive_archive.errors import ArchiveLockedError, ConfigurationError
from beehive_archive.exports.files import checked_target, replacing
from tests.archive.archives import in_child


def test_the_new_file_takes_the_old_ones_place(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    target.write_text("old")
    with replacing(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_an_exception_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    target.write_text("old")
    with pytest.raises(FileNotFoundError), replacing(target) as temporary:
        temporary.write_text((tmp_path / "missing").read_text())
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_what_a_killed_writer_left_is_written_over(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"

    def write_and_die() -> None:
        with replacing(target) as temporary:
            temporary.write_text("half of a long line")
            os.kill(os.getpid(), signal.SIGKILL)

    assert os.WIFSIGNALED(in_child(write_and_die))
    assert not target.exists()
    with replacing(target) as temporary:
        assert temporary.read_text() == ""
        temporary.write_text("new")
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    with replacing(target) as temporary:
        temporary.write_text("first")
        with pytest.raises(ArchiveLockedError, match="another export"), replacing(target):
            pass
    assert target.read_text() == "first"


def test_a_link_to_a_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    link = tmp_path / "a.jsonl"
    link.symlink_to(tmp_path / "data" / "real.jsonl")
    with replacing(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert (tmp_path / "data" / "real.jsonl").read_text() == "new"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "a file's name"),
        (".", "a folder"),
        ("missing/a.jsonl", "make it first"),
        ("archive/a.md", "count as a document"),
        ("archive/link/../a.txt", "count as a document"),
    ],
)
def test_wrong_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive" / "link").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match=f"--jsonl: .*{problem}"):
        checked_target("--jsonl", value, tmp_path / "archive")


def test_a_target_beside_the_documents(tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    assert checked_target("--sqlite", str(target), tmp_path) == target

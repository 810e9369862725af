"""Writing attachments to disk, and what is remembered of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from beehive_archive.archive.attachments import text_path
from beehive_archive.archive.store import ArchiveStore
from beehive_archive.attachments.files import AttachmentFiles
from beehive_archive.attachments.records import AttachmentRecords, FileRecord
from beehive_archive.errors import UnsafePathError

ONE, TWO = PurePosixPath("attachments/2024/one.pdf"), PurePosixPath("attachments/2025/two.pdf")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def record(key: str = "https://example.org/a.pdf", sha256: str = "0f" * 32) -> FileRecord:
    return FileRecord(key, str(ONE), sha256, 7, '"tag"', None, "2026-01-01T00:00:00+00:00")


def test_the_same_bytes_become_one_file_with_two_names(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path)
    files.write(ONE, b"content")
    files.write(TWO, b"content", [str(ONE)])
    assert files.locate(ONE).samefile(files.locate(TWO))
    files.write(TWO, b"another")
    assert files.locate(ONE).read_bytes() == b"content"
    files.write(TWO, b"content", [str(ONE)])
    files.write(TWO, b"content", [str(ONE)])  # they are one file already
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["one.pdf", "two.pdf"]


def test_an_altered_or_missing_twin_is_not_trusted(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path)
    files.write(ONE, b"altered")
    files.write(TWO, b"content", [str(ONE), "attachments/none.pdf", "attachments/../../etc"])
    assert files.locate(TWO).read_bytes() == b"content"
    assert not files.locate(ONE).samefile(files.locate(TWO))


def test_where_no_links_can_be_made_a_copy_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no hard links on this file system")

    monkeypatch.setattr(os, "link", refuse)
    files = AttachmentFiles(tmp_path)
    files.write(ONE, b"content")
    files.write(TWO, b"content", [str(ONE)])
    assert files.locate(TWO).read_bytes() == b"content"
    assert not list(tmp_path.rglob(".*"))


def test_nothing_is_written_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/2024").symlink_to(tmp_path, target_is_directory=True)
    files = AttachmentFiles(tmp_path / "in")
    with pytest.raises(UnsafePathError):
        files.write(ONE, b"content")
    assert not files.has(ONE)


@pytest.mark.parametrize("inside", [True, False])
def test_what_is_to_be_replaced_is_kept_with_its_text(tmp_path: Path, inside: bool) -> None:
    archive = ArchiveStore(tmp_path / "archive")
    files = AttachmentFiles(tmp_path / ("archive/attachments" if inside else "elsewhere"))
    files.write(ONE, b"old")
    files.write(text_path(ONE), b"its text")
    files.set_aside(ONE, archive)
    assert files.has(ONE), "until another is written in its place"
    assert not files.has(text_path(ONE)), "it is read again, whatever happens"
    files.write(ONE, b"new")
    kept = [path.read_bytes() for path in tmp_path.rglob("revisions/**/*") if path.is_file()]
    assert sorted(kept) == [b"its text", b"old"]


def test_records_last_and_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    records = AttachmentRecords(tmp_path)
    records.stored(record())
    records.close()
    records = AttachmentRecords(tmp_path)
    assert records.file(record().key) == record()
    assert records.paths_with(record().sha256) == [str(ONE)]
    assert record().validators == {"If-None-Match": '"tag"'}
    records.close()
    (tmp_path / "attachments.sqlite").write_bytes(b"no database at all" * 100)
    records = AttachmentRecords(tmp_path)
    assert records.file(record().key) is None
    records.close()


def test_what_failed_waits_longer_each_time_and_a_week_at_most(tmp_path: Path) -> None:
    records = AttachmentRecords(tmp_path)
    key = record().key
    waits = []
    for _ in range(10):
        records.failed(key, "the site answers 500", NOW, 500)
        failure = records.failure(key)
        assert failure is not None
        waits.append(datetime.fromisoformat(failure.next_try_at) - NOW)
        assert not failure.is_due(NOW)
        assert failure.is_due(NOW + waits[-1])
    assert waits[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert waits[-1] == timedelta(days=7)
    records.promised(key, NOW)
    assert records.due(NOW) == set()
    records.promised("https://example.org/b.pdf", NOW)
    assert records.due(NOW) == {"https://example.org/b.pdf"}
    records.stored(record())
    assert records.failure(key) is None
    records.close()

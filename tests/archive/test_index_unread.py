"""Files that can't be opened now, and may be next time though they did not change."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from beehive_archive.archive import index
from beehive_archive.archive.index import ArchiveIndex

TEXT = '---\ntitle: "A"\ndate: 2024-01-02\nurl: https://www.beehive.govt.nz/release/a\n---\n\nText'


def test_a_file_that_could_not_be_opened_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "releases" / "2024" / "01" / "2024-01-02-a.md"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, encoding="utf-8")
    os.utime(path, (1_000_000_000, 1_000_000_000))  # long ago: the cache would do
    cache = tmp_path / ".state" / "index.sqlite"

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(index, "open", fail, raising=False)
    broken = ArchiveIndex.read(tmp_path, cache)
    assert [str(each) for each in broken.unread] == ["releases/2024/01/2024-01-02-a.md"]
    assert "Input/output error" in str(broken.problems[0])
    monkeypatch.undo()
    mended = ArchiveIndex.read(tmp_path, cache)
    assert (len(mended), mended.problems, mended.unread) == (1, [], [])
    assert (tmp_path / ".state" / ".gitignore").read_text("utf-8") == "*\n"

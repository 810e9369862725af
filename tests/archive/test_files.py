"""Which files may be documents, and in which order they come."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.archive.files import document_paths, files_in
from tests.archive.archives import document, put


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    put(root, "a.md", document())
    put(tmp_path, "outside/b.md", document())
    (root / "loop").symlink_to(root)
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "c.md").symlink_to(tmp_path / "outside" / "b.md")
    (root / "gone.md").symlink_to(tmp_path / "nowhere.md")
    os.mkfifo(root / "pipe.md")
    assert list(document_paths(root)) == [PurePosixPath("a.md")]


@given(
    st.sets(
        st.lists(
            st.text(st.sampled_from("a.b/é-!~"), min_size=1, max_size=6), min_size=1, max_size=3
        ).map("/".join),
        max_size=12,
    )
)
def test_files_come_by_path(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    root = tmp_path_factory.mktemp("archive")
    for name in names:
        # Whatever is drawn stays in the folder: no absolute names, no "..".
        parts = (part for part in f"{name}.md".split("/") if part not in {"", ".", ".."})
        path = root.joinpath(*parts)
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    found = [each.path for each in files_in(root)]
    assert found == sorted(found)
    visible = (each for each in root.rglob("*.md") if each.is_file())
    hidden = re.compile(r"(^|/)\.")
    expected = {str(each.relative_to(root)) for each in visible}
    assert set(found) == {each for each in expected if not hidden.search(each)}

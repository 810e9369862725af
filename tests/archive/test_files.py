"""Which files may be documents, and in which order they come."""

from __future__ import annotations

import os
import re
import shutil
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


@pytest.mark.parametrize("stands_in_its_place", ["nothing", "a file"])
def test_a_folder_that_goes_away_meanwhile_is_left_out(
    tmp_path: Path, stands_in_its_place: str
) -> None:
    """As when somebody tidies up, or switches branches, while a run opens the archive."""
    for name in ("a/1.md", "b/1.md", "c/1.md"):
        put(tmp_path, name, document())
    walk = files_in(tmp_path)
    assert next(walk).path == "a/1.md"
    shutil.rmtree(tmp_path / "b")
    if stands_in_its_place == "a file":
        (tmp_path / "b").write_text("no folder")
    assert [each.path for each in walk] == ["c/1.md"]


def test_an_archive_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(files_in(tmp_path / "nowhere"))

"""The folder ``.state/``: what runs remember, and no version control should."""

from __future__ import annotations

from pathlib import Path


def make_state_dir(path: Path) -> None:
    """Make the folder where it is not there, with a ``.gitignore`` of its own; raises OSError.

    An archive is often a git work tree: its history is of documents, not of caches.
    """
    if path.is_dir():
        return
    path.mkdir(parents=True, exist_ok=True)
    (path / ".gitignore").write_text("*\n", encoding="utf-8")

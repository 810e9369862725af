"""Unfinished files that a killed run left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from beehive_archive.archive.layout import ATTACHMENTS, REVISIONS
from beehive_archive.archive.store import TEMPORARY_PREFIX
from beehive_archive.site import KINDS

_WRITTEN_TO = (*(kind.folder for kind in KINDS.values()), REVISIONS, ATTACHMENTS)


def remove_leftovers(root: Path) -> list[Path]:
    """Remove unfinished files from the folders that runs write to; returns what was removed.

    Only for the holder of the archive's lock: nobody else is writing then.
    """
    removed = []
    for path in _leftovers(root):
        path.unlink(missing_ok=True)
        removed.append(path)
    return removed


def _leftovers(root: Path) -> Iterator[Path]:
    for name in _WRITTEN_TO:
        if (root / name).is_symlink():
            continue
        for folder, _, files in os.walk(root / name):
            for file in files:
                if file.startswith(TEMPORARY_PREFIX):
                    yield Path(folder, file)

"""Scrapy's store of local files, as the archive writes."""

# ruff: noqa: ARG002 -- the signatures are Scrapy's

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any

from scrapy.pipelines.files import FSFilesStore
from scrapy.pipelines.media import MediaPipeline

from beehive_archive.archive.layout import ATTACHMENTS
from beehive_archive.attachments.files import AttachmentFiles


class ArchiveFilesStore(FSFilesStore):
    """Scrapy's store of local files, written atomically, and the same bytes once.

    Scrapy's own writes in place: a kill would leave a part of a file that passes for the whole.
    """

    def __init__(self, basedir: str | PathLike[str]) -> None:
        # Not Scrapy's, which makes the folder before there is anything to put there.
        self.basedir = str(basedir).partition("://")[2] or str(basedir)
        self.files = AttachmentFiles(Path(self.basedir).expanduser().absolute())
        self.paths_with: Callable[[str], list[str]] | None = None

    def persist_file(
        self,
        path: str | PathLike[str],
        buf: BytesIO,
        info: MediaPipeline.SpiderInfo,
        meta: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Write a file; raises ArchiveError."""
        twins = self.paths_with(meta["sha256"]) if meta and self.paths_with else []
        self.files.write(PurePosixPath(ATTACHMENTS, path), buf.getvalue(), twins)

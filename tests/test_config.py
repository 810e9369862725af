"""The settings of an archive as one checked value."""

from __future__ import annotations

from pathlib import Path

from scrapy.utils.project import get_project_settings

from beehive_archive.config import ArchiveConfig


def test_a_folder_beside_the_project_is_named_without_dots(tmp_path: Path) -> None:
    """Paths with ``..`` are refused where a document's path is taken, in ``report --history``."""
    settings = get_project_settings()
    settings.set("ARCHIVE_DIR", tmp_path / "project" / ".." / "archive")
    config = ArchiveConfig.from_settings(settings)
    assert config.archive_dir == tmp_path / "archive"
    assert config.report_dir == tmp_path / "archive/.state/reports"

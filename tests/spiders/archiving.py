"""Archives of a replica's pages, as this project writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from beehive_archive.archive.layout import document_path
from beehive_archive.items import Release
from beehive_archive.render import to_document
from beehive_archive.text import front_matter
from tests.replica import ReplicaDocument

AUCKLAND = ZoneInfo("Pacific/Auckland")


def archive_pages(
    archive: Path,
    pages: Iterable[ReplicaDocument],
    *,
    url: str | None = None,
    day: date | None = None,
) -> list[Path]:
    """Write pages as they stand, or under another URL or date; returns the files."""
    files = []
    for page in pages:
        assert page.published_at
        release = Release(
            url=url or page.url,
            title=page.title,
            published_at=page.published_at,
            ministers=page.ministers,
            portfolios=page.portfolios,
            body_html=str(page.body_html),
        )
        document = to_document(release, AUCKLAND, "markdown")
        place = document_path(day or document.date, document.url)
        text = front_matter.dumps(document)
        if day is not None:
            text = text.replace(f"date: {document.date}", f"date: {day}")
        path = archive / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        files.append(path)
    return files

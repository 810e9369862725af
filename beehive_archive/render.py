"""A page's item as the document that would be written of it today."""

from __future__ import annotations

from datetime import tzinfo

from beehive_archive.items import Release
from beehive_archive.text import markdown
from beehive_archive.text.front_matter import Document


def to_document(release: Release, timezone: tzinfo, tables: str) -> Document:
    """Return an item as a document.

    ``timezone`` says whose date ``date`` is, ``tables`` how tables are written: ``markdown`` or
    ``flat``.
    """
    return Document(
        title=release.title,
        date=release.published_at.astimezone(timezone).date(),
        url=release.url,
        ministers=release.ministers,
        portfolios=release.portfolios,
        attachments=release.attachments,
        body=markdown.from_html(release.body_html, tables=tables),
    )

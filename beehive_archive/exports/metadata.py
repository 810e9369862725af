"""Datasette's metadata for an export: what its pages say, search, facet and link to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from beehive_archive.exports.files import replacing
from beehive_archive.exports.schema import BOOKKEEPING, SCHEMA_VERSION, TABLES, VIEWS, Table
from beehive_archive.site import BASE_URL

DOCUMENTATION = "docs/export.md"

# What Datasette is to do with a table beyond showing it.
_TABLES: dict[str, dict[str, Any]] = {
    "documents": {
        # Not a column of its own table: titles, bodies and attachments are searched at once.
        "fts_table": "texts_fts",
        "fts_pk": "id",
        "facets": [{"array": "ministers"}, {"array": "portfolios"}, "year", "kind"],
        "sort_desc": "date",
        "label_column": "title",
    },
    "texts": {"label_column": "title", "size": 10},
    "ministers": {"label_column": "name", "sort": "name"},
    "portfolios": {"label_column": "name", "sort": "name"},
    "documents_ministers": {
        "fts_table": "texts_fts",
        "fts_pk": "document_id",
        "facets": ["minister_id"],
    },
    "documents_portfolios": {
        "fts_table": "texts_fts",
        "fts_pk": "document_id",
        "facets": ["portfolio_id"],
    },
    "attachments": {"label_column": "url", "facets": ["suffix"], "size": 20},
    "revisions": {"label_column": "title", "sort_desc": "replaced_at", "size": 20},
}
_VIEWS: dict[str, dict[str, Any]] = {
    "releases_by_minister_and_month": {"facets": ["minister"], "sort_desc": "month"},
    "releases_by_portfolio_and_year": {"facets": ["portfolio"], "sort_desc": "year"},
    "releases_by_month": {"sort_desc": "month"},
    "ministers_over_time": {"sort_desc": "documents"},
    "documents_with_attachments": {"facets": ["suffix"]},
    "documents_with_text": {"fts_table": "texts_fts", "fts_pk": "id", "size": 10},
}


def metadata(database: str) -> dict[str, Any]:
    """Return what ``datasette DATABASE.db -m FILE`` reads; ``database`` is the file's stem."""
    tables: dict[str, Any] = {
        table.name: {
            "description": table.meaning,
            "columns": _columns(table),
            **_TABLES.get(table.name, {}),
            **({"hidden": True} if table.name in BOOKKEEPING else {}),
        }
        for table in TABLES
    }
    for view in VIEWS:
        tables[view.name] = {"description": view.meaning, **_VIEWS.get(view.name, {})}
    return {
        "title": "Beehive archive",
        "description": (
            "Press releases, speeches, features and ministerial diaries of the New Zealand "
            f"government, from a text archive of {BASE_URL}. Search finds words with and without "
            "their macrons."
        ),
        "source": "beehive.govt.nz",
        "source_url": BASE_URL,
        "license": "See the site's copyright page",
        "license_url": f"{BASE_URL}/copyright",
        "databases": {
            database: {
                "description": (
                    "Begin with documents: search, then choose ministers, portfolios or years. "
                    f"Schema version {SCHEMA_VERSION}."
                ),
                "tables": tables,
            }
        },
    }


def _columns(table: Table) -> dict[str, str]:
    """Return what columns mean; none where they would push the search box off the screen."""
    if "fts_table" in _TABLES.get(table.name, {}):
        return {}
    return {column.name: column.meaning for column in table.columns}


def write_metadata(target: Path, database: str, *, replace: bool) -> bool:
    """Write the metadata; returns whether ``target`` now holds it.

    Without ``replace`` a file that stands there is left alone: people edit it.
    """
    text = json.dumps(metadata(database), ensure_ascii=False, indent=2) + "\n"
    if not replace and target.exists() and target.read_bytes() != text.encode():
        return False
    with replacing(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return True

"""Datasette's metadata is written once; then it is its reader's."""

from __future__ import annotations

import json
from pathlib import Path

from beehive_archive.exports.metadata import metadata, write_metadata


def test_it_is_written_where_there_is_none(tmp_path: Path) -> None:
    target = tmp_path / "metadata.json"
    assert write_metadata(target, "archive", replace=False)
    assert json.loads(target.read_text("utf-8")) == metadata("archive")
    assert write_metadata(target, "archive", replace=False)


def test_one_that_was_edited_stays_unless_it_is_named(tmp_path: Path) -> None:
    target = tmp_path / "metadata.json"
    target.write_text('{"title": "Mine"}')
    assert not write_metadata(target, "archive", replace=False)
    assert target.read_text() == '{"title": "Mine"}'
    assert write_metadata(target, "archive", replace=True)
    assert json.loads(target.read_text("utf-8")) == metadata("archive")


def test_it_claims_no_licence() -> None:
    made = metadata("archive")
    assert made["license"] == "See the site's copyright page"
    assert made["license_url"] == "https://www.beehive.govt.nz/copyright"

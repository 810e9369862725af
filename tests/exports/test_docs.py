"""docs/export.md says what the schema says, and its SQL runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from beehive_archive.exports.metadata import metadata
from beehive_archive.exports.run import Targets, export
from beehive_archive.exports.schema import TABLES, VIEWS
from tests.exports.exporting import rows, to_sqlite
from tests.exports.reference import DOC, written


def test_the_reference_is_the_schemas() -> None:
    text = DOC.read_text("utf-8")
    assert text == written(text), "run: python -m tests.exports.reference"


def test_the_sql_runs(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    to_sqlite(archive, target)
    section = DOC.read_text("utf-8").partition("## SQL\n")[2].partition("\n## ")[0]
    queries = re.findall(r"^    (select .+?);$", section, re.MULTILINE | re.DOTALL)
    assert [len(rows(target, query)) for query in queries] == [1, 0]


def test_the_duckdb_query_runs(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    export(archive, Targets(parquet=tmp_path / "archive.parquet"))
    [query] = re.findall(r'^    duckdb -c "(.+)"$', DOC.read_text("utf-8"), re.MULTILINE)
    assert len(duckdb.sql(query).fetchall()) == 2


def test_metadata_names_only_what_there_is() -> None:
    tables = metadata("archive")["databases"]["archive"]["tables"]
    assert set(tables) == {each.name for each in (*TABLES, *VIEWS)}
    for table in TABLES:
        options = tables[table.name]
        facets = options.get("facets", [])
        named = {each["array"] if isinstance(each, dict) else each for each in facets}
        named |= {options.get(key) for key in ("sort", "sort_desc", "label_column", "fts_pk")}
        assert named <= {None, *(column.name for column in table.columns)}, table.name

"""The archive as Parquet, as its readers see it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from beehive_archive.exports import parquet
from beehive_archive.exports.run import Targets, export
from beehive_archive.exports.schema import ATTACHMENT_FIELDS, RECORD_FIELDS, SCHEMA_VERSION
from tests.exports.exporting import PLAN, document, lines, put

pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def table(archive: Path, tmp_path: Path) -> Path:
    target = tmp_path / "a.parquet"
    export(archive, Targets(parquet=target, jsonl=tmp_path / "a.jsonl"))
    return target


def test_it_says_what_the_jsonl_says(table: Path, tmp_path: Path) -> None:
    rows = pq.read_table(table).to_pylist()
    assert [{**row, "date": row["date"].isoformat()} for row in rows] == lines(tmp_path / "a.jsonl")


def test_columns_are_typed(table: Path) -> None:
    schema = pq.read_schema(table)
    assert schema.names == [field.name for field in RECORD_FIELDS]
    assert str(schema.field("date").type) == "date32[day]"
    assert str(schema.field("ministers").type).startswith("list<")
    assert schema.field("ministers").type.value_type == "string"
    struct = schema.field("attachment_texts").type.value_type
    assert [field.name for field in struct] == [field.name for field in ATTACHMENT_FIELDS]
    assert schema.metadata[b"beehive-archive.schema_version"] == str(SCHEMA_VERSION).encode()


def test_duckdb_reads_it(table: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    sql = f"""
        select minister, year(date), count(*)
        from (select unnest(ministers) as minister, date from '{table}')
        group by all order by all
        """
    assert duckdb.sql(sql).fetchall() == [
        ("Hon Andrew Little", 2023, 1),
        ("Hon Andrew Little", 2024, 1),
        ("Rt Hon Winston Peters", 2023, 1),
    ]
    sql = f"select attachment_texts[1].pages from '{table}' where len(attachments) > 0"
    assert duckdb.sql(sql).fetchall() == [(2,)]


def test_pandas_reads_it(table: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(table)
    assert list(frame["date"]) == [dt.date(2023, 6, 4), dt.date(2024, 1, 28)]
    assert frame.explode("ministers").groupby("ministers").size()["Hon Andrew Little"] == 2
    assert list(frame["attachments"][0]) == [PLAN, "https://example.org/other.docx"]


def test_hugging_face_datasets_reads_it(table: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed: a large package")
    read = datasets.load_dataset(
        "parquet", data_files=str(table), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert read[0]["ministers"] == ["Rt Hon Winston Peters", "Hon Andrew Little"]
    assert read.features["date"].dtype == "date32"


def test_row_groups_are_bounded(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 2)
    monkeypatch.setattr(parquet, "TEXT_CHARS_PER_GROUP", 1_000)
    put(archive, "a.md", document("a", body="long " * 300))
    put(archive, "b.md", document("b"))
    target = tmp_path / "b.parquet"
    export(archive, Targets(parquet=target))
    metadata = pq.read_metadata(target)
    groups = [metadata.row_group(each).num_rows for each in range(metadata.num_row_groups)]
    assert groups == [1, 2, 1]


def test_two_exports_have_the_same_bytes(archive: Path, table: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.parquet"
    export(archive, Targets(parquet=second))
    assert second.read_bytes() == table.read_bytes()


def test_an_empty_archive_has_the_columns(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    target = tmp_path / "a.parquet"
    export(tmp_path / "archive", Targets(parquet=target))
    assert pq.read_table(target).num_rows == 0
    assert pq.read_schema(target).names == [field.name for field in RECORD_FIELDS]

"""``scrapy export`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.crawling import Outcome, scrapy
from tests.exports.exporting import document, found, lines, put


def export(archive: Path, *options: object) -> Outcome:
    return scrapy("export", *map(str, options), archive=archive)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    put(tmp_path / "archive", "a.md", document("a", title="Māori wardens"))
    return tmp_path / "archive"


def test_all_formats_at_once_and_again(archive: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    database = tmp_path / "archive.db"
    options = ("--sqlite", database, "--jsonl", tmp_path / "a.jsonl")
    options = (*options, "--parquet", tmp_path / "a.parquet")
    ended = export(archive, *options)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        f"{database}: 1 added, 0 updated, 0 removed, 0 unchanged; 0 revisions",
        f"{tmp_path}/a.jsonl: 1 document",
        f"{tmp_path}/a.parquet: 1 document",
        f"{tmp_path}/metadata.json: open with: datasette {database} -m {tmp_path}/metadata.json",
    ]
    assert found(database, "maori") == {"Māori wardens"}
    assert len(lines(tmp_path / "a.jsonl")) == 1
    assert "archive" in json.loads((tmp_path / "metadata.json").read_text())["databases"]
    before = {path: path.read_bytes() for path in tmp_path.glob("*.*")}
    again = export(archive, *options)
    assert "0 added, 0 updated, 0 removed, 1 unchanged" in again.stdout
    assert {path: path.read_bytes() for path in tmp_path.glob("*.*")} == before


def test_metadata_where_it_is_asked_for(archive: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere.json"
    ended = export(archive, "--sqlite", tmp_path / "a.db", "--metadata", place)
    assert ended.exit_code == 0
    assert place.exists()
    assert not (tmp_path / "metadata.json").exists()


def test_metadata_of_somebody_else_stays(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "metadata.json").write_text("{}")
    ended = export(archive, "--sqlite", tmp_path / "a.db")
    assert ended.exit_code == 0
    assert "left as it is" in ended.stdout
    assert (tmp_path / "metadata.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ((), "expected --sqlite FILE, --jsonl FILE or --parquet FILE"),
        (("--metadata", "m.json"), "expected --sqlite FILE, --jsonl FILE or --parquet FILE"),
        (("--jsonl", "a.jsonl", "--metadata", "m.json"), "name one with --sqlite FILE"),
        (("--jsonl", "a.jsonl", "--parquet", "a.jsonl"), "found one named twice"),
        (("--jsonl", "."), "--jsonl: expected a file's name"),
        (("--jsonl", "missing/a.jsonl"), "make it first"),
        (("--jsonl", "a.jsonl", "more"), "expected no arguments"),
        (("--csv", "a.csv"), "--csv"),
    ],
)
def test_wrong_usage_writes_nothing(
    archive: Path, tmp_path: Path, options: tuple[str, ...], problem: str
) -> None:
    options = tuple(
        str(tmp_path / each) if "." in each and each != "." else each for each in options
    )
    ended = export(archive, *options)
    assert ended.exit_code == 2
    assert problem in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


@pytest.mark.parametrize(
    ("option", "package"), [("--sqlite", "sqlite_utils"), ("--parquet", "pyarrow")]
)
def test_without_the_extra_it_says_what_to_install(
    archive: Path, tmp_path: Path, option: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / f"{package}.py").write_text(f"raise ModuleNotFoundError('No module {package}')")
    target = tmp_path / "target"
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    ended = export(archive, option, target)
    assert ended.exit_code == 2
    assert ended.stderr.startswith(f"error: {option}: needs ")
    assert ended.stderr.rstrip().endswith("install -e '.[export]'")
    assert not target.exists()
    ended = export(archive, "--jsonl", target)
    assert (ended.exit_code, ended.stderr) == (0, "")


def test_without_an_archive_nothing_is_written(tmp_path: Path) -> None:
    ended = export(tmp_path / "missing", "--jsonl", tmp_path / "a.jsonl")
    assert ended.exit_code == 2
    assert "ARCHIVE_DIR" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_documents_left_out_are_named(archive: Path, tmp_path: Path) -> None:
    put(archive, "broken.md", "---\ntitle: \x1b[31m\n")
    ended = export(archive, "--jsonl", tmp_path / "a.jsonl")
    assert ended.exit_code == 3
    assert ended.stderr.startswith(f"left out: {archive}/broken.md:")
    assert "\x1b" not in ended.stderr
    assert ended.stdout.splitlines()[-1] == "1 file left out, see above; scrapy verify says why"
    assert len(lines(tmp_path / "a.jsonl")) == 1


def test_help_says_how(archive: Path) -> None:
    ended = export(archive, "-h")
    assert ended.exit_code == 0
    assert "datasette archive.db -m metadata.json" in " ".join(ended.stdout.split())

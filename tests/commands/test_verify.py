"""``scrapy verify`` as a user runs it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.archive.archives import document, files_of, put
from tests.crawling import Outcome, scrapy

PATH = "releases/2024/08/2024-08-13-kia-ora.md"


def verify(archive: Path, *options: str) -> Outcome:
    return scrapy("verify", *options, archive=archive)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    put(tmp_path, PATH, document(body=""))
    put(tmp_path, "releases/0001/01/0001-01-01-other.md", document("other", date=date(1, 1, 1)))
    put(tmp_path, "evil\x1b[31m\n.md", "---\n")
    return tmp_path


def test_one_line_a_problem_then_the_counts(faulty: Path) -> None:
    before = files_of(faulty)
    ended = verify(faulty)
    assert (ended.exit_code, ended.stderr) == (1, "")
    lines = ended.stdout.splitlines()
    assert [line.split(": ")[:2] for line in lines[:3]] == [
        ["evil\\x1b[31m .md:1", "front-matter"],
        ["releases/0001/01/0001-01-01-other.md:3", "date"],
        [f"{PATH}:7", "empty-body"],
    ]
    assert lines[-1] == "3 documents, 2 errors, 1 note"
    assert files_of(faulty) == before
    assert not (faulty / ".state").exists()


def test_json(faulty: Path) -> None:
    ended = verify(faulty, "--json")
    assert ended.exit_code == 1
    values = json.loads(ended.stdout)
    assert values["counts"] == {"front-matter": 1, "date": 1, "empty-body": 1}
    assert values["documents"] == 3
    assert values["problems"][2] == {
        "path": PATH,
        "line": 7,
        "code": "empty-body",
        "message": "nothing stands after the front matter",
        "level": "note",
    }


def test_notes_alone_are_no_failure(tmp_path: Path) -> None:
    put(tmp_path, PATH, document(body=""))
    ended = verify(tmp_path)
    assert ended.exit_code == 0
    assert "empty-body" in ended.stdout


def test_the_seeds(seeds: Path) -> None:
    ended = verify(seeds, "--json")
    assert ended.exit_code == 0
    assert json.loads(ended.stdout)["problems"] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--jsonl",), "unrecognized option: --jsonl"),
        (("seeds",), "expected no arguments"),
        (("-s", "ARCHIVE_TIMEZONE=Middle/Earth"), "ARCHIVE_TIMEZONE"),
    ],
)
def test_wrong_usage(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    ended = verify(tmp_path, *options)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    ended = verify(tmp_path / "nowhere")
    assert ended.exit_code == 2
    assert "expected the archive's folder" in ended.stderr

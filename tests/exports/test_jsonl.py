"""The archive as JSON Lines."""

from __future__ import annotations

from pathlib import Path

from beehive_archive.exports.run import Targets, export
from beehive_archive.exports.schema import ATTACHMENT_FIELDS, RECORD_FIELDS
from tests.exports.exporting import BASE, PLAN, document, lines, put


def to_jsonl(root: Path, target: Path) -> Path:
    export(root, Targets(jsonl=target))
    return target


def test_a_document(archive: Path, tmp_path: Path) -> None:
    first = lines(to_jsonl(archive, tmp_path / "a.jsonl"))[0]
    assert first == {
        "path": "releases/2023/06/2023-06-04-kia-ora.md",
        "kind": "release",
        "title": "Kia ora to Māori wardens",
        "date": "2023-06-04",
        "url": f"{BASE}/release/kia-ora",
        "ministers": ["Rt Hon Winston Peters", "Hon Andrew Little"],
        "portfolios": ["Māori Crown Relations: Te Arawhiti", "Defence"],
        "attachments": [PLAN, "https://example.org/other.docx"],
        "body": "Whānau **first**.",
        "attachment_texts": [
            {
                "url": PLAN,
                "title": "Plan A",
                "pages": 2,
                "sha256": "0f" * 32,
                "note": None,
                "text": "Kōwhai in the plan.",
            }
        ],
    }


def test_keys_stand_in_the_order_of_the_schema(archive: Path, tmp_path: Path) -> None:
    for line in lines(to_jsonl(archive, tmp_path / "a.jsonl")):
        assert list(line) == [field.name for field in RECORD_FIELDS]
        for text in line["attachment_texts"]:
            assert list(text) == [field.name for field in ATTACHMENT_FIELDS]


def test_documents_come_by_path_and_a_line_each(archive: Path, tmp_path: Path) -> None:
    separators = "\x0b\x0c\x1c\x85\u2028\u2029"  # what Python's splitlines parts at
    put(archive, "a.md", document("a", body=f"one{separators}two\nthree"))
    target = to_jsonl(archive, tmp_path / "a.jsonl")
    text = target.read_bytes().decode()
    assert len(text.splitlines()) == 3
    assert [line["path"] for line in lines(target)] == sorted(
        line["path"] for line in lines(target)
    )
    assert lines(target)[0]["body"] == f"one{separators}two\nthree"


def test_a_file_that_would_be_the_same_is_not_touched(archive: Path, tmp_path: Path) -> None:
    target = to_jsonl(archive, tmp_path / "a.jsonl")
    before = target.stat()
    to_jsonl(archive, target)
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    put(archive, "new.md", document("new"))
    to_jsonl(archive, target)
    assert target.stat().st_ino != before.st_ino
    assert len(lines(target)) == 3


def test_an_empty_archive_is_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    assert to_jsonl(tmp_path / "archive", tmp_path / "a.jsonl").read_bytes() == b""

"""An attachment's text, written and read."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.errors import FrontMatterError
from beehive_archive.text.attachment_text import (
    AttachmentText,
    dumps_attachment,
    is_attachment_text,
    load_attachment,
    loads_attachment,
)
from beehive_archive.text.front_matter import Document, dumps, loads

SCAN = AttachmentText(
    title="Statement of Intent",
    date=dt.date(2023, 6, 4),
    url="https://www.beehive.govt.nz/sites/default/files/2023-06/Statement%20of%20Intent.pdf",
    release="https://www.beehive.govt.nz/release/a-slug",
    pages=12,
    sha256="0123456789abcdef" * 4,
    note="No text: 12 pages are scans",
    body="One\n\n* * *\n\nTwo",
)


def test_the_form():
    assert dumps_attachment(SCAN) == (
        '---\ntitle: "Statement of Intent"\ndate: 2023-06-04\n'
        f"url: {SCAN.url}\nrelease: {SCAN.release}\npages: 12\nsha256: {SCAN.sha256}\n"
        'note: "No text: 12 pages are scans"\n---\n\nOne\n\n* * *\n\nTwo'
    )
    assert loads_attachment(dumps_attachment(SCAN)) == SCAN


def test_a_file(tmp_path):
    path = tmp_path / "a.pdf.md"
    path.write_bytes(dumps_attachment(SCAN).encode())
    assert load_attachment(path) == SCAN


@given(
    title=st.text(),
    date=st.dates(),
    pages=st.none() | st.integers(0, 9_999_999),
    note=st.none() | st.text(),
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64).filter(lambda s: not s.isdigit()),
    body=st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])),
)
def test_any_attachment_text_survives(**fields):
    attachment = dataclasses.replace(SCAN, **fields)
    text = dumps_attachment(attachment)
    read = loads_attachment(text)
    assert read == dataclasses.replace(
        attachment,
        title=attachment.title.strip(),
        note=attachment.note and attachment.note.strip(),
        body=attachment.body.strip(),
    )
    by_yaml = yaml.safe_load(text.split("\n---\n")[0])
    assert by_yaml.pop("note", None) == read.note
    assert by_yaml.pop("pages", None) == read.pages
    assert by_yaml == {
        key: getattr(read, key) for key in ("title", "date", "url", "release", "sha256")
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("pages: 12", "pages: many", 6, "no whole number"),
        ("pages: 12", "pages: -1", 6, "no whole number"),
        ("pages: 12", "pages: 012", 6, "no whole number"),
        ("pages: 12", "pages: 99999999", 6, "no whole number"),
        ("sha256: 0", "sha256: X", 7, "expected 64"),
        ("sha256: 0", "sha256: ", 7, "expected 64"),
        ("pages: 12", "ministers: [A]", 6, "unknown key"),
        (f"release: {SCAN.release}\n", "", 1, "'release' is missing"),
    ],
)
def test_what_is_wrong_is_refused(old, new, line, problem):
    with pytest.raises(FrontMatterError) as caught:
        loads_attachment(dumps_attachment(SCAN).replace(old, new, 1), name="a.md")
    assert str(caught.value).startswith(f"a.md:{line}: ")
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    "fields", [{"pages": -1}, {"sha256": "AB" * 32}, {"sha256": ""}, {"release": "a: b"}]
)
def test_what_could_not_be_read_again_is_not_written(fields):
    with pytest.raises(FrontMatterError):
        dumps_attachment(dataclasses.replace(SCAN, **fields))


def test_the_two_kinds_are_told_apart():
    release = dumps(Document("A", SCAN.date, SCAN.release, body="\nrelease: x\n---\nrelease: y"))
    assert not is_attachment_text(release)
    assert is_attachment_text(dumps_attachment(SCAN))
    with pytest.raises(FrontMatterError, match="release"):
        loads(dumps_attachment(SCAN))
    with pytest.raises(FrontMatterError, match="missing"):
        loads_attachment(release)

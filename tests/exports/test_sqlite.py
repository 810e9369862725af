"""What the database says of an archive."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from beehive_archive.errors import ArchiveLockedError, ConfigurationError
from beehive_archive.exports.schema import SCHEMA_VERSION, TABLES, VIEWS
from tests.exports.exporting import (
    BASE,
    PLAN,
    assert_sound,
    document,
    found,
    put,
    put_text,
    rows,
    to_sqlite,
)


@pytest.fixture
def database(archive: Path, tmp_path: Path) -> Path:
    target = tmp_path / "archive.db"
    to_sqlite(archive, target)
    assert_sound(target)
    return target


def test_documents(database: Path) -> None:
    sql = "select date, year, kind, title, ministers, portfolios, attachments, url, path"
    assert rows(database, f"{sql} from documents order by date")[0] == (
        "2023-06-04",
        2023,
        "release",
        "Kia ora to Māori wardens",
        '["Rt Hon Winston Peters", "Hon Andrew Little"]',
        '["Māori Crown Relations: Te Arawhiti", "Defence"]',
        2,
        f"{BASE}/release/kia-ora",
        "releases/2023/06/2023-06-04-kia-ora.md",
    )
    assert rows(database, "select body from documents_with_text order by date") == [
        ("Whānau **first**.",),
        ("A race.",),
    ]


def test_links_keep_the_order_of_the_page(database: Path) -> None:
    sql = """
        select ministers.name from documents_ministers
        join ministers on ministers.id = minister_id
        join documents on documents.id = document_id
        where documents.kind = 'release' order by position
        """
    assert rows(database, sql) == [("Rt Hon Winston Peters",), ("Hon Andrew Little",)]
    assert rows(database, "select name from ministers where name like '%Little'") == [
        ("Hon Andrew Little",)
    ]


def test_attachments_with_and_without_text(database: Path) -> None:
    assert rows(
        database, "select url, suffix, title, pages, text from attachments order by id"
    ) == [
        (PLAN, "pdf", "Plan A", 2, "Kōwhai in the plan."),
        ("https://example.org/other.docx", "docx", None, None, None),
    ]


def test_revisions(database: Path) -> None:
    sql = """
        select documents.title, replaced_at, revisions.title, revisions.body
        from revisions join documents on documents.id = document_id
        """
    assert rows(database, sql) == [
        ("Kia ora to Māori wardens", "2026-11-21T17:00:00Z", "Kia ora", "Before.")
    ]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("maori", "Kia ora to Māori wardens"),  # a title, macron folded
        ("Māori", "Kia ora to Māori wardens"),
        ("MA\u0304ORI", "Kia ora to Māori wardens"),  # the macron as a character of its own
        ("whanau", "Kia ora to Māori wardens"),  # a body
        ("kowhai", "Kia ora to Māori wardens"),  # an attachment
        ("taupo AND race", "Taupō takes pole position"),
        ("attachments: plan", "Kia ora to Māori wardens"),
    ],
)
def test_search(database: Path, words: str, title: str) -> None:
    assert found(database, words) == {title}


def test_search_finds_nothing_in_what_was_replaced(database: Path) -> None:
    assert found(database, "before") == set()


def test_views(database: Path) -> None:
    answers = {view.name: rows(database, f"select * from {view.name}") for view in VIEWS}
    assert ("Hon Andrew Little", "2024-01", "speech", 1) in answers[
        "releases_by_minister_and_month"
    ]
    assert ("Defence", 2023, "release", 1) in answers["releases_by_portfolio_and_year"]
    assert answers["releases_by_month"] == [("2023-06", "release", 1), ("2024-01", "speech", 1)]
    assert ("Hon Andrew Little", 2, "2023-06-04", "2024-01-28") in answers["ministers_over_time"]
    assert [row[4:] for row in answers["documents_with_attachments"]] == [
        (PLAN, "pdf", 2, 1),
        ("https://example.org/other.docx", "docx", None, 0),
    ]
    assert [row[-2:] for row in answers["revised_documents"]] == [(1, "2026-11-21T17:00:00Z")]


def test_the_tables_are_those_of_the_schema(database: Path) -> None:
    for table in TABLES:
        columns = [(row[1], row[2]) for row in rows(database, f"pragma table_info({table.name})")]
        types = {int: "INTEGER", str: "TEXT"}
        assert columns == [(column.name, types[column.type]) for column in table.columns]
        keys = {
            (r[3], r[2], r[4]) for r in rows(database, f"pragma foreign_key_list({table.name})")
        }
        assert keys == {(c.name, c.references, "id") for c in table.columns if c.references}
    assert rows(database, "select version, project from schema") == [
        (SCHEMA_VERSION, "beehive-archive")
    ]


def test_two_builds_have_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    to_sqlite(archive, first)
    to_sqlite(archive, second)
    assert first.read_bytes() == second.read_bytes()


def test_content_is_only_content(archive: Path, tmp_path: Path) -> None:
    """What would act in SQL, HTML, a terminal or a search stays text."""
    evil = (
        "'); drop table documents; -- <script>alert(1)</script> \x1b[31m \u202e \u2028 \U0001f600"
    )
    hostile = document("evil", title=evil, ministers=(evil.replace("\x1b", ""),), body=evil * 1_000)
    put(archive, "evil.md", hostile)
    target = tmp_path / "archive.db"
    assert to_sqlite(archive, target).left_out == []
    assert_sound(target)
    sql = "select documents.title, ministers, body from documents_with_text as documents"
    [(title, ministers, body)] = rows(target, f"{sql} where path = 'evil.md'")
    assert (title, json.loads(ministers), body) == (evil, list(hostile.ministers), hostile.body)
    assert found(target, '"drop table"') == {evil}


def test_an_attachment_kept_apart_is_told_by_its_url(archive: Path, tmp_path: Path) -> None:
    """Two addresses whose files would lie at one path on some systems."""
    from beehive_archive.archive.attachments import apart, attachment_path, text_path

    other = PLAN.replace("Plan", "PLAN")
    path = attachment_path(other)
    assert path is not None
    plan_text = put_text(archive)
    theirs = archive / str(text_path(path))
    theirs.write_bytes(plan_text.read_bytes())  # as if the two paths were one
    own = put_text(archive, other, "Its own.")
    own.rename(archive / str(text_path(apart(path, other))))
    theirs.write_bytes(plan_text.read_bytes())
    put(archive, "b.md", document("b", attachments=(other,)))
    target = tmp_path / "archive.db"
    to_sqlite(archive, target)
    assert rows(target, "select text from attachments where url = ?", other) == [("Its own.",)]


def test_what_cannot_be_read_is_left_out_and_named(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    put(archive, "README.md", "# No document\n")
    put(archive, "broken.md", "---\ntitle: nothing else\n")
    (archive / "not-utf8.md").write_bytes(b"---\n\xff")
    (archive / "name-\udcff.md").write_text("---\n")
    exported = to_sqlite(archive, target)
    assert exported.documents == 2
    assert len(exported.left_out) == 3
    assert ["broken.md" in exported.left_out[0], "rename" in exported.left_out[1]] == [True, True]


def test_a_text_that_cannot_be_read_costs_only_itself(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    text = put_text(archive)
    text.write_text("---\nbroken")
    for _ in range(2):  # and it is named each time
        exported = to_sqlite(archive, target)
        assert exported.documents == 2
        assert [str(text) in line for line in exported.left_out] == [True]
    assert found(target, "wardens") == {"Kia ora to Māori wardens"}
    put_text(archive)
    assert to_sqlite(archive, target).left_out == []
    assert found(target, "kowhai") == {"Kia ora to Māori wardens"}


def test_a_file_that_is_something_else_stays(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.db"
    for made in (lambda: target.write_text("my notes " * 100), lambda: _other_database(target)):
        target.unlink(missing_ok=True)
        made()
        before = target.read_bytes()
        with pytest.raises(ConfigurationError, match="name another file"):
            to_sqlite(archive, target)
        assert target.read_bytes() == before


def test_an_empty_file_is_taken(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "archive.db"
    target.touch()
    to_sqlite(archive, target)
    assert_sound(target)


def test_an_older_schema_is_built_anew_and_a_newer_refused(archive: Path, database: Path) -> None:
    for version in (SCHEMA_VERSION - 1, SCHEMA_VERSION + 1):
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("update schema set version = ?", (version,))
            connection.execute("update documents set title = 'old'")
        if version < SCHEMA_VERSION:
            changes = to_sqlite(archive, database).changes
            assert changes is not None
            assert changes.rebuilt_from == version
            assert rows(database, "select 1 from documents where title = 'old'") == []
            assert_sound(database)
        else:
            with pytest.raises(ConfigurationError, match="update beehive-archive"):
                to_sqlite(archive, database)


def test_another_writer_is_named(archive: Path, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("begin immediate")
        put(archive, "new.md", document("new"))
        with pytest.raises(ArchiveLockedError, match="another program is writing it"):
            to_sqlite(archive, database)


def _other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table documents (id integer primary key)")

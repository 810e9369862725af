"""Paths from dates and URLs: readable for what the site has, harmless for what it could send."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.archive.layout import (
    document_path,
    file_slug,
    follows_layout,
    is_document_path,
    revision_path,
)
from tests.archive.archives import SITE

DAY = date(2024, 8, 13)

# Names end at 255 bytes on common file systems.
MAX_NAME_BYTES = 255


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{SITE}/release/kia-ora", "releases/2024/08/2024-08-13-kia-ora.md"),
        (f"{SITE}/speech/budget-2024", "speeches/2024/08/2024-08-13-budget-2024.md"),
        (f"{SITE}/feature/a", "features/2024/08/2024-08-13-a.md"),
        (f"{SITE}/ministerial-diary/a", "diaries/2024/08/2024-08-13-a.md"),
        (f"{SITE}/release/taup%C5%8D", "releases/2024/08/2024-08-13-taupo.md"),
        (f"{SITE}/release/a-%E2%80%93-b", "releases/2024/08/2024-08-13-a--b.md"),
        (f"{SITE}/release/30433", "releases/2024/08/2024-08-13-30433.md"),
    ],
)
def test_documents_lie_where_the_archive_has_them(url: str, path: str) -> None:
    assert str(document_path(DAY, url)) == path
    assert follows_layout(PurePosixPath(path), DAY, url)


def test_the_first_days_folder_has_four_digits() -> None:
    path = document_path(date(1, 1, 1), f"{SITE}/release/a")
    assert str(path) == "releases/0001/01/0001-01-01-a.md"


@pytest.mark.parametrize(
    "slug", ["..", ".", "../../etc/passwd", "\0", "-", "–", "CON", "a\\b", "a:b"]
)
def test_a_hostile_slug_is_one_harmless_name(slug: str) -> None:
    path = document_path(DAY, f"{SITE}/release/{quote(slug, safe='')}")
    assert path.parent == PurePosixPath("releases/2024/08")
    assert path.name.startswith("2024-08-13-")
    assert path.name != "2024-08-13-.md"
    assert not set(path.name) & set("/\\\0:")


def test_slugs_too_long_for_a_name_are_told_apart() -> None:
    slugs = {file_slug(f"{SITE}/release/{'a' * 300}{end}") for end in "bc"}
    assert len(slugs) == 2
    assert all(len(slug) <= 200 for slug in slugs)


def test_slugs_of_which_nothing_is_left_are_told_apart() -> None:
    slugs = {file_slug(f"{SITE}/release/{quote(slug)}") for slug in ("毛利语", "周快乐")}
    assert len(slugs) == 2


@given(st.text(min_size=1))
def test_no_slug_leaves_its_folder_or_outgrows_a_name(slug: str) -> None:
    escaped = quote(slug, safe="", errors="surrogatepass")
    path = document_path(DAY, f"{SITE}/release/{escaped}", number=1_000)
    assert path.parent == PurePosixPath("releases/2024/08")
    assert len(str(path.name).encode()) <= MAX_NAME_BYTES
    assert path.name.isascii()
    assert path.name.isprintable()
    assert follows_layout(path, DAY, f"{SITE}/release/{escaped}")


def test_what_is_no_document_has_no_place() -> None:
    with pytest.raises(ValueError, match="names no document"):
        document_path(DAY, f"{SITE}/minister/hon-a")


@pytest.mark.parametrize(
    ("path", "follows"),
    [
        ("releases/2024/08/2024-08-13-kia-ora-2.md", True),
        ("releases/2024/08/2024-08-13-kia-ora-02.md", False),
        ("releases/2024/08/2024-08-13-kia-ora-.md", False),
        ("releases/2024/08/2024-08-13-kia-ora.txt", False),
        ("releases/2024/08/2024-08-12-kia-ora.md", False),
        ("releases/2024/2024-08-13-kia-ora.md", False),
        ("speeches/2024/08/2024-08-13-kia-ora.md", False),
        ("mine/anything.txt", True),
        ("anything.md", True),
    ],
)
def test_follows_layout(path: str, follows: bool) -> None:
    assert follows_layout(PurePosixPath(path), DAY, f"{SITE}/release/kia-ora") is follows


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("a.md", True),
        ("releases/a.txt", True),
        ("a.html", False),
        ("a", False),
        (".a.md", False),
        (".state/a.md", False),
        ("revisions/releases/a/1.md", False),
        ("attachments/a.pdf.md", False),
        ("../a.md", False),
        ("/a.md", False),
        (".", False),
    ],
)
def test_is_document_path(path: str, counts: bool) -> None:
    assert is_document_path(PurePosixPath(path)) is counts


def test_revisions_of_names_with_dots() -> None:
    path = revision_path(PurePosixPath("a/v1.2.md"), "20261121T170000Z")
    assert str(path) == "revisions/a/v1.2/20261121T170000Z.md"

"""An item becomes the document that the archive holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from beehive_archive.items import NEW_ZEALAND, Release
from beehive_archive.pages import document
from beehive_archive.render import to_document
from beehive_archive.site import BASE_URL
from beehive_archive.text import front_matter

SAVED = Path(__file__).parent / "pages" / "saved"


@pytest.mark.parametrize(
    ("page", "slug", "seed"),
    [
        (
            "closer-defence-cooperation.html",
            "closer-defence-cooperation-between-new-zealand-and-japan",
            "000_998603f5207485f1.txt",
        ),
        (
            "greater-cooperation-in-the-pacific.html",
            "new-zealand-and-japan-commit-greater-cooperation-pacific",
            "001_62a222cc91ed13d2.txt",
        ),
    ],
)
@pytest.mark.parametrize("tables", ["markdown", "flat"])
def test_the_seeds_own_pages_give_their_bytes(
    seeds: Path, page: str, slug: str, seed: str, tables: str
) -> None:
    html = (SAVED / page).read_bytes().decode("utf-8")
    release = document.parse(html, f"{BASE_URL}/release/{slug}")
    text = front_matter.dumps(to_document(release, NEW_ZEALAND, tables))
    assert text.encode("utf-8") == (seeds / seed).read_bytes()


def test_date_is_the_timezones() -> None:
    release = Release(
        url=f"{BASE_URL}/release/x",
        title="\u200bX",
        published_at=datetime(2024, 8, 12, 21, 5, tzinfo=UTC),
        ministers=("Hon A",),
        portfolios=("B",),
        attachments=("https://example.org/c.pdf",),
        notes=("no part of the document",),
    )
    assert to_document(release, UTC, "markdown").date == date(2024, 8, 12)
    assert to_document(release, NEW_ZEALAND, "markdown") == front_matter.Document(
        title="\u200bX",
        date=date(2024, 8, 13),
        url=f"{BASE_URL}/release/x",
        ministers=("Hon A",),
        portfolios=("B",),
        attachments=("https://example.org/c.pdf",),
        body="",
    )


def test_tables() -> None:
    release = Release(
        url=f"{BASE_URL}/release/x",
        title="X",
        published_at=datetime(2024, 8, 12, 21, 5, tzinfo=UTC),
        body_html="<table><tr><th>2001</th><th>02</th></tr><tr><td>1</td><td>2</td></tr></table>",
    )
    assert to_document(release, NEW_ZEALAND, "flat").body == "20010212"
    cells = to_document(release, NEW_ZEALAND, "markdown").body.replace("|", " ").split()
    assert {"2001", "02", "1", "2"} <= set(cells)

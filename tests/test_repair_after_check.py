"""Check, repair, check, repair: an old archive over a site ends with nothing more to mend."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from beehive_archive.archive.layout import document_path
from beehive_archive.items import Release
from beehive_archive.render import to_document
from beehive_archive.site import BASE_URL
from beehive_archive.text import front_matter
from beehive_archive.urls import fold_slug, slug_of
from tests.crawling import documents_in, scrapy
from tests.replica import Replica, ReplicaDocument, document

MORNING = "2024-08-12T21:05:00Z"  # of the 13th in New Zealand
AFTERNOON = "2024-08-13T03:05:00Z"
TABLE = "<table><tr><td>2001/02</td><td>2002/03</td></tr></table>"


def as_the_old_archive_has_it(page: ReplicaDocument) -> tuple[str, str]:
    """A document's path and text with every fault of the old exporter."""
    assert page.published_at
    release = Release(
        url=page.url,
        title=page.title,
        published_at=page.published_at,
        ministers=page.ministers,
        portfolios=page.portfolios,
        body_html=str(page.body_html),
    )
    old = to_document(release, ZoneInfo("UTC"), "flat")
    old = replace(old, url=f"{BASE_URL}/release/{fold_slug(slug_of(page.url))}")
    path = document_path(page.published_at.astimezone(UTC).date(), old.url)
    return str(path), front_matter.dumps(old).replace('  - "A: B"', "  - A: B")


def test_a_second_repair_finds_nothing_more_to_do(replica: Replica, tmp_path: Path) -> None:
    pages = [
        replica.add(page)
        for page in (
            document("Filed a day early", MORNING),
            document("Taupō takes – pole", AFTERNOON),
            document("Quotes wanted", AFTERNOON, portfolios=("A: B", "Revenue")),
            document("Cells run together", AFTERNOON, body_html=TABLE),
            document("All at once – āe", MORNING, portfolios=("A: B",), body_html=TABLE),
            document("Edited since", MORNING, portfolios=("A: B",)),
            document("As it should be", AFTERNOON),
        )
    ]
    for page in pages:
        path, text = as_the_old_archive_has_it(page)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    replica.edit(pages[5], body_html="<p>Other words.</p>")
    fine = tmp_path / "releases/2024/08/2024-08-13-it-should-be.md"
    stood = fine.stat()
    latest = str(tmp_path / ".state/reports/latest-check.json")

    found = scrapy("crawl", "check", archive=tmp_path, site=replica.url)
    assert found.exit_code == 1, found.stderr
    assert found.kinds() == {"convention": 5, "changed": 1, "unchanged": 1}
    mended = scrapy("repair", latest, archive=tmp_path)
    assert (mended.exit_code, mended.stderr) == (0, "")
    assert mended.stdout.endswith("6 repaired, 3 of them renamed; 0 done before; 0 refused\n")

    again = scrapy("crawl", "check", archive=tmp_path, site=replica.url)
    assert again.kinds() == {"changed": 1, "unchanged": 6}
    (changed,) = again.findings("changed")
    assert (changed["fields"], changed["conventions"]) == (["body"], [])
    before = documents_in(tmp_path)
    nothing = scrapy("repair", latest, archive=tmp_path)
    assert nothing.stdout == "0 repaired, 0 of them renamed; 0 done before; 0 refused\n"
    assert documents_in(tmp_path) == before
    assert (fine.stat().st_ino, fine.stat().st_mtime_ns) == (stood.st_ino, stood.st_mtime_ns)
    assert scrapy("verify", archive=tmp_path).exit_code == 0

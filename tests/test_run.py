"""A run over an archive, without Scrapy around it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from beehive_archive.archive.ledger import Ledger, ledger_path
from beehive_archive.config import ArchiveConfig
from beehive_archive.findings import CHANGED, UNCHANGED, UNVERIFIED, Finding
from beehive_archive.items import Absence
from beehive_archive.run import Run
from tests.archive.archives import SITE, document, put

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
LONG_AGO_S = 1_600_000_000


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A check that is to be opened, over two documents."""
    for name in ("a.md", "b.md"):
        path = put(tmp_path, name, document(name.removesuffix(".md")))
        os.utime(path, (LONG_AGO_S, LONG_AGO_S))
    settings = get_project_settings()
    settings.set("ARCHIVE_DIR", str(tmp_path))
    run = Run(ArchiveConfig.from_settings(settings), "check", writes_new=False)
    yield run
    run.close()


def leave_behind(archive: Path, started_at: datetime, **kinds: str) -> None:
    """Leave what a killed check found, a kind for each document."""
    ledger = Ledger(ledger_path(archive / ".state" / "runs", "check", started_at))
    for name, kind in kinds.items():
        ledger.add(Finding(kind=kind, url=f"{SITE}/release/{name}", path=f"{name}.md"))
    ledger.close(keep=True)


def test_of_two_killed_checks_the_later_one_is_believed(run: Run, tmp_path: Path) -> None:
    """The second was begun anew, without ``resume``, and found what had changed since."""
    leave_behind(tmp_path, YESTERDAY, a=UNCHANGED, b=UNVERIFIED)
    leave_behind(tmp_path, YESTERDAY + timedelta(hours=1), a=CHANGED)
    run.open()
    assert run.resume() == {"a.md"}
    assert run.ledger.counts == {CHANGED: 1}


def test_a_document_that_a_link_took_the_place_of_is_unverified(run: Run, tmp_path: Path) -> None:
    """Alone: the rest of the archive can be checked."""
    run.open()
    (tmp_path / "a.md").unlink()
    (tmp_path / "a.md").symlink_to("b.md")
    gone = Absence(requested_url=f"{SITE}/release/a", path="a.md", reason="503", status=503)
    finding = run.reconcile_absence(gone).finding
    assert finding.kind == UNVERIFIED
    assert "symbolic link" in finding.detail

"""An archive with one of everything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.exports.exporting import BASE, PLAN, document, put, put_text

pytest.importorskip("sqlite_utils", reason="exports need: pip install .[test]")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    put(
        root,
        "releases/2023/06/2023-06-04-kia-ora.md",
        document(
            "kia-ora",
            title="Kia ora to Māori wardens",
            ministers=("Rt Hon Winston Peters", "Hon Andrew Little"),
            portfolios=("Māori Crown Relations: Te Arawhiti", "Defence"),
            attachments=(PLAN, "https://example.org/other.docx"),
            body="Whānau **first**.",
        ),
    )
    put(
        root,
        "speeches/2024/01/2024-01-28-taupo.md",
        document(
            "taupo",
            title="Taupō takes pole position",
            date=dt.date(2024, 1, 28),
            url=f"{BASE}/speech/taup%C5%8D",
            portfolios=(),
            body="A race.",
        ),
    )
    put_text(root)
    put(
        root,
        "revisions/releases/2023/06/2023-06-04-kia-ora/20261121T170000Z.md",
        document("kia-ora", title="Kia ora", body="Before."),
    )
    return root

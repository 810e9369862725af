"""Saved pages: raw bytes in the site's own markup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SAVED = Path(__file__).parent / "saved"


@pytest.fixture(scope="session")
def saved() -> Callable[[str], str]:
    """Read a saved page as text."""
    return lambda name: (SAVED / name).read_bytes().decode("utf-8")

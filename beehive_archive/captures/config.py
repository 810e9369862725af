"""The settings of captures, checked; warcio is an extra."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beehive_archive.config import number
from beehive_archive.errors import MissingExtraError


def folder_of(settings: Mapping[str, Any]) -> Path | None:
    """Return ``WARC_DIR``, None where it isn't set; raises ConfigurationError on wrong settings."""
    folder = settings["WARC_DIR"]
    number("WARC_MAX_BYTES", settings["WARC_MAX_BYTES"], 1, 2**40)
    if not folder:
        return None
    require_warcio("WARC_DIR")
    return Path(str(folder)).expanduser().absolute()


def require_warcio(name: str) -> None:
    """Raise MissingExtraError where the extra is not installed."""
    if importlib.util.find_spec("warcio") is None:
        raise MissingExtraError(name, "warcio", "warc")

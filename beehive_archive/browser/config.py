"""The settings of the browser, checked; scrapy-playwright is an extra."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beehive_archive.config import number
from beehive_archive.errors import ConfigurationError, MissingExtraError

# Debian, Ubuntu and Alpine, Google's own; without any of them Playwright looks for its download.
EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConfig:
    """How the browser is run; ``executable`` is None for a remote one, or Playwright's own."""

    executable: str | None
    cdp_url: str | None
    timeout_s: float
    restart_pages: int

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> BrowserConfig | None:
        """Read the settings, None with ``BROWSER=off``; raises ConfigurationError."""
        value = settings["BROWSER"]
        word = str(value).strip().lower()
        if word not in {"off", "none", "false", "fallback"}:
            raise ConfigurationError(f"BROWSER: expected off or fallback, found {value!r}")
        if word != "fallback":
            return None
        if any(
            importlib.util.find_spec(name) is None for name in ("playwright", "scrapy_playwright")
        ):
            raise MissingExtraError("BROWSER=fallback", "scrapy-playwright", "browser")
        cdp_url = settings.get("PLAYWRIGHT_CDP_URL")
        return cls(
            executable=None if cdp_url else _executable(settings["BROWSER_EXECUTABLE"]),
            cdp_url=str(cdp_url) if cdp_url else None,
            timeout_s=number("BROWSER_TIMEOUT_S", settings["BROWSER_TIMEOUT_S"], 1, 600),
            restart_pages=int(
                number("BROWSER_RESTART_PAGES", settings["BROWSER_RESTART_PAGES"], 1, 1_000_000)
            ),
        )


def _executable(chosen: object) -> str | None:
    if not chosen:
        return next(filter(None, map(shutil.which, EXECUTABLES)), None)
    path = shutil.which(str(Path(str(chosen)).expanduser()))
    if path is None:
        raise ConfigurationError(
            f"BROWSER_EXECUTABLE: expected a program such as /usr/bin/chromium, found none at "
            f"{chosen}; install it, or name a remote one with PLAYWRIGHT_CDP_URL"
        )
    return path

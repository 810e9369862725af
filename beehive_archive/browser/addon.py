"""Scrapy's add-on for ``BROWSER``: nothing of the browser is there unless it is asked for."""

from __future__ import annotations

import os
import subprocess
import sys

from scrapy.settings import BaseSettings

from beehive_archive.browser.config import BrowserConfig
from beehive_archive.errors import ConfigurationError

_HANDLER = "beehive_archive.browser.handler.BrowserDownloadHandler"
_MIDDLEWARE = "beehive_archive.browser.middleware.BrowserMiddleware"

# A browser of a program's own: it asks nobody about updates and stores nothing.
_ARGUMENTS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class BrowserFallback:
    """Sets the download handler and the middleware of ``BROWSER=fallback``."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set what is needed; raises ConfigurationError where the extra is missing."""
        config = BrowserConfig.from_settings(settings)
        if config is None:
            return
        require_driver()
        for scheme in ("http", "https"):
            settings.set(
                "DOWNLOAD_HANDLERS",
                {**settings.getdict("DOWNLOAD_HANDLERS"), scheme: _HANDLER},
                priority="addon",
            )
        # Nearer to the downloader than the brake (550): a blocked answer goes to the browser
        # first, and counts as blocked only where the browser is refused too.
        settings["DOWNLOADER_MIDDLEWARES"][_MIDDLEWARE] = 560
        defaults = {
            "PLAYWRIGHT_BROWSER_TYPE": "chromium",
            "PLAYWRIGHT_MAX_CONTEXTS": 1,
            "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
            "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": config.timeout_s * 1_000,
        }
        if config.cdp_url is None:
            defaults["PLAYWRIGHT_LAUNCH_OPTIONS"] = launch_options(config)
        for name, value in defaults.items():
            settings.set(name, value, priority="addon")


def require_driver() -> None:
    """Raise ConfigurationError where Playwright's driver, a program of its own, doesn't start.

    On a bare Debian it lacks a library; scrapy-playwright then only says that start() must be
    awaited.
    """
    command = [sys.executable, "-m", "playwright", "--version"]
    started = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if started.returncode != 0:
        said = (started.stderr.strip() or "nothing").splitlines()[0]
        raise ConfigurationError(
            f"BROWSER=fallback: Playwright's driver doesn't start, it said: {said}; "
            "install what it lacks (libatomic.so.1: sudo apt-get install libatomic1)"
        )


def launch_options(config: BrowserConfig) -> dict[str, object]:
    """Return Playwright's launch options for a local Chromium."""
    arguments = list(_ARGUMENTS)
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # without it Chromium refuses to run as root
    options: dict[str, object] = {"headless": True, "args": arguments}
    if config.executable:
        options["executable_path"] = config.executable
    return options

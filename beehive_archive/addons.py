"""Scrapy add-ons: settings that follow from other settings."""

from __future__ import annotations

from scrapy.settings import BaseSettings

from beehive_archive import __version__


class HonestUserAgent:
    """Names this program and whom to write to about it, from ``CONTACT``."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set ``USER_AGENT`` where nobody has."""
        contact = settings.get("CONTACT")
        whom = f"+{contact}" if contact else "a text archive of press releases; no contact set"
        settings.set("USER_AGENT", f"beehive-archive/{__version__} ({whom})", priority="addon")

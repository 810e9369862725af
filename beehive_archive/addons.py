"""Scrapy add-ons: settings that follow from other settings."""

from __future__ import annotations

from pathlib import Path

from scrapy.settings import BaseSettings

from beehive_archive import __version__


class HonestUserAgent:
    """Names this program and whom to write to about it, from ``CONTACT``."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set ``USER_AGENT`` where nobody has."""
        contact = settings.get("CONTACT")
        whom = f"+{contact}" if contact else "a text archive of press releases; no contact set"
        settings.set("USER_AGENT", f"beehive-archive/{__version__} ({whom})", priority="addon")


class AttachmentsInArchive:
    """Keeps attachments in the archive: ``FILES_STORE`` follows ``ARCHIVE_DIR``."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set ``FILES_STORE`` where nobody has."""
        folder = Path(str(settings["ARCHIVE_DIR"])).expanduser().absolute() / "attachments"
        settings.set("FILES_STORE", str(folder), priority="addon")

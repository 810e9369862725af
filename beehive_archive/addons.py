"""Scrapy add-ons: settings that follow from other settings."""

from __future__ import annotations

import logging
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

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


class CalmLog:
    """Keeps what Scrapy says of itself at INFO (versions, settings, components) out of the log.

    Not where the user gives a ``LOG_LEVEL``. Warnings and errors stay, whatever level they have.
    """

    LOGGERS = (
        "scrapy.addons",
        "scrapy.core.engine",
        "scrapy.crawler",
        "scrapy.middleware",
        "scrapy.spidermiddlewares.httperror",
        "scrapy.utils.log",
        "scrapy-playwright",
    )

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Filter the loggers, before Scrapy says its first word."""
        is_asked_for = (settings.getpriority("LOG_LEVEL") or 0) >= SETTINGS_PRIORITIES["cmdline"]
        for name in cls.LOGGERS:
            if is_asked_for:
                logging.getLogger(name).removeFilter(_is_worth_reading)
            else:
                logging.getLogger(name).addFilter(_is_worth_reading)


def _is_worth_reading(record: logging.LogRecord) -> bool:
    """Tell whether a person wants it: that a Ctrl-C was heard, say; some errors come as INFO."""
    return (
        record.levelno > logging.INFO
        or bool(record.exc_info)
        or str(record.msg).startswith("Received")
    )

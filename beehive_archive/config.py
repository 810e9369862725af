"""Our settings as one checked value, read once in a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from beehive_archive.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveConfig:
    """What a run was asked to do; docs/settings.md says what each means."""

    archive_dir: Path
    report_dir: Path
    site_url: str
    timezone: ZoneInfo
    tables: str
    on_change: str
    recheck_days: int
    max_change_rate: float
    max_error_rate: float
    max_field_loss: float
    health_min_pages: int
    reports_kept: int
    notify_url: str | None
    progress_enabled: bool
    progress_log_s: float

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> ArchiveConfig:
        """Read and check the settings; raises ConfigurationError naming the one that is wrong."""
        archive_dir = Path(str(settings["ARCHIVE_DIR"])).expanduser().resolve()
        report_dir = settings["REPORT_DIR"]
        return cls(
            archive_dir=archive_dir,
            report_dir=Path(str(report_dir)).expanduser().resolve()
            if report_dir
            else archive_dir / ".state" / "reports",
            site_url=_http_url("SITE_URL", str(settings["SITE_URL"]).rstrip("/")),
            timezone=_timezone("ARCHIVE_TIMEZONE", settings["ARCHIVE_TIMEZONE"]),
            tables=_choice("TABLES", settings["TABLES"], ("markdown", "flat")),
            on_change=_choice("ON_CHANGE", settings["ON_CHANGE"], ("report", "update")),
            recheck_days=int(number("RECHECK_DAYS", settings["RECHECK_DAYS"], 0, 36_500)),
            max_change_rate=number("MAX_CHANGE_RATE", settings["MAX_CHANGE_RATE"], 0, 1),
            max_error_rate=number("MAX_ERROR_RATE", settings["MAX_ERROR_RATE"], 0, 1),
            max_field_loss=number("MAX_FIELD_LOSS", settings["MAX_FIELD_LOSS"], 0, 1),
            health_min_pages=int(
                number("HEALTH_MIN_PAGES", settings["HEALTH_MIN_PAGES"], 1, 1_000_000)
            ),
            reports_kept=int(number("REPORTS_KEPT", settings["REPORTS_KEPT"], 1, 1_000_000)),
            notify_url=_http_url("NOTIFY_URL", settings["NOTIFY_URL"])
            if settings["NOTIFY_URL"]
            else None,
            progress_enabled=switch("PROGRESS_ENABLED", settings["PROGRESS_ENABLED"]),
            progress_log_s=number("PROGRESS_LOG_S", settings["PROGRESS_LOG_S"], 0, 86_400),
        )

    @property
    def state_dir(self) -> Path:
        """The folder of what can be deleted without losing a document."""
        return self.archive_dir / ".state"


def _http_url(name: str, value: object) -> str:
    url = str(value)
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits:
        raise ConfigurationError(
            f"{name}: expected an http or https address such as https://www.beehive.govt.nz, "
            f"found {value!r}"
        )
    return url


def _timezone(name: str, value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"{name}: expected a time zone such as Pacific/Auckland or UTC, found {value!r}"
        ) from error


def _choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ConfigurationError(f"{name}: expected {' or '.join(choices)}, found {value!r}")
    return str(value)


def switch(name: str, value: object) -> bool:
    """Read True or False; raises ConfigurationError naming the setting."""
    word = str(value).strip().lower()
    if word not in {"true", "false", "1", "0"}:
        raise ConfigurationError(f"{name}: expected True or False, found {value!r}")
    return word in {"true", "1"}


def number(name: str, value: object, least: float, most: float) -> float:
    """Read a number within bounds; raises ConfigurationError naming the setting."""
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise ConfigurationError(
            f"{name}: expected a number from {least} to {most}, found {value!r}"
        )
    return number

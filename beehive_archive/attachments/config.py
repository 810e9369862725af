"""The settings of attachments as one checked value."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from beehive_archive.errors import ConfigurationError, MissingExtraError

# Where Scrapy's FilesPipeline can store, and what it needs for that beside itself. The extra
# that brings it has the scheme's name.
_STORES = {"s3": "botocore", "gs": "google.cloud.storage", "ftp": None, "file": None, "": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentConfig:
    """How attachments are fetched; docs/settings.md says what each means.

    ``folder`` is where files are kept, None where they are kept in the cloud.
    """

    enabled: bool
    store: str
    folder: Path | None
    max_bytes: int
    timeout_s: float
    workers: int

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], archive_dir: Path) -> AttachmentConfig:
        """Read and check the settings; raises ConfigurationError naming the one that is wrong."""
        enabled = str(settings["ATTACHMENTS_ENABLED"]).strip().lower()
        if enabled not in {"true", "false", "1", "0"}:
            raise ConfigurationError(
                f"ATTACHMENTS_ENABLED: expected True or False, found {enabled!r}"
            )
        store = settings.get("FILES_STORE") or archive_dir / "attachments"
        return cls(
            enabled=enabled in {"true", "1"},
            store=str(store),
            folder=_folder(store),
            max_bytes=int(_positive("ATTACHMENT_MAX_BYTES", settings)),
            timeout_s=_positive("ATTACHMENT_TIMEOUT_S", settings),
            workers=int(_positive("ATTACHMENT_WORKERS", settings)),
        )


def _folder(store: object) -> Path | None:
    uri = str(store)
    if isinstance(store, Path) or Path(uri).is_absolute():
        return Path(uri)
    parts = urlsplit(uri)
    if parts.scheme not in _STORES:
        raise ConfigurationError(
            f"FILES_STORE: expected a folder, s3://BUCKET/FOLDER/ or gs://BUCKET/FOLDER/, "
            f"found {uri!r}"
        )
    if parts.scheme in {"", "file"}:
        return Path(uri.partition("://")[2] or uri).expanduser().absolute()
    if not parts.path:
        raise ConfigurationError(f"FILES_STORE: expected {uri}/ with a slash after the bucket")
    module = _STORES[parts.scheme]
    if module is not None and not _is_installed(module):
        raise MissingExtraError("FILES_STORE", module.replace(".", "-"), parts.scheme)
    return None


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package around it
        return False


def _positive(name: str, settings: Mapping[str, Any]) -> float:
    try:
        number = float(str(settings[name]))
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf") or (name != "ATTACHMENT_TIMEOUT_S" and number < 1):
        raise ConfigurationError(f"{name}: expected a number above 0, found {settings[name]!r}")
    return number

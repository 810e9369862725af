"""The settings of a cluster, checked; redis is an extra."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from beehive_archive.config import number
from beehive_archive.errors import ConfigurationError, MissingExtraError

_JOB = re.compile(r"[\w.-]{1,100}", re.ASCII)

# A worker that leaves shows no sign of life while it writes its part of the report: half a
# minute for 30,000 findings, and more on a small machine.
LEAVING_LEASES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterConfig:
    """Which job a worker is at, and how long it may be silent before others take over."""

    redis_url: str
    job: str
    worker: str
    lease_s: float

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> ClusterConfig | None:
        """Read the settings, None without ``REDIS_URL``; raises ConfigurationError."""
        url = settings["REDIS_URL"]
        if not url:
            return None
        if importlib.util.find_spec("redis") is None:
            raise MissingExtraError("REDIS_URL", "redis", "cluster")
        if urlsplit(str(url)).scheme not in {"redis", "rediss", "unix"}:
            raise ConfigurationError(
                "REDIS_URL: expected an address such as redis://host:6379/0 or "
                "rediss://user:password@host:6380/0"
            )
        job = str(settings["CLUSTER_JOB"] or "")
        if not _JOB.fullmatch(job):
            raise ConfigurationError(
                "CLUSTER_JOB: expected a name for the job that the workers share, such as "
                f"check-2026-11, of letters, digits, dots and dashes; found {job!r}"
            )
        return cls(
            redis_url=str(url),
            job=job,
            worker=f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}",
            lease_s=number("CLUSTER_LEASE_S", settings["CLUSTER_LEASE_S"], 1, 3_600),
        )

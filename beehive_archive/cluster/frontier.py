"""What the workers of a job share: who does what, who lives, and when the next request may go.

It knows nothing of Scrapy. Calls are short and blocking: a worker without Redis has nothing to do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import redis

from beehive_archive.cluster import scripts
from beehive_archive.cluster.config import LEAVING_LEASES, ClusterConfig
from beehive_archive.errors import ClusterError

DEATHS_TO_GIVE_UP = 3  # workers that died with the same document: it may be why
DAYS_KEPT = 30  # how long a finished job's name is known as such
TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What dead workers left: their findings as JSON, and units that nobody is to try again."""

    workers: tuple[str, ...]
    findings: tuple[str, ...]
    hopeless: tuple[str, ...]


class Frontier:
    """A worker's view of a job. A unit of work is a name: a document's path, or a list's."""

    def __init__(self, config: ClusterConfig) -> None:
        self.worker = config.worker
        self.job = config.job
        self._lease_ms = round(config.lease_s * 1_000)
        self._prefix = f"beehive:{config.job}:"
        parts = urlsplit(config.redis_url)
        self._place = (
            parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
        )
        try:
            self._redis = redis.Redis.from_url(
                config.redis_url,
                decode_responses=True,
                encoding_errors="surrogateescape",  # a file's name may be no UTF-8
                socket_timeout=TIMEOUT_S,
                socket_connect_timeout=TIMEOUT_S,
            )
        except ValueError as error:
            raise ClusterError(f"REDIS_URL: {error}") from error

    def join(self, head: Mapping[str, object], units: Sequence[str]) -> None:
        """Begin the job, or join the others at it; raises ClusterError where it is another."""
        if self._call("EXISTS", f"{self._prefix}finished"):
            raise ClusterError(
                f"the job {self.job} is finished; choose another CLUSTER_JOB to begin one"
            )
        mine = json.dumps(head, sort_keys=True)
        theirs = self._run(scripts.JOIN, self._lease_ms, mine, *units)
        if theirs != mine:
            self._run(scripts.LEAVE, self._lease_ms)
            self._run(scripts.SIGN_OFF, DAYS_KEPT)
            known = json.loads(theirs)
            differing = [name for name in head if known.get(name) != head[name]]
            raise ClusterError(
                f"the job {self.job} was begun with another {' and '.join(differing)}: give each "
                "worker the same arguments and settings and a copy of the same archive, or choose "
                "another CLUSTER_JOB"
            )

    def beat(self) -> bool:
        """Show a sign of life; False for one that was taken for dead."""
        return bool(self._run(scripts.BEAT, self._lease_ms))

    def claim(self) -> str | None:
        """Take a unit in hand, None where none is free."""
        unit: str | None = self._run(scripts.CLAIM)
        return unit

    def complete(self, unit: str, finding: str) -> bool:
        """Hand a unit's finding in; False where the unit is no longer this worker's."""
        return bool(self._run(scripts.COMPLETE, unit, finding))

    def walked(self, unit: str) -> None:
        """Note that a unit without a finding of its own is done."""
        self._call(
            "SMOVE",
            f"{self._prefix}held:{self.worker}",
            f"{self._prefix}walked:{self.worker}",
            unit,
        )

    def reap(self) -> Estate:
        """Take over from dead workers."""
        workers, found, hopeless = self._run(scripts.REAP, DEATHS_TO_GIVE_UP)
        return Estate(workers=tuple(workers), findings=tuple(found), hopeless=tuple(hopeless))

    def is_over(self) -> bool:
        """Tell whether every unit is done, by workers that live."""
        return bool(self._run(scripts.IS_OVER, self._lease_ms))

    def leave(self) -> list[str] | None:
        """Give back what is in hand; returns what nobody is left to do, None if taken for dead."""
        rest: list[str] | None = self._run(scripts.LEAVE, LEAVING_LEASES * self._lease_ms)
        return rest

    def sign_off(self) -> bool:
        """Say that this worker's part of the report is written."""
        return bool(self._run(scripts.SIGN_OFF, DAYS_KEPT))

    def take_turn(self, delay_s: float) -> float:
        """Take the next free moment for a request; returns in how many seconds it comes."""
        return int(self._run(scripts.TAKE_TURN, round(delay_s * 1_000))) / 1_000

    def hold(self, wait_s: float) -> None:
        """Let every worker's next request wait so long."""
        self._run(scripts.HOLD, round(wait_s * 1_000))

    def _run(self, script: str, *arguments: object) -> Any:
        return self._call("EVAL", script, 1, self._prefix, self.worker, *arguments)

    def _call(self, *words: Any) -> Any:
        try:
            return self._redis.execute_command(*words)  # type: ignore[no-untyped-call]
        except redis.RedisError as error:
            raise ClusterError(
                f"REDIS_URL: Redis at {self._place} failed ({error}); check that it runs and can "
                f"be reached, then start the workers of CLUSTER_JOB={self.job} again"
            ) from error

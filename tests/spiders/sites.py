"""What the tests of whole crawls share: filling a replica, and reading its log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tests.replica import Replica, ReplicaDocument, document

# Of the current government, and older than any RECHECK_DAYS.
NEWEST = datetime(2025, 3, 31, 3, tzinfo=UTC)


def publish(
    replica: Replica, count: int, *, newest: datetime = NEWEST, name: str = "Release"
) -> list[ReplicaDocument]:
    """Add documents a day apart, ``Release 0`` the newest."""
    return [
        replica.add(document(f"{name} {number}", newest - timedelta(days=number)))
        for number in range(count)
    ]


def publish_recent(replica: Replica, count: int, name: str = "Recent") -> list[ReplicaDocument]:
    """Add documents of today, which the next run reads again."""
    now = datetime.now(UTC).replace(microsecond=0)
    return [
        replica.add(document(f"{name} {number}", now - timedelta(minutes=10 * number)))
        for number in range(count)
    ]


def asked(replica: Replica, *prefixes: str) -> list[str]:
    """Return what was asked for since the log was last cleared, robots.txt aside."""
    return [
        request.target
        for request in replica.requests
        if request.path != "/robots.txt"
        and (not prefixes or request.target.startswith(tuple(prefixes)))
    ]


def slugs(paths: Iterable[str]) -> set[str]:
    """Return the slugs of the archive's documents."""
    return {path.rpartition("/")[2][11:-3] for path in paths if path.endswith(".md")}

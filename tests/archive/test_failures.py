"""When what failed is tried again, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from beehive_archive.archive.failures import is_due, next_try_at

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


def test_the_wait_doubles_up_to_a_week() -> None:
    waits = [datetime.fromisoformat(next_try_at(tries, NOW)) - NOW for tries in range(1, 2_000)]
    assert waits[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert max(waits) == waits[-1] == timedelta(days=7)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(minutes=59), False),
        (timedelta(hours=1), True),
        (timedelta(days=400), True),
        (-timedelta(hours=1), False),
        (-timedelta(days=400), True),  # the clock was wrong when it failed: don't wait for a year
    ],
)
def test_when_a_failure_is_due(later: timedelta, expected: bool) -> None:
    assert is_due(next_try_at(1, NOW), NOW + later) == expected

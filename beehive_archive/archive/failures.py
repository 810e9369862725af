"""What could not be had, and when it is tried again: after an hour, two, four ..., then weekly.

Instants are ISO texts in UTC, as the files in ``.state/`` hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from beehive_archive.archive.state_file import instant

FIRST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=7)
MAX_REASON_LENGTH = 2_000  # an error may quote a whole page


def next_try_at(tries: int, now: datetime) -> str:
    """Return when to try again after so many failed tries, the last of them now.

    >>> from datetime import UTC
    >>> next_try_at(3, datetime(2026, 11, 21, 17, 0, tzinfo=UTC))
    '2026-11-21T21:00:00+00:00'
    """
    doublings = min(tries - 1, 16)  # a week long before, and no overflow after
    return instant(now + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT))


def is_due(next_try_at: str, now: datetime) -> bool:
    """Tell whether the next try has come.

    One further away than the longest wait was written by a clock since set back.
    """
    return not instant(now) < next_try_at <= instant(now + LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Failure:
    """A URL that could not be had: why, how often it was tried, and since when.

    ``refused`` is for a page that came but can't be archived (it has no date, say).
    """

    url: str
    reason: str
    refused: bool
    tries: int
    first_at: str
    next_try_at: str

    def is_due(self, now: datetime) -> bool:
        """Tell whether the next try has come."""
        return is_due(self.next_try_at, now)

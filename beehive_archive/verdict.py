"""How a run went: its problems and its exit code, from its counts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from beehive_archive.findings import ALARMS, CONVENTION, NEW, UNVERIFIED

# Small archives change by single documents; a rate alone would stop them all the time.
LEAST_BRAKED = 20


class ExitCode(IntEnum):
    """What ``scrapy`` exits with; ``MEANINGS`` says what each means."""

    DONE = 0
    DIFFERENCES = 1
    USAGE = 2
    INCOMPLETE = 3
    LOCKED = 4


MEANINGS = {
    ExitCode.DONE: "done, and (check, verify) no difference found",
    ExitCode.DIFFERENCES: "done, and differences found",
    ExitCode.USAGE: "wrong usage or settings: nothing was fetched or written",
    ExitCode.INCOMPLETE: (
        "incomplete: blocked by the firewall, the site out of reach, or errors on more pages than "
        "MAX_ERROR_RATE allows; what was done is whole, the rest is listed"
    ),
    ExitCode.LOCKED: "another run holds the archive",
}
"""What each means; docs/commands.md and README.md have it from here."""


def is_braked(alarms: int, looked_at: int, max_change_rate: float) -> bool:
    """Tell whether so many documents changed or vanished that the run is not to be believed.

    >>> is_braked(alarms=19, looked_at=19, max_change_rate=0.05)
    False
    >>> is_braked(alarms=60, looked_at=1_000, max_change_rate=0.05)
    True
    """
    return alarms >= LEAST_BRAKED and alarms > max_change_rate * looked_at


def too_many_errors(counts: Mapping[str, int], max_error_rate: float) -> str | None:
    """Return the problem where more pages failed than ``MAX_ERROR_RATE`` allows.

    >>> too_many_errors({"unchanged": 99, "unverified": 1}, 0.01)
    >>> too_many_errors({"unchanged": 98, "unverified": 2}, 0.01)
    '2 of 100 documents could not be read (2 %, MAX_ERROR_RATE allows 1 %); see "unverified"'
    """
    failed, looked_at = counts.get(UNVERIFIED, 0), sum(counts.values())
    if failed <= max_error_rate * looked_at:
        return None
    return (
        f"{failed} of {looked_at} documents could not be read ({100 * failed / looked_at:.3g} %, "
        f'MAX_ERROR_RATE allows {100 * max_error_rate:.3g} %); see "unverified"'
    )


def exit_code(
    counts: Mapping[str, int], problems: tuple[str, ...], *, differences_count: bool
) -> ExitCode:
    """Return the exit code; ``differences_count`` for checks, which look for differences.

    >>> exit_code({"changed": 1}, (), differences_count=True)
    <ExitCode.DIFFERENCES: 1>
    >>> exit_code({"new": 5}, (), differences_count=False)
    <ExitCode.DONE: 0>
    """
    if problems:
        return ExitCode.INCOMPLETE
    differing = sum(counts.get(kind, 0) for kind in (*ALARMS, CONVENTION, NEW))
    return ExitCode.DIFFERENCES if differences_count and differing else ExitCode.DONE

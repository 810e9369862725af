"""A run's verdict from its counts, around each boundary."""

from __future__ import annotations

import pytest

from beehive_archive.verdict import ExitCode, exit_code, is_braked, too_many_errors


@pytest.mark.parametrize(
    ("alarms", "looked_at", "rate", "expected"),
    [
        (0, 0, 0.05, False),
        (19, 19, 0.05, False),  # a small archive changes by single documents
        (20, 20, 0.05, True),
        (20, 400, 0.05, False),  # not more than 5 %
        (20, 399, 0.05, True),
        (500, 10_000, 0.05, False),
        (501, 10_000, 0.05, True),
        (10_000, 10_000, 1, False),
        (20, 10_000, 0, True),
    ],
)
def test_the_brake(alarms: int, looked_at: int, rate: float, expected: bool) -> None:
    assert is_braked(alarms, looked_at, rate) is expected


@pytest.mark.parametrize(
    ("counts", "rate", "is_problem"),
    [
        ({}, 0.01, False),
        ({"unchanged": 5}, 0, False),
        ({"unchanged": 99, "unverified": 1}, 0.01, False),
        ({"unchanged": 98, "unverified": 1}, 0.01, True),
        ({"unverified": 1}, 0.99, True),
        ({"unverified": 1}, 1, False),
        ({"new": 1, "unverified": 1}, 0, True),
    ],
)
def test_the_error_rate(counts: dict[str, int], rate: float, is_problem: bool) -> None:
    problem = too_many_errors(counts, rate)
    assert (problem is not None) is is_problem
    if problem:
        assert "MAX_ERROR_RATE" in problem


@pytest.mark.parametrize("kind", ["new", "changed", "moved", "removed", "convention"])
def test_differences_count_for_a_check_only(kind: str) -> None:
    counts = {"unchanged": 9, kind: 1}
    assert exit_code(counts, (), differences_count=True) is ExitCode.DIFFERENCES
    assert exit_code(counts, (), differences_count=False) is ExitCode.DONE
    assert exit_code(counts, ("blocked",), differences_count=True) is ExitCode.INCOMPLETE


@pytest.mark.parametrize("kind", ["unchanged", "unlisted", "unverified"])
def test_what_says_nothing_is_no_difference(kind: str) -> None:
    assert exit_code({kind: 3}, (), differences_count=True) is ExitCode.DONE


def test_the_codes_are_the_contract() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4]

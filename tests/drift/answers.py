"""Answers that go wrong: once, for ever, or another way each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.drift.case import Case
from tests.drift.content import Scenario
from tests.replica import Replica, faults
from tests.replica.faults import Fault

# --- Some bad answers, then good ones: as if nothing had been -----------------------------------


def _then_good(name: str, fault: Callable[[], Fault], times: int) -> Scenario:
    def scenario(case: Case, generator: Random) -> bool:
        case.later(Replica.fault, fault(), case.page.path, times=times)
        return True

    scenario.__name__ = name
    return scenario


def edited_for_a_moment(case: Case, generator: Random) -> bool:
    """The first fetch gives another body, the second the archived one."""
    case.later(Replica.fault, _other_words("Half an edit"), case.page.path, times=1)
    return case.is_at_its_url and bool(case.body)


def gone_for_a_moment(case: Case, generator: Random) -> bool:
    case.later(Replica.fault, faults.status(404), case.page.path, times=1)
    return case.is_at_its_url


TROUBLE: tuple[Scenario, ...] = (
    _then_good("blocked twice", faults.blocked, 2),
    _then_good("challenged once", faults.challenge, 1),
    _then_good("503 once", lambda: faults.status(503), 1),
    _then_good("500 three times", lambda: faults.status(500), 3),
    _then_good("reset once", faults.reset, 1),
    _then_good("truncated once", faults.truncated, 1),
    edited_for_a_moment,
    gone_for_a_moment,
)


# --- Nothing to judge by ------------------------------------------------------------------------


def _for_ever(name: str, fault: Callable[[], Fault]) -> Scenario:
    def scenario(case: Case, generator: Random) -> bool:
        case.later(Replica.fault, fault(), case.page.path)
        case.kind = "unverified"
        return True

    scenario.__name__ = name
    return scenario


def without_a_date(case: Case, generator: Random) -> bool:
    case.page = replace(case.page, published_at=None, listed_at=case.instant)
    case.kind = "unverified"
    return True


def another_edit_each_time(case: Case, generator: Random) -> bool:
    for number in range(1, 9):
        fault = _other_words(f"Version {number}")
        case.later(Replica.fault, fault, case.page.path, after=number - 1, times=1)
    case.kind = "unverified"
    return case.is_at_its_url and bool(case.body)


def _other_words(words: str) -> Fault:
    body = 'field--label-hidden field--item">'
    return faults.rewritten(lambda page: page.replace(body, f"{body}<p>{words}</p>"))


UNVERIFIED: tuple[Scenario, ...] = (
    _for_ever("blocked for ever", faults.blocked),
    _for_ever("500 for ever", lambda: faults.status(500)),
    _for_ever("forbidden", lambda: faults.status(403)),
    _for_ever("silence", faults.silence),
    _for_ever("error page", faults.error_page),
    _for_ever("empty", faults.empty),
    _for_ever("other layout", faults.document_drift),
    _for_ever("loop", faults.redirect_loop),
    _for_ever("not modified, unasked", faults.not_modified),
    without_a_date,
    another_edit_each_time,
)

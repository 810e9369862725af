"""A few hundred inputs for each target of ``tests.fuzz``, and all that ever broke one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.inputs import inputs
from tests.fuzz.targets import TARGETS

BROKE: dict[str, list[bytes]] = {"front_matter": [], "pages": [], "markdown": [], "feed": []}


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_escapes_but_our_own_errors(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(inputs(target))
    def check(data: bytes) -> None:
        target.check(data)

    check()


@pytest.mark.parametrize("name", TARGETS)
def test_good_inputs_and_what_broke_once(name: str) -> None:
    target = TARGETS[name]
    for data in (*target.seeds, *BROKE[name], b""):
        target.check(data)

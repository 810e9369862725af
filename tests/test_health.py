"""What tells layout drift from a page that has less than others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.health import USUAL, Health, drifting, usual_losses

ALL = dict.fromkeys(USUAL, 0.0)


def health(usual: dict[str, float] = ALL, *, least_pages: int = 5, max_loss: float = 0.5) -> Health:
    return Health(lambda _: usual, least_pages=least_pages, max_loss=max_loss)


@pytest.mark.parametrize(
    ("pages", "lost", "usual", "drifts"),
    [
        (4, 4, 0.0, False),  # too few pages
        (5, 5, 0.0, True),
        (5, 2, 0.0, False),
        (6, 3, 0.0, False),  # half is not more than half
        (7, 4, 0.0, True),
        (100, 60, 0.2, False),
        (100, 71, 0.2, True),
        (100, 100, 0.6, False),  # as most of the archive
    ],
)
def test_the_boundaries(pages: int, lost: int, usual: float, drifts: bool) -> None:
    found = drifting(pages, {"body": lost}, {"body": usual}, least_pages=5, max_loss=0.5)
    assert found == (("body",) if drifts else ())


def test_what_the_parser_needs_is_judged_without_an_archive() -> None:
    run = health(dict.fromkeys(USUAL, 1.0))
    for _ in range(5):
        run.saw("release", ("date", "title"))
    problem = run.problem() or ""
    assert "5 of 5 pages (release) have no title" in problem
    assert "have no date" in problem


def test_kinds_are_judged_apart() -> None:
    run = health()
    for _ in range(10):
        run.saw("release", ())
        run.saw("diary", ("body",))
    assert "diary" in (run.problem() or "")
    assert "(release)" not in (run.problem() or "")


def test_a_run_is_hopeless_after_twenty_pages() -> None:
    run = health()
    for _ in range(19):
        run.saw("release", ("body",))
    assert run.problem()
    assert not run.is_hopeless
    run.saw("release", ("body",))
    assert run.is_hopeless


def test_a_page_lacks_only_what_is_usual() -> None:
    run = health({"ministers": 0.01, "portfolios": 0.9, "body": 0.0})
    assert run.lacks("release", ("ministers", "portfolios")) == ("ministers",)
    assert run.lacks("release", ()) == ()


def test_the_archive_is_asked_once_and_only_where_it_matters() -> None:
    asked: list[str] = []

    def usual_of(kind: str) -> dict[str, float]:
        asked.append(kind)
        return ALL

    run = Health(usual_of, least_pages=5, max_loss=0.5)
    for _ in range(100):
        run.saw("release", ())
        assert not run.is_hopeless
    assert asked == []
    run.lacks("release", ("body",))
    run.lacks("release", ("body",))
    assert asked == ["release"]


@given(st.lists(st.sets(st.sampled_from(USUAL)), max_size=60), st.integers(1, 30), st.floats(0, 1))
def test_pages_like_the_archives_own_never_drift(
    missing: list[set[str]], least_pages: int, max_loss: float
) -> None:
    run = health(dict(usual_losses(missing)), least_pages=least_pages, max_loss=max_loss)
    for each in missing:
        run.saw("release", each)
    assert run.problem() is None

"""Drawing documents, striking them with scenarios, and setting both sides up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.drift import answers, blocks, content, filing, places
from tests.drift.case import Case, Expected
from tests.replica import Replica
from tests.replica.bodies import Bodies
from tests.replica.corpus import load
from tests.replica.pages import frame

# So many of 1,500 documents are struck by each scenario: all alarms together stay below the
# brake (5 %), all that can't be judged below MAX_ERROR_RATE (1 %).
_ALARMS, _UNVERIFIED, _HARMLESS = 1, 1, 3
_SHARE_OF = 1_500
_MANY = 3  # of a scenario that keeps a check waiting, whatever the archive's size


@dataclass(frozen=True)
class World:
    """Both sides, and what a check must say of each archived document that is not unchanged."""

    archive: Path
    replica: Replica
    cases: tuple[Case, ...]

    @property
    def expected(self) -> dict[str, Expected]:
        """What a check must find, by path."""
        return {case.path: case.expected() for case in self.cases if case.is_archived}


def drifted(
    sample: Path,
    archive: Path,
    *,
    count: int | None = None,
    seed: int = 1,
    cache: Path | None = None,
) -> World:
    """Draw ``count`` documents of a sample (None: all), and let site and archive drift apart."""
    generator = Random(seed)
    cases = [Case.of(page) for page in load(sample, Bodies(cache)) if page.listed_at is None]
    cases = [case for case in cases if case.title]
    if count is not None:
        cases = sorted(generator.sample(cases, count), key=lambda case: case.path)
    _strike(cases, generator)
    _write(cases, archive)
    return World(archive, _replica(cases), tuple(cases))


def _strike(cases: list[Case], generator: Random) -> None:
    untouched = list(range(len(cases)))
    generator.shuffle(untouched)
    share = max(1, round(len(cases) / _SHARE_OF))
    for scenario, weight in _scenarios():
        wanted = weight * share
        if scenario.__name__ in {"silence", "500 for ever", "blocked for ever"}:
            wanted = min(wanted, _MANY)
        for number in [*untouched]:
            if not wanted:
                break
            tried = replace(cases[number])
            tried.fields, tried.conventions = set(tried.fields), set(tried.conventions)
            tried.scenarios, tried.on_site = [scenario.__name__], []
            if scenario(tried, generator):
                cases[number] = tried
                untouched.remove(number)
                wanted -= 1
        if wanted:
            raise ValueError(f"{scenario.__name__}: {wanted} documents too few that it fits")
    _pair(cases, untouched, 3 * share, generator)
    for number in untouched[: 2 * share]:
        cases[number].is_archived = False


def _scenarios() -> Iterator[tuple[content.Scenario, int]]:
    for block in blocks.BLOCKS:
        yield block, _ALARMS if block.says == "body" else _HARMLESS
    for scenario in (*content.EDITS, *places.PLACES):
        yield scenario, _ALARMS
    for scenario in (*places.LOST, *answers.UNVERIFIED):
        yield scenario, _UNVERIFIED
    for scenario in (*content.NOISE, *places.HARMLESS, *filing.FILING, *answers.TROUBLE):
        yield scenario, _HARMLESS


def _pair(cases: list[Case], untouched: list[int], wanted: int, generator: Random) -> None:
    """Let pairs of documents share an archived URL."""
    while wanted:
        first, second = untouched.pop(), untouched.pop()
        pair = [replace(cases[number]) for number in (first, second)]
        for each in pair:
            each.fields, each.conventions = set(), set()
            each.scenarios, each.on_site = ["one URL for two"], []
        if filing.share_a_url(pair[0], pair[1], generator):
            cases[first], cases[second] = pair
            wanted -= 1


def _write(cases: list[Case], archive: Path) -> None:
    for case in cases:
        if case.is_archived:
            path = archive / case.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                raise ValueError(f"two cases under {case.path}")
            path.write_bytes(case.text().encode())


def _replica(cases: list[Case]) -> Replica:
    pages = (
        case.page if case.html is None else replace(case.page, body_html=case.html)
        for case in cases
    )
    replica = Replica(pages)
    replica.add_page("/", frame("Beehive.govt.nz", "<h1>Welcome</h1>"))
    for case in cases:
        for change in case.on_site:
            change(replica)
    return replica

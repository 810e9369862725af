"""Which items of two sequences belong together: lines of two texts, words of two lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

# RapidFuzz fills about 4e9 cells a second on one core of 2023: a passage of 40,000 words on both
# sides takes half a second. The archive's longest body has 6,000 words.
MAX_CELLS = 1_600_000_000
DWARFED = 3  # times smaller than its neighbours: an equal run that only chance explains


class Run(NamedTuple):
    """Items ``[a0, a1)`` of one side against ``[b0, b1)`` of the other, equal or not."""

    equal: bool
    a0: int
    a1: int
    b0: int
    b1: int


def align(a: Sequence[str], b: Sequence[str]) -> list[Run]:
    """Return the runs that turn ``a`` into ``b``, equal and unequal ones by turns."""
    shorter = min(len(a), len(b))
    start = 0
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a_end, b_end = len(a) - end, len(b) - end
    return _joined(
        [
            Run(True, 0, start, 0, start),
            *_align_inner(a[start:a_end], b[start:b_end], start),
            Run(True, a_end, len(a), b_end, len(b)),
        ]
    )


def _align_inner(a: Sequence[str], b: Sequence[str], offset: int) -> Iterator[Run]:
    if len(a) * len(b) > MAX_CELLS:
        yield Run(False, offset, offset + len(a), offset, offset + len(b))
        return
    numbers: dict[str, int] = {}  # RapidFuzz compares hashes: those of numbers can't collide
    opcodes = Levenshtein.opcodes(
        [numbers.setdefault(each, len(numbers)) for each in a],
        [numbers.setdefault(each, len(numbers)) for each in b],
    )
    for op in opcodes:
        yield Run(
            op.tag == "equal",
            offset + op.src_start,
            offset + op.src_end,
            offset + op.dest_start,
            offset + op.dest_end,
        )


def without_chance_matches(runs: list[Run], a: Sequence[str], b: Sequence[str]) -> list[Run]:
    """Give up equal runs that are dwarfed by the changes on both their sides.

    Two sentences that share "the" and a comma are easier to read as one replaced by the other.
    """
    a_sizes = list(accumulate(map(len, a), initial=0))
    b_sizes = list(accumulate(map(len, b), initial=0))

    def size(run: Run) -> int:
        return max(a_sizes[run.a1] - a_sizes[run.a0], b_sizes[run.b1] - b_sizes[run.b0])

    kept: list[Run] = []
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        if run.equal and kept and following:
            dwarfed = DWARFED * size(run) < min(size(kept[-1]), size(following))
            kept.append(run._replace(equal=not dwarfed))
        else:
            kept.append(run)
        kept[-2:] = _joined(kept[-2:])
    return kept


def _joined(runs: Iterable[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if run.a0 == run.a1 and run.b0 == run.b1:
            continue
        if joined and joined[-1].equal == run.equal:
            joined[-1] = joined[-1]._replace(a1=run.a1, b1=run.b1)
        else:
            joined.append(run)
    return joined

"""Running heads, running feet and page numbers: what a page repeats and no reader reads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from beehive_archive.text.pdf.lines import Line
from beehive_archive.text.pdf.tables import Table

_OUTER_LINES = 4  # so many lines from the top, and from the foot, may be furniture
_OUTER_SHARE = 0.2  # of the page's height
_LEAST_YEAR = 1000
_PROSE_LENGTH = 40  # characters
_SAME_PLACE = 4.0
_LARGE = 1.15  # of the body's size: larger lines are titles
_DIGITS = re.compile(r"\d+")
_PAGE_N_OF_M = re.compile(
    r"(?:page|p\.?|whārangi)\s*\d{1,4}(?:\s*(?:of|/|o te)\s*\d{1,4})?$", re.IGNORECASE
)
_N_OF_M = re.compile(r"\d{1,4}\s*(?:of|/)\s*\d{1,4}$")
_BARE_NUMBER = re.compile(r"[-–—|\[(]?\s*(\d{1,4}|[ivxl]{1,6})\s*[-–—|\])]?$")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(frozen=True, slots=True)
class SheetText:
    """A sheet's lines and tables in reading order."""

    blocks: list[Line | Table]
    width: float
    height: float
    slanted: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: int
    line: Line
    is_foot: bool
    edge_distance: float
    inner: Line | None  # the next line towards the page's middle


def without_running_heads(
    pages: Sequence[Sequence[SheetText]], body_size: float
) -> list[list[SheetText]]:
    """Return the pages without the lines at head and foot that repeat or number them."""
    candidates = [
        candidate
        for number, sheets in enumerate(pages)
        for sheet in sheets
        for candidate in _candidates(number, sheet)
    ]
    dropped = {
        id(candidate.line)
        for candidate in (
            *_repeated(candidates, len(pages), body_size),
            *_numbered_heads(candidates, len(pages), body_size),
            *_page_numbers(candidates, len(pages)),
        )
    }
    _keep_text(candidates, dropped)
    return [
        [
            SheetText(
                [block for block in sheet.blocks if id(block) not in dropped],
                sheet.width,
                sheet.height,
                sheet.slanted,
            )
            for sheet in sheets
        ]
        for sheets in pages
    ]


def _candidates(page: int, sheet: SheetText) -> list[_Candidate]:
    """Return the outermost lines of a sheet; a slanted one is nothing but a stamp."""
    lines = [block for block in sheet.blocks if isinstance(block, Line)]
    if sheet.slanted:
        return [_Candidate(page, line, False, 0.0, None) for line in lines]
    lines.sort(key=lambda line: line.baseline)
    heads = [
        _Candidate(page, line, False, line.baseline, inner)
        for line, inner in zip(lines[:_OUTER_LINES], [*lines[1:], None], strict=False)
        if line.baseline < _OUTER_SHARE * sheet.height
    ]
    lines.reverse()
    feet = [
        _Candidate(page, line, True, sheet.height - line.baseline, inner)
        for line, inner in zip(lines[:_OUTER_LINES], [*lines[1:], None], strict=False)
        if line.baseline > (1 - _OUTER_SHARE) * sheet.height
    ]
    return heads + feet


def _repeated(candidates: list[_Candidate], pages: int, body_size: float) -> list[_Candidate]:
    groups: dict[tuple[str, bool], list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[_DIGITS.sub("#", candidate.line.full_text.lower()), candidate.is_foot].append(
            candidate
        )
    needed = 2 if pages <= 20 else 3
    found = []
    for (key, _), group in groups.items():
        if key.strip("#-–—| ") == "":
            continue  # numbers alone: see _page_numbers
        distances = sorted(candidate.edge_distance for candidate in group)
        middle = distances[len(distances) // 2]
        level = [c for c in group if abs(c.edge_distance - middle) <= _SAME_PLACE]
        on_pages = len({candidate.page for candidate in level})
        if on_pages >= needed and _is_furniture(level, on_pages / pages, body_size):
            found.extend(level)
    return found


def _is_furniture(group: list[_Candidate], share: float, body_size: float) -> bool:
    """Tell whether lines that repeat on a share of the pages are furniture, not text."""
    varies = len({candidate.line.full_text for candidate in group}) > 1
    if group[0].line.size > _LARGE * body_size and (varies or share < 0.5 or len(group) < 3):
        return False  # chapters' headings, and slides' titles
    if sum(candidate.inner is not None for candidate in group) < 0.5 * len(group):
        return False  # all that there is on the pages
    return not varies or _counts_pages(group)


def _keep_text(candidates: list[_Candidate], dropped: set[int]) -> None:
    """Take out of the dropped what belongs to a paragraph: letters may open with equal lines."""
    for candidate in sorted(candidates, key=lambda c: c.edge_distance, reverse=True):
        line, inner = candidate.line, candidate.inner
        if (
            inner is not None
            and id(inner) not in dropped
            and len(line.full_text) > _PROSE_LENGTH
            and abs(inner.size - line.size) <= 0.07 * line.size
            and abs(inner.baseline - line.baseline) < 1.5 * line.size
        ):
            dropped.discard(id(line))


def _counts_pages(group: list[_Candidate]) -> bool:
    """Whether a number in the lines grows as the pages do."""
    offsets = _page_offsets(group)
    return bool(offsets) and max(offsets.values()) >= 0.6 * len(group)


def _page_offsets(group: list[_Candidate]) -> Counter[int]:
    """Count by how much numbers in the lines differ from their pages' indexes."""
    return Counter(
        number - candidate.page
        for candidate in group
        for number in _numbers(candidate.line.full_text)
    )


def _numbers(text: str) -> set[int]:
    return {int(number) for number in _DIGITS.findall(text) if len(number) < 5}


def _numbered_heads(candidates: list[_Candidate], pages: int, body_size: float) -> list[_Candidate]:
    """Return chapters' running heads: text that differs, in one place, with the page's number."""
    places: dict[tuple[bool, int], list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.line.size > _LARGE * body_size:
            continue
        places[candidate.is_foot, round(candidate.edge_distance / _SAME_PLACE)].append(candidate)
    found: list[_Candidate] = []
    for group in places.values():
        if len({c.page for c in group}) < max(3, 0.4 * pages) or not _counts_pages(group):
            continue
        offset = _page_offsets(group).most_common(1)[0][0]
        found.extend(c for c in group if c.page + offset in _numbers(c.line.full_text))
    return found


def _page_numbers(candidates: list[_Candidate], pages: int) -> list[_Candidate]:
    found = [
        c
        for c in candidates
        if _PAGE_N_OF_M.match(c.line.full_text) or _N_OF_M.match(c.line.full_text)
    ]
    numbered = [
        (candidate, value)
        for candidate in candidates
        if (value := _number(candidate.line.full_text)) is not None
    ]
    offsets = Counter(offset for offset in {(c.page, value - c.page) for c, value in numbered})
    on_offset = Counter(offset for _, offset in offsets)
    for candidate, value in numbered:
        agrees = on_offset[value - candidate.page] >= 2
        is_roman = not any(letter.isdigit() for letter in candidate.line.full_text)
        is_likely = value == candidate.page + 1 or (pages == 1 and value < _LEAST_YEAR)
        if agrees or is_roman or (candidate.is_foot and is_likely):
            found.append(candidate)
    return found


def _number(text: str) -> int | None:
    """Return the value of a bare page number, Arabic or Roman.

    >>> _number("– 12 –"), _number("iv"), _number("12 March")
    (12, 4, None)
    """
    match = _BARE_NUMBER.match(text)
    if not match:
        return None
    figures = match.group(1)
    if figures.isdigit():
        return int(figures)
    values = [_ROMAN[letter] for letter in figures]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))

"""A text's changes as values: segments, lines, passages."""

from __future__ import annotations

from dataclasses import dataclass

EQUAL = "equal"
DELETE = "delete"
INSERT = "insert"
EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that both sides have, or only one; ``op`` says which."""

    op: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the diff: unchanged, deleted or inserted whole, or edited inside.

    A line break that only one side has stands inside a segment of an edited line.
    """

    op: str
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The segments' texts in a row."""
        return "".join(each.text for each in self.segments)


@dataclass(frozen=True, slots=True)
class Passage:
    """Changed lines with the unchanged ones around them; numbers count from 1."""

    before_start: int
    before_count: int
    after_start: int
    after_count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """All passages of two texts that differ; ``change_count`` counts places, not words."""

    passages: tuple[Passage, ...]
    change_count: int

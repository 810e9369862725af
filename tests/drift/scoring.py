"""How right a check was: precision and recall of every kind, field and convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.drift.case import Expected


@dataclass
class Score:
    """Counts of one label; ``found`` and ``right`` are as the check says them."""

    expected: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is so."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is so that was found."""
        return self.right / self.expected if self.expected else 1.0


@dataclass
class Scores:
    """The scores by label, and one line for each document that was got wrong."""

    by_label: dict[str, Score] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def score(expected: Mapping[str, Expected], findings: Iterable[Mapping[str, Any]]) -> Scores:
    """Hold a report's findings against what is so, by path; a document without one is unchanged."""
    found = {
        str(each["path"] or each["url"]): Expected(
            each["kind"],
            frozenset(each["fields"]) if each["kind"] == "changed" else frozenset(),
            frozenset(each["conventions"])
            if each["kind"] in {"changed", "convention"}
            else frozenset(),
            (each["detail"],),
        )
        for each in findings
    }
    nothing = Expected("unchanged", frozenset(), frozenset())
    scores = Scores()
    for path in sorted(expected.keys() | found.keys()):
        wanted, got = expected.get(path, nothing), found.get(path, nothing)
        for label in labels(wanted):
            scores.by_label.setdefault(label, Score()).expected += 1
            scores.by_label[label].right += label in labels(got)
        for label in labels(got):
            scores.by_label.setdefault(label, Score()).found += 1
        if labels(wanted) != labels(got):
            scores.mistakes.append(f"{path}: {wanted} but found {got}")
    return scores


def labels(what: Expected) -> set[str]:
    """Everything that is said of a document."""
    fields = {f"field {name}" for name in what.fields}
    return {what.kind, *fields, *(f"convention {name}" for name in what.conventions)}


def table(scores: Scores) -> str:
    """The scores as a table for people."""
    lines = [f"{'':<24}{'expected':>9}{'found':>9}{'precision':>11}{'recall':>9}"]
    for label, each in sorted(scores.by_label.items(), key=lambda item: (" " in item[0], item[0])):
        lines.append(
            f"{label:<24}{each.expected:>9}{each.found:>9}{each.precision:>11.4f}{each.recall:>9.4f}"
        )
    return "\n".join(lines)

"""Filters by kind and convention, made of radio buttons and CSS alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from beehive_archive.findings import CONVENTIONS, KINDS, Finding

ALL = "any"
LABELS = {"url": "URL", "yaml": "YAML"}


def choices(every: str, counts: Counter[str], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the radio buttons of one filter: everything first, then what there is any of."""
    chosen = [
        {"name": name, "label": LABELS.get(name, name.capitalize()), "count": counts[name]}
        for name in names
        if counts[name]
    ]
    total = counts[ALL] if ALL in counts else counts.total()
    return [{"name": ALL, "label": every, "count": total}, *chosen]


def convention_counts(findings: Iterable[Finding]) -> Counter[str]:
    """Count the findings, and those that each convention is named in."""
    counts: Counter[str] = Counter()
    for finding in findings:
        counts.update([ALL, *known_conventions(finding)])
    return counts


def known_conventions(finding: Finding) -> list[str]:
    """Return a finding's conventions that a filter can name, in the order of the contract."""
    return [each for each in CONVENTIONS if each in finding.conventions]


def pairs(findings: Sequence[Finding]) -> Iterator[dict[str, Any]]:
    """Count the findings that each pair of choices shows: CSS can hide, but not count."""
    counts: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        for convention in (ALL, *known_conventions(finding)):
            counts.update([(finding.kind, convention), (ALL, convention)])
    kinds = {kind for kind, _ in counts}
    conventions = {convention for _, convention in counts}
    for kind in (ALL, *KINDS):
        for convention in (ALL, *CONVENTIONS):
            if kind in kinds and convention in conventions:
                count = counts[kind, convention]
                yield {"kind": kind, "convention": convention, "count": count}


def rules(findings: Sequence[Finding]) -> str:
    """Return the CSS that hides what isn't chosen, and all counts but the one that fits."""
    css = [
        "article.miss { display: none; }",
        # A browser before 2023 shows everything, so it shows that count.
        "@supports not selector(:has(a)) { .pair:not(.p-any-any) { display: none; } }",
    ]
    with_conventions = any(known_conventions(each) for each in findings)
    for pair in pairs(findings):
        kind, convention = pair["kind"], pair["convention"]
        chosen = f"body:has(#k-{kind}:checked)"
        if convention == ALL and kind != ALL:
            css.append(f"{chosen} .kind:not(.k-{kind}) {{ display: none; }}")
        if kind == ALL and convention != ALL:
            by_convention = f"body:has(#c-{convention}:checked)"
            css += [
                f"{by_convention} {each}:not(.c-{convention}) {{ display: none; }}"
                for each in (".kind", "article")
            ]
        both = f"{chosen}:has(#c-{convention}:checked)" if with_conventions else chosen
        css.append(f"body:not({both}) .p-{kind}-{convention} {{ display: none; }}")
    return "\n".join(css) + "\n"

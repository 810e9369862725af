"""One report from the parts that several workers wrote, or that several checks left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from beehive_archive.errors import ReportError
from beehive_archive.findings import UNVERIFIED, Finding, Report


def merge(parts: Mapping[str, Report]) -> Report:
    """Return what reports, by the names of their files, say together.

    Counts add up. A document that two of them have findings of counts once: where they agree, or
    where only one could judge it; where they don't, the later report's word is kept and
    ``problems`` names the conflict. Unchanged documents are counted in reports but not named, so
    parts of one job are also held against how many documents the job has. Raises ReportError for
    reports that don't belong together.
    """
    reports = list(parts.values())
    _refuse_strangers(parts)
    problems = [f"{name}: {problem}" for name, part in parts.items() for problem in part.problems]
    problems += [
        f"{name}: it is not complete"
        for name, part in parts.items()
        if not part.complete and not part.problems
    ]
    counts = Counter[str]()
    merged: dict[str, Finding] = {}
    kept_from: dict[str, str] = {}
    for name in sorted(parts, key=lambda each: parts[each].finished):  # the later one last
        counts.update(parts[name].counts)
        for finding in parts[name].findings:
            key = finding.path or finding.url
            earlier = merged.get(key)
            if earlier is None:
                merged[key], kept_from[key] = finding, name
                continue
            kept, dropped = _later(earlier, finding)
            counts[dropped.kind] -= 1
            if not _agree(earlier, finding):
                problems.append(
                    f"{finding.url}: {earlier.kind} in {kept_from[key]}, {finding.kind} in {name}, "
                    f"and not the same; {name} is kept, as the later one"
                )
            merged[key] = kept
    problems += _shortage(parts, counts.total())
    first = reports[0]
    return Report(
        spider=first.spider,
        started=min(each.started for each in reports),
        finished=max(each.finished for each in reports),
        site=first.site,
        archive=first.archive,
        complete=not problems,
        counts={kind: count for kind, count in counts.items() if count},
        findings=tuple(merged.values()),
        problems=tuple(problems),
    )


def _later(earlier: Finding, later: Finding) -> tuple[Finding, Finding]:
    """Return which of a document's findings is kept, and which is not."""
    if later.kind == UNVERIFIED and earlier.kind != UNVERIFIED:
        return earlier, later
    return later, earlier


def _agree(one: Finding, other: Finding) -> bool:
    """Tell whether two findings of a document don't contradict each other."""
    if UNVERIFIED in {one.kind, other.kind}:
        return True
    return (one.kind, one.before, one.after) == (other.kind, other.before, other.after)


def _refuse_strangers(parts: Mapping[str, Report]) -> None:
    """Raise ReportError where reports are not parts of one whole."""
    (first_name, first), *rest = parts.items()
    workers: dict[str, str] = {}
    for name, part in parts.items():
        if part.coverage is not None:
            raise ReportError(
                f"{name}: it compares the site's lists, and such reports can't be merged"
            )
        if part.part is not None and workers.setdefault(part.part.worker, name) != name:
            raise ReportError(
                f"{name}: it is the same part as {workers[part.part.worker]}; give each once"
            )
    for name, part in rest:
        for what in ("spider", "site"):
            ours, theirs = getattr(first, what), getattr(part, what)
            if ours != theirs:
                raise ReportError(
                    f"{name}: expected the {what} of {first_name}, {ours}, found {theirs}"
                )
        ours, theirs = (each.part.job if each.part else None for each in (first, part))
        if ours != theirs:
            raise ReportError(
                f"{name}: expected a part of the same job as {first_name} "
                f"({ours or 'no job'}), found one of {theirs or 'no job'}"
            )


def _shortage(parts: Mapping[str, Report], found: int) -> list[str]:
    """Return what is wrong with the number of documents that the parts of a job have."""
    part = next(iter(parts.values())).part
    if part is None or part.total is None or part.total == found:
        return []
    if found < part.total:
        problem = (
            f"{part.total - found:,} of the {part.total:,} documents of the job {part.job} stand "
            "in none of these parts; give every worker's, or, where a worker died at the job's "
            "end, start one more with the same CLUSTER_JOB, which takes its findings over"
        )
    else:
        problem = (
            f"{found - part.total:,} documents more than the {part.total:,} of the job "
            f"{part.job}: a worker that was taken for dead wrote its part all the same; leave "
            "that out"
        )
    return [problem]

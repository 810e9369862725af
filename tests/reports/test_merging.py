from __future__ import annotations

from dataclasses import replace

import pytest

from beehive_archive.errors import ReportError
from beehive_archive.findings import Finding, Part, Report
from beehive_archive.reports.coverage import Coverage
from beehive_archive.reports.merging import merge
from tests.reports.heads import CHECKED

URL = "https://www.beehive.govt.nz/release/"


def finding(slug: str, kind: str = "changed", **values: object) -> Finding:
    return Finding(kind=kind, url=URL + slug, path=f"releases/{slug}.md", **values)


def report(*findings: Finding, unchanged: int = 0, **values: object) -> Report:
    counts = {"unchanged": unchanged} if unchanged else {}
    for each in findings:
        counts[each.kind] = counts.get(each.kind, 0) + 1
    head = replace(
        CHECKED,
        counts=counts,
        findings=findings,
    )
    return replace(head, **values)


def part(worker: str, *findings: Finding, total: int, **values: object) -> Report:
    return report(*findings, part=Part(job="check", worker=worker, total=total), **values)


LATER = {"started": "2026-11-21T17:30:00+00:00", "finished": "2026-11-21T19:00:00+00:00"}


def test_counts_add_up_and_times_span_all() -> None:
    whole = merge(
        {
            "a": part("a", finding("one"), unchanged=5, total=9),
            "b": part("b", finding("two", "removed"), unchanged=2, total=9, **LATER),
        }
    )
    assert whole.counts == {"changed": 1, "removed": 1, "unchanged": 7}
    assert [each.url for each in whole.findings] == [f"{URL}one", f"{URL}two"]
    assert (whole.started, whole.finished) == (report().started, LATER["finished"])
    assert whole.complete
    assert whole.part is None


def test_what_two_parts_agree_on_stands_once() -> None:
    one = finding("one", after={"title": "New"}, detail="seen at 17:00")
    whole = merge({"a": report(one), "b": report(replace(one, detail="seen at 18:00"))})
    assert whole.counts == {"changed": 1}
    assert len(whole.findings) == 1
    assert whole.complete


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_conflict_is_named_and_the_later_word_kept(names: tuple[str, str]) -> None:
    parts = {"a": report(finding("one")), "b": report(finding("one", "removed"), **LATER)}
    whole = merge({name: parts[name] for name in names})
    assert whole.counts == {"removed": 1}
    assert [each.kind for each in whole.findings] == ["removed"]
    assert not whole.complete
    assert whole.problems == (
        f"{URL}one: changed in a, removed in b, and not the same; b is kept, as the later one",
    )


@pytest.mark.parametrize("later", ["a", "b"])
def test_what_one_could_not_judge_the_other_s_word_stands_for(later: str) -> None:
    parts = {"a": report(finding("one", "unverified")), "b": report(finding("one"))}
    parts[later] = replace(parts[later], **LATER)
    whole = merge(parts)
    assert whole.counts == {"changed": 1}
    assert whole.complete


def test_an_incomplete_part_says_so() -> None:
    whole = merge(
        {
            "a": report(unchanged=1, complete=False, problems=("the firewall answered",)),
            "b": report(unchanged=1, complete=False),
        }
    )
    assert not whole.complete
    assert whole.problems == ("a: the firewall answered", "b: it is not complete")


@pytest.mark.parametrize(
    ("unchanged", "said"), [(3, "2 of the 5 documents"), (6, "1 documents more than the 5")]
)
def test_a_missing_or_surplus_part_is_noticed(unchanged: int, said: str) -> None:
    whole = merge({"a": part("a", unchanged=unchanged, total=5)})
    assert not whole.complete
    assert said in whole.problems[0]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (part("b", total=1, spider="releases"), "spider"),
        (part("b", total=1, site="http://localhost"), "site"),
        (part("a", total=1), "the same part as a"),
        (report(), "the same job"),
        (part("b", total=1, coverage=Coverage()), "lists"),
    ],
)
def test_reports_that_do_not_belong_together(other: Report, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        merge({"a": part("a", total=1), "b": other})

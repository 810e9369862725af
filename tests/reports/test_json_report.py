from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.errors import ReportError
from beehive_archive.findings import CONVENTIONS, FIELDS, KINDS, Finding, Report
from beehive_archive.reports import json_report
from beehive_archive.reports.coverage import Coverage, MonthCoverage
from beehive_archive.reports.kinds import SIGNS
from tests.reports.heads import CHECKED

HEAD = replace(
    CHECKED,
    counts={"unchanged": 9, "changed": 1},
)
FINDING = Finding(
    kind="changed",
    url="https://www.beehive.govt.nz/release/taup%C5%8D",
    path="releases/2026/01/2026-01-04-taupo.md",
    title="Taupō takes pole position",
    date="2026-01-04",
    fields=("ministers", "body"),
    conventions=("date",),
    before={"ministers": ["Hon A"], "body": "One."},
    after={"ministers": ["Hon B"], "body": "Two."},
    body_diff="@@ -1,1 +1,1 @@\n-One.\n+Two.",
    sha256="0" * 64,
    detail="The body differs.",
)


def test_keys_stand_in_the_contracts_order(tmp_path: Path) -> None:
    path = tmp_path / "check.json"
    json_report.write(path, HEAD, [FINDING])
    values = json.loads(path.read_text("utf-8"))
    assert list(values) == [
        *("spider", "started", "finished", "site", "archive", "complete", "counts", "findings"),
        "problems",
    ]
    assert list(values["findings"][0]) == [
        *("kind", "url", "path", "fields", "conventions", "before", "after", "body_diff"),
        *("detail", "title", "date", "sha256"),
    ]
    assert "Taupō" in path.read_text("utf-8")


def test_a_report_with_coverage_comes_back(tmp_path: Path) -> None:
    month = MonthCoverage(
        year=2019, month=2, government="2017-2020-labour", listed=9, archived=8, missing=1
    )
    coverage = Coverage(months=(month,), kinds=("release", "speech"), short_lists=("a",))
    report = replace(HEAD, coverage=coverage, problems=("One.", "Two."), complete=False)
    json_report.write(tmp_path / "check.json", report, [])
    assert json_report.load(tmp_path / "check.json") == report


TEXT = st.text(st.characters(), max_size=20)  # lone surrogates and controls too
VALUES = st.dictionaries(st.sampled_from(FIELDS), TEXT | st.lists(TEXT, max_size=3), max_size=3)


@given(
    st.lists(
        st.builds(
            Finding,
            kind=st.sampled_from(KINDS),
            url=TEXT,
            path=st.none() | TEXT,
            title=TEXT,
            date=TEXT,
            fields=st.lists(st.sampled_from(FIELDS)).map(tuple),
            conventions=st.lists(st.sampled_from(CONVENTIONS)).map(tuple),
            before=VALUES,
            after=VALUES,
            body_diff=TEXT,
            sha256=TEXT,
            detail=TEXT,
        ),
        max_size=4,
    )
)
def test_any_report_comes_back(tmp_path_factory: pytest.TempPathFactory, findings: list[Finding]):
    path = tmp_path_factory.getbasetemp() / "round-trip.json"
    json_report.write(path, HEAD, iter(findings))
    assert json_report.load(path) == replace(HEAD, findings=tuple(findings))


def test_a_run_that_stops_midway_leaves_the_old_report(tmp_path: Path) -> None:
    path = tmp_path / "new" / "check.json"
    json_report.write(path, HEAD, [FINDING])
    old = path.read_bytes()

    def stopping() -> Iterator[Finding]:
        yield FINDING
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        json_report.write(path, HEAD, stopping())
    assert path.read_bytes() == old
    assert [each.name for each in path.parent.iterdir()] == ["check.json"]


def changed(**values: object) -> str:
    report = json.loads(json.dumps({"findings": [], "problems": []}))
    report.update(
        {
            key: getattr(HEAD, key)
            for key in ("spider", "started", "finished", "site", "archive", "complete", "counts")
        }
    )
    return json.dumps({**report, **values})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a report's JSON"),
        ("---\ntitle: x\n---", "expected a report's JSON"),
        (changed()[:-1], "short: run the crawl again"),
        ("[" * 200_000, "expected a report's JSON"),
        ('{"a":' * 200_000, "expected a report's JSON"),
        ("9" * 10_000, "expected a report's JSON"),
        (changed(counts={"changed": float("nan")}), "NaN"),
        ("[]", "a report: expected an object"),
        (changed(findings={}), "findings: expected a list"),
        (changed(findings=[1]), r"findings\[0\]: expected an object"),
        (changed(findings=[{"kind": "changed"}]), r"findings\[0\].url: expected text, found None"),
        (changed(findings=[{"kind": "lost", "url": "u"}]), "expected a kind of"),
        (changed(findings=[{"kind": "new", "url": "u", "path": 1}]), r"path: expected text"),
        (changed(findings=[{"kind": "new", "url": "u", "title": None}]), "title: expected text"),
        (changed(findings=[{"kind": "new", "url": "u", "fields": "body"}]), "fields: expected a l"),
        (changed(findings=[{"kind": "new", "url": "u", "before": []}]), "before: expected an obj"),
        (changed(findings=[{"kind": "new", "url": "u", "after": {"body": {}}}]), "after.body"),
        (changed(findings=[{"kind": "new", "url": "u", "after": {"body": [1]}}]), "after.body"),
        (changed(counts={"lost": 1}), "counts: expected kinds"),
        (changed(counts={"changed": True}), "expected a number"),
        (changed(counts={"changed": -1}), "expected a number"),
        (changed(complete="yes"), "complete: expected true or false"),
        (changed(spider=1), "spider: expected text"),
        (changed(problems=[{}]), "problems: expected text"),
        (changed(coverage=[1]), "coverage: expected an object"),
        (changed(coverage={"months": 1}), "expected a coverage"),
        (changed(coverage={"months": [], "kinds": [], "short_lists": 1}), "expected a coverage"),
    ],
)
def test_what_is_not_a_report_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ReportError, match=said) as caught:
        json_report.load(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 2_000


def test_deep_values_are_told_shortly(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(changed(counts=0).replace("0", "[" * 900 + "]" * 900), "utf-8")
    with pytest.raises(ReportError, match="counts"):
        json_report.load(path)


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(ReportError, match="expected a report's JSON"):
        json_report.load(path)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with path.open("wb") as file:
        file.truncate(json_report.MAX_REPORT_BYTES + 1)
    with pytest.raises(ReportError, match="at most"):
        json_report.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"no-such\.json: can't be read"):
        json_report.load(tmp_path / "no-such.json")


@pytest.mark.parametrize("values", [Report, Finding, Coverage, MonthCoverage])
def test_every_key_is_documented(values: type) -> None:
    text = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8")
    for field in fields(values):
        assert f"`{field.name}`" in text


def test_every_kind_is_documented_with_its_sign() -> None:
    text = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8")
    for kind, sign in SIGNS.items():
        assert f"| `{kind}` | `{sign}` |" in text

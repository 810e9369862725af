from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from beehive_archive.findings import Finding
from beehive_archive.reports import html
from beehive_archive.reports.coverage import Coverage, MonthCoverage
from tests.reports.heads import CHECKED

URL = "https://www.beehive.govt.nz/release/taup%C5%8D"
REPORT = replace(
    CHECKED,
    counts={"unchanged": 9, "changed": 1},
)
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x1b{{ 7*7 }}\ud800"


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_of(*findings: Finding, archive: str = "../..", **values: object) -> str:
    report = replace(REPORT, findings=findings, **values)
    return "".join(html.render(report, html.page_of(report), archive))


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(text)
    return parser.found


def links(text: str) -> list[str | None]:
    return [each["href"] for tag, each in elements(text) if tag == "a"][1:]  # the first: skip


def hostile_finding(kind: str) -> Finding:
    return Finding(
        kind=kind,
        url=HOSTILE,
        path=HOSTILE,
        title=HOSTILE,
        date=HOSTILE,
        fields=(HOSTILE,),
        conventions=(HOSTILE, "date"),
        before={HOSTILE: HOSTILE, "body": HOSTILE, "ministers": [HOSTILE]},
        after={"url": HOSTILE, "body": HOSTILE * 2, "ministers": [HOSTILE, HOSTILE]},
        body_diff=HOSTILE,
        detail=HOSTILE,
    )


def test_every_value_is_escaped() -> None:
    month = MonthCoverage(
        year=2020, month=1, government=HOSTILE, listed=2, archived=1, missing=1, unlisted=0
    )
    text = page_of(
        *(hostile_finding(kind) for kind in ("changed", "moved", "convention", "new")),
        spider=HOSTILE,
        started=HOSTILE,
        site=HOSTILE,
        problems=(HOSTILE,),
        coverage=Coverage(months=(month,), kinds=(HOSTILE,), short_lists=(HOSTILE,)),
    )
    tags = [tag for tag, _ in elements(text)]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert "{{ 7*7 }}" in text
    for _, attributes in elements(text):
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert not set(text) & set("\u202e\x1b\ud800")


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        (URL, True),
        ("http://example.org/", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("https://a.nz/\u202e", False),
        ("https://a.nz/\n", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_linked(url: str, linked: bool) -> None:
    assert links(page_of(Finding(kind="removed", url=url))) == ([url] if linked else [])


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("releases/2023/06/a b#c?.md", "../../releases/2023/06/a%20b%23c%3F.md"),
        ("releases/mā.md", "../../releases/m%C4%81.md"),
        ("../../etc/passwd", None),
        ("/etc/passwd", None),
        ("a/../../b", None),
        ("a\\..\\b", None),
        ("a\nb", None),
        (None, None),
    ],
)
def test_only_files_in_the_archive_are_linked(path: str | None, href: str | None) -> None:
    assert links(page_of(Finding(kind="removed", url="", path=path))) == ([href] if href else [])


def test_a_path_that_looks_like_a_scheme_stays_a_path() -> None:
    text = page_of(Finding(kind="removed", url="", path="javascript:a.md"), archive=".")
    assert links(text) == ["./javascript%3Aa.md"]


def test_links_do_not_tell_where_they_are_followed_from() -> None:
    text = page_of(Finding(kind="removed", url=URL))
    assert f'<a href="{URL}" rel="noreferrer noopener">Live page</a>' in text


def test_a_moved_document_links_to_where_it_is() -> None:
    finding = Finding(kind="moved", url=URL, after={"url": URL + "-new"})
    assert links(page_of(finding)) == [URL + "-new"]


def test_fields_and_body_are_marked_word_by_word() -> None:
    text = page_of(
        Finding(
            kind="changed",
            url=URL,
            fields=("title", "ministers", "body"),
            before={
                "title": "Taupo wins",
                "ministers": ["Hon A", "Hon B"],
                "body": "It is\u00a0so",
            },
            after={"title": "Taupō wins", "ministers": ["Hon A"], "body": "It is so, always"},
        )
    )
    assert '<td data-side="Archive"><del>Taupo</del> wins</td>' in text
    assert '<td data-side="Site"><ins>Taupō</ins> wins</td>' in text
    assert '<td data-side="Archive">Hon A\n<del>Hon B</del></td>' in text
    assert '<td data-side="Site">Hon A</td>' in text
    assert '<del><b class="ch" title="NO-BREAK SPACE">NBSP</b></del>' in text
    assert "What differs: title, ministers, body (2 places)" in text


def test_a_new_document_repeats_nothing() -> None:
    text = page_of(Finding(kind="new", url=URL, title="A", after={"title": "A", "body": "Long."}))
    assert "Long." not in text
    assert "<details>" not in text


def test_an_immense_diff_is_cut_and_says_so() -> None:
    words = [f"word{each}" for each in range(3)]
    before = "\n\n".join("a b c d e f " * 2_000 + words[each % 3] for each in range(40))
    after = "\n\n".join("a b c d e f " * 2_000 + "other" for each in range(40))
    text = page_of(Finding(kind="changed", url=URL, before={"body": before}, after={"body": after}))
    assert len(text) < 1_500_000
    assert "see the JSON report" in text


def test_the_policy_allows_only_what_the_page_holds() -> None:
    text = page_of(Finding(kind="removed", url=URL))
    policy = next(each["content"] for tag, each in elements(text) if "http-equiv" in each)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    external = {"link", "img", "iframe", "object", "embed", "form", "base"}
    assert not external & {tag for tag, _ in elements(text)}


def test_the_page_stands_beside_the_archive(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    page = archive / ".state" / "reports" / "check.html"
    report = replace(
        REPORT,
        archive=str(archive),
        findings=(Finding(kind="removed", url=URL, path="releases/a.md"),),
    )
    html.write(page, report)
    assert "../../releases/a.md" in links(page.read_text("utf-8"))


def test_nothing_found_is_said() -> None:
    assert "Nothing differs." in page_of()


def test_a_thousand_findings_make_a_page_of_a_few_megabytes() -> None:
    before = {"date": "2023-06-03", "body": "One two three. " * 20}
    after = {"date": "2023-06-04", "body": "One too three. " * 20}
    findings = [
        Finding(kind="changed", url=f"{URL}{each}", title="T" * 60, before=before, after=after)
        for each in range(1_000)
    ]
    assert len(page_of(*findings)) < 4_000_000


def test_the_picture_of_coverage_tells_its_numbers() -> None:
    months = tuple(
        MonthCoverage(
            year=2020, month=month, government="2017-2020-labour",
            listed=100, archived=100 - missing, missing=missing,
        )
        for month, missing in ((1, 0), (2, 4), (3, 30), (4, 80), (5, 100))
    )  # fmt: skip
    text = page_of(coverage=Coverage(months=months))
    cells = re.findall(r'<td class="m (\w+)[^>]*>(?:<span aria-hidden="true">([^<]*))?', text)
    assert cells[:6] == [
        ("full", ""), ("most", "4"), ("some", "30"), ("few", "80"), ("none", "×"), ("empty", ""),
    ]  # fmt: skip
    assert "March 2020: 70 of 100 archived" in text
    assert "since=2020-02-01 -a until=2020-05-31" in text
    assert "Nothing differs." not in text


def test_a_long_list_is_parted_in_batches_that_filters_know() -> None:
    findings = [
        Finding(kind="convention", url=f"{URL}{number}", conventions=("date",))
        for number in range(119)
    ]
    text = page_of(*findings, Finding(kind="convention", url=URL, conventions=("yaml", "date")))
    batches = [
        each["class"] for tag, each in elements(text) if "batch" in (each.get("class") or "")
    ]
    assert batches == ["batch full c-date", "batch full c-date", "batch c-date c-yaml"]
    assert text.count("<article") == 120

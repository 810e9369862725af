"""A replica of an archive gives the archive back, but for its own conventions."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from beehive_archive.text.markdown import from_html
from tests.replica import Replica, ReplicaDocument, serving
from tests.replica.bodies import Bodies, renderer, to_html
from tests.replica.corpus import ArchivedBody, fold, live_slug, load, split
from tests.replica.documents import NEW_ZEALAND
from tests.replica.process import running


@pytest.mark.parametrize(
    ("archived", "title", "live"),
    [
        ("plain-title", "Plain title", "plain-title"),
        ("plain-title-0", "A plain title", "plain-title-0"),
        ("maori-housing", "Māori housing", "māori-housing"),
        ("pms-awards", "PM’s awards", "pm’s-awards"),
        ("newzealand-talks", "New\u00a0Zealand talks", "new\u00a0zealand-talks"),
        (
            "charters-will-open--sector",
            "Charters will ‘open up’ sector",
            "charters-will-‘open-’-sector",
        ),
        ("-wait-theres-more--how", "“But wait there’s more” – how", "“-wait-there’s-more”-–-how"),
        ("long-title-with-maori", "Long title with Māori words after", "long-title-with-maori"),
        ("long-title-maori", "Long title with Māori words after", "long-title-māori"),
        ("another-name--entirely", "Title", "another-name-–-entirely"),
        ("30433", "", "30433"),
    ],
)
def test_slugs_get_back_what_they_lost(archived: str, title: str, live: str) -> None:
    assert live_slug(archived, title) == live


@given(st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True), st.text(max_size=30))
def test_the_archive_folds_a_live_slug_to_its_own(archived: str, title: str) -> None:
    assert fold(live_slug(archived, title)) == archived


@pytest.mark.parametrize(
    "markdown",
    [
        "**“Bold”**text*italic*text",
        "***bold and italic** italic*",
        "***bold and italic* bold**",
        "*** a star in bold**",
        "** a star in italic*",
        "**\\*\\** two stars in bold**",
        "*italic* and *italic with a star after it**",
        "*italic [**bold link**](/a)*",
        "2 * 3 and 4\\*5",
        "*[a link](https://example.org/?a=1&b=2) in italic*",
        "*[only a link](/a)*",
        "[**bold in a link**](/a)",
        "nbsp at the end\u00a0\n\n\u00a0\n\n\u2003and em space",
        "AT&T &lt;b&gt; &amp; &copy; &nbsp;",
        "- a\n- b\n\n<!--THE END-->\n\n- c",
        "- a\n\n<!--THE END-->",
        "1. a\n   \n   - b\n2. c",
        "line  \nline  \nline",
        "> quote\n> \n> quote",
        "# Heading\n\n* * *\n\n```\ncode  * < & `\n```\n\n`a < b`",
        "",
    ],
)
def test_bodies_come_back(markdown: str) -> None:
    assert from_html(to_html(markdown, renderer())) == markdown


def test_bodies_are_kept_in_a_folder(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text('{"html": "<div>as it was</div>", "markdown": "as it was"}\n')
    first = Bodies(tmp_path / "cache")
    first.learn(pairs)
    assert first.html("*new*") == "<p><em>new</em></p>\n"
    first.close()
    second = Bodies(tmp_path / "cache")
    assert second.html("as it was") == "<div>as it was</div>"
    assert second.html("*new*") == "<p><em>new</em></p>\n"
    second.close()
    with pytest.raises(ValueError, match="folder"):
        Bodies().learn(pairs)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """An archive with one document of year 1 and one without a title."""
    for name, title, date in (("a", "Dated", "0001-01-01"), ("b", "", "2006-01-01")):
        url = f"https://www.beehive.govt.nz/release/{name}"
        text = f'---\ntitle: "{title}"\ndate: {date}\nurl: {url}\n---\n\nBody'
        (tmp_path / f"{name}.md").write_text(text)
    (tmp_path / "notes.txt").write_text("not a document")
    return tmp_path


def test_damaged_documents_are_mended_or_bare(damaged: Path) -> None:
    dated, titled = load(damaged)
    assert dated.published_at
    assert dated.published_at.date() == datetime(2007, 11, 28, tzinfo=UTC).date()
    assert titled.title == "Untitled (b)"
    dated, titled = load(damaged, damaged="bare")
    assert (dated.published_at, titled.title) == (None, "")
    assert dated.sort_at


def test_twins_get_slugs_of_their_own(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        url = "https://www.beehive.govt.nz/release/irans-programme"
        text = f'---\ntitle: "Iran’s programme"\ndate: 2003-10-0{day}\nurl: {url}\n---\n\nBody'
        (tmp_path / f"{day}.md").write_text(text)
    slugs = [document.slug for document in load(tmp_path)]
    assert slugs[0] == "iran’s-programme"
    assert len(set(slugs)) == 3
    assert {fold(slug) for slug in slugs} == {"irans-programme"}


def test_seeds_over_http(seeds: Path) -> None:
    with serving(Replica(load(seeds))) as replica:
        served = list(replica)
        assert len(served) == len(list(seeds.iterdir()))
        for document in served:
            _check_page(replica, document)


def test_the_sample_over_http(sample_archive: Path) -> None:
    with serving(Replica(load(sample_archive))) as replica:
        for document in list(replica)[::40]:
            _check_page(replica, document)


def _check_page(replica: Replica, document: ReplicaDocument) -> None:
    """The page of a document says what the archived file says."""
    front_matter, body = split(_file(document).read_text(encoding="utf-8"))
    with urlopen(replica.url + document.href) as response:
        page = LexborHTMLParser(response.read().decode())
    time = page.css_first("time.meta__date time[datetime]").attributes["datetime"] or ""
    assert datetime.fromisoformat(time) == document.published_at
    names = page.css("ul.meta--ministers span.is-archived, ul.meta--ministers .minister__title")
    assert [name.text(strip=True) for name in names] == _values(front_matter, "ministers")
    tags = page.css("em.tag--portfolio")
    assert [tag.text(strip=True) for tag in tags] == _values(front_matter, "portfolios")
    links = [link.attributes["href"] for link in page.css("aside.article__related a[href]")]
    assert links == _values(front_matter, "attachments")
    field = page.css_first("div.field--name-body")
    assert from_html(field.inner_html or "") == body
    for file in document.attachments:
        if file.path:
            with urlopen(replica.url + quote(file.path)) as response:
                assert len(response.read()) == file.length


def _values(front_matter: str, key: str) -> list[str]:
    found = re.search(rf"^{key}:\n((?:  - .*\n?)+)", front_matter, re.MULTILINE)
    return [line[4:] for line in found[1].splitlines()] if found else []


def _file(document: ReplicaDocument) -> Path:
    assert isinstance(document.body_html, ArchivedBody)
    return document.body_html.path


def test_every_body_of_the_sample_comes_back(sample_archive: Path) -> None:
    differing = [
        document.slug
        for document in load(sample_archive)
        if from_html(document.body() or "") != split(_file(document).read_text(encoding="utf-8"))[1]
    ]
    assert not differing


def test_the_samples_conventions_show(sample_archive: Path) -> None:
    documents = list(load(sample_archive))
    again = list(load(sample_archive))
    assert [(d.slug, d.node_id, d.published_at) for d in documents] == [
        (d.slug, d.node_id, d.published_at) for d in again
    ]
    total = len(documents)
    assert total == len({d.path for d in documents}) == len({d.node_id for d in documents})
    next_day = 0
    for document in documents:
        assert document.published_at
        archived = re.search(r"^url: .*/(.*)$", _file(document).read_text(), re.MULTILINE)
        assert archived
        assert fold(document.slug) == archived[1]
        local = document.published_at.astimezone(NEW_ZEALAND).date()
        next_day += local != document.published_at.date()
        name = _file(document).name[:10]
        assert name in {document.published_at.date().isoformat(), "0001-01-01"}
    assert 0.38 < next_day / total < 0.42
    lost = sum(not document.slug.isascii() for document in documents)
    assert lost / total == pytest.approx(0.08, abs=0.01)


def test_as_a_program(seeds: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    path = "/release/closer-defence-cooperation-between-new-zealand-and-japan"
    with running(seeds, "--log", log, "--identify") as replica:
        with urlopen(replica.url + path) as response:
            text = response.read().decode()
        assert 'rel="shortlink"' in text
        assert "Andrew Little" in text
        assert f'"target": "{path}", "status": 200' in log.read_text()
    with pytest.raises(URLError):
        urlopen(replica.url)


def test_a_program_that_can_not_start_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not start"), running(tmp_path, "--port", "high"):
        pass

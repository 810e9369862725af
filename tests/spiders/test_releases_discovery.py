"""What ``scrapy crawl releases`` finds, asks for and leaves alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from beehive_archive.text import front_matter
from tests.crawling import documents_in, scrapy
from tests.replica import Replica, document, faults
from tests.replica.messages import Request
from tests.spiders.sites import NEWEST, asked, publish, publish_recent, slugs


def titles(archive: Path) -> dict[str, str]:
    return {
        path: front_matter.loads(text.decode()).title
        for path, text in documents_in(archive).items()
        if path.endswith(".md")
    }


def test_newest_first_then_nothing_then_what_is_new(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 25)
    first = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (first.exit_code, first.kinds()) == (0, {"new": 25})
    assert asked(replica, "/release/") == [f"/release/release-{each}" for each in range(25)]
    assert asked(replica)[0] == "/releases/feed"
    documents = documents_in(tmp_path)
    assert "releases/2025/03/2025-03-31-release-0.md" in documents

    replica.requests.clear()
    second = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (second.exit_code, second.kinds()) == (0, {})
    assert asked(replica) == ["/releases/feed", "/releases"]
    assert documents_in(tmp_path) == documents

    replica.add(document("Later", NEWEST + timedelta(hours=3)))
    replica.requests.clear()
    third = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert third.kinds() == {"new": 1}
    assert third.findings("new")[0]["url"] == "https://www.beehive.govt.nz/release/later"
    assert asked(replica, "/release/") == ["/release/later"]
    assert asked(replica, "/releases?") == ["/releases?page=1"]


def test_a_clone_of_the_archive_without_its_state_costs_no_more(
    replica: Replica, tmp_path: Path
) -> None:
    publish(replica, 12)
    scrapy("crawl", "releases", archive=tmp_path / "a", site=replica.url)
    (tmp_path / "a" / "releases").rename(tmp_path / "releases")
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {})
    assert len(asked(replica)) == 2


def test_pages_and_runs_with_urls_or_since_leave_no_gap(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 35)
    limited = scrapy("crawl", "releases", "-a", "pages=1", archive=tmp_path, site=replica.url)
    assert limited.kinds() == {"new": 10}
    assert asked(replica, "/releases") == ["/releases/feed", "/releases"]
    since = scrapy(
        "crawl", "releases", "-a", "since=2025-03-14", archive=tmp_path, site=replica.url
    )
    assert since.kinds() == {"new": 8}
    rest = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert rest.kinds() == {"new": 17}
    replica.requests.clear()
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert len(asked(replica)) == 2


def test_the_site_changes_while_its_list_is_read(replica: Replica, tmp_path: Path) -> None:
    """A release comes, one goes, and a page is empty once; nothing else is missed."""
    made = publish(replica, 58)

    def change(request: Request) -> None:
        if request.target == "/releases?page=1" and made[3].path in replica.documents:
            replica.remove(made[3])  # read already, so the rows after it move up
        elif request.target == "/releases?page=3" and "/release/late" not in replica.documents:
            replica.add(document("Late", NEWEST + timedelta(hours=1)))

    replica.on_request.append(change)
    replica.fault(faults.no_rows(), "/releases?page=4", times=1)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 0
    expected = {f"release-{each}" for each in range(58)} | {"late"}
    assert slugs(documents_in(tmp_path)) == expected


def test_government_all_searches_back_to_the_beginning(replica: Replica, tmp_path: Path) -> None:
    """Old results are ``/node/N``; governments without a row are fine; all is kept in state."""
    publish(replica, 5)
    publish(replica, 30, newest=datetime.fromisoformat("2009-06-30T00:00:00Z"), name="Old")
    publish(replica, 2, newest=datetime.fromisoformat("1995-06-30T00:00:00Z"), name="Oldest")
    replica.redirect("/node/777", "/minister/nobody")
    first = scrapy("crawl", "releases", "-a", "government=all", archive=tmp_path, site=replica.url)
    assert (first.exit_code, first.kinds()) == (0, {"new": 37})
    assert asked(replica, "/releases") == []
    assert len(asked(replica, "/node/")) == 32
    # All old documents are known, by node id too; and the listing holds nothing new.
    replica.requests.clear()
    again = scrapy("crawl", "releases", "-a", "government=all", archive=tmp_path, site=replica.url)
    assert (again.exit_code, again.kinds()) == (0, {})
    assert asked(replica, "/node/", "/release/") == []
    replica.requests.clear()
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert len(asked(replica)) == 2
    # One government: only its own search.
    replica.requests.clear()
    one = scrapy(
        "crawl",
        "releases",
        *("-a", "government=2017-2020-labour"),
        archive=tmp_path,
        site=replica.url,
    )
    assert one.exit_code == 3  # a search without a single row may be one that needs a browser
    assert "no search named a single release" in one.stderr
    assert all("6203" in each for each in asked(replica))


def test_each_kind_by_its_own_lists(replica: Replica, tmp_path: Path) -> None:
    for kind in ("release", "speech", "feature", "diary"):
        replica.add(document(f"A {kind}", NEWEST, kind=kind))
    outcome = scrapy(
        "crawl",
        "releases",
        *("-a", "kind=speech,feature,diary"),
        archive=tmp_path,
        site=replica.url,
    )
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 3})
    assert set(documents_in(tmp_path)) == {
        "speeches/2025/03/2025-03-31-speech.md",
        "features/2025/03/2025-03-31-feature.md",
        "diaries/2025/03/2025-03-31-diary.md",
    }
    assert not [each for each in asked(replica) if each.startswith("/release")]


def test_since_and_until_are_new_zealand_dates(replica: Replica, tmp_path: Path) -> None:
    """Around midnight, on both sides of daylight saving (it began on 29 September 2024)."""
    for title, instant in {
        "Winter eve": "2024-09-27T11:59:00Z",  # 27 September, 23:59 NZST
        "Winter first": "2024-09-27T12:00:00Z",  # 28 September, 00:00
        "Winter last": "2024-09-28T11:59:59Z",  # 28 September, 23:59
        "Night of the change": "2024-09-28T12:30:00Z",  # 29 September
        "Summer last": "2024-09-29T10:59:00Z",  # 29 September, 23:59 NZDT
        "Summer after": "2024-09-29T11:00:00Z",  # 30 September, 00:00 NZDT
    }.items():
        replica.add(document(title, instant))
    outcome = scrapy(
        "crawl",
        "releases",
        *("-a", "since=2024-09-28", "-a", "until=2024-09-29"),
        archive=tmp_path,
        site=replica.url,
    )
    assert outcome.exit_code == 0
    assert set(documents_in(tmp_path)) == {
        "releases/2024/09/2024-09-28-winter-first.md",
        "releases/2024/09/2024-09-28-winter-last.md",
        "releases/2024/09/2024-09-29-night-change.md",
        "releases/2024/09/2024-09-29-summer-last.md",
    }
    until = scrapy(
        "crawl",
        "releases",
        *("-a", "until=2024-09-27"),
        archive=tmp_path / "utc",
        site=replica.url,
        ARCHIVE_TIMEZONE="UTC",
    )
    assert set(documents_in(tmp_path / "utc")) == {"releases/2024/09/2024-09-27-winter-eve.md"}
    assert until.exit_code == 0


def test_urls_by_list_and_file_in_every_form(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 4)
    macron = replica.add(document("Taupō wins", NEWEST))
    replica.options.shortlink = True
    file = tmp_path / "urls.txt"
    file.write_text(
        f"# a list\n{replica.url}{made[0].href}\n"
        f"https://www.beehive.govt.nz/release/taup%c5%8d%2Dwins\n{macron.url}\n"
        f"/node/{made[1].node_id}\n/node/{made[0].node_id}\n",
        "utf-8",
    )
    archive = tmp_path / "archive"
    outcome = scrapy("crawl", "releases", "-a", f"urls=@{file}", archive=archive, site=replica.url)
    assert outcome.exit_code == 0
    assert slugs(documents_in(archive)) == {"release-0", "release-1", "taupo-wins"}
    assert not asked(replica, "/releases")
    # Archived ones are read again, also by node; one that is gone is looked for.
    replica.edit(made[0], title="Release 0, put right")
    replica.remove(made[1])
    listed = ",".join([made[0].url, made[1].url, f"/node/{made[0].node_id}"])
    outcome = scrapy("crawl", "releases", "-a", f"urls={listed}", archive=archive, site=replica.url)
    assert outcome.exit_code == 0
    assert {each["url"] for each in outcome.findings("changed")} == {made[0].url}
    assert {each["url"] for each in outcome.findings("removed")} == {made[1].url}


def test_recheck_reads_the_last_days_again_and_only_those(replica: Replica, tmp_path: Path) -> None:
    publish(replica, 3)
    recent = publish_recent(replica, 3)
    replica.add(document("Speech of today", recent[0].published_at, kind="speech"))
    scrapy("crawl", "releases", "-a", "kind=release,speech", archive=tmp_path, site=replica.url)
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"unchanged": 3})
    assert asked(replica, "/release/", "/speech/") == [each.href for each in recent]
    assert len(asked(replica, "/releases")) == 2
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, RECHECK_DAYS=0)
    assert (outcome.exit_code, outcome.kinds()) == (0, {})
    assert len(asked(replica)) == 2


def test_one_document_in_many_percent_encodings(replica: Replica, tmp_path: Path) -> None:
    made = replica.add(document("Taupō’s win", NEWEST))
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    encodings = [made.href.lower(), quote(made.path, safe="/").replace("-", "%2D"), made.path]
    for encoding in encodings:
        links = [made.href, encoding]
        replica.clear_faults()
        replica.fault(
            faults.rewritten(lambda page, links=links: page.replace(*links)),  # type: ignore[misc]
            "/releases*",
        )
        outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
        assert (outcome.exit_code, outcome.kinds()) == (0, {})
    assert list(documents_in(tmp_path)) == ["releases/2025/03/2025-03-31-taupos-win.md"]


def lose_characters(archive: Path) -> None:
    """Write the archive's URLs as the old exporter did, and forget what runs remember."""
    for path in archive.glob("releases/*/*/*.md"):
        slug = path.stem[11:].removesuffix("-2")
        lines = path.read_text("utf-8").split("\n")
        lines[3] = f"url: https://www.beehive.govt.nz/release/{slug}"
        path.write_text("\n".join(lines), "utf-8")
    for leftover in sorted((archive / ".state").rglob("*"), reverse=True):
        leftover.unlink() if leftover.is_file() else leftover.rmdir()


def test_lost_characters_are_no_new_documents(replica: Replica, tmp_path: Path) -> None:
    """Also where two documents share one lost URL, told apart by date or title alone."""
    replica.add(document("Taupō wins", NEWEST))
    replica.add(document("Costs – and risks", NEWEST - timedelta(days=1)))
    for number, title in enumerate(("First of two", "Second of two")):
        # The same day and the same folded slug.
        slug = ("mihi-ō-te-rā", "mihi-o-te-rā")[number]
        replica.add(document(title, NEWEST - timedelta(days=2), slug=slug))
    first = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert first.kinds() == {"new": 4}
    assert "releases/2025/03/2025-03-29-mihi-o-te-ra-2.md" in documents_in(tmp_path)
    lose_characters(tmp_path)
    before = documents_in(tmp_path)
    replica.requests.clear()
    second = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert second.exit_code == 0
    assert second.kinds() == {"convention": 4}
    assert all(each["conventions"] == ["url"] for each in second.findings("convention"))
    assert documents_in(tmp_path) == before
    # They are known now, and cost nothing more.
    replica.requests.clear()
    third = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (third.exit_code, third.kinds()) == (0, {})
    assert len(asked(replica)) == 2
    # Read by their own URLs they are the same ones still.
    urls = ",".join(each.url for each in replica)
    fourth = scrapy("crawl", "releases", "-a", f"urls={urls}", archive=tmp_path, site=replica.url)
    assert fourth.kinds() == {"convention": 4}
    assert documents_in(tmp_path) == before


@pytest.mark.parametrize("with_state", [True, False])
def test_slugs_that_fold_to_one_get_two_files(
    replica: Replica, tmp_path: Path, with_state: bool
) -> None:
    """Even with the same title and date, and whichever comes first."""
    plain = replica.add(document("Ra", NEWEST, slug="ra", body_html="<p>Plain</p>"))
    if with_state:
        replica.add(document("Ra", NEWEST, slug="rā", body_html="<p>Macron</p>"))
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    if not with_state:
        for leftover in (tmp_path / ".state").glob("state.sqlite*"):
            leftover.unlink()
        replica.add(document("Ra", NEWEST, slug="rā", body_html="<p>Macron</p>"))
        scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    documents = documents_in(tmp_path)
    assert set(documents) == {
        "releases/2025/03/2025-03-31-ra.md",
        "releases/2025/03/2025-03-31-ra-2.md",
    }
    urls = {front_matter.loads(text.decode()).url for text in documents.values()}
    assert urls == {plain.url, "https://www.beehive.govt.nz/release/r%C4%81"}
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds(), len(asked(replica))) == (0, {}, 2)


def test_canonical_links_redirects_and_failures_cost_no_request_twice(
    replica: Replica, tmp_path: Path
) -> None:
    """Listed addresses that lead to another document's are known by the next run."""
    made = publish(replica, 3)
    replica.options.canonical = replica.options.shortlink = True
    alias = replica.add(document("Alias", NEWEST + timedelta(hours=1)))
    copy = replica.add(document("Copy", NEWEST + timedelta(hours=2)))
    replica.fault(faults.redirect(made[0].path, 301), alias.path)
    replica.fault(
        faults.rewritten(lambda page: page.replace("/release/copy", made[1].href)), copy.path
    )
    first = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert first.exit_code == 0
    assert slugs(documents_in(tmp_path)) >= {f"release-{each}" for each in range(3)}
    replica.requests.clear()
    second = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (second.exit_code, second.kinds()) == (0, {})
    assert len(asked(replica)) == 2


def test_a_canonical_link_that_is_wrong_on_every_page_loses_no_document(
    replica: Replica, tmp_path: Path
) -> None:
    made = publish(replica, 3)
    wrong = f'<link rel="canonical" href="{made[0].url}"/></head>'
    replica.fault(faults.rewritten(lambda page: page.replace("</head>", wrong)), "/release/*")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 3})
    urls = {front_matter.loads(text.decode()).url for text in documents_in(tmp_path).values()}
    assert urls == {each.url for each in made}


def test_rechecks_ask_only_whether_a_page_changed(replica: Replica, tmp_path: Path) -> None:
    made = publish_recent(replica, 2)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)  # agrees with the archive
    replica.edit(made[1], title="Put right")
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"changed": 1, "unchanged": 1}
    statuses = [each.status for each in replica.requests if each.path.startswith("/release/")]
    assert statuses == [304, 200, 200]


def test_links_beside_the_rows_neither_come_in_nor_keep_a_walk_going(
    replica: Replica, tmp_path: Path
) -> None:
    """A speech in a box on every page, and a row that answers 404 while a cache still lists it."""
    made = publish(replica, 25)
    replica.add(document("Linked", NEWEST, kind="speech"))
    box = '<a href="/speech/linked">A speech</a></div>\n<footer>'
    replica.fault(
        faults.rewritten(lambda page: page.replace("</div>\n<footer>", box)), "/releases*"
    )
    replica.fault(faults.status(404), made[4].path)
    first = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (first.exit_code, first.kinds()) == (3, {"new": 24, "unverified": 1})
    assert asked(replica, "/speech/") == []
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    replica.requests.clear()
    third = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (third.exit_code, third.kinds(), len(asked(replica))) == (0, {}, 2)


def test_a_listing_from_a_cache_hides_nothing_from_the_next_run(
    replica: Replica, tmp_path: Path
) -> None:
    """The feed names ten new releases, the listing none of them; five more stand between."""
    publish(replica, 12)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    stale = urlopen(f"{replica.url}/releases").read()
    publish(replica, 15, newest=NEWEST + timedelta(days=16), name="Later")
    replica.fault(faults.page(stale), "/releases", times=1)
    first = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert first.kinds() == {"new": 10}
    second = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert second.kinds() == {"new": 5}
    replica.requests.clear()
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert len(asked(replica)) == 2

"""What a run says of archived documents: changed, moved, removed, unverified; and what it does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from beehive_archive.text import front_matter
from tests.crawling import documents_in, scrapy
from tests.replica import Replica, document, faults
from tests.spiders.sites import NEWEST, asked, publish, publish_recent, slugs


def test_changes_are_reported_or_brought_in_with_the_old_text_kept(
    replica: Replica, tmp_path: Path
) -> None:
    made = publish_recent(replica, 3)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)
    replica.edit(
        made[1], title="Put right", ministers=("Hon Simon Watts",), body_html="<p>New.</p>"
    )
    replica.requests.clear()
    reported = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (reported.exit_code, reported.kinds()) == (0, {"changed": 1, "unchanged": 2})
    (finding,) = reported.findings("changed")
    path = finding["path"]
    assert finding["url"] == made[1].url
    assert finding["fields"] == ["title", "ministers", "body"]
    assert finding["conventions"] == []
    assert (finding["before"]["title"], finding["after"]["title"]) == ("Recent 1", "Put right")
    assert finding["after"]["ministers"] == ["Hon Simon Watts"]
    assert "New." in finding["body_diff"]
    assert documents_in(tmp_path) == before
    assert asked(replica, made[1].href) == [made[1].href] * 2  # confirmed by a second fetch

    updated = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, ON_CHANGE="update")
    assert updated.kinds() == {"changed": 1, "unchanged": 2}
    after = documents_in(tmp_path)
    assert front_matter.loads(after[path].decode()).title == "Put right"
    (revision,) = after.keys() - before.keys()
    assert revision.startswith("revisions/" + path.removesuffix(".md") + "/")
    assert after[revision] == before[path]
    assert {name: after[name] for name in before if name != path} == {
        name: text for name, text in before.items() if name != path
    }
    settled = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, ON_CHANGE="update")
    assert settled.kinds() == {"unchanged": 3}
    assert documents_in(tmp_path) == after


def test_changes_that_the_second_fetch_does_not_confirm(replica: Replica, tmp_path: Path) -> None:
    """One page flaps back, one changes on every fetch, one fails the second time."""
    made = publish_recent(replica, 4)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)

    def once(number: int, word: str, **when: int) -> None:
        replica.fault(
            faults.rewritten(lambda page: page.replace("Recent", word)), made[number].path, **when
        )

    once(0, "Odd", times=1)
    once(1, "Odd", times=1)
    once(1, "Other", after=1)
    once(2, "Odd", times=1)
    replica.fault(faults.status(500), made[2].path, after=1)
    replica.fault(faults.status(404), made[3].path, times=1)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, ON_CHANGE="update")
    assert outcome.exit_code == 3  # half of what was looked at could not be judged
    # The fourth is asked for again after its 404, as a list still names it.
    assert outcome.kinds() == {"unchanged": 2, "unverified": 2}
    details = {each["url"]: each["detail"] for each in outcome.findings("unverified")}
    assert "a second fetch found another changed" in details[made[1].url]
    assert "500" in details[made[2].url]
    assert documents_in(tmp_path) == before


def test_moved_and_removed(replica: Replica, tmp_path: Path) -> None:
    """Told from failing, blocked and misplaced pages; the archive stays as it is."""
    made = publish_recent(replica, 9)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)
    moved = replica.rename(made[0], "another-slug")
    replica.remove(made[1], status=404)
    replica.remove(made[2], status=410)
    replica.fault(faults.redirect(made[4].path), made[3].path)
    replica.fault(faults.redirect("/"), made[5].path)
    replica.fault(faults.redirect("https://example.org/release/recent-6"), made[6].path)
    replica.fault(faults.redirect_loop(), made[7].path)
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    kinds = {each["url"]: each["kind"] for each in (outcome.report or {})["findings"]}
    assert kinds[made[0].url] == "moved"
    assert kinds[made[1].url] == kinds[made[2].url] == "removed"
    assert kinds[made[5].url] == kinds[made[6].url] == kinds[made[7].url] == "unverified"
    after = {each["url"]: each["after"] for each in outcome.findings("moved")}
    assert after[made[0].url] == {"url": moved.url}
    assert after[made[3].url] == {"url": made[4].url}
    for gone, status in ((made[1], "404"), (made[2], "410")):
        (finding,) = (each for each in outcome.findings("removed") if each["url"] == gone.url)
        assert status in finding["detail"]
        assert len(asked(replica, gone.href)) == 2
    details = {each["url"]: each["detail"] for each in outcome.findings("unverified")}
    assert "example.org" in details[made[6].url]
    assert "redirect" in details[made[7].url]
    assert outcome.kinds()["unchanged"] == 2
    assert outcome.exit_code == 3
    kept = documents_in(tmp_path)
    assert {name: kept[name] for name in before} == before


def test_a_moved_document_with_a_node_id_is_not_stored_twice(
    replica: Replica, tmp_path: Path
) -> None:
    replica.options.shortlink = True
    made = publish(replica, 3)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    replica.rename(made[1], "another-slug", status=None)
    for _ in range(2):
        replica.requests.clear()
        outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
        assert outcome.exit_code == 0
        assert slugs(documents_in(tmp_path)) == {"release-0", "release-1", "release-2"}
    assert len(asked(replica)) == 2  # known by now


def test_the_brake_and_accept(replica: Replica, tmp_path: Path) -> None:
    made = publish_recent(replica, 24)
    options = {"archive": tmp_path, "site": replica.url, "ON_CHANGE": "update"}
    scrapy("crawl", "releases", **options)  # type: ignore[arg-type]
    before = documents_in(tmp_path)
    for each in made[:20]:
        replica.edit(each, body_html="<p>The same notice on every page.</p>")
    braked = scrapy("crawl", "releases", **options)  # type: ignore[arg-type]
    assert braked.exit_code == 3
    assert "MAX_CHANGE_RATE" in braked.stderr
    assert "accept=1" in braked.stderr
    assert braked.report is not None
    assert not braked.report["complete"]
    assert "changed" not in braked.kinds()
    assert documents_in(tmp_path) == before
    accepted = scrapy("crawl", "releases", "-a", "accept=1", **options)  # type: ignore[arg-type]
    assert (accepted.exit_code, accepted.kinds()["changed"]) == (0, 20)
    assert sum(1 for path in documents_in(tmp_path) if path.startswith("revisions/")) == 20


def test_refused_pages_leave_the_rest_alone(replica: Replica, tmp_path: Path) -> None:
    """Without title, date or document: named, never written, and not asked for every hour."""
    made = publish(replica, 4)
    undated = replica.add(document("Undated", None, listed_at=NEWEST + timedelta(hours=1)))
    untitled = replica.add(document("\u00a0", NEWEST + timedelta(hours=2), slug="untitled"))
    drifted = replica.add(document("Drifted", NEWEST + timedelta(hours=3)))
    replica.fault(faults.document_drift(), drifted.path)
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert outcome.kinds() == {"new": 4, "unverified": 3}
    details = {each["url"]: each["detail"] for each in outcome.findings("unverified")}
    assert "no date" in details[undated.url]
    assert "no title" in details[untitled.url]
    assert "no document" in details[drifted.url]
    assert slugs(documents_in(tmp_path)) == {each.slug for each in made}
    # The cron job's next runs leave them until their next try, and stop where nothing is new.
    replica.requests.clear()
    next_hour = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert (next_hour.exit_code, next_hour.kinds()) == (0, {})
    assert len(asked(replica)) == 2
    # What is put right comes in when it is asked for.
    replica.edit(undated, published_at=NEWEST + timedelta(hours=1))
    retried = scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert retried.kinds() == {"new": 1, "unverified": 2}
    replica.clear_faults()
    retried = scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert retried.kinds() == {"new": 1, "unverified": 1}


def test_the_report_has_its_keys(replica: Replica, tmp_path: Path) -> None:
    made = publish_recent(replica, 2)
    first = scrapy("crawl", "releases", archive=tmp_path, site=replica.url).report
    assert first is not None
    replica.add(document("Added", datetime.now(UTC).replace(microsecond=0)))
    replica.edit(made[0], title="Edited")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    report = outcome.report
    assert report is not None
    assert report["spider"] == "releases"
    assert report["site"] == replica.url
    assert report["archive"] == str(tmp_path)
    assert report["complete"] is True
    assert report["counts"] == {"new": 1, "changed": 1, "unchanged": 1}
    started, finished = (datetime.fromisoformat(report[key]) for key in ("started", "finished"))
    assert started.utcoffset() == timedelta()
    assert started <= finished
    assert {each["kind"] for each in report["findings"]} == {"new", "changed"}
    keys = {
        "kind",
        "url",
        "path",
        "fields",
        "conventions",
        "before",
        "after",
        "body_diff",
        "detail",
    }
    assert all(keys <= each.keys() for each in report["findings"])
    (new,) = outcome.findings("new")
    assert (tmp_path / new["path"]).is_file()
    written = sorted(path.name[:25] for path in tmp_path.glob(".state/reports/releases-*.json"))
    runs = (datetime.fromisoformat(each["started"]) for each in (first, report))
    assert written == [f"releases-{each:%Y%m%dT%H%M%SZ}" for each in runs]
    elsewhere = tmp_path / "reports"
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url, REPORT_DIR=elsewhere)
    assert (elsewhere / "latest-releases.json").is_file()

"""Years without a person: nightly checks, conditional requests, failures, monitors."""

from __future__ import annotations

import fcntl
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from beehive_archive.archive.ledger import Ledger, ledger_path
from beehive_archive.archive.state_file import instant
from beehive_archive.findings import UNCHANGED, Finding
from tests.crawling import scrapy
from tests.replica import Replica, document, faults
from tests.spiders.sites import NEWEST, asked, publish, publish_recent


def let_days_pass(archive: Path, days: int) -> None:
    """Shift the clock: what the archive remembers is so much older."""
    with closing(sqlite3.connect(archive / ".state" / "state.sqlite")) as db, db:
        for table, columns in (("urls", ["seen_at"]), ("failures", ["first_at", "next_try_at"])):
            for column in columns:
                db.execute(
                    f"update {table} set {column} = "
                    f"strftime('%Y-%m-%dT%H:%M:%S', {column}, '-{days} days') || '+00:00' "
                    f"where {column} is not null"
                )


def test_nightly_checks_walk_round_and_round(replica: Replica, tmp_path: Path) -> None:
    """Each document once in a round, also with some that are gone, changed or can't be had."""
    made = publish(replica, 40)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    for gone in made[:3]:
        replica.remove(gone)
    replica.edit(made[3], title="Put right")
    for failing in made[4:7]:
        replica.fault(faults.status(500), failing.path)
    let_days_pass(tmp_path, 40)
    visits: Counter[str] = Counter()
    nights = []
    for _ in range(7):
        replica.requests.clear()
        outcome = scrapy(
            "crawl", "check", "-a", "stale=5", archive=tmp_path, site=replica.url,
            CLOSESPIDER_PAGECOUNT=13, RETRY_TIMES=0, MAX_ERROR_RATE=1,
        )  # fmt: skip
        assert outcome.exit_code in {0, 1}, outcome.stderr
        tonight = set(asked(replica, "/release/"))
        nights.append(tonight)
        visits.update(tonight)
        let_days_pass(tmp_path, 1)
    assert all(len(tonight) <= 13 for tonight in nights)
    # The first four nights are a round: nobody waits while another is asked for twice.
    assert set().union(*nights[:4]) == {each.href for each in made}
    assert all(len(visited & later) == 0 for visited, later in pairwise(nights[:4]))
    # What can't be had is asked for again only when nobody waits.
    failing = {each.href for each in made[4:7]}
    counts = [visits[each.href] for each in made if each.href not in failing]
    assert max(counts) - min(counts) <= 1


def test_a_sample_of_stale_documents_is_the_oldest(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 12)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    let_days_pass(tmp_path, 40)
    words = ("crawl", "check", "-a", "stale=30", "-a", "sample=5")
    seen: set[str] = set()
    for left in (12, 7, 2, 0):
        replica.requests.clear()
        outcome = scrapy(*words, archive=tmp_path, site=replica.url)
        assert (outcome.exit_code, sum(outcome.kinds().values())) == (0, min(left, 5))
        tonight = set(asked(replica, "/release/"))
        assert not tonight & seen
        seen |= tonight
    assert len(seen) == len(made)


def test_files_that_a_stopped_check_asked_about_take_no_documents_place(
    replica: Replica, tmp_path: Path
) -> None:
    """A check with ``attachments=1`` notes both, and a sample is of documents."""
    publish(replica, 12)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    let_days_pass(tmp_path, 40)
    later = datetime.now(UTC)  # nothing was written since
    ledger = Ledger(ledger_path(tmp_path / ".state" / "runs", "check", later))
    document_path = next((tmp_path / "releases").rglob("*.md")).relative_to(tmp_path)
    read = str(document_path)
    with closing(sqlite3.connect(tmp_path / ".state" / "state.sqlite")) as db, db:
        db.execute("update urls set seen_at = ? where path = ?", (instant(later), read))
    for path in (read, *(f"attachments/2024-01/{n}.pdf" for n in range(5))):
        ledger.add(Finding(kind=UNCHANGED, url="https://www.beehive.govt.nz/any", path=path))
    ledger.close(keep=True)
    replica.requests.clear()
    words = ("crawl", "check", "-a", "stale=30", "-a", "sample=4", "-a", "resume=1")
    assert scrapy(*words, archive=tmp_path, site=replica.url).exit_code == 0
    assert len(set(asked(replica, "/release/"))) == 4 - 1


def test_a_change_is_confirmed_within_the_page_limit(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 20)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    let_days_pass(tmp_path, 40)
    replica.edit(made[-1], title="Put right")
    with closing(sqlite3.connect(tmp_path / ".state" / "state.sqlite")) as db, db:
        db.execute("update urls set seen_at = '2020-01-01' where url like '%/release-19'")
    replica.requests.clear()
    outcome = scrapy(
        "crawl", "check", "-a", "stale=30", archive=tmp_path, site=replica.url,
        CLOSESPIDER_PAGECOUNT=12,
    )  # fmt: skip
    assert (outcome.exit_code, outcome.kinds()) == (1, {"unchanged": 8, "changed": 1})
    assert len(replica.requests) <= 12


@pytest.mark.parametrize("validators", [("etag",), ("last-modified",), ("etag", "last-modified")])
def test_rechecks_and_checks_ask_on_condition(
    replica: Replica, tmp_path: Path, validators: tuple[str, ...]
) -> None:
    """A 304 is unchanged; a page that changed, or a file edited by hand, is read whole."""
    replica.options.validators = validators
    made = publish_recent(replica, 4)
    words = ("crawl", "releases")
    for _ in range(2):  # the second reads what the first wrote, and agrees with it
        scrapy(*words, archive=tmp_path, site=replica.url)
    for again in (words, ("crawl", "check")):
        replica.requests.clear()
        outcome = scrapy(*again, archive=tmp_path, site=replica.url)
        assert (outcome.exit_code, outcome.kinds()) == (0, {"unchanged": 4})
        statuses = [each.status for each in replica.requests if each.path.startswith("/release/")]
        assert statuses == [304] * 4
    replica.edit(made[0], title="Put right")
    outcome = scrapy(*words, archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"unchanged": 3, "changed": 1}
    (path,) = tmp_path.rglob("*-recent-1.md")
    path.write_bytes(path.read_bytes().replace(b"Recent 1", b"Recent One"))
    outcome = scrapy("crawl", "check", archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"unchanged": 2, "changed": 2}


class Monitor(BaseHTTPRequestHandler):
    """Takes what is posted; ``server.status`` is its answer."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((self.headers["Content-Type"], json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def monitor() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Monitor)
    server.posted, server.status = [], 204
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_monitor_hears_of_changes_and_of_incomplete_runs_only(
    replica: Replica, tmp_path: Path, monitor: Any
) -> None:
    url = f"http://127.0.0.1:{monitor.server_port}/hook"
    (made,) = publish_recent(replica, 1)
    words = ("crawl", "releases", "--json")
    kept = {"archive": tmp_path, "site": replica.url, "NOTIFY_URL": url}
    quiet = scrapy(*words, **kept)
    assert (quiet.exit_code, monitor.posted) == (0, [])
    replica.edit(made, title="Put right")
    changed = scrapy(*words, **kept)
    ((content_type, summary),) = monitor.posted
    assert content_type == "application/json"
    assert summary == json.loads(changed.stdout)
    assert summary["counts"] == {"changed": 1}
    assert (summary["complete"], summary["exit_code"], summary["problems"]) == (True, 0, [])
    assert Path(summary["report"]).is_file()
    assert {"spider", "started", "finished", "site", "archive"} <= summary.keys()
    replica.fault(faults.blocked())
    blocked = scrapy(*words, **kept)
    assert blocked.exit_code == 3
    summary = monitor.posted[1][1]
    assert (summary["complete"], summary["exit_code"]) == (False, 3)
    assert "firewall" in summary["problems"][0]


def test_a_monitor_that_is_away_or_unwell_changes_nothing(
    replica: Replica, tmp_path: Path, monitor: Any
) -> None:
    (made,) = publish_recent(replica, 1)
    kept = {"archive": tmp_path, "site": replica.url}
    scrapy("crawl", "releases", **kept)
    replica.edit(made, title="Put right")
    monitor.status = 500
    for url in (f"http://127.0.0.1:{monitor.server_port}/", "http://127.0.0.1:9/"):
        outcome = scrapy("crawl", "releases", NOTIFY_URL=url, **kept)
        assert (outcome.exit_code, outcome.kinds()) == (0, {"changed": 1})
        assert "NOTIFY_URL" in outcome.stderr
        assert "Traceback" not in outcome.stderr


def test_failures_are_listed_and_tried_alone(replica: Replica, tmp_path: Path) -> None:
    """The report names each with its reason; ``retry=failed`` asks for just those."""
    publish(replica, 6)
    replica.add(document("Undated", None, listed_at=NEWEST))
    replica.fault(faults.status(500), "/release/release-2")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    reasons = {each["url"].rpartition("/")[2]: each["detail"] for each in
               outcome.findings("unverified")}  # fmt: skip
    assert reasons.keys() == {"release-2", "undated"}
    assert "500" in reasons["release-2"]
    assert "no date" in reasons["undated"]
    assert "retry=failed" in outcome.stderr
    with closing(sqlite3.connect(tmp_path / ".state" / "state.sqlite")) as db:
        kept = db.execute("select url, reason, tries, next_try_at from failures").fetchall()
    assert {row[0].rpartition("/")[2]: row[2] for row in kept} == {"release-2": 1, "undated": 1}
    assert all(row[1] and row[3] for row in kept)
    # The next hour, which leaves the undated one alone, says that it is still wanted.
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    assert "Could not be had since" in outcome.stderr
    assert "undated" in outcome.stderr
    assert asked(replica, "/release/undated") == ["/release/undated"]
    replica.clear_faults()
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", "-a", "retry=failed", archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"new": 1, "unverified": 1}
    assert sorted(asked(replica)) == ["/release/release-2", "/release/undated"]


def test_a_run_blocks_no_reader(replica: Replica, tmp_path: Path) -> None:
    """Neither while it holds the lock, nor in the middle of a write to its state."""
    publish(replica, 3)
    archive = tmp_path / "archive"
    scrapy("crawl", "releases", archive=archive, site=replica.url)
    with (archive / ".state" / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with closing(sqlite3.connect(archive / ".state" / "state.sqlite")) as db:
            db.execute("begin immediate")
            assert scrapy("verify", archive=archive).exit_code == 0
            target = tmp_path / "all.jsonl"
            outcome = scrapy("export", "--jsonl", str(target), archive=archive)
            assert outcome.exit_code == 0, outcome.stderr
            db.rollback()
    assert len(target.read_text("utf-8").splitlines()) >= 3

"""Runs over archives that people, git and other programs had their hands in."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.crawling import documents_in, scrapy
from tests.replica import Replica, document
from tests.spiders.sites import asked, publish, publish_recent, slugs


def test_strange_files_are_left_alone(replica: Replica, tmp_path: Path) -> None:
    made = publish(replica, 4)
    archive = tmp_path / "archive"
    scrapy("crawl", "releases", archive=archive, site=replica.url)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("---\ntitle: secret\n---\n", "utf-8")
    (archive / "README.md").write_text("# An archive\n\nNo front matter.\n", "utf-8")
    (archive / "notes.txt").write_bytes(b"\xff\xfe\x00 no text at all")
    (archive / "empty.md").touch()
    (archive / "cut.md").write_text('---\ntitle: "never closed\n', "utf-8")
    (archive / "bytes.md").write_bytes(b"---\ntitle: \xff\n---\n")
    (archive / "loop").symlink_to(archive)
    (archive / "away").symlink_to(outside)
    (archive / "dangling.md").symlink_to(archive / "nothing.md")
    (archive / "folder.md").mkdir()
    (archive / ".git").mkdir()
    (archive / ".git" / "copy.md").write_text("---\nbroken", "utf-8")
    # A document under another name and place still counts; a broken one is named.
    (path,) = (each for each in documents_in(archive) if "release-2" in each)
    (archive / "elsewhere").mkdir()
    shutil.move(archive / path, archive / "elsewhere" / "000_abc.txt")
    before = documents_in(archive)
    replica.requests.clear()
    outcome = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {})
    assert len(asked(replica)) == 2
    assert documents_in(archive) == before
    assert "cut.md" in outcome.stderr
    assert "bytes.md" in outcome.stderr
    assert "README.md" not in outcome.stderr
    # What was deleted by hand is missed, and comes in again.
    (path,) = (each for each in before if "release-1" in each)
    (archive / path).unlink()
    outcome = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert [each["url"] for each in outcome.findings("new")] == [made[1].url]


def test_a_document_that_became_unreadable_is_not_written_over(
    replica: Replica, tmp_path: Path
) -> None:
    publish_recent(replica, 3)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    (path,) = (each for each in documents_in(tmp_path) if "recent-1" in each)
    (tmp_path / path).write_text('---\ntitle: "cut', "utf-8")
    outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url, ON_CHANGE="update")
    assert path.rpartition("/")[2] in outcome.stderr
    assert documents_in(tmp_path)[path] == b'---\ntitle: "cut'


def test_a_state_that_is_damaged_or_gone_costs_no_document(
    replica: Replica, tmp_path: Path
) -> None:
    publish(replica, 12)
    scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)
    replica.add(document("Added", "2025-04-02T00:00:00Z"))
    for damage in (b"no database", b""):
        for file in (tmp_path / ".state").glob("*.sqlite*"):
            file.write_bytes(damage)
        outcome = scrapy("crawl", "releases", archive=tmp_path, site=replica.url)
        assert outcome.exit_code == 0
    assert outcome.kinds() == {}
    after = documents_in(tmp_path)
    assert {name: after[name] for name in before} == before
    assert slugs(after.keys() - before.keys()) == {"added"}


def test_the_seeds_stay_as_they_are(replica: Replica, tmp_path: Path, seeds: Path) -> None:
    archive = tmp_path / "seeds"
    shutil.copytree(seeds, archive, ignore=shutil.ignore_patterns(".state"))
    before = documents_in(archive)
    publish(replica, 2)
    outcome = scrapy("crawl", "releases", archive=archive, site=replica.url)
    assert (outcome.exit_code, outcome.kinds()) == (0, {"new": 2})
    after = documents_in(archive)
    assert {name: after[name] for name in before} == before

"""The main job as README.md gives it: the whole of it, offline, from the cassette that ships."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from beehive_archive.text import front_matter
from tests.cassettes.record_releases import CASSETTE, RELEASES, record
from tests.crawling import documents_in, scrapy


def test_the_whole_job_runs_offline_from_the_cassette(tmp_path: Path, seeds: Path) -> None:
    shipped = {path.name: path.read_bytes() for path in seeds.glob("*.txt")}
    for name, content in shipped.items():
        (tmp_path / name).write_bytes(content)
    outcome = scrapy("crawl", "releases", archive=tmp_path, CASSETTE=CASSETTE)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.kinds() == {"new": len(RELEASES)}
    documents = [front_matter.load(path) for path in (tmp_path / "releases").rglob("*.md")]
    assert {each.title for each in documents} == {title for *_, title, _ in RELEASES}
    ferries = next(each for each in documents if each.title.startswith("Taupō"))
    assert ferries.date == date(2024, 12, 10)  # the tenth in New Zealand, the ninth in UTC
    assert ferries.url == "https://www.beehive.govt.nz/release/taup%C5%8D-ferries-double"
    after = documents_in(tmp_path)
    assert {name: after[name] for name in shipped} == shipped

    again = scrapy("crawl", "releases", archive=tmp_path, CASSETTE=CASSETTE)
    assert again.exit_code == 0, again.stderr
    assert documents_in(tmp_path) == after


def test_the_cassette_is_what_the_crawl_asks_for_today(tmp_path: Path) -> None:
    fresh = tmp_path / "releases.yaml"
    record(fresh)
    assert fresh.read_text("utf-8") == CASSETTE.read_text("utf-8"), (
        "the crawl's requests or the replica's pages have changed: run "
        "python -m tests.cassettes.record_releases and look at the difference"
    )


def test_an_unreachable_site_is_named_with_the_way_out(tmp_path: Path) -> None:
    outcome = scrapy("crawl", "releases", archive=tmp_path, site="http://127.0.0.1:9")
    assert outcome.exit_code == 3
    assert "can't be reached" in outcome.stderr
    assert "-s CASSETTE=tests/cassettes/releases.yaml" in outcome.stderr
    assert not list(tmp_path.rglob("*.md"))

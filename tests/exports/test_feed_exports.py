"""Items leave by Scrapy's own feed exports too."""

from __future__ import annotations

import csv
from pathlib import Path

from beehive_archive.text import front_matter
from tests.crawling import scrapy
from tests.exports.exporting import lines
from tests.replica import Replica, document


def test_new_documents_as_jsonl_and_csv(replica: Replica, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    replica.add(document("Taupō takes pole position", ministers=("Hon A", "Hon B")))
    replica.add(document("Māori wardens honoured"))
    jsonl, table = tmp_path / "releases.jsonl", tmp_path / "releases.csv"
    words = ("crawl", "releases", "-O", str(jsonl), "-O", str(table))
    outcome = scrapy(*words, archive=archive, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    written = {each["url"]: each for each in lines(jsonl)}
    documents = [front_matter.load(path) for path in archive.rglob("*.md")]
    assert len(written) == len(documents) == 2
    for made in documents:
        assert written[made.url] == {
            "title": made.title,
            "date": made.date.isoformat(),
            "url": made.url,
            "ministers": list(made.ministers),
            "portfolios": list(made.portfolios),
            "attachments": list(made.attachments),
            "body": made.body,
        }
    with table.open(newline="", encoding="utf-8") as file:
        assert {row["title"] for row in csv.DictReader(file)} == {each.title for each in documents}


def test_a_run_that_finds_nothing_new_writes_no_document(replica: Replica, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    replica.add(document("First"))
    scrapy("crawl", "releases", archive=archive, site=replica.url)
    jsonl = tmp_path / "releases.jsonl"
    scrapy("crawl", "releases", "-O", str(jsonl), archive=archive, site=replica.url)
    assert not jsonl.exists() or lines(jsonl) == []

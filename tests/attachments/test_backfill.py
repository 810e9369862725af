"""Several hundred attachments of every type, good, hostile and faulty, fetched and read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from beehive_archive.archive.attachments import fold, is_text_path, text_path
from beehive_archive.text.attachment_text import AttachmentText, load_attachment
from tests.attachments.stock import Stock, file_requests, fill, name_in_archive
from tests.crawling import Outcome, documents_in, scrapy
from tests.replica import Replica, files, serving

GOOD = 300
SETTINGS = {
    "ATTACHMENT_MAX_BYTES": 2_000_000,
    "ATTACHMENT_TIMEOUT_S": 0.5,
    "BLOCKED_LIMIT": 50,  # two files that the firewall keeps are not the firewall's last word
    "RETRY_TIMES": 1,
}


@dataclass
class Backfill:
    archive: Path
    replica: Replica
    stock: Stock
    first: Outcome
    requested: list[str]

    def texts(self) -> dict[str, AttachmentText]:
        found = map(load_attachment, self.archive.glob("attachments/**/*.md"))
        return {each.url: each for each in found}


@pytest.fixture(scope="module")
def backfill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backfill]:
    archive = tmp_path_factory.mktemp("backfill") / "archive"
    archive.mkdir()
    with serving(Replica()) as elsewhere, serving(Replica()) as replica:
        stock = fill(replica, GOOD, elsewhere.url)
        name_in_archive(archive, stock.urls)
        first = scrapy("crawl", "attachments", archive=archive, site=replica.url, **SETTINGS)
        yield Backfill(archive, replica, stock, first, file_requests(replica))
        assert elsewhere.requests == [], "a redirect off the site was followed"


def test_every_good_file_is_stored_with_its_own_bytes(backfill: Backfill) -> None:
    assert backfill.first.kinds()["new"] == len(backfill.stock.good), backfill.first.stderr
    texts = backfill.texts()
    assert texts.keys() == set(backfill.stock.good)
    stored = {
        each["url"]: backfill.archive / each["path"] for each in backfill.first.findings("new")
    }
    for url in backfill.stock.good:
        content = files.generated(unquote(urlsplit(url).path))
        assert stored[url].read_bytes() == content, url
        assert texts[url].sha256 == hashlib.sha256(content).hexdigest()


def test_a_plain_name_is_mirrored_and_its_text_is_beside_it(backfill: Backfill) -> None:
    path = backfill.archive / "attachments/2000-01/Cabinet paper 0.pdf"
    text = load_attachment(path.with_name(path.name + ".md"))
    assert text.url == backfill.stock.good[0]
    assert text.release.startswith("https://www.beehive.govt.nz/release/paper-")
    assert text.pages == 1
    assert "Cabinet paper 0.pdf" in text.body


def test_names_are_safe_and_apart_on_every_file_system(backfill: Backfill) -> None:
    inside = [each for each in documents_in(backfill.archive) if each.startswith("attachments/")]
    folded = Counter(fold(Path(each)) for each in inside)  # type: ignore[arg-type]
    assert max(folded.values()) == 1
    plans = [each for each in inside if "/2024-01/plan" in each.lower() and ".md" not in each]
    assert len(plans) == 3
    everything = [path for path in backfill.archive.parent.rglob("*") if path.is_file()]
    assert not [path for path in everything if not path.is_relative_to(backfill.archive)]
    assert not [path for path in everything if path.name.startswith(".writing-")]


def test_every_faulty_file_is_listed_with_its_reason_and_none_is_stored(
    backfill: Backfill,
) -> None:
    listed = {
        each["url"]: each
        for kind in ("unverified", "removed")
        for each in backfill.first.findings(kind)
    }
    assert listed.keys() == backfill.stock.faulty.keys()
    for url, faulty in backfill.stock.faulty.items():
        assert listed[url]["kind"] == faulty.kind, url
        assert faulty.says in listed[url]["detail"], (url, listed[url]["detail"])
        assert listed[url]["path"] is None
    assert not (backfill.archive / "attachments/faulty").exists()
    assert backfill.first.exit_code == 3
    assert "MAX_ERROR_RATE" in backfill.first.stderr
    assert "Traceback" not in backfill.first.stderr


def test_a_page_in_a_files_place_is_looked_at_again_before_it_is_believed(
    backfill: Backfill,
) -> None:
    asked = Counter(backfill.requested)
    assert asked["/sites/default/files/faulty/html.pdf"] == 3
    assert asked["/sites/default/files/faulty/cut.pdf"] == 3
    assert asked["/sites/default/files/faulty/gone.pdf"] == 2
    assert asked["/sites/default/files/2000-01/Cabinet paper 0.pdf"] == 1


def test_a_second_run_fetches_nothing_and_changes_nothing(backfill: Backfill) -> None:
    before = documents_in(backfill.archive)
    backfill.replica.requests.clear()
    second = scrapy(
        "crawl", "attachments", archive=backfill.archive, site=backfill.replica.url, **SETTINGS
    )
    assert file_requests(backfill.replica) == []
    assert documents_in(backfill.archive) == before
    assert second.kinds()["unchanged"] == len(backfill.stock.good)
    waiting = second.findings("unverified") + second.findings("removed")
    assert {each["url"] for each in waiting} == backfill.stock.faulty.keys()
    assert all("again from" in each["detail"] for each in waiting)
    assert second.exit_code == 3, "what is missing stays red"


def test_the_archive_verifies(backfill: Backfill) -> None:
    outcome = scrapy("verify", "--json", archive=backfill.archive)
    for faulty in backfill.stock.faulty.values():
        assert faulty.name in outcome.stdout
    assert "attachment-altered" not in outcome.stdout
    assert "text-without-file" not in outcome.stdout


def test_once_the_faults_are_mended_the_rest_comes(backfill: Backfill) -> None:
    backfill.replica.clear_faults()
    backfill.replica.pages.clear()
    backfill.replica.requests.clear()
    third = scrapy(
        *("crawl", "attachments", "-a", "retry=failed"),
        archive=backfill.archive,
        site=backfill.replica.url,
        **SETTINGS,
    )
    assert third.exit_code == 0, third.stderr
    assert third.kinds() == {"new": len(backfill.stock.faulty)}
    assert len(file_requests(backfill.replica)) == len(backfill.stock.faulty)
    paths = [Path(each["path"]) for each in third.findings("new")]
    for path in paths:
        assert not is_text_path(path)  # type: ignore[arg-type]
        assert (backfill.archive / path).is_file()
        assert (backfill.archive / text_path(path)).is_file()  # type: ignore[arg-type]

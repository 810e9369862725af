"""Asking about what is there: ``attachments -a verify=1`` and ``check -a attachments=1``."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from beehive_archive.text.attachment_text import load_attachment
from tests.attachments.stock import FILES, ROOT, SITE, fill, name_in_archive, write_document
from tests.crawling import Outcome, documents_in, scrapy
from tests.replica import (
    Replica,
    ReplicaDocument,
    attachment,
    document,
    faults,
    files,
    serving,
)

NAMES = ("a.pdf", "b.pdf", "c.pdf", "d.docx", "e.jpg", "f.pdf")
FOLDER = "attachments/2024-01"


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one release and its attachments; each test gets a copy."""
    folder = tmp_path_factory.mktemp("fetched")
    with serving(Replica([release()])) as site:
        outcome = scrapy("crawl", "releases", archive=folder, site=site.url)
    assert outcome.exit_code == 0, outcome.stderr
    return folder


@pytest.fixture
def archive(fetched: Path, replica: Replica, tmp_path: Path) -> Path:
    """An archive with one release and its attachments, all as on the site."""
    replica.add(release())
    return shutil.copytree(fetched, tmp_path / "archive")


def release() -> ReplicaDocument:
    urls = (f"{FILES}2024-01/{name}" for name in NAMES)
    return document("Budget", "2024-01-10T01:00:00Z", attachments=tuple(map(attachment, urls)))


def verify(archive: Path, replica: Replica, *args: str) -> Outcome:
    words = ("crawl", "attachments", "-a", "verify=1", *args)
    return scrapy(*words, archive=archive, site=replica.url)


def check(archive: Path, replica: Replica) -> Outcome:
    words = ("crawl", "check", "-a", "attachments=1")
    return scrapy(*words, archive=archive, site=replica.url)


def sent_bytes(replica: Replica) -> list[tuple[str, int]]:
    return [(each.path, each.status) for each in replica.requests if each.path.startswith(ROOT)]


def replace_file(replica: Replica, name: str, content: bytes) -> bytes:
    replica.add_file(f"{ROOT}2024-01/{name}", content)
    return content


def test_unchanged_files_are_asked_about_and_not_sent(archive: Path, replica: Replica) -> None:
    before = documents_in(archive)
    for outcome in (verify(archive, replica), check(archive, replica)):
        assert outcome.exit_code == 0, outcome.stderr
        assert set(outcome.kinds()) == {"unchanged"}
    assert sent_bytes(replica) == [(f"{ROOT}2024-01/{name}", 304) for name in NAMES] * 2
    assert documents_in(archive) == before


def test_a_changed_file_is_reported_replaced_and_the_old_one_kept(
    archive: Path, replica: Replica
) -> None:
    old = (archive / FOLDER / "a.pdf").read_bytes()
    new = replace_file(replica, "a.pdf", files.pdf("Another text", "and more of it"))

    checked = check(archive, replica)
    assert checked.exit_code == 1
    (finding,) = checked.findings("changed")
    assert (finding["path"], finding["fields"]) == (f"{FOLDER}/a.pdf", ["attachments"])
    assert (archive / FOLDER / "a.pdf").read_bytes() == old, "check writes nothing"

    verified = verify(archive, replica)
    assert verified.exit_code == 0, verified.stderr
    (finding,) = verified.findings("changed")
    assert finding["before"]["attachments"].endswith(f"{len(old):,} bytes")
    assert finding["after"]["attachments"].endswith(f"{len(new):,} bytes")
    assert (archive / FOLDER / "a.pdf").read_bytes() == new
    assert "Another text" in load_attachment(archive / FOLDER / "a.pdf.md").body
    (kept,) = (archive / "revisions" / FOLDER / "a").iterdir()
    assert kept.suffix == ".pdf"
    assert kept.read_bytes() == old
    assert str(kept.relative_to(archive)) in finding["detail"]
    assert set(verify(archive, replica).kinds()) == {"unchanged"}


def test_what_only_one_of_two_looks_saw_changes_nothing(archive: Path, replica: Replica) -> None:
    before = documents_in(archive)
    passing = faults.page(files.pdf("A moment's mistake"), "application/pdf")
    replica.fault(passing, f"{ROOT}2024-01/a.pdf", times=1)
    replica.fault(faults.status(404), f"{ROOT}2024-01/b.pdf", times=1)
    outcome = verify(archive, replica)
    assert outcome.kinds() == {"unchanged": len(NAMES)}
    assert documents_in(archive) == before


@pytest.mark.parametrize(
    "fault",
    [faults.error_page(), faults.blocked(), faults.truncated(), faults.status(500)],
    ids=lambda fault: fault.name,
)
def test_a_bad_answer_never_replaces_a_good_file(
    archive: Path, replica: Replica, fault: faults.Fault
) -> None:
    before = documents_in(archive)
    (archive / ".state/attachments.sqlite").unlink()  # so that it is asked without validators
    replica.fault(fault, f"{ROOT}2024-01/a.pdf")
    outcome = verify(archive, replica)
    (finding,) = outcome.findings("unverified")
    assert finding["url"] == f"{FILES}2024-01/a.pdf"
    assert outcome.exit_code == 3
    assert not check(archive, replica).kinds().keys() & {"changed", "removed"}
    assert documents_in(archive) == before


def test_a_file_that_is_gone_is_reported_and_kept(archive: Path, replica: Replica) -> None:
    before = documents_in(archive)
    replica.fault(faults.status(404), f"{ROOT}2024-01/b.pdf")
    for outcome, code in ((verify(archive, replica), 0), (check(archive, replica), 1)):
        assert outcome.exit_code == code
        (finding,) = outcome.findings("removed")
        assert finding["path"] == f"{FOLDER}/b.pdf"
    assert documents_in(archive) == before


def test_a_file_altered_on_disk_is_restored_and_kept(archive: Path, replica: Replica) -> None:
    place = archive / FOLDER / "f.pdf"
    good = place.read_bytes()
    place.write_bytes(b"altered")
    (finding,) = check(archive, replica).findings("changed")
    assert "altered" in finding["detail"]
    (finding,) = verify(archive, replica).findings("changed")
    assert "altered" in finding["detail"]
    assert place.read_bytes() == good
    (kept,) = (archive / "revisions" / FOLDER / "f").iterdir()
    assert kept.read_bytes() == b"altered"


def test_a_missing_text_is_read_again_without_fetching(archive: Path, replica: Replica) -> None:
    text = archive / FOLDER / "a.pdf.md"
    before = text.read_bytes()
    text.unlink()
    outcome = scrapy("crawl", "attachments", archive=archive, site=replica.url)
    assert outcome.kinds() == {"unchanged": len(NAMES)}
    assert sent_bytes(replica) == []
    assert text.read_bytes() == before


def test_without_validators_sizes_are_compared(archive: Path, replica: Replica) -> None:
    replica.options.validators = ()
    (archive / ".state/attachments.sqlite").unlink()
    replica.add_file(f"{ROOT}2024-01/a.pdf", files.pdf("Grown", "by", "lines"), headers={})
    (archive / FOLDER / "d.docx").unlink()
    outcome = check(archive, replica)
    assert {each.method for each in replica.requests if each.path.startswith(ROOT)} == {"HEAD"}
    (finding,) = outcome.findings("changed")
    assert "grown" in finding["detail"]
    (finding,) = outcome.findings("new")
    assert finding["url"] == f"{FILES}2024-01/d.docx"


def test_too_many_changes_are_not_believed(replica: Replica, tmp_path: Path) -> None:
    stock = fill(replica, 30, hostile=False)
    name_in_archive(tmp_path, stock.urls)
    scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    before = documents_in(tmp_path)
    for number, url in enumerate(stock.good[:30]):
        path = url.removeprefix(SITE)
        if path.endswith("pdf"):
            replica.add_file(path.replace("%20", " "), files.pdf(f"Other {number}"))
    outcome = verify(tmp_path, replica)
    assert outcome.exit_code == 3
    assert "MAX_CHANGE_RATE" in outcome.stderr
    assert "changed" not in outcome.kinds()
    assert documents_in(tmp_path) == before
    accepted = verify(tmp_path, replica, "-a", "accept=1")
    assert accepted.exit_code == 0, accepted.stderr
    assert accepted.kinds()["changed"] >= 20


def test_documents_and_files_can_be_chosen(replica: Replica, tmp_path: Path) -> None:
    stock = fill(replica, 6, hostile=False)
    for number, url in enumerate(stock.good[:6]):
        day = date(2024, 1, 1 + number)
        write_document(tmp_path, f"{SITE}/release/{number}", day, (url,))

    def stored(*args: str) -> list[str]:
        outcome = scrapy("crawl", "attachments", *args, archive=tmp_path, site=replica.url)
        assert outcome.report is not None, outcome.stderr
        return sorted(each["url"] for each in outcome.findings("new"))

    assert stored("-a", "since=2024-01-02", "-a", "until=2024-01-02") == [stock.good[1]]
    assert stored("-a", f"urls={stock.good[3]}") == [stock.good[3]]
    assert stored("-a", f"urls={replica.url}/release/4") == [stock.good[4]]
    assert stored("-a", f"urls={SITE}/release/unknown") == []
    assert len(stored()) == 3


def test_the_same_bytes_are_stored_once(replica: Replica, tmp_path: Path) -> None:
    content = files.pdf("One report under two names")
    urls = [f"{FILES}2024-01/{quote(name)}" for name in ("a b.pdf", "c.pdf")]
    for name in ("a b.pdf", "c.pdf"):
        replica.add_file(f"{ROOT}2024-01/{name}", content)
    write_document(tmp_path, f"{SITE}/release/a", date(2024, 1, 1), tuple(urls))
    scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    one, two = (tmp_path / FOLDER / name for name in ("a b.pdf", "c.pdf"))
    assert one.samefile(two)
    assert load_attachment(two.with_name("c.pdf.md")).url == urls[1]
    # A change of one leaves the other alone.
    replica.add_file(f"{ROOT}2024-01/c.pdf", files.pdf("Another"))
    verify(tmp_path, replica)
    assert one.read_bytes() == content
    assert two.read_bytes() == files.pdf("Another")


def test_a_check_that_was_stopped_goes_on_with_the_files_that_are_left(
    archive: Path, replica: Replica
) -> None:
    replica.fault(faults.blocked(), after=5)  # robots.txt, the page, three files
    words = ("crawl", "check", "-a", "attachments=1")
    stopped = scrapy(*words, archive=archive, site=replica.url, BLOCKED_LIMIT=1)
    assert stopped.exit_code == 3
    assert stopped.kinds()["unchanged"] == 4
    replica.clear_faults()
    replica.requests.clear()
    resumed = scrapy(*words, "-a", "resume=1", archive=archive, site=replica.url)
    assert resumed.exit_code == 0, resumed.stderr
    assert resumed.kinds() == {"unchanged": 1 + len(NAMES)}
    assert len(sent_bytes(replica)) == len(NAMES) - 3

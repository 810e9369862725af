"""A run that is killed, or whose disk fails, leaves whole files only, and can be run again."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from beehive_archive.archive.attachments import is_text_path
from tests.attachments.stock import FILES, ROOT, file_requests, fill, name_in_archive
from tests.crawling import Outcome, Started, documents_in, scrapy, wait_for_requests
from tests.replica import Replica, faults, serving

COUNT = 24


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an uninterrupted run leaves."""
    archive = tmp_path_factory.mktemp("whole")
    with serving(Replica()) as replica:
        name_in_archive(archive, fill(replica, COUNT, hostile=False).urls)
        outcome = scrapy("crawl", "attachments", archive=archive, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    return documents_in(archive)


@pytest.mark.parametrize("answers", [3, 20])
def test_killed_and_run_again_it_is_as_if_never_killed(
    replica: Replica, tmp_path: Path, whole: dict[str, bytes], answers: int
) -> None:
    name_in_archive(tmp_path, fill(replica, COUNT, hostile=False).urls)
    replica.fault(faults.drip(200, 0.02), after=answers, times=1)  # so that it dies in a file
    _kill_after(replica, tmp_path, answers + 1)
    for path, content in documents_in(tmp_path).items():
        if ".writing-" not in path:
            assert whole[path] == content, f"{path} is a part of a file"
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 0, outcome.stderr
    after = documents_in(tmp_path)
    assert {path: after[path] for path in after if ".writing-" not in path} == whole


def _kill_after(replica: Replica, archive: Path, answers: int) -> None:
    process = Started("crawl", "attachments", archive=archive, site=replica.url)
    wait_for_requests(replica, answers, process)
    time.sleep(0.05)
    process.send(signal.SIGKILL)
    assert process.wait().exit_code == -signal.SIGKILL
    replica.clear_faults()


def test_a_run_that_ends_early_lists_what_it_did_not_reach(
    replica: Replica, tmp_path: Path
) -> None:
    stock = fill(replica, 30, hostile=False)
    name_in_archive(tmp_path, stock.urls)
    replica.fault(faults.blocked(), after=10)
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert outcome.exit_code == 3
    assert "firewall" in outcome.stderr
    assert sum(outcome.kinds().values()) == len(stock.urls)
    unreached = [e for e in outcome.findings("unverified") if "not reached" in e["detail"]]
    assert len(unreached) > 10
    replica.clear_faults()
    replica.requests.clear()
    again = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert again.kinds()["new"] >= len(unreached), "what was not reached need not wait"


def test_a_place_that_can_not_be_written_costs_one_file(replica: Replica, tmp_path: Path) -> None:
    stock = fill(replica, 3, hostile=False)
    name_in_archive(tmp_path, [*stock.urls, f"{FILES}out/a.pdf"])
    replica.add_file(f"{ROOT}out/a.pdf", b"%PDF-1.4\n%%EOF\n")
    outside = tmp_path / "outside"
    outside.mkdir()
    archive = tmp_path / "attachments"
    archive.mkdir()
    (archive / "out").symlink_to(tmp_path.parent, target_is_directory=True)
    outcome = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert outcome.kinds() == {"new": 3, "unverified": 1}
    assert "symbolic link" in outcome.findings("unverified")[0]["detail"]
    assert not (tmp_path.parent / "a.pdf").exists()


@pytest.mark.parametrize("damage", ["drop table files", "drop table failures"])
def test_records_that_are_damaged_meanwhile_end_the_run(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    stock = fill(replica, COUNT, hostile=False)
    name_in_archive(tmp_path, stock.urls)
    outcome = _crawl_with(
        "    async def media_downloaded(self, *args, **kwargs):\n"
        "        import contextlib, sqlite3\n"
        "        with contextlib.suppress(sqlite3.OperationalError):\n"
        f"            sqlite3.connect(self.desk.records.path).execute('{damage}')\n"
        "        return await super().media_downloaded(*args, **kwargs)\n",
        *(replica, tmp_path, monkeypatch),
    )
    assert outcome.exit_code == 3
    assert "attachments.sqlite: can't be read or written" in outcome.stderr
    assert "no document is lost by that" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert len(file_requests(replica)) < len(stock.urls)
    assert sum(outcome.kinds().values()) == len(stock.urls)
    (tmp_path / ".state" / "attachments.sqlite").unlink()
    again = scrapy("crawl", "attachments", archive=tmp_path, site=replica.url)
    assert again.exit_code == 0, again.stderr


def test_an_error_of_the_program_turns_the_run_red(
    replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """scrapy#5067, #5499: a pipeline that raised left the run green."""
    stock = fill(replica, 3, hostile=False)
    name_in_archive(tmp_path, stock.urls)
    outcome = _crawl_with(
        "    def file_path(self, *args, **kwargs):\n        raise LookupError('no path today')\n",
        *(replica, tmp_path, monkeypatch),
    )
    assert outcome.exit_code == 3
    assert "no path today" in outcome.stderr
    assert not [p for p in documents_in(tmp_path) if is_text_path(Path(p)) and "att" in p]  # type: ignore[arg-type]


def _crawl_with(
    method: str, replica: Replica, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> Outcome:
    """Crawl with another method in the pipeline."""
    (archive / "broken.py").write_text(
        "from beehive_archive.attachments.pipeline import AttachmentsPipeline\n"
        f"class Broken(AttachmentsPipeline):\n{method}"
    )
    monkeypatch.setenv("PYTHONPATH", str(archive))
    pipelines = (
        '{"beehive_archive.pipelines.ReconcilePipeline": 300, "broken.Broken": 700,'
        ' "beehive_archive.pipelines.StorePipeline": 500}'
    )
    words = ("crawl", "attachments")
    return scrapy(*words, archive=archive, site=replica.url, ITEM_PIPELINES=pipelines)

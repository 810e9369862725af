"""What a run says by default: nothing of Scrapy's about itself, every warning and error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cassettes.record_releases import CASSETTE
from tests.crawling import execute_in_project
from tests.forking import Ended, Forked

SELF_TALK = ("Versions:", "Overridden settings", "Enabled", "Spider opened")


def crawl(archive: Path, *options: str, **settings: object) -> Ended:
    """Crawl with the log as it is by default, which ``tests.crawling`` turns down."""
    chosen = {"ARCHIVE_DIR": archive, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}
    pairs = [f"{name}={value}" for name, value in {**chosen, **settings}.items()]
    words = ["crawl", "releases", "-a", "pages=1", *options]
    return Forked(
        execute_in_project, [*words, *(word for pair in pairs for word in ("-s", pair))]
    ).wait(120)


@pytest.mark.parametrize("asked_for", [(), ("-L", "INFO"), ("-s", "LOG_LEVEL=DEBUG")])
def test_scrapy_speaks_of_itself_only_where_it_is_asked_to(
    asked_for: tuple[str, ...], tmp_path: Path
) -> None:
    ended = crawl(tmp_path, *asked_for, CASSETTE=CASSETTE)
    assert ended.exit_code == 0, ended.stderr
    said = [words for words in SELF_TALK if words in ended.stderr]
    assert said == (list(SELF_TALK) if asked_for else [])
    if not asked_for:
        assert ended.stderr.startswith("releases: ")


def test_errors_stay(tmp_path: Path) -> None:
    ended = crawl(tmp_path, SITE_URL="http://127.0.0.1:9", RETRY_TIMES=0, BACKOFF_START_S=0.01)
    assert ended.exit_code == 3
    assert "ERROR: " in ended.stderr

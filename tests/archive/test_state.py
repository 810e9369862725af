"""What runs remember: across runs, kills, damage, and clocks that go back."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from beehive_archive.archive.failures import MAX_REASON_LENGTH, next_try_at
from beehive_archive.archive.state import STATE_FILE, State
from beehive_archive.errors import ArchiveError
from tests.archive.archives import SITE, in_child

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
URL = f"{SITE}/release/kia-ora"


def opened(tmp_path: Path) -> State:
    return State(tmp_path / ".state", "releases", NOW)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = opened(tmp_path)
    yield state
    state.close()


def test_an_answer_is_known_in_the_next_run(state: State, tmp_path: Path) -> None:
    state.saw(URL, now=NOW, path="a.md", node_id=7, stored=True)
    state.saw(URL, now=NOW)  # a later answer that says less
    state.close()
    later = opened(tmp_path)
    assert later.run_id == state.run_id + 1
    assert (later.path_of(URL), later.node_id_of(URL)) == ("a.md", 7)
    assert later.url_of_node(7) == later.live_url_of("a.md") == URL
    assert later.stored_since(URL, state.run_id)
    assert not later.stored_since(URL, later.run_id)
    later.close()


def test_a_url_is_one_in_any_encoding(state: State) -> None:
    state.saw(f"{SITE}/release/taup%c5%8d", now=NOW, path="a.md")
    assert state.path_of("http://beehive.govt.nz/release/taupō/?x=1") == "a.md"
    assert state.path_of(f"{SITE}/release/taupo") is None


def test_a_renamed_document_is_known_by_its_new_path(state: State) -> None:
    state.saw(URL, now=NOW, path="a.md")
    state.renamed("a.md", "b.md")
    assert (state.path_of(URL), state.live_url_of("b.md")) == ("b.md", URL)
    assert state.live_url_of("a.md") is None


def test_an_unfinished_walk_keeps_its_first_run(state: State, tmp_path: Path) -> None:
    first = state.begin_walk("list")
    state.close()
    later = opened(tmp_path)
    assert later.begin_walk("list") == first
    later.end_walk("list")
    assert later.begin_walk("list") == later.run_id
    later.close()


# --- Failures -------------------------------------------------------------------------------


def test_every_try_that_fails_is_counted(state: State) -> None:
    for tries in (1, 2):
        state.failed(URL, "503", NOW)
        failure = state.failure(URL)
        assert failure
        assert (failure.tries, failure.next_try_at) == (tries, next_try_at(tries, NOW))


def test_a_blameless_failure_is_due_at_once_and_counts_no_try(state: State) -> None:
    state.failed(URL, "not reached", NOW, blameless=True)
    (failure,) = state.failures(due=NOW)
    assert failure.tries == 0


def test_only_those_that_are_due_are_given(state: State) -> None:
    state.failed(URL, "503", NOW)
    assert list(state.failures(due=NOW)) == []
    assert [each.url for each in state.failures(due=NOW + timedelta(hours=1))] == [URL]


def test_what_succeeded_is_no_failure(state: State) -> None:
    state.failed(URL, "no date", NOW, refused=True)
    failure = state.failure(URL)
    assert failure
    assert failure.refused
    state.succeeded(URL)
    assert state.failure(URL) is None
    assert list(state.failures()) == []


def test_a_reason_of_any_length_is_kept_short(state: State) -> None:
    state.failed(URL, "x" * 1_000_000, NOW)
    failure = state.failure(URL)
    assert failure
    assert len(failure.reason) == MAX_REASON_LENGTH


# --- Faults ---------------------------------------------------------------------------------


def test_a_kill_loses_no_answer(tmp_path: Path) -> None:
    def remember_and_die() -> None:
        state = opened(tmp_path)
        for number in range(50):
            state.saw(f"{URL}-{number}", now=NOW, path=f"{number}.md")
        os.kill(os.getpid(), signal.SIGKILL)

    assert os.WTERMSIG(in_child(remember_and_die)) == signal.SIGKILL
    state = opened(tmp_path)
    assert [state.path_of(f"{URL}-{number}") for number in range(50)] == [
        f"{number}.md" for number in range(50)
    ]
    state.close()


def damage_head(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)


def damage_middle(path: Path) -> None:
    """The header is whole, so that the file opens; its pages are not."""
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(os.urandom(path.stat().st_size - 4_096))


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def other_version(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("pragma user_version = 999")
    db.close()


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [damage_head, damage_middle, cut_in_half, other_version, empty])
def test_a_file_that_cannot_be_used_is_begun_anew(
    tmp_path: Path, harm: object, caplog: pytest.LogCaptureFixture
) -> None:
    state = opened(tmp_path)
    for number in range(500):
        state.saw(f"{URL}-{number}", now=NOW, path=f"{number}.md")
    state.close()
    harm(state.path)  # type: ignore[operator]

    with caplog.at_level(logging.WARNING):
        again = opened(tmp_path)

    assert again.path_of(f"{URL}-7") is None
    again.saw(URL, now=NOW, path="a.md")
    assert again.path_of(URL) == "a.md"
    again.close()
    if harm is not empty:
        assert "begun anew; no document is lost" in caplog.text


def test_a_folder_deleted_between_runs_costs_only_memory(state: State, tmp_path: Path) -> None:
    state.saw(URL, now=NOW, path="a.md")
    state.close()
    shutil.rmtree(tmp_path / ".state")
    again = opened(tmp_path)
    assert again.path_of(URL) is None
    again.close()


def test_a_folder_deleted_under_a_run_ends_it_in_words(state: State, tmp_path: Path) -> None:
    state.saw(URL, now=NOW, path="a.md")
    shutil.rmtree(tmp_path / ".state")
    try:
        state.saw(f"{URL}-2", now=NOW, path="b.md")
    except ArchiveError as error:
        assert STATE_FILE in str(error)  # noqa: PT017 -- SQLite may also write on, unseen


def test_a_database_that_breaks_under_a_run_ends_it_in_words(state: State) -> None:
    other = sqlite3.connect(state.path)
    for table in ("urls", "failures", "walks"):
        other.execute(f"drop table {table}")
    other.commit()
    other.close()
    for call in (
        lambda: state.saw(URL, now=NOW),
        lambda: state.path_of(URL),
        lambda: state.failed(URL, "503", NOW),
        lambda: state.failure(URL),
        lambda: list(state.failures()),
        lambda: state.begin_walk("list"),
        lambda: state.renamed("a", "b"),
    ):
        with pytest.raises(ArchiveError, match=STATE_FILE):
            call()


def test_a_place_that_cannot_be_had_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / ".state" / STATE_FILE).mkdir(parents=True)
    with pytest.raises(ArchiveError, match="can't be opened"):
        opened(tmp_path)

"""The lock: one run at a time, freed by any end of its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from beehive_archive.archive.lock import ArchiveLock
from beehive_archive.errors import ArchiveError, ArchiveLockedError

HOLD = """
import sys, pathlib
from beehive_archive.archive.lock import ArchiveLock
lock = ArchiveLock(pathlib.Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until it ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_refused_and_told_who_holds_it(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    try:
        with pytest.raises(ArchiveLockedError, match=f"process {holder.pid}, since 20"):
            ArchiveLock(tmp_path).acquire()
        with pytest.raises(ArchiveLockedError):  # the refused one took nothing away
            ArchiveLock(tmp_path).acquire()
    finally:
        holder.communicate()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_its_process(
    tmp_path: Path, holder: subprocess.Popen[str], end: signal.Signals
) -> None:
    os.kill(holder.pid, end)
    holder.communicate()
    assert holder.returncode == -end
    lock = ArchiveLock(tmp_path)
    lock.acquire()
    assert lock.path.read_text().startswith(f"process {os.getpid()}, since 20")
    lock.release()


def test_it_can_be_taken_again_once_released(tmp_path: Path) -> None:
    lock = ArchiveLock(tmp_path / "state")
    for _ in range(2):
        lock.acquire()
        with pytest.raises(ArchiveLockedError):
            ArchiveLock(tmp_path / "state").acquire()
        lock.release()
    lock.release()  # twice is no error


def test_a_lock_file_with_anything_in_it_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"\xff" * 1_000)
    lock = ArchiveLock(tmp_path)
    lock.acquire()
    (tmp_path / "lock").write_bytes(b"\xff")
    with pytest.raises(ArchiveLockedError):
        ArchiveLock(tmp_path).acquire()
    lock.release()
    lock.acquire()
    assert f"process {os.getpid()}," in (tmp_path / "lock").read_text()
    lock.release()


def test_a_folder_that_cannot_be_made_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(ArchiveError, match="can't be locked"):
        ArchiveLock(tmp_path / "state").acquire()

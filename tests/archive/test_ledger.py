"""The ledger: what was noted is there after a kill, what was half noted is not."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from beehive_archive.archive.ledger import Ledger
from beehive_archive.findings import Finding
from tests.archive.archives import in_child

CHANGED = Finding(
    kind="changed",
    url="https://www.beehive.govt.nz/release/a",
    path="a.md",
    title="Tēnā koe\u2028",
    fields=("title",),
    before={"title": "a", "ministers": ["b"]},
    sha256="0f",
)
UNCHANGED = Finding(kind="unchanged", url="https://www.beehive.govt.nz/release/b", path="b.md")


def test_findings_come_back_as_they_were(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "runs" / "a.jsonl")
    for finding in (CHANGED, UNCHANGED, CHANGED):
        ledger.add(finding)
    assert ledger.counts == {"changed": 2, "unchanged": 1}
    assert list(ledger.differences()) == [CHANGED, CHANGED]
    assert list(Ledger.read(ledger.path)) == [CHANGED, UNCHANGED, CHANGED]
    ledger.close(keep=False)
    assert not ledger.path.exists()


def test_differences_are_read_anew_in_each_pass(tmp_path: Path) -> None:
    about_unchanged = replace(CHANGED, title='{"kind": "unchanged"', detail="unchanged")
    ledger = Ledger(tmp_path / "a.jsonl")
    assert not ledger.differences()
    for finding in (UNCHANGED, about_unchanged, UNCHANGED, CHANGED):
        ledger.add(finding)
    differences = ledger.differences()
    assert len(differences) == 2
    for _ in range(2):
        assert list(differences) == [about_unchanged, CHANGED]
    assert CHANGED in differences
    assert UNCHANGED not in differences
    ledger.close(keep=False)


def test_a_kill_loses_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"

    def note_and_die() -> None:
        ledger = Ledger(path)
        for _ in range(100):
            ledger.add(CHANGED)
        os.kill(os.getpid(), signal.SIGKILL)

    assert os.WTERMSIG(in_child(note_and_die)) == signal.SIGKILL
    assert list(Ledger.read(path)) == [CHANGED] * 100


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_torn_last_line_is_left_out(tmp_path: Path, cut: int) -> None:
    ledger = Ledger(tmp_path / "a.jsonl")
    ledger.add(UNCHANGED)
    ledger.add(CHANGED)
    ledger.close(keep=True)
    os.truncate(ledger.path, ledger.path.stat().st_size - cut)
    assert list(Ledger.read(ledger.path)) == [UNCHANGED]


def test_a_line_torn_within_a_character_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"kind": "unchanged", "url": "ō'.encode()[:-1])
    assert list(Ledger.read(path)) == []


def test_a_file_name_that_is_no_utf_8_can_be_noted(tmp_path: Path) -> None:
    """Python gives such names with half surrogates, which UTF-8 has no bytes for."""
    odd = Finding(kind="unverified", url="https://example.org", path="a\udcff.md", detail="a\udcff")
    ledger = Ledger(tmp_path / "a.jsonl")
    ledger.add(odd)
    assert list(ledger.differences()) == [odd]
    ledger.close(keep=False)

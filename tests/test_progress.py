"""Progress: a line that moves on a terminal and never in the way of what is printed."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.findings import KINDS
from beehive_archive.progress import Pace, Progress, Tally, line
from tests.crawling import ROOT, arguments, scrapy
from tests.replica import Replica
from tests.spiders.sites import publish


@given(
    done=st.integers(0, 99_999),
    more=st.none() | st.integers(0, 99_999),
    per_s=st.none() | st.floats(0.001, 99_999),
    counts=st.dictionaries(st.sampled_from(KINDS), st.integers(0, 9_999)),
    width=st.integers(1, 200),
)
def test_a_line_fits_and_keeps_what_matters(
    done: int, more: int | None, per_s: float | None, counts: dict[str, int], width: int
) -> None:
    tally = Tally(done=done, total=None if more is None else done + more, counts=counts)
    text = line("check", tally, per_s, width)
    assert wcwidth.width(text) <= width
    whole = line("check", tally, per_s)
    if len(whole) <= width:
        assert text == whole
    assert whole.startswith(f"check: {done:,} ")
    assert all((f" {count:,} {kind}" in whole) == (count > 0) for kind, count in counts.items())
    assert ("left" in whole) == bool(tally.total and per_s)


@pytest.mark.parametrize(
    ("per_s", "words"),
    [
        (0.1, "6/min, 2 h 46 min left"),
        (1, "60/min, 16 min left"),
        (40, "40/s, 25 s left"),
        (2_000, "2,000/s, 0 s left"),
    ],
)
def test_rate_and_time_left(per_s: float, words: str) -> None:
    assert words in line("check", Tally(done=0, total=1_000), per_s)


def test_the_pace_is_that_of_late() -> None:
    pace = Pace()
    assert pace.per_s(0, 0) is None
    for second in range(1_000):
        pace.take(second, 0)
    for second in range(1_000, 1_401):
        pace.take(second, 2 * (second - 1_000))
    assert pace.per_s(1_400, 800) == pytest.approx(2)


def test_where_there_is_no_terminal_lines_are_sparse() -> None:
    now, said = [0.0], []
    with Progress("check", log_every_s=60, say=said.append, clock=lambda: now[0]) as progress:
        for second in range(181):
            now[0] = second
            progress.show(Tally(done=second, total=600))
    assert said == [
        "check: 60 of 600 documents (10 %), 60/min, 9 min left",
        "check: 120 of 600 documents (20 %), 60/min, 8 min left",
        "check: 180 of 600 documents (30 %), 60/min, 7 min left",
    ]


@pytest.mark.parametrize("options", [{"is_enabled": False}, {"log_every_s": 0}])
def test_it_can_be_turned_off(options: dict[str, float]) -> None:
    now, said = [0.0], []
    with Progress("check", say=said.append, clock=lambda: now[0], **options) as progress:
        now[0] = 999
        progress.show(Tally(done=1))
    assert said == []


# --- on a terminal ----------------------------------------------------------------------------


def on_terminal(
    words: list[str], *, columns: int, stdout: int | None = None, **environment: str
) -> tuple[int, str, str]:
    """Run a program with a terminal as stderr; returns its exit code, what it drew, its stdout."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    drawn = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux's end of file: nobody holds the other end any more
            break
        if not part:
            break
        drawn += part
    os.close(ours)
    code = process.wait(60)
    with process.stdout or io.BytesIO() as stream:
        return code, drawn.decode(), stream.read().decode()


def moments(drawn: str) -> list[str]:
    """Return what stood on the line that moves, time after time."""
    return [each for each in re.split(r"[\r\n]+", drawn) if each.strip()]


@pytest.mark.parametrize("columns", [40, 100])
def test_a_crawl_shows_how_far_it_is(columns: int, replica: Replica, tmp_path: Path) -> None:
    publish(replica, 30)
    assert scrapy("crawl", "releases", archive=tmp_path, site=replica.url).exit_code == 0
    words = arguments("crawl", "check", archive=tmp_path, site=replica.url, DOWNLOAD_DELAY=0.05)
    code, drawn, _ = on_terminal(words, columns=columns, NO_COLOR="1")
    assert code == 0, drawn
    moving = [each for each in moments(drawn) if re.match(r"check: \d+ of 30", each)]
    assert moving, drawn
    assert max(map(wcwidth.width, moving)) <= columns
    assert "\x1b[3" not in drawn  # no colours with NO_COLOR
    assert ("|" in moving[0]) == (columns == 100)  # a bar where there is room for one
    assert visible(drawn)[0].startswith("check: 30 documents looked at")


def test_nothing_moves_where_the_output_is_for_programs(tmp_path: Path, seeds: Path) -> None:
    words = arguments("verify", "--json", archive=seeds, site=None)
    code, drawn, printed = on_terminal(words, columns=80, stdout=subprocess.PIPE)
    assert code in {0, 1}
    assert json.loads(printed)["documents"] == 2
    assert "{" not in drawn


def test_what_is_printed_meanwhile_stands_above(tmp_path: Path) -> None:
    program = """
import logging, sys, time
from beehive_archive.progress import Progress, Tally
logging.basicConfig(format="%(message)s")
with Progress("verify") as progress:
    for number in range(4):
        progress.show(Tally(done=number, total=4))
        time.sleep(0.3)
        print("a problem", number)
        logging.warning("a warning %d", number)
print("the end")
"""
    code, drawn, _ = on_terminal([sys.executable, "-c", program], columns=80)
    assert code == 0, drawn
    screen = visible(drawn)
    expected = [f"a {kind} {number}" for number in range(4) for kind in ("problem", "warning")]
    assert screen == [*expected, "the end"]


def test_a_dumb_terminal_gets_plain_lines() -> None:
    program = """
from beehive_archive.progress import Progress, Tally
with Progress("verify", log_every_s=0.001, say=print) as progress:
    import time; time.sleep(0.01)
    progress.show(Tally(done=1, total=4))
"""
    _, drawn, _ = on_terminal([sys.executable, "-c", program], columns=80, TERM="dumb")
    assert drawn == "verify: 1 of 4 documents (25 %)\r\n"


def visible(drawn: str) -> list[str]:
    """Return the lines that are left on a terminal, which knows ``\\r`` and ``\\n``."""
    lines = []
    for row in drawn.replace("\r\n", "\n").split("\n"):
        cells: list[str] = []
        for piece in row.split("\r"):
            cells[: len(piece)] = piece
        lines.append("".join(cells).rstrip())
    return [each for each in lines if each]

"""How far a long task is: a line that moves on a terminal, now and then a line elsewhere.

The line is drawn with tqdm, which clears it while anything else is written and leaves that as it
is; rich would have standard output written to standard error, and its lines wrapped.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Self, TextIO, cast

import wcwidth
from tqdm import tqdm

from beehive_archive.reports.kinds import SIGNS

if TYPE_CHECKING:
    Bar = tqdm[NoReturn]

logger = logging.getLogger(__name__)

DRAW_EVERY_S = 0.25
MIN_BAR, MAX_BAR = 10, 30  # columns
PACE_WINDOW_S = 300  # a site's waits last as long as that, see BACKOFF_MAX_S
_SAMPLE_EVERY_S = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far a task is.

    ``total`` is None while nobody knows it. ``counts`` says what came of what is done, by words
    such as the kinds of findings; zeros are left out.
    """

    done: int
    total: int | None = None
    unit: str = "documents"
    counts: Mapping[str, int] = field(default_factory=dict)


class Pace:
    """How fast a task goes of late."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def take(self, now_s: float, done: int) -> None:
        """Note how much was done at a moment."""
        samples = self._samples
        if samples and now_s - samples[-1][0] < _SAMPLE_EVERY_S:
            return
        samples.append((now_s, done))
        while now_s - samples[0][0] > PACE_WINDOW_S and len(samples) > 2:
            samples.popleft()

    def per_s(self, now_s: float, done: int) -> float | None:
        """Return how much is done in a second, None as long as that can't be told."""
        if not self._samples:
            return None
        began_s, before = self._samples[0]
        return (done - before) / (now_s - began_s) if now_s - began_s >= _SAMPLE_EVERY_S else None


def line(task: str, tally: Tally, per_s: float | None, width: int | None = None) -> str:
    """Return how far a task is in one line of at most ``width`` columns.

    What can be done without goes first: the rate, the unit, words in place of signs.

    >>> tally = Tally(done=1_200, total=5_000, counts={"new": 3, "unverified": 1})
    >>> line("check", tally, 0.95)
    'check: 1,200 of 5,000 documents (24 %), 57/min, 1 h 6 min left, 3 new, 1 unverified'
    >>> line("check", tally, 0.95, width=50)
    'check: 1,200 of 5,000 (24 %), 1 h 6 min left +3 ?1'
    >>> line("check", tally, 0.95, width=30)
    'check: 1,200 of 5,000 +3 ?1'
    >>> line("verify", Tally(done=0), None)
    'verify: 0 documents'
    """
    found = {kind: count for kind, count in tally.counts.items() if count}
    words = [f"{count:,} {kind}" for kind, count in found.items()]
    signs = "".join(f" {SIGNS.get(kind, kind + ' ')}{count:,}" for kind, count in found.items())
    of = f"{tally.done:,}" if tally.total is None else f"{tally.done:,} of {tally.total:,}"
    percent = f" ({tally.done / tally.total:.0%})".replace("%", " %") if tally.total else ""
    rate = [_rate(per_s)] if per_s else []
    left = [_left(tally, per_s)] if per_s and tally.total else []
    head = f"{task}: {of}"
    choices = [
        ", ".join([f"{head} {tally.unit}{percent}", *rate, *left, *words]),
        ", ".join([f"{head} {tally.unit}{percent}", *left, *words]),
        ", ".join([f"{head}{percent}", *left, *words]),
        ", ".join([f"{head}{percent}", *left]) + signs,
        ", ".join([head, *left]) + signs,
        head + signs,
    ]
    if width is None:
        return choices[0]
    fitting = (choice for choice in choices if wcwidth.width(choice) <= width)
    return next(fitting, choices[-1][:width])


def _rate(per_s: float) -> str:
    return f"{per_s:,.0f}/s" if per_s >= 10 else f"{per_s * 60:,.0f}/min"


def _left(tally: Tally, per_s: float) -> str:
    minutes, seconds = divmod(round(max((tally.total or 0) - tally.done, 0) / per_s), 60)
    if minutes >= 60:
        return f"{minutes // 60:,} h {minutes % 60} min left"
    return f"{minutes} min left" if minutes else f"{seconds} s left"


class Progress:
    """Shows one task's progress between ``with`` and its end; ``show`` may be called at any rate.

    On a terminal a line on standard error, below everything else that is written meanwhile.
    Elsewhere ``say`` gets a line every ``log_every_s`` seconds, none where that is 0. Nothing is
    shown where it is not enabled.
    """

    def __init__(
        self,
        task: str,
        *,
        is_enabled: bool = True,
        log_every_s: float = 60,
        say: Callable[[str], object] = logger.info,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.task = task
        self.is_live = is_enabled and _is_terminal(sys.stderr)
        self._log_every_s = log_every_s if is_enabled else 0
        self._say = say
        self._clock = clock
        self._pace = Pace()
        self._next_s = 0.0
        self._stack = ExitStack()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        self._next_s = self._clock() + (0 if self.is_live else self._log_every_s)
        if self.is_live:
            self._bar = _bar()
            self._stack.callback(self._bar.close)
            self._stack.enter_context(_writing_above(self._bar))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._bar = None

    def show(self, tally: Tally) -> None:
        """Take note of how far the task is, and show it where it is time to."""
        now_s = self._clock()
        self._pace.take(now_s, tally.done)
        if now_s < self._next_s:
            return
        per_s = self._pace.per_s(now_s, tally.done)
        if self._bar is not None:
            self._next_s = now_s + DRAW_EVERY_S
            _draw(self._bar, self.task, tally, per_s)
        elif self._log_every_s and not self.is_live:
            self._next_s = now_s + self._log_every_s
            self._say(line(self.task, tally, per_s))

    def message(self, text: str) -> None:
        """Show a few words on a terminal as long as there is nothing to count."""
        if self._bar is not None:
            self._bar.bar_format = "{desc}"
            self._bar.set_description_str(f"{self.task}: {text}"[: columns_of(sys.stderr)])


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _bar() -> Bar:
    tqdm.monitor_interval = 0  # no thread: worker processes are started meanwhile
    return tqdm(file=sys.stderr, leave=False, bar_format="{desc}", dynamic_ncols=True)


def _draw(bar: Bar, task: str, tally: Tally, per_s: float | None) -> None:
    columns = columns_of(bar.fp)
    text = line(task, tally, per_s, columns - 1)  # a full line would wrap on some terminals
    room = min(columns - 4 - wcwidth.width(text), MAX_BAR)
    has_bar = tally.total is not None and room >= MIN_BAR
    bar.total, bar.n = tally.total, min(tally.done, tally.total or tally.done)
    bar.bar_format = f"{{desc}} |{{bar:{room}}}|" if has_bar else "{desc}"
    bar.set_description_str(text)


def columns_of(stream: TextIO) -> int:
    """Return how many columns the terminal has that a stream writes to, 80 where there is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        return 80


class _Above:
    """A stream whose whole lines go to another one, above the line that moves."""

    def __init__(self, stream: TextIO, bar: Bar) -> None:
        self._stream = stream
        self._bar = bar
        self._unfinished = ""

    def write(self, text: str) -> int:
        lines, newline, self._unfinished = (self._unfinished + text).rpartition("\n")
        if newline:
            self._write(lines + newline)
        return len(text)

    def finish(self) -> None:
        """Write what has no end of line yet."""
        if self._unfinished:
            self._write(self._unfinished + "\n")

    def _write(self, text: str) -> None:
        with tqdm.external_write_mode(file=self._bar.fp):
            self._stream.write(text)
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _writing_above(bar: Bar) -> Iterator[None]:
    """Have what is printed and logged on the terminal stand above the line that moves."""
    stderr = sys.stderr
    above = _Above(stderr, bar)
    handlers = [
        each
        for each in logging.getLogger().handlers
        if isinstance(each, logging.StreamHandler) and each.stream is stderr
    ]
    with ExitStack() as stack:
        for handler in handlers:
            handler.setStream(cast("TextIO", above))
            stack.callback(handler.setStream, stderr)
        stack.callback(above.finish)
        stack.enter_context(redirect_stderr(cast("TextIO", above)))
        if sys.stdout.isatty():
            printed = _Above(sys.stdout, bar)
            stack.callback(printed.finish)
            stack.enter_context(redirect_stdout(cast("TextIO", printed)))
        yield

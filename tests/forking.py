"""Functions in processes of their own, forked from one that has Scrapy and the project imported.

Importing them takes longer than most crawls of a test.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import NamedTuple


class Ended(NamedTuple):
    """How a process ended, and what it said."""

    exit_code: int
    stdout: str
    stderr: str


class Forked:
    """A module's function that runs with this process's environment; it can be sent signals."""

    def __init__(self, function: Callable[..., None], *args: object) -> None:
        self._folder = tempfile.mkdtemp()
        self._said = Path(self._folder, "stdout"), Path(self._folder, "stderr")
        environment = {**os.environ, "NO_COLOR": "1"}
        self._process = _forks().Process(
            target=_call, args=(function, args, environment, *self._said)
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, timeout_s: float) -> Ended:
        """Wait for the end; raises TimeoutError, and ends the process."""
        self._process.join(timeout_s)
        late = self._process.exitcode is None
        if late:
            self._process.kill()
            self._process.join()
        stdout, stderr = map(_read, self._said)
        shutil.rmtree(self._folder)
        if late:
            raise TimeoutError(f"process {self.pid} did not end in {timeout_s} s: {stderr}")
        assert self._process.exitcode is not None
        return Ended(self._process.exitcode, stdout, stderr)


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.forking_imports"])
    return context


def _call(
    function: Callable[..., None],
    args: tuple[object, ...],
    environment: dict[str, str],
    stdout: Path,
    stderr: Path,
) -> None:
    """Become a process of the function's own: in the forked process."""
    for descriptor, path in ((1, stdout), (2, stderr)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [path for path in environment.get("PYTHONPATH", "").split(":") if path]
    importlib.invalidate_caches()
    function(*args)


def _read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.exists() else ""

"""The sample archive that benchmarks run on, and how they time a program."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Cost:
    """What a program took; ``peak_bytes`` is the most memory it held."""

    wall_s: float
    cpu_s: float
    peak_bytes: int


@contextlib.contextmanager
def sample_archive() -> Iterator[Path]:
    """Unpack the corpus's documents; BEEHIVE_CORPUS names the corpus's folder."""
    corpus = Path(os.environ["BEEHIVE_CORPUS"])
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(corpus / "releases-sample.tar.xz") as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def time_program(command: Sequence[str | Path], *, exit_codes: Sequence[int] = (0,)) -> Cost:
    """Run a program to its end and return what it took; its output is not kept."""
    began = time.monotonic()
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in exit_codes:
        raise RuntimeError(f"{' '.join(map(str, command))} exited with {process.returncode}")
    return _cost(time.monotonic() - began, usage)


def _cost(wall_s: float, usage: resource.struct_rusage) -> Cost:
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)

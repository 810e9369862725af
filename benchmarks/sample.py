"""The sample archive that benchmarks run on, and how they time a program."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
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
    words = [str(word) for word in command]
    timed = subprocess.run(
        [sys.executable, "-m", "benchmarks.timed", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    said = json.loads(timed.stdout)
    if said["exit_code"] not in exit_codes:
        raise RuntimeError(f"{' '.join(words)} exited with {said['exit_code']}")
    return Cost(**said["cost"])

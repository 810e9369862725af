"""A replica as a process of its own, for benchmarks and for spiders that get killed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class ReplicaProcess:
    """Where the replica is, and the number of its process."""

    url: str
    pid: int


@contextlib.contextmanager
def running(archive: Path, *options: str | Path) -> Iterator[ReplicaProcess]:
    """Serve an archive while the block runs; ``options`` as ``python -m tests.replica`` has them.

    Raises RuntimeError where it doesn't start; it has said why on the terminal.
    """
    command = [sys.executable, "-m", "tests.replica", "--archive", archive.resolve(), *options]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"the replica of {archive} did not start")
            yield ReplicaProcess(url, process.pid)
        finally:
            process.terminate()

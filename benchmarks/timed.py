"""Runs a program and prints its exit code and what it took, as JSON.

A small process of its own: Linux counts as a program's memory also what its parent held when it
was started, and a benchmark that holds a replica is larger than what it measures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run the program that the arguments name; its output is not kept."""
    began = time.monotonic()
    with subprocess.Popen(
        sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    cost = {
        "wall_s": time.monotonic() - began,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * 1024,
    }
    print(json.dumps({"exit_code": process.returncode, "cost": cost}))


if __name__ == "__main__":
    main()

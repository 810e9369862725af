"""Opens an archive and prints what that took: what ``benchmarks/scale.py`` runs and measures."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from beehive_archive.archive.index import ArchiveIndex


def main() -> None:
    """``python -m benchmarks.open_archive ARCHIVE CACHE``."""
    archive, cache = map(Path, sys.argv[1:])
    began = time.perf_counter()
    index = ArchiveIndex.read(archive, cache)
    wall_s = time.perf_counter() - began
    print(json.dumps({"wall_s": wall_s, "peak_bytes": _peak_bytes(), "documents": len(index)}))


def _peak_bytes() -> int:
    """Return the most memory this program held; getrusage's would be the parent's too."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    match = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    return int(match[1]) * 1024 if match else 0


if __name__ == "__main__":
    main()

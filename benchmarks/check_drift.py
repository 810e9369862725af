"""A check of the whole sample against a site that drifted: right about everything, at what cost.

``BEEHIVE_CORPUS=DIR python -m benchmarks.check_drift [--count N] [--seed N] [--keep DIR]``: sets a
drifted replica up (see tests/drift), checks with delays off, and prints precision and recall of
every kind, field and convention, then what the check took. Exits 1 where a document was got wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.sample import sample_archive, time_program
from tests.crawling import arguments
from tests.drift import drifted, score, table
from tests.replica import serving


def main() -> int:
    """Check, and print the table."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, sample_archive() as sample:
        archive = options.keep or Path(folder, "archive")
        world = drifted(
            sample, archive, count=options.count, seed=options.seed, cache=options.bodies
        )
        world.replica.requests = _Counter()
        with serving(world.replica) as site:
            cost = time_program(
                arguments("crawl", "check", archive=archive, site=site.url, DOWNLOAD_TIMEOUT=2),
                exit_codes=(1,),
            )
        latest = archive / ".state" / "reports" / "latest-check.json"
        report = json.loads(latest.read_text("utf-8"))
    scores = score(world.expected, report["findings"])
    print(table(scores))
    print(*scores.mistakes, sep="\n")
    looked_at = sum(report["counts"].values())
    requests = len(world.replica.requests)
    print(f"{looked_at:,} of {len(world.expected):,} documents, {requests:,} requests")
    each_ms = 1e3 * cost.cpu_s / looked_at
    print(f"{cost.wall_s:.0f} s, {cost.cpu_s:.0f} CPU s ({each_ms:.1f} ms each)")
    print(f"{cost.peak_bytes / 1e6:.0f} MB at its peak")
    return 1 if scores.mistakes else 0


class _Counter(list):  # type: ignore[type-arg]
    """Counts requests in place of keeping them."""

    count = 0

    def append(self, _: object) -> None:
        """Count one."""
        self.count += 1

    def __len__(self) -> int:
        return self.count


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check_drift", description=__doc__)
    parser.add_argument("--count", type=int, help="so many documents (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write the archive to this folder, and leave it")
    parser.add_argument("--bodies", type=Path, help="keep rendered bodies in this folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

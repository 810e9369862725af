"""A cluster's check against one worker's, on the replica: ``python -m benchmarks.cluster``.

Times are from the first request for a document to the last one, as the replica's log has them:
starting a worker is the same work however many there are. ``apart`` is the time between two
requests of the site's view, shortest and mean, ``robots.txt`` aside.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import pairwise
from pathlib import Path

from tests.cluster.conftest import serving_redis
from tests.cluster.workers import copied_archive, merged, start
from tests.replica import Replica, serving

WORKERS = (1, 3)
DELAYS_S = (0.0, 0.1, 1.0)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--delayed", type=int, default=40, help="documents where delays are on")
    opts = parser.parse_args()
    print("workers  delay s  documents  seconds  documents/s  apart min s  mean s")
    with tempfile.TemporaryDirectory() as folder, serving_redis(Path(folder)) as redis_url:
        for delay_s in DELAYS_S:
            for count in WORKERS:
                documents = opts.delayed if delay_s else opts.documents
                _measure(Path(folder), redis_url, count, delay_s, documents)


def _measure(folder: Path, redis_url: str, count: int, delay_s: float, documents: int) -> None:
    job = f"{count}-{delay_s}"
    copies = [folder / job / str(number) for number in range(count)]
    with serving(Replica()) as site:
        copied_archive(site, copies, documents)
        settings = {"CLUSTER_JOB": job, "DOWNLOAD_DELAY": delay_s}
        workers = [start(copy, site, redis_url, **settings) for copy in copies]
        codes = [worker.end() for worker in workers]
        if set(codes) != {0}:
            raise SystemExit("\n".join(worker.said for worker in workers))
        times = sorted(
            each.received_at_s for each in site.requests if each.path.startswith("/release/")
        )
    if count > 1:
        whole = merged(workers, folder / job / "whole.json")
        assert whole["complete"], whole["problems"]
        assert whole["counts"] == {"unchanged": documents}
    assert len(times) == documents
    took_s = times[-1] - times[0]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    print(
        f"{count:7}  {delay_s:7.1f}  {documents:9}  {took_s:7.1f}  {(documents - 1) / took_s:11.1f}"
        f"  {min(gaps):11.3f}  {sum(gaps) / len(gaps):6.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""The main job's throughput, delays off, against a bare Scrapy spider on the same pages.

``BEEHIVE_CORPUS=DIR python -m benchmarks.crawl [--government NAME] [--runs 3]``: a replica of the
corpus's documents runs in a process of its own, and both sides fetch the same URLs from it in
turn. Prints seconds and ratios.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.sample import Cost, sample_archive, time_program
from tests.crawling import arguments
from tests.replica.process import running


def main() -> None:
    """Run both sides in turn and print the ratios."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, sample_archive() as archive:
        work = Path(folder)
        log = work / "requests.jsonl"
        (work / "bodies").mkdir()
        replica_options = ("--cache", work / "bodies", "--log", log)
        with running(archive, *replica_options) as site:
            main_job(site.url, work / "warm", options.government)  # fills the replica's cache
            urls = work / "urls.txt"
            lines = log.read_text("utf-8").splitlines()
            urls.write_text("\n".join(site.url + json.loads(each)["target"] for each in lines))
            costs = [
                (main_job(site.url, work / f"archive-{run}", options.government), bare(urls))
                for run in range(options.runs)
            ]
    print(f"{len(lines)} pages, {options.runs} runs each, medians")
    for name, side in (("main job", 0), ("bare spider", 1)):
        wall_s = median(cost[side].wall_s for cost in costs)
        cpu_s = median(cost[side].cpu_s for cost in costs)
        peak_bytes = median(cost[side].peak_bytes for cost in costs)
        print(f"{name:<12} {wall_s:6.1f} s {cpu_s:6.1f} CPU s {peak_bytes / 1e6:6.0f} MB")
    by_clock = median(peer.wall_s / own.wall_s for own, peer in costs)
    by_cpu = median(peer.cpu_s / own.cpu_s for own, peer in costs)
    print(f"throughput against the bare spider: {by_clock:.2f} by the clock, {by_cpu:.2f} by CPU")


def main_job(site: str, archive: Path, government: str) -> Cost:
    """Bring one government's releases into an empty archive."""
    archive.mkdir()
    command = arguments(
        "crawl",
        "releases",
        "-a",
        f"government={government}",
        archive=archive,
        site=site,
        CONCURRENT_REQUESTS=4,
        CONCURRENT_REQUESTS_PER_DOMAIN=4,
        ATTACHMENTS_ENABLED=False,  # the bare spider fetches pages only
    )
    return time_program(command)


def bare(urls: Path) -> Cost:
    """Fetch the same pages with a spider that does nothing else."""
    return time_program([sys.executable, "-m", "benchmarks.bare_spider", urls])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--government", default="2011-2014-national")
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()

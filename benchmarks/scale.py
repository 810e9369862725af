"""What an archive of 55,000 documents costs: to open, to keep, to check; and how that grows.

``BEEHIVE_CORPUS=DIR python -m benchmarks.scale [--sizes 10000,30000,55000] [--no-check]``

Archives of each size are built from the sample, its documents copied with other slugs and years.

- *Open*, against ``git status`` and a bare ``os.scandir`` and ``stat`` walk on the same tree. Cold
  means that the page cache was dropped (as root; else not, and the output says so), that our index
  has no cache and git's no stat data (``git read-tree HEAD``), so that both read every file.
- *A scheduled run* that finds nothing new: requests, seconds, CPU.
- *A check* of every document from a replica on loopback, delays off, and a bare Scrapy spider on
  2,000 of the same pages for the CPU that a page takes.

Ratios are the point; seconds are this machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

from beehive_archive.archive.files import document_paths
from beehive_archive.archive.layout import document_path
from beehive_archive.errors import FrontMatterError
from beehive_archive.text import front_matter
from benchmarks.crawl import bare
from benchmarks.sample import Cost, sample_archive, time_program
from tests.crawling import arguments
from tests.replica.process import running

BARE_PAGES = 2_000
_DROP_CACHES = Path("/proc/sys/vm/drop_caches")


@dataclass(frozen=True)
class Opening:
    """How long an index took to read, and the most memory its process held."""

    wall_s: float
    peak_bytes: int
    documents: int


def main() -> None:
    """Build, measure and print, size by size."""
    options = _options()
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, sample_archive() as sample:
        for size in sizes:
            archive = Path(folder, f"archive-{size}")
            build(sample, archive, size)
            print(f"\n{size:,} documents")
            opening(archive, options.runs)
            bodies = Path(folder, "bodies")
            bodies.mkdir(exist_ok=True)
            log = Path(folder, "requests.jsonl")
            with running(archive, "--cache", bodies, "--log", log) as site:
                scheduled(site.url, archive, log)
                if options.check:
                    check(site.url, archive, log, size)


def build(sample: Path, archive: Path, size: int) -> None:
    """Fill an archive with the sample's documents, over and over under other slugs and years."""
    documents = _documents(sample)
    for number in range(size):
        document, turn = next(documents)
        if turn:
            slug = f"{document.url}-{turn}"
            day = document.date.replace(day=min(document.date.day, 28))
            document = replace(document, url=slug, date=day.replace(year=day.year - turn))
        for attempt in count(1):
            path = archive / document_path(document.date, document.url, attempt)
            if not path.exists():
                break
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(front_matter.dumps(document), "utf-8")
        if number % 10_000 == 0:
            print(f"building {size:,}: {number:,}", file=sys.stderr)


def _documents(sample: Path) -> Iterator[tuple[front_matter.Document, int]]:
    paths = sorted(document_paths(sample))
    random.Random(0).shuffle(paths)  # a small archive has documents of every government too
    for turn in count():
        for path in paths:
            try:
                document = front_matter.load(sample / path)
                front_matter.dumps(document)
            except FrontMatterError:
                continue
            if document.date.year > 1:
                yield document, turn


# --- opening


def opening(archive: Path, runs: int) -> None:
    """Print what opening costs, cold and warm, against git and a bare walk."""
    _git(archive, "init", "-q")
    _git(archive, "config", "gc.auto", "0")  # it would tidy in the background, while we measure
    _git(archive, "config", "maintenance.auto", "false")
    _git(archive, "add", "-A")
    _git(archive, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "all")
    os.sync()  # only clean pages can be dropped
    state = archive / ".state"
    first, status = [], []
    for _ in range(min(runs, 2)):
        _git(archive, "read-tree", "HEAD")
        is_cold = _drop_caches()
        status.append(_timed(lambda: _git(archive, "status", "--porcelain")))
        _drop_caches()
        (state / "index.sqlite").unlink(missing_ok=True)
        first.append(open_in_process(archive, state))
    warm = [open_in_process(archive, state) for _ in range(runs)]
    walks = [_timed(lambda: walk(archive)) for _ in range(runs)]
    statuses = [_timed(lambda: _git(archive, "status", "--porcelain")) for _ in range(runs)]
    first_s, warm_s = (median(each.wall_s for each in some) for some in (first, warm))
    first_mb, warm_mb = (max(each.peak_bytes for each in some) / 1e6 for some in (first, warm))
    cold = "cold" if is_cold else "page cache NOT dropped: not root"
    print(f"open, first ({cold}): {first_s:.2f} s, {first_mb:.0f} MB")
    print(
        f"  against git status, as cold ({median(status):.2f} s): {first_s / median(status):.2f}x"
    )
    print(f"open, warm: {warm_s:.3f} s, {warm_mb:.0f} MB")
    print(f"  against scandir and stat ({median(walks):.3f} s): {warm_s / median(walks):.2f}x")
    print(
        f"  against git status, warm ({median(statuses):.3f} s): {warm_s / median(statuses):.2f}x"
    )


def open_in_process(archive: Path, state: Path) -> Opening:
    """Open an archive in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.open_archive", archive, state / "index.sqlite"]
    said = subprocess.run([str(word) for word in command], capture_output=True, check=True).stdout
    return Opening(**json.loads(said))


def walk(root: Path) -> int:
    """Stat every file below a folder, and do no more; hidden folders are left out, as by us."""
    found, folders = 0, [str(root)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    found += 1
    return found


def _drop_caches() -> bool:
    try:
        _DROP_CACHES.write_text("3")
    except OSError:
        return False
    return True


def _git(archive: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=archive, check=True, capture_output=True)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# --- crawls


def scheduled(site: str, archive: Path, log: Path) -> None:
    """Print what a scheduled run costs that finds nothing new."""
    command = arguments("crawl", "releases", archive=archive, site=site)
    time_program(command)  # brings in what the sample's damaged documents hide
    before = len(log.read_text("utf-8").splitlines())
    cost = time_program(command)
    requests = len(log.read_text("utf-8").splitlines()) - before
    print(f"scheduled run, nothing new: {requests} requests, {_shown(cost)}")


def check(site: str, archive: Path, log: Path, size: int) -> None:
    """Print what a check of every document costs, and what its pages cost a bare spider."""
    command = arguments(
        "crawl",
        "check",
        archive=archive,
        site=site,
        CONCURRENT_REQUESTS=4,
        CONCURRENT_REQUESTS_PER_DOMAIN=4,
    )
    before = len(log.read_text("utf-8").splitlines())
    cost = time_program(command, exit_codes=(0, 1))
    targets = [json.loads(line)["target"] for line in log.read_text("utf-8").splitlines()[before:]]
    print(f"check of all: {len(targets):,} requests, {_shown(cost)}")
    print(f"  {1_000 * cost.cpu_s / size:.2f} CPU ms a document, {size / cost.wall_s:.0f} a second")
    report = json.loads((archive / ".state" / "reports" / "latest-check.json").read_text("utf-8"))
    print(f"  {report['counts']}")
    urls = log.with_name("urls.txt")
    pages = [each for each in targets if each.startswith("/release/")][:BARE_PAGES]
    urls.write_text("\n".join(site + target for target in pages))
    peer = bare(urls)
    ratio = (cost.cpu_s / len(targets)) / (peer.cpu_s / len(pages))
    print(f"  CPU a page against a bare spider: {ratio:.2f}x")


def _shown(cost: Cost) -> str:
    return f"{cost.wall_s:.1f} s, {cost.cpu_s:.1f} CPU s, {cost.peak_bytes / 1e6:.0f} MB"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", default="10000,30000,55000")
    parser.add_argument("--runs", type=int, default=5, help="of each warm opening")
    parser.add_argument("--no-check", dest="check", action="store_false")
    parser.add_argument("--folder", help="where the archives are built (default: the system's)")
    return parser.parse_args()


if __name__ == "__main__":
    main()

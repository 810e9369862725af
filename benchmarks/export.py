"""What exports take against reading the same files, and what a second export takes.

Run ``BEEHIVE_CORPUS=... python -m benchmarks.export`` (16,037 documents), with ``--documents
55000`` for an archive of that size, made of the sample's documents under other slugs. Each task
has a process of its own; of several rounds the fastest counts. Two readings are the measure:
``bytes`` opens each file and reads its bytes, all of them in the system's cache; ``documents`` is
what any tool has to do that wants titles and dates: decode, split and check the front matter.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, islice
from pathlib import Path, PurePosixPath

from beehive_archive.archive.files import document_paths
from beehive_archive.exports import parquet, sqlite  # imported before the clock starts
from beehive_archive.exports.run import Targets, export
from beehive_archive.text import front_matter
from benchmarks.sample import Cost, sample_archive

assert parquet
assert sqlite
CHANGED_OF_1000 = 10


def read_bytes(root: Path, _folder: Path) -> None:
    """Read every file."""
    for path in document_paths(root):
        (root / path).read_bytes()


def read_documents(root: Path, _folder: Path) -> None:
    """Read every document."""
    for path in document_paths(root):
        front_matter.load(root / path)


def to_jsonl(root: Path, folder: Path) -> None:
    """Export anew."""
    _anew(root, Targets(jsonl=folder / "archive.jsonl"))


def to_parquet(root: Path, folder: Path) -> None:
    """Export anew."""
    _anew(root, Targets(parquet=folder / "archive.parquet"))


def to_sqlite(root: Path, folder: Path) -> None:
    """Export anew."""
    _anew(root, Targets(sqlite=folder / "archive.db"))


def to_all(root: Path, folder: Path) -> None:
    """Export anew, in one pass."""
    jsonl, table, database = (folder / f"all.{each}" for each in ("jsonl", "parquet", "db"))
    _anew(root, Targets(jsonl=jsonl, parquet=table, sqlite=database))


def again(root: Path, folder: Path) -> None:
    """Export to the same database again."""
    export(root, Targets(sqlite=folder / "archive.db"))


def touch(root: Path) -> None:
    """Give every file a new time, as a fresh clone does."""
    for path in document_paths(root):
        os.utime(root / path)


def change(root: Path) -> None:
    """Change one document in a hundred."""
    for number, path in enumerate(document_paths(root)):
        if number % 1000 < CHANGED_OF_1000:
            document = front_matter.load(root / path)
            changed = replace(document, body=document.body + f" {time.time_ns()}")
            (root / path).write_text(front_matter.dumps(changed), "utf-8")


def _anew(root: Path, targets: Targets) -> None:
    for target in (targets.sqlite, targets.jsonl, targets.parquet):
        if target:
            target.unlink(missing_ok=True)
    export(root, targets)


def measure(task: Callable[[Path, Path], None], root: Path, folder: Path) -> Cost:
    """Run a task in this process."""
    before = time.process_time()
    began = time.perf_counter()
    task(root, folder)
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - before
    return Cost(wall_s, cpu_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def fastest(
    task: Callable[[Path, Path], None],
    root: Path,
    folder: Path,
    rounds: int,
    prepare: Callable[[Path], None] = lambda _: None,
) -> Cost:
    """Run a task in fresh processes; returns the fastest run."""
    spawn = multiprocessing.get_context("spawn")
    costs = []
    for _ in range(rounds):
        prepare(root)
        with ProcessPoolExecutor(1, spawn) as pool:
            costs.append(pool.submit(measure, task, root, folder).result())
    return min(costs, key=lambda cost: cost.cpu_s)


@contextmanager
def archive_of(documents: int | None) -> Iterator[Path]:
    """Yield the sample, or an archive of so many documents made of it."""
    with sample_archive() as sample:
        if documents is None:
            yield sample
            return
        with tempfile.TemporaryDirectory() as folder:
            for path, document in islice(_copies(sample), documents):
                place = Path(folder, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(front_matter.dumps(document), "utf-8")
            yield Path(folder)


def _copies(sample: Path) -> Iterator[tuple[PurePosixPath, front_matter.Document]]:
    for number in count():
        for path in document_paths(sample):
            document = front_matter.load(sample / path)
            copy = path.with_stem(f"{path.stem}-copy-{number}") if number else path
            url = f"{document.url}-copy-{number}" if number else document.url
            yield copy, replace(document, url=url)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, help="how many (default: the sample's 16,037)")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with archive_of(options.documents) as root, tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        number = sum(1 for _ in document_paths(root))
        print(f"{number:,} documents; CPU seconds of the fastest of {options.rounds} rounds")
        bytes_, documents = (
            fastest(task, root, folder, options.rounds) for task in (read_bytes, read_documents)
        )
        print(f"{'':28}{'CPU':>8}{'wall':>8}{'of bytes':>10}{'of documents':>14}{'peak':>10}")

        def show(name: str, cost: Cost) -> None:
            ratios = f"{cost.cpu_s / bytes_.cpu_s:>9.1f}x{cost.cpu_s / documents.cpu_s:>13.2f}x"
            peak = f"{cost.peak_bytes / 1e6:>7.0f} MB"
            print(f"{name:28}{cost.cpu_s:>7.2f}s{cost.wall_s:>7.2f}s{ratios}{peak}", flush=True)

        show("reading bytes", bytes_)
        show("reading documents", documents)
        for name, task in (
            ("JSONL", to_jsonl),
            ("Parquet", to_parquet),
            ("SQLite with search", to_sqlite),
            ("all three in one pass", to_all),
        ):
            show(name, fastest(task, root, folder, options.rounds))
        show("SQLite again, unchanged", fastest(again, root, folder, options.rounds))
        show("SQLite again, new times", fastest(again, root, folder, options.rounds, touch))
        show("SQLite again, 1 % changed", fastest(again, root, folder, options.rounds, change))
        sizes = {path.name: path.stat().st_size for path in folder.glob("archive.*")}
        print(", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sorted(sizes.items())))


if __name__ == "__main__":
    main()

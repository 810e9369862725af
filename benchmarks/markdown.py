"""HTML to Markdown against markdownify: documents a second on the corpus's worn pairs.

Run ``python -m benchmarks.markdown [ROUNDS]``; BEEHIVE_CORPUS names the corpus's folder. In every
round both convert the same documents one after the other, so that a busy machine slows both; the
ratio is the median of the rounds'. The clock is the process's own.
"""

from __future__ import annotations

import json
import lzma
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from markdownify import markdownify

from beehive_archive.text.markdown import from_html

ROUNDS = 7


def worn_bodies() -> list[str]:
    """Read the HTML of the pairs that wear thirty years of editing."""
    corpus = Path(os.environ["BEEHIVE_CORPUS"])
    with lzma.open(corpus / "markdown-pairs.jsonl.xz", "rt", encoding="utf-8") as lines:
        pairs = map(json.loads, lines)
        return [pair["html"] for pair in pairs if pair["id"].startswith("worn/")]


def documents_per_s(convert: Callable[[str], str], bodies: Sequence[str]) -> float:
    """Convert them all once."""
    start = time.process_time()
    for body in bodies:
        convert(body)
    return len(bodies) / (time.process_time() - start)


def main() -> None:
    """Print each round and the median ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    bodies = worn_bodies()
    ratios = []
    print(f"{len(bodies):,} documents, {rounds} rounds")
    for _ in range(rounds):
        ours = documents_per_s(from_html, bodies)
        theirs = documents_per_s(markdownify, bodies)
        ratios.append(ours / theirs)
        print(f"ours {ours:7,.0f}/s   markdownify {theirs:7,.0f}/s   ratio {ours / theirs:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()

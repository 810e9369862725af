"""The archive's Markdown against the pairs that specify it."""

from __future__ import annotations

import difflib
import json
import lzma

from beehive_archive.text.markdown import from_html

PAIRS = 12_398
SHOWN = 5


def read_pairs(corpus):
    with lzma.open(corpus / "markdown-pairs.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def difference(pair, written):
    lines = difflib.unified_diff(
        pair["markdown"].split("\n"), written.split("\n"), "archive", "ours", lineterm="", n=1
    )
    return "\n".join([pair["id"], *[line[:200] for line in list(lines)[:20]]])


def test_every_pair_comes_out_byte_for_byte(corpus):
    count = 0
    wrong = []
    for pair in read_pairs(corpus):
        count += 1
        written = from_html(pair["html"])
        if written != pair["markdown"]:
            wrong.append(difference(pair, written) if len(wrong) < SHOWN else pair["id"])
    assert not wrong, f"{len(wrong)} of {count} pairs differ:\n\n" + "\n\n".join(wrong[:SHOWN])
    assert count == PAIRS


def test_without_a_table_new_documents_are_written_as_the_archive_writes_them(corpus):
    wrong = [
        pair["id"]
        for pair in read_pairs(corpus)
        if "<table" not in pair["html"] and from_html(pair["html"], "markdown") != pair["markdown"]
    ]
    assert not wrong

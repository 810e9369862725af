"""Two texts as segments: lines are compared first, then the words inside those that differ.

So a paragraph that was split, joined or edited shows as that and no more.

Words are what a reader of Markdown takes for one: ``Māori``, ``$1,234.50``, ``https://...``,
``**``. White space goes with the word after it, so that blanks alone never tie two texts
together, and is compared where the words are equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from beehive_archive.reports.alignment import align, without_chance_matches
from beehive_archive.reports.changes import DELETE, EQUAL, INSERT, Segment

LIKE = 0.3  # of the shorter of two lines is shared: it was edited, not replaced
PAIRED = 0.9  # of what a line shares with any line, it shares with its pair
MAX_PAIRED_LINES = 200  # in a row; a longer block was rewritten, and its words tell enough

_PUNCTUATION = (
    "!-/:-@\\[-`{-~\u00a1-\u00bf\u00d7\u00f7\u2000-\u200b\u200e-\u206f\u3000-\u303f\ufeff"
)
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff"  # kana and Chinese characters
_MARKS = "[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f]*"  # they belong to the sign before them
_WORD = re.compile(
    rf"""
    (?:
      \]\( | (?<=\]\()[^\s)]+                  # a link's end: its address is one word
    | https?://[^\s<>)\]]+                     # an address in the text
    | &\#?\w{{1,10}};                          # an entity
    | \\[!-/:-@\[-`{{-~]                       # a sign that Markdown would read, escaped
    | \*+ | \#+ | `+                           # marks of emphasis, headings, code
    | \$?[0-9]+(?:[.,:/-][0-9]+)*%?(?![^\s{_PUNCTUATION}])   # $1,234.50, 2023-06-04
    | [{_UNSPACED}]                             # scripts without blanks between words
    | [^\s{_PUNCTUATION}{_UNSPACED}]+
      (?:['\u2019][^\s{_PUNCTUATION}{_UNSPACED}]+)*       # a word: Māori, we're
    | \S                                       # any other sign
    ){_MARKS}
    """,
    re.VERBOSE,
)
_LINE = re.compile(r"[^\n]+\n*|\n+")


def compare_lines(before: str, after: str) -> Iterator[Segment]:
    """Return what turned one text into the other, in order; some segments are empty.

    >>> [each for each in compare_lines("a b", "a c") if each.text][1]
    Segment(op='equal', text=' ')
    """
    a, b = _LINE.findall(before), _LINE.findall(after)
    for run in align(a, b):
        old, new = a[run.a0 : run.a1], b[run.b0 : run.b1]
        if run.equal:
            yield Segment(EQUAL, "".join(old))
        else:
            yield from _compare_block(old, new)


def _compare_block(a: Sequence[str], b: Sequence[str]) -> Iterator[Segment]:
    a_done = b_done = 0
    a_breaks = b_breaks = ""  # those after a pair belong to what follows it
    for i, j in _line_pairs(a, b):
        yield from _compare_words(a_breaks + "".join(a[a_done:i]), b_breaks + "".join(b[b_done:j]))
        a_line, b_line = a[i].rstrip("\n"), b[j].rstrip("\n")
        yield from _compare_words(a_line, b_line)
        a_breaks, b_breaks = a[i][len(a_line) :], b[j][len(b_line) :]
        a_done, b_done = i + 1, j + 1
    yield from _compare_words(a_breaks + "".join(a[a_done:]), b_breaks + "".join(b[b_done:]))


def _line_pairs(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Find the lines that were edited, not split or joined: nearly all they share, they share.

    Without them, the full stop of a deleted paragraph could pass for that of the one before it.
    """
    if len(a) == len(b) == 1 or max(len(a), len(b)) > MAX_PAIRED_LINES:
        return
    a_words = [(word, i) for i, line in enumerate(a) for word in _WORD.findall(line)]
    b_words = [(word, j) for j, line in enumerate(b) for word in _WORD.findall(line)]
    shared: Counter[tuple[int, int]] = Counter()
    for run in align([word for word, _ in a_words], [word for word, _ in b_words]):
        if run.equal:
            pairs = zip(a_words[run.a0 : run.a1], b_words[run.b0 : run.b1], strict=True)
            for (word, i), (_, j) in pairs:
                shared[i, j] += len(word)
    a_shared: Counter[int] = Counter()
    b_shared: Counter[int] = Counter()
    for (i, j), size in shared.items():
        a_shared[i] += size
        b_shared[j] += size
    for (i, j), size in shared.items():
        likeness = size / min(len(a[i]), len(b[j]))
        if likeness >= LIKE and size >= PAIRED * max(a_shared[i], b_shared[j]):
            yield i, j


def _words_of(text: str) -> tuple[list[str], list[str]]:
    """Return a text's words and the white space before each; the last word is the text's end."""
    words: list[str] = []
    gaps: list[str] = []
    position = 0
    for match in _WORD.finditer(text):
        gaps.append(text[position : match.start()])
        words.append(match[0])
        position = match.end()
    return [*words, ""], [*gaps, text[position:]]


def _compare_words(before: str, after: str) -> Iterator[Segment]:
    a, a_gaps = _words_of(before)
    b, b_gaps = _words_of(after)
    for run in without_chance_matches(align(a, b), a, b):
        old = list(zip(a_gaps[run.a0 : run.a1], a[run.a0 : run.a1], strict=True))
        new = list(zip(b_gaps[run.b0 : run.b1], b[run.b0 : run.b1], strict=True))
        if not run.equal:
            yield from _replaced("".join(map("".join, old)), "".join(map("".join, new)))
            continue
        for (old_gap, word), (new_gap, _) in zip(old, new, strict=True):
            if old_gap == new_gap:
                yield Segment(EQUAL, old_gap + word)
            else:
                yield from _replaced(old_gap, new_gap)
                yield Segment(EQUAL, word)


def _replaced(old: str, new: str) -> Iterator[Segment]:
    """Say that one text became another; blanks that both begin or end with stay out of it."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start] and old[start].isspace():
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end] and old[-1 - end].isspace():
        end += 1
    yield Segment(EQUAL, old[:start])
    yield Segment(DELETE, old[start : len(old) - end])
    yield Segment(INSERT, new[start : len(new) - end])
    yield Segment(EQUAL, old[len(old) - end :])

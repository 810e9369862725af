r"""What changed between two bodies, word by word.

Lines are compared first, then the words inside the lines that differ, so that a paragraph that
was split, joined or moved shows as that and no more. Both steps are one alignment: Levenshtein's
of RapidFuzz, which is bit-parallel and needs time in the product of the lengths whatever the
text says (``difflib`` gets slower by orders on repeated words). Above ``MAX_CELLS`` a passage
counts as replaced whole, so the worst case is bounded too.

Words are what a reader of Markdown takes for one: ``Māori``, ``$1,234.50``, ``](https://...)``,
``**``. White space goes with the word after it, so that blanks alone never tie two texts
together, and is compared where the words are equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from beehive_archive.reports.alignment import align, without_chance_matches
from beehive_archive.reports.visible import escaped, is_unseen

EQUAL = "equal"
DELETE = "delete"
INSERT = "insert"
EDIT = "edit"

CONTEXT_LINES = 2  # with the blank line between: one paragraph on each side of a change
LIKE = 0.3  # of the shorter of two lines is shared: it was edited, not replaced
PAIRED = 0.9  # of what a line shares with any line, it shares with its pair
MAX_PAIRED_LINES = 200  # in a row; a longer block was rewritten, and its words tell enough
LONG_LINE = 80  # characters; above it, a changed line is shown once with its words marked

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


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that both sides have, or only one; ``op`` says which."""

    op: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the diff: unchanged, deleted or inserted whole, or edited inside.

    A line break that only one side has stands inside a segment of an edited line.
    """

    op: str
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The segments' texts in a row."""
        return "".join(each.text for each in self.segments)


@dataclass(frozen=True, slots=True)
class Passage:
    """Changed lines with the unchanged ones around them; numbers count from 1."""

    before_start: int
    before_count: int
    after_start: int
    after_count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """All passages of two texts that differ; ``change_count`` counts places, not words."""

    passages: tuple[Passage, ...]
    change_count: int


def compare(before: str, after: str, context_lines: int = CONTEXT_LINES) -> Diff:
    """Return what turned ``before`` into ``after``; line breaks at the very end don't count.

    >>> diff = compare("It costs $12 million.", "It costs $14 million.")
    >>> diff.change_count
    1
    >>> [(each.op, each.text) for each in diff.passages[0].lines[0].segments[:3]]
    [('equal', 'It costs '), ('delete', '$12'), ('insert', '$14')]
    """
    steps = _steps_of(_compare_lines(_ended(before), _ended(after)))
    change_count = sum(bool(each.deleted or each.inserted) for each in steps)
    lines = list(_lines_of(_slid(steps)))
    return Diff(tuple(_passages_of(lines, context_lines)), change_count)


def unified(before: str, after: str) -> str:
    r"""Return a report's ``body_diff``: a unified diff, in words where lines are long.

    Hunks and the lines that begin with a space, ``-`` or ``+`` are those of diff(1). A line that
    begins with ``~`` is on both sides and differs inside: ``[-deleted-]`` and ``{+inserted+}``.
    In such a line the text's own marks and backslashes have a backslash before them, a line
    break is ``\n``, and a character that shows nothing is ``\u00a0`` or its like.

    >>> print(unified("A\n\nWas short.", "A\n\nIs short."))
    @@ -1,3 +1,3 @@
     A
    <BLANKLINE>
    -Was short.
    +Is short.
    >>> print(unified("On\u00a0time, on budget", "On time, on budget"))
    @@ -1,1 +1,1 @@
    ~On[-\u00a0-]{+ +}time, on budget
    """
    return "\n".join(
        text for passage in compare(before, after).passages for text in _unified_lines(passage)
    )


def _ended(text: str) -> str:
    stripped = text.rstrip("\n")
    return stripped + "\n" if stripped else ""


# --- Lines, then words ------------------------------------------------------------------------


def _compare_lines(before: str, after: str) -> Iterator[Segment]:
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


# --- From segments to lines and passages ------------------------------------------------------


class _Step(NamedTuple):
    """A text that both sides have, and the change that follows it."""

    equal: str
    deleted: str
    inserted: str


def _steps_of(segments: Iterable[Segment]) -> list[_Step]:
    steps: list[_Step] = []
    texts: dict[str, list[str]] = {EQUAL: [], DELETE: [], INSERT: []}

    def flush() -> None:
        steps.append(_Step(*("".join(texts[op]) for op in (EQUAL, DELETE, INSERT))))
        for each in texts.values():
            each.clear()

    for segment in segments:
        if not segment.text:
            continue
        if segment.op == EQUAL and (texts[DELETE] or texts[INSERT]):
            flush()
        texts[segment.op].append(segment.text)
    flush()
    return steps


def _slid(steps: Sequence[_Step]) -> Iterator[_Step]:
    r"""Move changes along the line breaks after them, so that they cover whole lines.

    ``a[-\nb-]\nc`` and ``a\n[-b\n-]c`` say the same; the second is how a reader sees it.
    """
    taken = 0  # characters of this step's equal text that went before it
    for step, following in zip(steps, [*steps[1:], _Step("", "", "")], strict=True):
        equal = step.equal[taken:]
        taken = 0
        whole_lines = step.deleted and step.inserted and (not equal or equal.endswith("\n"))
        if whole_lines and following.equal.startswith("\n"):
            taken = 1
            yield _Step(equal, step.deleted + "\n", step.inserted + "\n")
            continue
        old, new = step.deleted.partition("\n"), step.inserted.partition("\n")
        if following.equal.startswith("\n") and (old[2] or new[2]):
            taken = 1
            yield _Step(equal, old[0], new[0])
            yield _Step("\n", *(rest + "\n" if found else "" for _, found, rest in (old, new)))
        else:
            yield _Step(equal, step.deleted, step.inserted)


def _lines_of(steps: Iterable[_Step]) -> Iterator[Line]:
    current: list[Segment] = []
    for step in steps:
        *ended, rest = step.equal.split("\n")
        for text in ended:
            yield _line([*current, Segment(EQUAL, text)])
            current = []
        current.append(Segment(EQUAL, rest))
        for op, text in ((DELETE, step.deleted), (INSERT, step.inserted)):
            remainder = text
            if not any(each.text for each in current):
                whole, _, remainder = text.rpartition("\n")
                if "\n" in text:
                    yield from (Line(op, (Segment(op, each),)) for each in whole.split("\n"))
            current.append(Segment(op, remainder))
    if any(each.text for each in current):
        yield _line(current)


def _line(segments: Iterable[Segment]) -> Line:
    told = tuple(each for each in segments if each.text)
    return Line(EDIT if any(each.op != EQUAL for each in told) else EQUAL, told)


def _passages_of(lines: Sequence[Line], context_lines: int) -> Iterator[Passage]:
    before = list(accumulate((_height(each, DELETE) for each in lines), initial=1))
    after = list(accumulate((_height(each, INSERT) for each in lines), initial=1))
    groups: list[list[int]] = []
    for number, line in enumerate(lines):
        if line.op == EQUAL:
            continue
        if groups and number - groups[-1][-1] <= 2 * context_lines + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    for group in groups:
        start = max(0, group[0] - context_lines)
        end = min(len(lines), group[-1] + context_lines + 1)
        yield Passage(
            before[start],
            before[end] - before[start],
            after[start],
            after[end] - after[start],
            tuple(lines[start:end]),
        )


def _height(line: Line, op: str) -> int:
    """Return how many lines a line of the diff takes on the side that has ``op``'s text."""
    if line.op in {DELETE, INSERT}:
        return int(line.op == op)
    return 1 + sum(each.text.count("\n") for each in line.segments if each.op == op)


# --- The unified diff -------------------------------------------------------------------------

_MARK = re.compile(r"\\|\[(?=-|\Z)|-(?=\])|\{(?=\+|\Z)|\+(?=\})")
_SIGNS = {EQUAL: " ", DELETE: "-", INSERT: "+"}


def _unified_lines(passage: Passage) -> Iterator[str]:
    yield (
        f"@@ -{_span(passage.before_start, passage.before_count)}"
        f" +{_span(passage.after_start, passage.after_count)} @@"
    )
    for line in passage.lines:
        if line.op != EDIT:
            yield _SIGNS[line.op] + line.text
        elif _wants_words(line):
            yield "~" + "".join(map(marked, line.segments))
        else:
            for op in (DELETE, INSERT):
                yield from (_SIGNS[op] + each for each in _side(line, op).split("\n"))


def _span(start: int, count: int) -> str:
    return f"{start if count else start - 1},{count}"  # diff(1) counts an empty span from 0


def _side(line: Line, op: str) -> str:
    return "".join(each.text for each in line.segments if each.op in {EQUAL, op})


def _wants_words(line: Line) -> bool:
    return any(
        each.text.isspace() or any(map(is_unseen, each.text))
        for each in line.segments
        if each.op != EQUAL
    ) or any(len(_side(line, op)) > LONG_LINE for op in (DELETE, INSERT))


def marked(segment: Segment) -> str:
    r"""Return a segment in the notation of ``unified``.

    >>> marked(Segment("delete", "a [-b-]")), marked(Segment("insert", "\u00a0"))
    ('[-a \\[-b\\-]-]', '{+\\u00a0+}')
    """
    text = "".join(
        escaped(each) if is_unseen(each) else each for each in _MARK.sub(r"\\\g<0>", segment.text)
    )
    return {EQUAL: "{}", DELETE: "[-{}-]", INSERT: "{{+{}+}}"}[segment.op].format(text)

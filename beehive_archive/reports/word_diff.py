r"""What changed between two bodies, word by word: as values, and as a report's ``body_diff``.

Both steps, lines and words, are one alignment: Levenshtein's of RapidFuzz, which is bit-parallel
and needs time in the product of the lengths whatever the text says (``difflib`` gets slower by
orders on repeated words). Passages too long for that count as replaced whole, so the worst case
is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from beehive_archive.reports.changes import (
    DELETE,
    EDIT,
    EQUAL,
    INSERT,
    Diff,
    Line,
    Passage,
    Segment,
)
from beehive_archive.reports.diff_lines import lines_of, passages_of, steps_of
from beehive_archive.reports.visible import escaped, is_unseen
from beehive_archive.reports.word_segments import compare_lines

CONTEXT_LINES = 2  # with the blank line between: one paragraph on each side of a change
LONG_LINE = 80  # characters; above it, a changed line is shown once with its words marked


def compare(before: str, after: str, context_lines: int = CONTEXT_LINES) -> Diff:
    """Return what turned ``before`` into ``after``; line breaks at the very end don't count.

    >>> diff = compare("It costs $12 million.", "It costs $14 million.")
    >>> diff.change_count
    1
    >>> [(each.op, each.text) for each in diff.passages[0].lines[0].segments[:3]]
    [('equal', 'It costs '), ('delete', '$12'), ('insert', '$14')]
    """
    steps = steps_of(compare_lines(_ended(before), _ended(after)))
    change_count = sum(bool(each.deleted or each.inserted) for each in steps)
    lines = list(lines_of(steps))
    return Diff(tuple(passages_of(lines, context_lines)), change_count)


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

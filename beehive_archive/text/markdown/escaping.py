"""Escaping (MARKDOWN.md, section 5).

Whether a character would be read as markup hangs on what ends up around it. So the candidates in
a text get a mark before them when it is written, and when the surrounding output is known the
marks are settled: each becomes a backslash or vanishes.
"""

from __future__ import annotations

import re

from beehive_archive.text.markdown.tidying import WHITE_SPACE

MARK = "\0"
"""Stands before a candidate. The parser leaves no U+0000 in any text."""

# A text holds no newline, for its white space has collapsed. So a line of the output can begin
# only with the start of a text, and a `[` that the text doesn't hold itself can follow only its
# end. Candidates in other places could never be escaped, and get no mark.
ANYWHERE = "\\*_`["
AT_START = re.compile(r"[0-9 ]*(?=[-+=#.)~])")

MARKED_START = re.compile(r"[0-9 ]*\0")
UNDERLINE = re.compile(r" *\0([-=])")  # where there is text on the line above
ENDS = r"(?=[ \t\v\f\r]|$)"
START_RULES = (
    re.compile(r" *\0((?:\0?#){1,6})(?=[ \t\r]|$)"),  # a heading
    re.compile(r" *\0(-(?: *\0?-){2,} *$)"),  # a rule
    re.compile(r" *\0(([*_])(?= )(?: *\0?\2){2,} *$)"),  # a rule; `***` falls to ANYWHERE_RULES
    re.compile(rf"[0-9 ]*[0-9]\0([.)]){ENDS}"),  # a numbered item
    re.compile(rf" *\0([-*+]){ENDS}"),  # an item
    re.compile(r"\0((`|~)(?:\0?\2){2,})"),  # a fence
)
ANYWHERE_RULES = re.compile(rf"\0(?=[\\`]|[*_][^{WHITE_SPACE}]|!\[)")


def mark(text: str) -> str:
    r"""Write a text as Markdown, its candidates marked.

    >>> mark("1. a < b*c")
    '1\x00. a &lt; b\x00*c'
    """
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    start = AT_START.match(text)
    if start:
        text = text[: start.end()] + MARK + text[start.end() :]
    for candidate in ANYWHERE:
        if candidate in text:
            text = text.replace(candidate, MARK + candidate)
    if text[-1:] == "!":
        text = text[:-1] + MARK + "!"
    return text


def settle(text: str) -> str:
    r"""Settle the marks of Markdown whose surroundings are known.

    >>> settle("1\x00. a &lt; b\x00*c")
    '1\\. a &lt; b\\*c'
    """
    if MARK not in text:
        return text
    lines = text.split("\n")
    above = ""
    for number, line in enumerate(lines):
        if MARK in line:
            lines[number] = _settle_line(line, above)
        above = line
    return "\n".join(lines)


def _settle_line(line: str, above: str) -> str:
    start = ""
    if MARKED_START.match(line):
        found = UNDERLINE.match(line) if above.strip(" ") else None
        for rule in START_RULES:
            found = found or rule.match(line)
        if found:  # it swallows the candidates that it spans
            start = line[: found.start(1) - 1] + "\\" + found[1].replace(MARK, "")
            line = line[found.end() :]
    if "\0[" in line:
        bracket = max(line.rfind("]"), 0)
        line = line[:bracket].replace("\0[", "\\[") + line[bracket:]
    return start + ANYWHERE_RULES.sub(r"\\", line).replace(MARK, "")

"""Paragraphs and tables as HTML, which the archive's own writer turns into its Markdown.

So an attachment's text has the archive's dialect and its escaping, and nothing that an author
typed is taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from beehive_archive.text.pdf import lines as line_forms
from beehive_archive.text.pdf.headings import Headings
from beehive_archive.text.pdf.hyphenation import Vocabulary, ends_in_hyphen, joined, separator
from beehive_archive.text.pdf.lines import Line
from beehive_archive.text.pdf.paragraphs import Paragraph, paragraphs
from beehive_archive.text.pdf.tables import Table

_SUBHEADING_WORDS = 14
_LEADER = re.compile(r"(?:[.…_]\s?){4,}|…")
_NUMERAL = re.compile(r"([0-9]{1,3})[.)]?$")


def page_html(
    sheets: Iterable[Sequence[Line | Table]], headings: Headings, vocabulary: Vocabulary
) -> str:
    """Return a page's blocks as HTML."""
    parts: list[str] = []
    for blocks in sheets:
        run: list[Paragraph] = []
        for block in paragraphs(blocks):
            if isinstance(block, Table):
                parts.extend(_run_html(run, headings, vocabulary))
                run = []
                parts.append(_table_html(block, vocabulary))
            else:
                run.append(block)
        parts.extend(_run_html(run, headings, vocabulary))
    return "\n".join(parts)


def _run_html(run: list[Paragraph], headings: Headings, vocabulary: Vocabulary) -> Iterator[str]:
    """Paragraphs between tables: headings, lists and plain ones."""
    i = 0
    while i < len(run):
        paragraph = run[i]
        level = headings.level(paragraph)
        if level:
            yield f"<h{level}>{_inline(paragraph.lines, vocabulary)}</h{level}>"
        elif line_forms.BULLET.match(paragraph.marker):
            end = _end_of_bullets(run, i)
            yield _bullets_html(run[i:end], vocabulary)
            i = end
            continue
        elif (end := _end_of_numbers(run, i)) > i + 1:
            yield _numbers_html(run[i:end], vocabulary)
            i = end
            continue
        elif _is_subheading(paragraph):
            yield f"<p><b>{_inline(paragraph.lines, vocabulary)}</b></p>"
        else:
            yield f"<p>{_inline(paragraph.lines, vocabulary)}</p>"
        i += 1


def _is_subheading(paragraph: Paragraph) -> bool:
    words = paragraph.text.split()
    return paragraph.is_bold and len(words) <= _SUBHEADING_WORDS and words[-1][-1] not in ".;,"


def _end_of_bullets(run: list[Paragraph], start: int) -> int:
    end = start
    while end < len(run) and line_forms.BULLET.match(run[end].marker):
        end += 1
    return end


def _bullets_html(items: list[Paragraph], vocabulary: Vocabulary) -> str:
    """Bullets as lists within lists, by how far they are set in."""
    lefts: dict[int, float] = {}
    for line in (item.lines[0] for item in items):
        lefts[line.column] = min(line.x0, lefts.get(line.column, line.x0))
    html, depths = "", [items[0].lines[0].x0 - lefts[items[0].lines[0].column]]
    for i, item in enumerate(items):
        x = item.lines[0].x0 - lefts[item.lines[0].column]
        step = 0.8 * item.size
        if i and x > depths[-1] + step:
            depths.append(x)
            html += "<ul>"
        elif i:
            html += "</li>"
            while len(depths) > 1 and x < depths[-1] - step:
                depths.pop()
                html += "</ul></li>"
        html += f"<li>{_inline(item.lines, vocabulary, skip_marker=True)}"
    return "<ul>" + html + "</li></ul>" * len(depths)


def _end_of_numbers(run: list[Paragraph], start: int) -> int:
    """Where items end that are numbered one after the other in one style."""
    end, number, style = start, None, ""
    while end < len(run):
        match = _NUMERAL.match(run[end].marker)
        if not match:
            break
        value, tail = int(match.group(1)), run[end].marker[match.end(1) :]
        if number is not None and (value != number + 1 or tail != style):
            break
        number, style = value, tail
        end += 1
    return end


def _numbers_html(items: list[Paragraph], vocabulary: Vocabulary) -> str:
    start = int(items[0].marker.rstrip(".)"))
    body = "".join(
        f"<li>{_inline(item.lines, vocabulary, skip_marker=True)}</li>" for item in items
    )
    return f'<ol start="{start}">{body}</ol>'


def _table_html(table: Table, vocabulary: Vocabulary) -> str:
    rows = []
    for number, row in enumerate(table.cells):
        tag = "th" if number == 0 and table.has_header else "td"
        cells = "".join(f"<{tag}>{_cell_html(cell, vocabulary)}</{tag}>" for cell in row)
        rows.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _cell_html(cell: Sequence[Line], vocabulary: Vocabulary) -> str:
    found = [block for block in paragraphs(cell) if isinstance(block, Paragraph)]
    return "<br>".join(_inline(paragraph.lines, vocabulary) for paragraph in found)


def _inline(lines: Sequence[Line], vocabulary: Vocabulary, *, skip_marker: bool = False) -> str:
    """Return a paragraph's text with its links, lines joined and words mended."""
    opening = "" if skip_marker else lines[0].marker
    if not any(line.runs for line in lines):
        texts = [line.text for line in lines]
        return escape(_tidied(joined([opening, *texts] if opening else texts, vocabulary)))
    runs = [run for line in lines for run in line.runs or (("", line.text),)]
    return _linked_runs(_merged([("", opening), *runs] if opening else runs, vocabulary))


def _merged(runs: list[tuple[str, str]], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Neighbouring runs with one address made one; addresses that a line broke are mended."""
    merged: list[tuple[str, str]] = []
    for href, text in runs:
        if not merged or merged[-1][0] != href:
            merged.append((href, text))
            continue
        before = merged.pop()[1]
        is_broken_address = before + text in (href, href.removeprefix("mailto:"))
        merged.append(
            (href, before + text if is_broken_address else joined([before, text], vocabulary))
        )
    return merged


def _linked_runs(runs: list[tuple[str, str]]) -> str:
    html = ""
    for i, (href, text) in enumerate(runs):
        if i and not ends_in_hyphen(runs[i - 1][1]):
            html += separator(runs[i - 1][1], text)
        if not href:
            html += escape(_tidied(text))
            continue
        # A link covers whole words here, and words have brackets and stops at their ends.
        core = text.strip("([.,;:)]") or text
        before, _, after = text.partition(core)
        html += f'{escape(before)}<a href="{escape(href)}">{escape(core)}</a>{escape(after)}'
    return html


def _tidied(text: str) -> str:
    """Dot leaders as one sign.

    >>> _tidied("Glossary .............. 19")
    'Glossary … 19'
    """
    return " ".join(_LEADER.sub(" … ", text).split()) if "...." in text or "____" in text else text

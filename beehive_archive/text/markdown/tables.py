"""Tables as Markdown tables (MARKDOWN.md, section "Tables"): for new documents.

The archive's writer runs cells together. Here a regular table becomes a grid, which is written as
GitHub's pipe table, and of any other table each cell becomes a block of its own. A table of a
single column without a heading holds a layout and no data, so it counts as irregular too.
"""

from __future__ import annotations

import operator
import re

from beehive_archive.text.markdown.elements import (
    BLOCKS,
    BROWSER_BLOCKS,
    CELL,
    CODE,
    LEAVES_AND_INLINES,
    NO_ATTRIBUTES,
    RAW,
    Body,
    Element,
    Node,
    is_tag,
    tag_set,
)
from beehive_archive.text.markdown.tidying import WHITE_SPACE
from beehive_archive.text.markdown.white_space import tokenise

GRID = "#grid"  # names that no tag of HTML can have, like CELL
ROW = "#row"

CAPTIONS = tag_set("caption")
COLUMNS = tag_set("colgroup")
ROW_GROUPS = tag_set("thead tbody tfoot")
ROWS = tag_set("tr")
CELLS = tag_set("td th")
PARAGRAPHS = tag_set("p div center")
APART = BROWSER_BLOCKS - BLOCKS

MAX_FILLING = 2
"""How many times its cells a grid may have places, when its short rows are filled up. Unbounded,
one row of a thousand cells over a thousand rows of one would come to a million."""

LINE_BREAK = re.compile(r" *\n *")


def shape_tables(body: Body) -> None:
    """Replace each table by a grid or its cells by blocks, and keep words apart elsewhere."""
    outer = _tables_around_tables(body.root)
    todo = [(body.root, False, False)]
    while todo:
        element, in_line, in_raw = todo.pop()
        in_line = in_line or element.tag in LEAVES_AND_INLINES
        in_raw = in_raw or element.tag in RAW
        if element.tag == "table" and (in_line or element in outer or not _make_grid(element)):
            _make_blocks(element)
        if not in_raw:
            element.children = _set_apart(element.children)
        todo += [
            (child, in_line, in_raw) for child in element.children if not isinstance(child, str)
        ]


def _tables_around_tables(root: Element) -> set[Element]:
    found: set[Element] = set()
    todo: list[tuple[Element, Element | None]] = [(root, None)]
    while todo:
        element, table = todo.pop()
        if element.tag == "table":
            if table is not None:
                found.add(table)
            table = element
        todo += [(child, table) for child in element.children if not isinstance(child, str)]
    return found


def _make_grid(table: Element) -> bool:
    """Turn a regular table into its caption and a grid; tell whether it was regular."""
    rows = _rows(table)
    sizes = [[_count_paragraphs(cell) for cell in row] for row in rows]
    if not any(map(any, sizes)) or max(map(max, sizes)) > 1:
        return False
    width = max(map(len, rows))
    if len(rows) * width > MAX_FILLING * sum(map(len, rows)):
        return False
    if not _is_header(rows[0], sizes[0]):
        if width == 1:
            return False
        rows.insert(0, [])
    captions = [child for child in table.children if is_tag(child, CAPTIONS)]
    for caption in captions:
        caption.tag = "div"
    grid = Element(GRID, NO_ATTRIBUTES, [_filled_row(row, width) for row in rows])
    table.tag = "div"
    table.children = [*captions, grid]
    return True


def _rows(table: Element) -> list[list[Element]]:
    """List the cells of each row that has some, or nothing if anything stands between cells.

    A caption may stand only before the rows, as in HTML, or the order of the words would change.
    """
    rows: list[Node] = []
    for part in table.children:
        if is_tag(part, ROW_GROUPS):
            rows += part.children
        elif not _is_blank(part) and (rows or not is_tag(part, CAPTIONS | COLUMNS)):
            rows.append(part)
    grid: list[list[Element]] = []
    for row in rows:
        if is_tag(row, ROWS):
            cells = [cell for cell in row.children if is_tag(cell, CELLS)]
            if not all(is_tag(cell, CELLS) or _is_blank(cell) for cell in row.children):
                return []
            if cells:
                grid.append(cells)
        elif not _is_blank(row):
            return []
    return grid


def _is_blank(node: Node) -> bool:
    return isinstance(node, str) and not node.strip(WHITE_SPACE)


def _count_paragraphs(cell: Element) -> int:
    """Count the paragraphs of a cell; one with spans or any other block counts as several."""
    if any(
        cell.attributes.get(name, "").strip() not in {"", "1"} for name in ("colspan", "rowspan")
    ):
        return 2
    count = 0
    inside = False
    for token in tokenise(cell):
        if isinstance(token, str):
            starts = bool(token.strip(WHITE_SPACE))
        elif token.tag in PARAGRAPHS:
            inside = starts = False
        elif token.tag in BROWSER_BLOCKS:
            return 2
        else:
            starts = token.tag == "img"
        count += starts and not inside
        inside = inside or starts
    return count


def _is_header(cells: list[Element], sizes: list[int]) -> bool:
    """Tell whether a row is one of headings; a corner may be empty."""
    headings = [cell.tag == "th" for cell in cells]
    return any(headings) and all(map(operator.ge, headings, sizes))


def _filled_row(cells: list[Element], width: int) -> Element:
    for cell in cells:
        cell.tag = CELL
    filling = [Element(CELL, NO_ATTRIBUTES, []) for _ in range(width - len(cells))]
    return Element(ROW, NO_ATTRIBUTES, [*cells, *filling])


def _make_blocks(table: Element) -> None:
    """Turn each cell of an irregular table into a block, and its caption too."""
    parts = list(table.children)
    while parts:
        part = parts.pop()
        if is_tag(part, CELLS | CAPTIONS):
            part.tag = "div"
        elif is_tag(part, ROW_GROUPS | ROWS):
            parts += part.children


def _set_apart(children: list[Node]) -> list[Node]:
    """Put spaces around what the archive's rules would join to the words beside it.

    They know no block in a `center` or `option`, and trim code. Where there is white space
    already, the spaces collapse.
    """
    apart: list[Node] = []
    for child in children:
        if is_tag(child, APART):
            apart += [" ", child, " "]
        elif is_tag(child, CODE):
            text = "".join([part for part in child.children if isinstance(part, str)])
            apart += [" " * text[:1].isspace(), child, " " * text[-1:].isspace()]
        else:
            apart.append(child)
    return apart


def write_cell(_: Element, parts: list[str]) -> str:
    """Write a cell on one line, its line breaks as `<br>`."""
    lines = LINE_BREAK.split("".join(parts).strip(WHITE_SPACE))
    # A backslash alone is how a link writes an empty line.
    return "<br>".join(["" if line == "\\" else line for line in lines]).replace("|", "\\|")


def write_row(_: Element, parts: list[str]) -> str:
    """Write the cells of a row."""
    return "| " + " | ".join(parts) + " |"


def write_grid(element: Element, parts: list[str]) -> str:
    """Write the rows of a table, the first of which is its header."""
    header = element.children[0]
    width = 0 if isinstance(header, str) else len(header.children)
    lines = [parts[0], write_row(element, ["---"] * width), *parts[1:]]
    return "\n\n" + "\n".join(lines) + "\n\n"

"""HTML to the archive's Markdown.

The archive's text was made by a writer whose behaviour MARKDOWN.md sets down, and what is written
here has to be the same, byte for byte. The modules follow that document's sections:

======================  =====================================================================
Parse                   `parse`, with `bounds` against hostile markup: HTML to a light tree
Tree                    `tree`: repairs, rule by rule
Tables                  `tables`: tables as Markdown tables, in new documents only
White space             `white_space`: the tree as a list of tokens, its blanks collapsed
Writing                 `writing`: tokens to Markdown, and `urls`
Escaping                `escaping`: candidates are marked as texts are written, settled later
Tidying                 `tidying`
======================  =====================================================================

Everything takes time in proportion to the input, whatever the input, and nothing recurses.
"""

from __future__ import annotations

from beehive_archive.errors import ConfigurationError
from beehive_archive.text.markdown.bounds import bounded
from beehive_archive.text.markdown.elements import LISTS
from beehive_archive.text.markdown.parse import parse
from beehive_archive.text.markdown.tables import shape_tables
from beehive_archive.text.markdown.tree import repair
from beehive_archive.text.markdown.white_space import collapse, part_lists, tokenise
from beehive_archive.text.markdown.writing import write

__all__ = ["from_html"]

TABLES = ("flat", "markdown")


def from_html(html: str, tables: str = "flat") -> str:
    r"""Write a body's HTML as the archive's Markdown; any string will do.

    `tables` is "flat" for tables as the archive has them, their cells run together, or "markdown"
    for what new documents get: pipe tables where a table is regular, each cell as a block of its
    own where it isn't, and no word joined to another anywhere.

    Raises ConfigurationError for any other `tables`.

    >>> from_html("<p>Kia <b>ora </b>koutou</p><ul><li>one<li>two</ul>")
    'Kia **ora** koutou\n\n- one\n- two'
    >>> print(from_html("<table><tr><th>Year<th>$m<tr><td>2003<td>168.8</table>", "markdown"))
    | Year | $m |
    | --- | --- |
    | 2003 | 168.8 |
    """
    if tables not in TABLES:
        raise ConfigurationError(
            f"tables={tables!r}: expected one of {', '.join(TABLES)}; set TABLES to one of them"
        )
    is_new = tables == "markdown"
    body = parse(bounded(html))
    repair(body, keep_apart=is_new)
    if is_new:
        shape_tables(body)
    tokens = tokenise(body.root)
    collapse(tokens)
    if body.count(LISTS) > 1:
        tokens = part_lists(tokens)
    return write(tokens, keep_apart=is_new)

"""Tree (MARKDOWN.md, section 2): repairs that must come before anything is written.

The rules run one after the other, in that section's order. Each changes the tree in place, and
does nothing where the body has none of the elements that it is about.
"""

from __future__ import annotations

from beehive_archive.text.markdown.elements import (
    BLOCKS,
    BOLD,
    CODE,
    EMPHASIS,
    HEADINGS,
    ITALIC,
    ITEMS,
    LEAVES_AND_INLINES,
    LINKS,
    LISTS,
    NO_ATTRIBUTES,
    PRE,
    Body,
    Element,
    Node,
    is_tag,
    tag_set,
)
from beehive_archive.text.markdown.tidying import BLANKS, WHITE_SPACE

SPANS = tag_set("span")
CONTAINERS_AND_LEAVES = HEADINGS | LISTS | ITEMS | PRE | tag_set("blockquote hr")
INDENTING = LISTS | tag_set("blockquote")
MAX_NESTING = 50
"""How deep quotes and lists may nest. Each level indents every line in it, so that without a bound
the output would grow with the square of the input; Markdown's readers give up earlier."""


def repair(body: Body, *, keep_apart: bool) -> None:
    """Apply every rule of section 2.

    Rules 6 and 7 may join words that stood on lines of their own. With `keep_apart`, which is for
    new documents, a space goes between them; where there is white space already, it collapses.
    """
    make_divs_of_spans_around_blocks(body)  # rule 1
    unwrap_nested(body, BOLD)  # rule 2
    unwrap_nested(body, ITALIC)
    merge_neighbours(body, EMPHASIS)  # rule 3
    repair_code(body)  # rule 4
    unwrap_nested(body, LINKS)  # rule 5
    swap_with_only_child(body, EMPHASIS, LINKS)
    swap_with_only_child(body, LINKS, HEADINGS)
    replace_blocks_in_lines(body, keep_apart=keep_apart)  # rule 6
    gather_items(body, keep_apart=keep_apart)  # rule 7
    limit_nesting(body)


def make_divs_of_spans_around_blocks(body: Body) -> None:
    """Turn each `span` with a block anywhere inside into a `div`."""
    if not body.count(SPANS):
        return
    around: set[Element] = set()  # the elements around blocks
    for element in reversed(body.elements):  # those inside come first
        for child in element.children:
            if not isinstance(child, str) and (child.tag in BLOCKS or child in around):
                around.add(element)
                if element.tag == "span":
                    element.tag = "div"
                break


def unwrap_nested(body: Body, tags: frozenset[str]) -> None:
    """Unwrap the elements of these tags that are inside another one, at any depth."""
    if body.count(tags) < 2:
        return
    inside: set[Node] = set()
    for element in body.elements:
        if element.tag in tags or element in inside:
            element.children = _unwrapped(element.children, tags)
            inside.update(element.children)


def _unwrapped(children: list[Node], tags: frozenset[str]) -> list[Node]:
    kept: list[Node] = []
    todo = children[::-1]
    while todo:
        child = todo.pop()
        if is_tag(child, tags):
            todo += reversed(child.children)
            child.children = []
        else:
            kept.append(child)
    return kept


def merge_neighbours(body: Body, tags: frozenset[str]) -> None:
    """Let an element of these tags swallow those that directly follow it.

    Only what follows within its own parent counts, through `span` tags but through no text.
    """
    if body.count(tags) < 2:
        return
    for parent in body.elements:
        kept: list[Node] = []
        eater: Element | None = None
        for child in parent.children:
            if eater is not None and is_tag(child, tags):
                _eat(eater, child)
                continue
            kept.append(child)
            if is_tag(child, tags):
                eater = child
            elif not (eater is not None and is_tag(child, SPANS) and _swallow(eater, child, tags)):
                eater = None
        parent.children = kept


def _swallow(eater: Element, span: Element, tags: frozenset[str]) -> bool:
    """Let `eater` swallow what the span begins with; tell whether nothing else was in the span."""
    eaten: set[Node] = set()
    spans: list[Element] = []
    todo: list[Node] = [span]
    free = True
    while todo and free:
        node = todo.pop()
        if is_tag(node, tags):
            _eat(eater, node)
            eaten.add(node)
        elif is_tag(node, SPANS):
            spans.append(node)
            todo += reversed(node.children)
        else:
            free = False
    if eaten:
        for visited in spans:
            visited.children = [child for child in visited.children if child not in eaten]
    return free


def _eat(eater: Element, eaten: Element) -> None:
    eater.children += eaten.children
    eaten.children = []


def repair_code(body: Body) -> None:
    """Drop empty code, put a `pre` outside of its code, merge neighbours, part code from text."""
    if not body.count(CODE):
        return
    for element in body.elements:
        element.children = [
            child for child in element.children if not is_tag(child, CODE) or child.children
        ]
    for element in body.elements:
        if element.tag in CODE and len(element.children) == 1:
            child = element.children[0]
            if is_tag(child, PRE):
                _swap(element, child)
    merge_neighbours(body, CODE)
    for element in body.elements:
        _part_emphasised_code(element.children)


def _part_emphasised_code(siblings: list[Node]) -> None:
    """Add a space to the text before (after) emphasis that begins (ends) with code."""
    for place, node in enumerate(siblings):
        if not is_tag(node, EMPHASIS) or not node.children:
            continue
        before = siblings[place - 1] if place else None
        if isinstance(before, str) and is_tag(node.children[0], CODE):
            siblings[place - 1] = before + " "
        after = siblings[place + 1] if place + 1 < len(siblings) else None
        if isinstance(after, str) and is_tag(node.children[-1], CODE):
            siblings[place + 1] = " " + after


def swap_with_only_child(body: Body, outer: frozenset[str], inner: frozenset[str]) -> None:
    """Let an `outer` whose only child is an `inner`, white space aside, change places with it.

    White space is Unicode's here: the archive has `<em><a>..</a>&nbsp;</em>` as `[*..*](..)`.
    """
    if not body.count(outer) or not body.count(inner):
        return
    for element in body.elements:
        if element.tag in outer:
            children = [
                child
                for child in element.children
                if not isinstance(child, str) or child.strip(WHITE_SPACE)
            ]
            if len(children) == 1 and is_tag(children[0], inner):
                _swap(element, children[0])


def _swap(outer: Element, inner: Element) -> None:
    outer.tag, inner.tag = inner.tag, outer.tag
    outer.attributes, inner.attributes = inner.attributes, outer.attributes


def replace_blocks_in_lines(body: Body, *, keep_apart: bool) -> None:
    """Replace container and leaf blocks inside a leaf block or an inline by inlines."""
    if not body.count(CONTAINERS_AND_LEAVES) or not body.count(LEAVES_AND_INLINES):
        return
    inside: set[Node] = set()
    for element in body.elements:
        if element.tag in LEAVES_AND_INLINES or element in inside:
            children: list[Node] = []
            for child in element.children:
                if not is_tag(child, CONTAINERS_AND_LEAVES):
                    children.append(child)
                elif keep_apart:
                    children += [" ", *_as_inline(child), " "]
                else:
                    children += _as_inline(child)
            element.children = children
            inside.update(children)


def _as_inline(block: Element) -> list[Node]:
    tag = block.tag
    if tag == "hr":
        return []
    if tag in HEADINGS:
        block.tag = "strong"
        return [block, Element("br", NO_ATTRIBUTES, [])]
    block.tag = "code" if tag == "pre" else "span"
    return [' "', block, '" '] if tag == "blockquote" else [block]


def gather_items(body: Body, *, keep_apart: bool) -> None:
    """Let what is neither item nor blank text in a list join an item.

    An item outside of any list has no marker to be written with, so it is treated as `div`.
    """
    if not body.count(LISTS | ITEMS):
        return
    for element in body.elements:
        if element.tag in LISTS:
            element.children = _items(element.children, keep_apart=keep_apart)
        else:
            for child in element.children:
                if is_tag(child, ITEMS):
                    child.tag = "div"


def _items(children: list[Node], *, keep_apart: bool) -> list[Node]:
    items: list[Node] = []
    item: Element | None = None
    ended = False  # whether nothing has joined the item yet
    for child in children:
        if isinstance(child, str) and not child.strip(BLANKS):
            continue
        if is_tag(child, ITEMS):
            item, ended = child, True
            items.append(item)
        elif item is None:
            item = Element("li", NO_ATTRIBUTES, [child])
            items.append(item)
        else:
            if keep_apart and ended:
                item.children.append(" ")
            item.children.append(child)
            ended = False
    return items


def limit_nesting(body: Body) -> None:
    """Turn quotes and lists that nest too deep into plain blocks."""
    if body.count(INDENTING) <= MAX_NESTING:
        return
    todo = [(body.root, 0)]
    while todo:
        element, depth = todo.pop()
        if element.tag in INDENTING:
            depth += 1
            if depth > MAX_NESTING:
                element.tag = "div"
                for child in element.children:
                    if is_tag(child, ITEMS):
                        child.tag = "div"
        todo += [(child, depth) for child in element.children if not isinstance(child, str)]

"""Parse (MARKDOWN.md, section 1): a body's HTML as a browser reads it, as a light tree.

The parser is Lexbor, through selectolax: it builds the tree by the HTML standard's own algorithm,
so broken markup is mended as every browser mends it. lxml's parser (libxml2) takes as long and
mends by rules of its own: it drops stray `</p>`, leaves text straight inside a `table` where it
is, and reads `<b>a<i>b</b>c</i>` without italics on the c. html5lib builds the same trees as
Lexbor and takes some twenty times as long; html5-parser has to be compiled against the system's
libxml2 wherever it is installed.
"""

from __future__ import annotations

from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from beehive_archive.text.markdown.elements import NO_ATTRIBUTES, Body, Element, Node, tag_set

DROPPED = tag_set("head script style link meta iframe noscript input textarea")
WITH_ATTRIBUTES = tag_set("a img ol pre code td th")


def parse(html: str) -> Body:
    """Build the tree of a document whose whole content is `html`.

    The doctype is what a document of today has: without it a browser goes into quirks mode, in
    which a `table` doesn't close the paragraph before it. Scripting is on, as in a browser, so
    that a `noscript` holds text and no elements.
    """
    document = "<!DOCTYPE html>" + html.replace("\0", "\ufffd")
    body = LexborHTMLParser(_as_bytes(document), scripting=True).body
    root = Element("body", NO_ATTRIBUTES, [])
    elements = [root]
    children = root.children
    parents: list[tuple[LexborNode, list[Node]]] = []
    node = body.child if body is not None else None  # a document of frames has no body
    while node is not None or parents:
        if node is None:
            node, children = parents.pop()
            node = node.next
            continue
        tag = node.tag or "-"  # "-text", "-comment" and the like are no elements
        if tag == "-text":
            children.append(node.text_content or "")
        elif tag[0] != "-" and tag not in DROPPED:
            attributes = NO_ATTRIBUTES
            if tag in WITH_ATTRIBUTES:
                attributes = {name: value or "" for name, value in node.attributes.items()}
            element = Element(tag, attributes, [])
            children.append(element)
            elements.append(element)
            first = node.child
            if first is not None:
                parents.append((node, children))
                node, children = first, element.children
                continue
        node = node.next
    return Body(elements, Counter([element.tag for element in elements]))


def _as_bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which is no character
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()

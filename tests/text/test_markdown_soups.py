"""What holds of the Markdown of any HTML whatever."""

from __future__ import annotations

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from beehive_archive.text.markdown import from_html
from beehive_archive.text.markdown.elements import BROWSER_BLOCKS
from beehive_archive.text.markdown.tidying import WHITE_SPACE

TAGS = """
    a address b blockquote br caption center code dd div dl dt em figure font form h1 h2 hr i img
    kbd li o:p ol option p pre script section select span strong style sub table tbody td th thead
    tr u ul x-y
""".split()  # noqa: SIM905 - a list of one tag a line would hide the test
PIECES = [
    *"*_-+.>|$#=[]()!~`\"'\\ \n&<",
    "&nbsp;",
    "&lt;",
    "1.",
    "***",
    "```",
    "word",
    "\0",
    "\ud800",
]
ATTRIBUTES = [
    "",
    ' href="/a b"',
    " src=/i",
    " start=9",
    " colspan=2",
    ' title="a"',
    " class=lang-x",
]

tags = st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES))
end_tags = st.builds("</{}>".format, st.sampled_from(TAGS))
soups = st.lists(tags | end_tags | st.sampled_from(PIECES) | st.text(max_size=5)).map("".join)
styles = st.sampled_from(["flat", "markdown"])

# Elements that hold words, and what parts words in a browser. Blocks inside of code are left out:
# the backticks part them from the words beside them.
WORD_TAGS = [
    tag for tag in TAGS if tag not in {"br", "hr", "img", "script", "style", "code", "kbd"}
]
PARTING = BROWSER_BLOCKS | {"br", "hr"}


@given(soups, styles)
def test_any_soup_is_written(soup, tables):
    markdown = from_html(soup, tables)
    assert markdown == markdown.strip(WHITE_SPACE)
    assert "\0" not in markdown
    markdown.encode()
    assert from_html(soup, tables) == markdown


@given(soups, styles)
def test_there_are_no_two_blank_lines_outside_of_a_fence(soup, tables):
    markdown = from_html(soup, tables)
    if "```" not in markdown:
        assert not re.search("\n *\n *\n", markdown.replace("> ", ""))


@given(st.text())
def test_text_alone_keeps_its_characters(text):
    html = text.replace("&", "&amp;").replace("<", "&lt;")
    markdown = re.sub(r"\\([\\*_\-+.#=\[)!~`])", r"\1", from_html(html))
    words = re.split(r"[ \t\r\n]+", text.replace("\0", "\ufffd").strip(WHITE_SPACE))
    assert unescape(markdown) == unescape(" ".join(words).strip(WHITE_SPACE))  # `&` stays


def unescape(text):
    return text.replace("&lt;", "<").replace("&gt;", ">")


def trees(leaves):
    return st.builds(
        lambda tag, children: f"<{tag}>{''.join(children)}</{tag}>",
        st.sampled_from(WORD_TAGS),
        st.lists(leaves, max_size=4),
    )


words = st.sampled_from(["one", "two ", " three", " ", "<br>", "<hr>", "4", "five\n"])
word_trees = st.lists(st.recursive(words, trees, max_leaves=20)).map("".join)


@settings(max_examples=500)
@given(word_trees)
def test_new_documents_keep_the_words_of_the_page_in_order_and_apart(html):
    written = written_words(from_html(html, "markdown"))
    page = page_words(html)
    assert "".join(written) == "".join(page)
    assert ends(page) <= ends(written)  # rule 1 may part what a browser shows as one word


def ends(words):
    return set(itertools.accumulate(map(len, words)))


def written_words(markdown):
    markdown = re.sub(r"<!--THE END-->|<br>|\\|---|\* \* \*", " ", markdown)
    markdown = re.sub(r"^[> ]*(?:(?:- |\d+\. |#+ )[> ]*)*", "", markdown, flags=re.MULTILINE)
    return re.sub(r"\]\(\)|[*`\[\"]", "", markdown.replace("|", " ")).split()


def page_words(html):
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser("<!DOCTYPE html>" + html).body
    texts = []

    def read(node):
        child = node.child
        while child is not None:
            if child.tag == "-text":
                texts.append(child.text_content)
            else:
                texts.append(" " * (child.tag in PARTING))
                read(child)
                texts.append(" " * (child.tag in PARTING))
            child = child.next

    read(body)
    return "".join(texts).split()

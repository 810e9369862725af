from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beehive_archive.reports import word_diff, word_segments
from beehive_archive.reports.changes import DELETE, EDIT, EQUAL, INSERT, Passage, Segment
from beehive_archive.reports.diff_lines import readable_lines
from beehive_archive.reports.word_diff import compare, unified

SENTENCE = (
    "The Government will spend $12 million over four years on new schools in Auckland, "
    "Wellington and Christchurch."
)


def changes(before: str, after: str) -> list[tuple[str, str]]:
    diff = compare(before, after)
    return [
        (each.op, each.text)
        for passage in diff.passages
        for line in passage.lines
        for each in line.segments
        if each.op != EQUAL
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("same", "same", []),
        ("", "", []),
        ("", "new", [(INSERT, "new"), (INSERT, "")]),
        ("costs $1,234.50", "costs $1,234.60", [(DELETE, "$1,234.50"), (INSERT, "$1,234.60")]),
        ("Maori health", "Māori health", [(DELETE, "Maori"), (INSERT, "Māori")]),
        ("Ma\u0304ori", "Māori", [(DELETE, "Ma\u0304ori"), (INSERT, "Māori")]),
        ("a b", "a\u00a0b", [(DELETE, " "), (INSERT, "\u00a0")]),
        ("a b c", "a  b c", [(INSERT, " ")]),
        ("says so", "says so.", [(INSERT, ".")]),
        ("**Note** it", "Note it", [(DELETE, "**"), (DELETE, "**")]),
        (
            "see [it](https://a.nz/x?y=1) now",
            "see [it](https://a.nz/x?y=2) now",
            [(DELETE, "https://a.nz/x?y=1"), (INSERT, "https://a.nz/x?y=2")],
        ),
        ("[it](/a-b \"T\")", "[it](/a-c \"T\")", [(DELETE, "/a-b"), (INSERT, "/a-c")]),
        ("very very very good", "very very good", [(DELETE, " very")]),
        ("we’re here", "we are here", [(DELETE, "we’re"), (INSERT, "we are")]),
    ],
)  # fmt: skip
def test_compare_marks_words(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    found = changes(before, after)
    assert found == [each for each in expected if each[1]]


def test_a_deleted_paragraph_is_whole_lines() -> None:
    diff = compare("One two.\n\nThree four.\n\nFive.", "One two.\n\nFive.")
    assert diff.change_count == 1
    assert [(each.op, each.text) for each in diff.passages[0].lines] == [
        (EQUAL, "One two."),
        (EQUAL, ""),
        (DELETE, "Three four."),
        (DELETE, ""),
        (EQUAL, "Five."),
    ]


def test_a_split_paragraph_is_one_change_of_white_space() -> None:
    assert changes("One two. Three four.", "One two.\n\nThree four.") == [
        (DELETE, " "),
        (INSERT, "\n\n"),
    ]


def test_an_edited_paragraph_beside_a_deleted_one_keeps_its_words() -> None:
    before = f"Go away, all of you.\n\n{SENTENCE}\n\nEnd."
    after = f"{SENTENCE.replace('$12', '$14')}\n\nEnd."
    diff = compare(before, after)
    assert [each.op for each in diff.passages[0].lines] == [DELETE, DELETE, EDIT, EQUAL, EQUAL]
    assert diff.change_count == 2


def test_unlike_sentences_are_replaced_whole() -> None:
    other = "Education Minister Jan Tinetti is proud, of the work and what it brings to everyone"
    found = changes(SENTENCE, other)
    assert [each[0] for each in found] == [DELETE, INSERT]


def test_only_changed_paragraphs_are_shown_with_context() -> None:
    paragraphs = [f"Paragraph number {each}." for each in range(100)]
    before = "\n\n".join(paragraphs)
    paragraphs[50] = "Quite another."
    diff = compare(before, "\n\n".join(paragraphs))
    (passage,) = diff.passages
    assert (passage.before_start, passage.before_count) == (99, 5)
    assert [each.text for each in passage.lines if each.op == EQUAL] == [
        "Paragraph number 49.",
        "",
        "",
        "Paragraph number 51.",
    ]


def test_a_passage_above_the_limit_is_replaced_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beehive_archive.reports.alignment.MAX_CELLS", 10)
    assert changes("a b c d e f g", "b c x e f g a") == [
        (DELETE, "a b c d e f g"),
        (INSERT, "b c x e f g a"),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("](" * 100_000, "]( " * 70_000),
        ("1.1" * 100_000 + "a", "1" * 200_000 + "b"),
        ("a " * 100_000, "b a " * 50_000),
        ("\n" * 200_000 + "x", "a\n" * 100_000 + "x"),
        (" " * 200_000 + "x", "\u00a0" * 200_000 + "x"),
        ("it's " * 40_000, "it’" * 70_000),
    ],
    ids=["links", "numbers", "repeats", "breaks", "blanks", "apostrophes"],
)
def test_hostile_texts_do_not_hang(before: str, after: str) -> None:
    assert compare(before, after).change_count >= 1


WORDS = st.sampled_from(
    [
        *("a", "b", "Māori", "Ma\u0304ori", "$1,200", "the minister said", "- item", "**"),
        *(" ", "  ", "\u00a0", "\n", "\n\n", "\r", "\u2028", "\x1b", "\u202e", ".", ","),
        *("[-", "-]", "{+", "+}", "[", "]", "-", "{", "+", "}", "\\", "\\n", "\\u00a0", "~", "@@"),
        *("](http://x.nz/a)", "]("),
    ]
)
TEXTS = st.lists(WORDS, max_size=25).map("".join)


@example("a", "a\n\na")
@given(TEXTS, TEXTS)
def test_a_diff_holds_both_texts(before: str, after: str) -> None:
    diff = compare(before, after, context_lines=10_000)
    if not diff.passages:
        assert before.rstrip("\n") == after.rstrip("\n")
        assert diff.change_count == 0
        return
    (passage,) = diff.passages
    assert _side(passage, DELETE) == before.rstrip("\n")
    assert _side(passage, INSERT) == after.rstrip("\n")
    assert diff.change_count > 0


def _side(passage: Passage, op: str) -> str:
    lines = [
        "".join(each.text for each in line.segments if each.op in {op, EQUAL})
        for line in passage.lines
        if line.op in {op, EQUAL, EDIT}
    ]
    count = passage.before_count if op == DELETE else passage.after_count
    text = "\n".join(lines)
    assert count == (text.count("\n") + 1 if lines else 0)
    return text


@example("a", "a\n\na")
@example("[}", "\u00a0+}")
@given(TEXTS, TEXTS)
def test_unified_can_be_read_back(before: str, after: str) -> None:
    """Nothing in the texts can be taken for a mark of the notation."""
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        patch.setattr(word_diff.compare, "__defaults__", (10_000,))
        text = unified(before, after)
    if text:
        assert _read_unified(text) == (before.rstrip("\n"), after.rstrip("\n"))
    else:
        assert before.rstrip("\n") == after.rstrip("\n")


def _read_unified(text: str) -> tuple[str, str]:
    """Read the notation as its description says, from left to right."""
    old: list[str] = []
    new: list[str] = []
    for line in text.split("\n")[1:]:
        sign, content = line[0], line[1:]
        if sign in " -":
            old.append(content)
        if sign in " +":
            new.append(content)
        if sign == "~":
            segments = list(_read_marks(content))
            old.append("".join(each.text for each in segments if each.op != INSERT))
            new.append("".join(each.text for each in segments if each.op != DELETE))
    return "\n".join(old), "\n".join(new)


def _read_marks(content: str) -> list[Segment]:
    opening = {"[-": DELETE, "{+": INSERT}
    tokens = re.findall(
        r"\\U[0-9a-f]{8}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\.|\[-|-\]|\{\+|\+\}|.", content, re.DOTALL
    )
    op = EQUAL
    segments = []
    for token in tokens:
        if token in opening:
            assert op == EQUAL
            op = opening[token]
        elif token in {"-]", "+}"}:
            assert op == (DELETE if token == "-]" else INSERT)
            op = EQUAL
        else:
            segments.append(Segment(op, _unescaped(token)))
    assert op == EQUAL
    return segments


def _unescaped(token: str) -> str:
    if not token.startswith("\\"):
        return token
    if len(token) > 2:
        return chr(int(f"0x{token[2:]}", 0))
    return {"n": "\n", "t": "\t"}.get(token[1], token[1])


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_no_word_begins_with_a_combining_accent(text: str) -> None:
    for match in word_segments._WORD.finditer(text):
        first = match[0][0]
        in_range = "\u0300" <= first <= "\u036f"
        assert not (in_range and unicodedata.combining(first) and match.start() and
                    not text[match.start() - 1].isspace())  # fmt: skip


def test_short_lines_are_a_plain_unified_diff() -> None:
    assert unified("- one\n- two\n- three", "- one\n- 2\n- three\n- four").split("\n") == [
        "@@ -1,3 +1,4 @@",
        " - one",
        "-- two",
        "+- 2",
        " - three",
        "+- four",
    ]


def test_long_lines_are_marked_in_words() -> None:
    assert unified(SENTENCE, SENTENCE.replace("$12", "$14")).split("\n")[1] == (
        "~" + SENTENCE.replace("$12", "[-$12-]{+$14+}")
    )


def test_a_full_stop_of_a_deleted_paragraph_stays_with_it() -> None:
    diff = compare(f"{SENTENCE}\n\nIt ends.", f"{SENTENCE.replace('$12', '$14')}\n\n")
    assert [(each.op, each.text) for each in diff.passages[0].lines[1:]] == [
        (DELETE, ""),
        (DELETE, "It ends."),
    ]


def test_a_longer_list_item_and_a_new_one_are_told_apart() -> None:
    diff = compare(
        "- Nelson: four classes\n- Z", "- Nelson: four classes, a hall\n- Levin: six\n- Z"
    )
    assert [each.op for each in diff.passages[0].lines] == [EDIT, INSERT, EQUAL]


def test_a_blank_line_that_is_the_change_can_be_seen() -> None:
    (passage,) = compare("One.\nTwo.", "One.\n\nTwo.").passages
    assert [(each.op, each.text) for each in readable_lines(passage)] == [
        (EQUAL, "One."),
        (EDIT, "\n"),
        (EQUAL, "Two."),
    ]


def test_blank_lines_beside_changed_ones_are_left_out() -> None:
    (passage,) = compare("One.\n\nTwo.", "One.").passages
    assert [(each.op, each.text) for each in readable_lines(passage)] == [
        (EQUAL, "One."),
        (DELETE, "Two."),
    ]

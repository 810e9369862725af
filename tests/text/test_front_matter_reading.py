"""Reading what people edited by hand, and refusing what is damaged."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from beehive_archive.errors import FrontMatterError
from beehive_archive.text import front_matter_yaml
from beehive_archive.text.front_matter import Document, load, loads

HEAD = 'title: "A"\ndate: 2023-06-04\nurl: https://example.org/a\n'
PLAIN = Document("A", dt.date(2023, 6, 4), "https://example.org/a")


def whole(front_matter: str, body: str = "Text") -> str:
    return f"---\n{front_matter}---\n\n{body}"


@pytest.mark.parametrize(
    ("front_matter", "title", "ministers"),
    [
        (HEAD.replace('"A"', "'A'"), "A", ()),
        (HEAD.replace('"A"', "A plain title"), "A plain title", ()),
        (HEAD.replace('"A"', '" A "'), "A", ()),
        (HEAD.replace('"A"', ">-\n  folded\n  text"), "folded text", ()),
        (HEAD.replace('"A"', '"over\n  lines"'), "over lines", ()),
        (HEAD.replace('"A"', r'"\x41\u00a0\U0001F600\/\e"'), "A\u00a0😀/\x1b", ()),
        (HEAD.replace("2023-06-04", '"2023-06-04"'), "A", ()),
        (HEAD.replace("url: https://example.org/a", "url: 'https://example.org/a'"), "A", ()),
        ("# a comment\n" + HEAD + "\n# another\n", "A", ()),
        ("".join(reversed(HEAD.splitlines(keepends=True))), "A", ()),
        (HEAD + "ministers: [A, 'B: C']\n", "A", ("A", "B: C")),
        (HEAD + "ministers: []\n", "A", ()),
        (HEAD + "ministers:\n- A\n- B\n", "A", ("A", "B")),
        (HEAD + "ministers:\n    - A\n    - 'B: C'\n", "A", ("A", "B: C")),
        (HEAD + "ministers: # who\n  # first\n  - No\n\n  - B: C\n", "A", ("No", "B: C")),
        (HEAD + "ministers:\n  -   A  \n  - No \n", "A", ("A", "No")),
        (HEAD + "ministers:\n  - A\n    B\n  - No\n", "A", ("A B", "No")),
        (HEAD + "ministers:\n  - >-\n    A\n    B\n  - C: D\n", "A", ("A B", "C: D")),
        (HEAD + "ministers:\n  - \"A\" # she\n  - 'B'\n", "A", ("A", "B")),
        (HEAD + "ministers:\n  - Foo # bar\n", "A", ("Foo # bar",)),
        ('ministers:\n  - "So: \\"so\\""\n' + HEAD, "A", ('So: "so"',)),
        ("{title: A, date: 2023-06-04, url: 'https://example.org/a'}\n", "A", ()),
    ],
)  # fmt: skip
def test_sane_yaml_by_hand_is_read(front_matter, title, ministers):
    read = loads(whole(front_matter))
    assert read == Document(title, PLAIN.date, PLAIN.url, ministers, body="Text")


@pytest.mark.parametrize("end", ["", "\n", "\n\n  \n"])
@pytest.mark.parametrize("body", ["Text", ""])
def test_blank_lines_at_the_end(body, end):
    assert loads(whole(HEAD, body + end)).body == body


def test_a_body_may_follow_without_a_blank_line_or_be_missing():
    assert loads(f"---\n{HEAD}---\nText").body == "Text"
    assert loads(f"---\n{HEAD}---").body == ""


def test_the_first_day_of_all_is_a_date():
    assert loads(whole(HEAD.replace("2023-06-04", "0001-01-01"))).date == dt.date(1, 1, 1)


BOMB = 100_000
REFUSED = [
    ("", 1, "expected '---'"),
    ("Text", 1, "expected '---'"),
    (HEAD, 1, "expected '---'"),
    ("\n" + whole(HEAD), 1, "expected '---'"),
    (" ---\n" + HEAD, 1, "expected '---'"),
    ("----\n" + HEAD + "---\n", 1, "expected '---'"),
    (f"---\n{HEAD}\nText", 1, "no '---' line"),
    (f"---\n{HEAD} ---\n\nText", 1, "no '---' line"),
    (f"---\n{HEAD}----\n\nText", 1, "no '---' line"),
    ("\ufeff" + whole(HEAD), 1, "byte order mark"),
    (whole(HEAD).replace("\n", "\r\n"), 1, "carriage return"),
    (whole(HEAD, "a\n\nb\r\nc"), 9, "carriage return"),
    (whole(HEAD, "a\rb"), 7, "carriage return"),
    (whole(HEAD, "a\0b"), 7, "NUL"),
    (whole(HEAD, "a\ud83d"), 7, "surrogate"),
    (whole(HEAD.replace('"A"', '"a\x07"')), 2, "U+0007"),
    (whole(HEAD + "ministers:\n  - a\x7f\n"), 6, "U+007F"),
    (whole(HEAD.replace('"A"', '"a\u2028b"')), 2, "U+2028"),
    (whole(HEAD.replace('"A"', r'"\ud83d"')), 2, ""),
    (whole(HEAD.replace('"A"', '"A')), 2, "unexpected end"),
    (whole(HEAD.replace('"A"', '"A "B" C"')), 2, "expected"),
    (whole(HEAD.replace('"A"', "A: B")), 2, "mapping values"),
    (whole(HEAD + 'title: "B"\n'), 5, "'title' stands twice"),
    (whole(HEAD + "ministers:\n  - A\nministers:\n  - B\n"), 7, "'ministers' stands twice"),
    (whole(HEAD + "tags:\n  - A\n"), 5, "unknown key 'tags'"),
    (whole(HEAD + "<<: {a: b}\n"), 5, "another"),
    (whole(HEAD + "<<: a\n"), 5, "unknown key '<<'"),
    (whole(HEAD + "1: a\n"), 5, "unknown key '1'"),
    (whole(HEAD + "? [a]\n: b\n"), 5, "another"),
    (whole(""), 2, "keys"),
    (whole("# nothing\n"), 3, "keys"),
    (whole("just text\n"), 2, "keys"),
    (whole("- a\n"), 2, "keys"),
    (whole(HEAD.replace('title: "A"\n', "")), 1, "'title' is missing"),
    (whole(HEAD.replace("date: 2023-06-04\n", "")), 1, "'date' is missing"),
    (whole(HEAD.replace("url: https://example.org/a\n", "")), 1, "'url' is missing"),
    (whole(HEAD.replace('"A"', "[A]")), 2, "title is a list"),
    (whole(HEAD.replace('"A"', "\n  - A")), 2, "title is a list"),
    (whole(HEAD.replace('"A"', "{A: B}")), 2, "within another"),
    (whole(HEAD.replace('"A"', "")), 2, "found nothing"),
    (whole(HEAD.replace('"A"', "No")), 2, "reads as bool"),
    (whole(HEAD.replace('"A"', "2024")), 2, "reads as int"),
    (whole(HEAD.replace('"A"', "2024-01-01")), 2, "reads as timestamp"),
    (whole(HEAD.replace("2023-06-04", "2023-06-31")), 3, "no date"),
    (whole(HEAD.replace("2023-06-04", "20230604")), 3, "no date"),
    (whole(HEAD.replace("2023-06-04", "2023-6-4")), 3, "no date"),
    (whole(HEAD.replace("2023-06-04", "2023-06-04 10:00:00")), 3, "no date"),
    (whole(HEAD.replace("2023-06-04", "４０２３-06-04")), 3, "no date"),
    (whole(HEAD.replace("2023-06-04", "0000-01-01")), 3, "no date"),
    (whole(HEAD.replace("2023-06-04", "[2023-06-04]")), 3, "date is a list"),
    (whole(HEAD.replace("2023-06-04", "")), 3, "no date"),
    (whole(HEAD.replace("https://example.org/a", '""')), 4, "without quotes"),
    (whole(HEAD.replace("https://example.org/a", '"a: b"')), 4, "without quotes"),
    (whole(HEAD.replace("https://example.org/a", "")), 4, "found nothing"),
    (whole(HEAD + "ministers: A\n"), 5, "ministers is a single value"),
    (whole(HEAD + "ministers:\n"), 5, "ministers is a single value"),
    (whole(HEAD + "ministers: {A: B}\n"), 5, "within another"),
    (whole(HEAD + "ministers:\n  A: B\n"), 6, "within another"),
    (whole(HEAD + "ministers:\n  - A\n  -\n"), 7, "found nothing"),
    (whole(HEAD + "ministers:\n  - A: B\n    C: D\n"), 6, "within another"),
    (whole(HEAD + "ministers:\n  -\n    - A\n"), 7, "within another"),
    (whole(HEAD + "ministers: [A, [B]]\n"), 5, "within another"),
    (whole(HEAD + "ministers: [A, No]\n"), 5, "reads as bool"),
    (whole(HEAD + "ministers:\n- A\n- 1\n"), 7, "reads as int"),
    (whole(HEAD + "ministers:\n\t- A\n"), 6, "cannot start any token"),
    (whole(HEAD.replace('"A"', '&a "A"')), 2, "anchor"),
    (whole(HEAD.replace('"A"', "*a")), 2, "alias"),
    (whole(HEAD.replace('"A"', '!!str "A"')), 2, "tag"),
    (whole(HEAD.replace('"A"', '! "A"')), 2, "tag"),
    (whole(HEAD.replace("title", "&k title")), 2, "anchor"),
    (whole(HEAD + "ministers: &m\n  - A\nportfolios: *m\n"), 5, "anchor"),
    (whole(HEAD + "ministers:\n  - &a Hon A\n  - *a\n"), 6, "anchor"),
    (whole(HEAD + "ministers:\n  - !!str 1\n"), 6, "tag"),
    (whole(HEAD + "ministers: !!set\n  - A\n"), 5, "tag"),
    (whole("&d\n" + HEAD), 2, "anchor"),
    (whole("!!map\n" + HEAD), 2, "tag"),
    (whole(HEAD + "...\n" + HEAD), 6, ""),
    (whole("--- {}\n" + HEAD), 2, "second YAML document"),
    (whole(HEAD + "--- {}\n"), 5, "nothing else"),
    (whole("%YAML 1.1\n" + HEAD), 3, ""),
    (whole(HEAD + "ministers: " + "[" * BOMB + "\n"), 5, "within another"),
    (whole(HEAD + "ministers: " + "{" * BOMB + "\n"), 5, "within another"),
    (whole(HEAD + "ministers:\n  " + "- " * BOMB + "a\n    b\n"), 6, "within another"),
    (whole(HEAD + "? " * BOMB + "\n"), 5, "within another"),
    (whole("[" * BOMB + "\n"), 2, "keys"),
    (whole(HEAD + "#" * 300_000 + "\n"), 1, "front matter longer"),
    (
        whole("title: 'A\nministers:\n  - No\n'\n" + HEAD.partition("\n")[2]),
        4,
        "look like a list's",
    ),
]


@pytest.mark.parametrize(("text", "line", "problem"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_malformed_is_refused_with_its_name_and_line(text, line, problem):
    with pytest.raises(FrontMatterError) as caught:
        loads(text, name="archive/a.md")
    assert str(caught.value).startswith(f"archive/a.md:{line}: ")
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"\xff\xfe-\x00", 1, "not UTF-8 (byte 0xff)"),
        (whole(HEAD, "a\nM\u0101ori").encode("latin-1", "replace") + b"\xe9", 8, "not UTF-8"),
        (whole(HEAD).encode("utf-8-sig"), 1, "byte order mark"),
        (whole(HEAD).replace("\n", "\r\n").encode(), 1, "carriage return"),
    ],
)
def test_a_files_bytes_are_refused_with_its_path(tmp_path, data, line, problem):
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(FrontMatterError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert problem in caught.value.problem


def test_a_file_of_absurd_size_is_refused(tmp_path):
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.truncate(70 * 1024 * 1024)
    with pytest.raises(FrontMatterError, match="longer than"):
        load(path)


FRAGMENTS = [
    "title: ", '"', "'", "A", "Kia ora", "ā", "\\", "\\n", "\n", "date: ", "2023-06-04", "url: ",
    "https://example.org/a", "#", ":", " ", "  ", "  - ", "- ", "ministers:", "portfolios:\n",
    "attachments:\n", "ministers:\n  - A\n", "No", "1", "&a ", "*a", "!t ", "[", "]", "{", "}", ",",
    "\t", "|", ">", "---\n", "\u2028", "\u00a0", "\ufeff", "\x07", "title: \"A\"\n",
    "date: 2023-06-04\n", "url: https://example.org/a\n", "# c\n", "release: a\n", "?", "%",
]  # fmt: skip
fragments = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)


@given(fragments)
def test_nothing_escapes_our_error(text):
    for candidate in (text, whole(text), whole(HEAD + text)):
        with suppress(FrontMatterError):
            assert isinstance(loads(candidate), Document)


LINE = st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"])
TRICKY = "aN0o1-:#?![]{},&*|>'\"%@`. \t~=<\\\\\u2028\x85\u00a0\u200b\ufeff\x07é"
lines = st.text(LINE) | st.text(alphabet=TRICKY, max_size=8)
odd_parts = st.one_of(
    st.tuples(st.just("title"), lines),
    st.tuples(st.just("date"), st.dates().map(str) | st.sampled_from(["2023-99-99", "0000-00-00"])),
    st.tuples(st.just("url"), lines.map("https://example.org/{}".format)),
    st.tuples(st.sampled_from(front_matter_yaml.LIST_KEYS), lines),
    st.tuples(st.just("end"), fragments),
)


@settings(max_examples=500)
@given(odd_parts, st.sets(st.sampled_from(front_matter_yaml.LIST_KEYS)))
@example(("ministers", "a\tb"), set())
@example(("ministers", "- a"), set())
@example(("ministers", "a "), set())
@example(("title", "\ufeff"), set())
@example(("title", "\x85"), set())
@example(("url", "https://a/b: c"), set())
def test_the_regular_path_reads_as_yaml_does(odd, keys):
    # One part at a time is odd: of documents odd all over, the regular path takes hardly any.
    parts = {"title": "A", "date": "2023-06-04", "url": "https://example.org/a", "end": ""}
    parts |= dict.fromkeys(keys, "Hon A B") | dict([odd])
    text = f'title: "{parts["title"]}"\ndate: {parts["date"]}\nurl: {parts["url"]}\n'
    for key in front_matter_yaml.LIST_KEYS:
        if key in parts:
            text += f"{key}:\n  - Hon A, B and C\n  - {parts[key]}\n"
    text += parts["end"]
    regular = front_matter_yaml._read_regular(text)
    assert regular is None or regular == front_matter_yaml._read_yaml(text)


def test_the_regular_path_is_taken():
    text = HEAD + "ministers:\n  - A\n  - B\nattachments:\n  - https://example.org/a.pdf\n"
    regular = front_matter_yaml._read_regular(text)
    assert regular is not None
    assert regular == front_matter_yaml._read_yaml(text)

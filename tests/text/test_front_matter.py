"""Round trips: what is written, and that it is read back."""

from __future__ import annotations

import datetime as dt
import sys
import unicodedata

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from beehive_archive.errors import FrontMatterError
from beehive_archive.text.front_matter import Document, dumps, has_front_matter, load, loads
from beehive_archive.text.front_matter_quoting import ORDINARY_URL, quote

DAY = dt.date(2023, 6, 4)
URL = "https://www.beehive.govt.nz/release/a-slug"

MISREAD = [
    "Māori Crown Relations: Te Arawhiti",
    "No", "yes", "ON", "null", "~", "1", "-1", "1_000", "0x1F", "010", "1.5", ".5", "1:30", ".inf",
    "2024-05-01", "2024-13-45", "2024-05-01 10:00:00", "=", "<<",
    "", " ", " leading", "trailing ", "tab\there", "line\nbreak", "\n", "a\n  - b", "a\rb",
    "Foo # bar", "# bar", "foo:", "foo: bar", "- dash", "-", "? question", "?", ": colon", ":",
    "'Quoted' start", '"Quoted" start', "'single'", '"double"', "'", '"', "''", '""',
    "*", "*alias", "*Hon A*", "&", "&anchor", "&a Hon A", "!", "!tag", "!tag value", "%percent",
    "@at", "`tick`", "|", ">", "[", "[a]", "[a, b]", "{a: b}", "{", "]", "}", ", comma",
    "bell\a", "nul\0", "\x7f", "\x85", "\u2028", "a\u2029b", "\x80",
]  # fmt: skip
SURVIVING = [
    "Hon Andrew Little", "Arts, Culture and Heritage", "O'Connor", 'the "Hon" A', "a:b", "a#b",
    "-dash", "?x", ":x", "---", "...", "--- a", "C++", "50%", "a & b", "a * b", "(a)", "a [b]",
    "Nope", "1 July", "1.5.2", "2024-05", "08:30am", "\u00a0", "soft\u00adhyphen", "a\u200bb",
    "Ōtāhuhu", "日本", "\U0001f600", "\\", "a\\b", URL, f"{URL}#x", f"{URL}?a=b&c=d",
    # Numbers in YAML 1.2 alone, strings to PyYAML.
    "0o7", "1e3", "1E3", "0x", "y", "n",
]  # fmt: skip


def document(**fields: object) -> Document:
    return Document(**{"title": "A title", "date": DAY, "url": URL, **fields})  # type: ignore[arg-type]


def raw(*values: str) -> str:
    """A document as the archive would have written it, never quoting a list value."""
    items = "".join(f"  - {value}\n" for value in values)
    return f'---\ntitle: "A"\ndate: 2023-06-04\nurl: {URL}\nportfolios:\n{items}---\n\nText'


def safe_load_items(text: str) -> object:
    try:
        return yaml.safe_load(f"k:\n  - {text}\nz: 0\n")
    except (yaml.YAMLError, ValueError):  # ValueError: the thirteenth month
        return None


def test_every_key_is_written_in_the_archives_form():
    whole = Document(
        title='Closer "co-operation"',
        date=DAY,
        url=URL,
        ministers=("Hon Andrew Little", "Rt Hon A: B"),
        portfolios=("Defence",),
        attachments=(f"{URL}.pdf",),
        body="First.\n\n---\n\nLast.",
    )
    assert dumps(whole) == (
        '---\ntitle: "Closer \\"co-operation\\""\ndate: 2023-06-04\n'
        f"url: {URL}\nministers:\n  - Hon Andrew Little\n"
        '  - "Rt Hon A: B"\nportfolios:\n  - Defence\n'
        f"attachments:\n  - {URL}.pdf\n---\n\nFirst.\n\n---\n\nLast."
    )
    assert loads(dumps(whole)) == whole


def test_empty_lists_title_and_body():
    bare = document(title="")
    assert dumps(bare) == f'---\ntitle: ""\ndate: 2023-06-04\nurl: {URL}\n---\n\n'
    assert loads(dumps(bare)) == bare


def test_the_seeds_are_reproduced(seeds):
    files = sorted(seeds.glob("*.txt"))
    assert files
    for path in files:
        assert dumps(load(path)).encode() == path.read_bytes()


@pytest.mark.parametrize("value", MISREAD)
def test_a_value_that_yaml_misreads_is_quoted(value):
    assert safe_load_items(value) != {"k": [value], "z": 0}
    text = dumps(document(ministers=(value,)))
    assert f"\n  - {quote(value)}\n" in text
    assert loads(text).ministers == (value,)


@pytest.mark.parametrize("value", SURVIVING)
def test_a_value_that_yaml_reads_stays_bare(value):
    assert safe_load_items(value) == {"k": [value], "z": 0}
    text = dumps(document(ministers=(value,)))
    assert f"\n  - {value}\n" in text
    assert loads(text).ministers == (value,)


@pytest.mark.parametrize(
    "value",
    [
        value
        for value in MISREAD + SURVIVING
        if value == value.strip(" \t\n")
        and not set(value) & set("\n\r\0\a\x7f\x80")
        # YAML's own: quoted as a whole, or an anchor or a tag on something.
        and value not in {"", "'single'", '"double"', "''", '""', "&a Hon A", "!tag value"}
    ],
)
def test_a_bare_value_is_the_rest_of_its_line(value):
    assert loads(raw("First", value, "Last")).portfolios == ("First", value, "Last")
    assert loads(raw(value)).portfolios == (value,)


@pytest.mark.parametrize(
    ("char", "written"),
    [
        ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\x0d"), ("\a", r"\x07"), ("\0", r"\x00"),
        ("\x7f", r"\x7f"), ("\x80", r"\u0080"), ("\u00a0", r"\u00a0"), ("\u00ad", r"\u00ad"),
        ("\u200b", r"\u200b"), ("\u2003", r"\u2003"), ("\u2028", r"\u2028"), ("\ufeff", r"\ufeff"),
        ("\ue000", r"\ue000"), ("\uffff", r"\uffff"), ("\U000e0001", r"\U000e0001"),
        ("\U0010ffff", r"\U0010ffff"), ('"', r"\""), ("\\", r"\\"),
        ("'", "'"), (" ", " "), ("/", "/"), ("ā", "ā"), ("a\u0304", "a\u0304"), ("½", "½"),
        ("–", "–"), ("€", "€"), ("\ufffd", "\ufffd"), ("😀", "😀"), ("日", "日"),
    ],
)  # fmt: skip
def test_escapes_in_titles(char, written):
    text = dumps(document(title=f"x{char}x"))
    assert f'\ntitle: "x{written}x"\n' in text
    assert loads(text).title == f"x{char}x"


def test_what_stands_unescaped_is_letters_marks_numbers_punctuation_symbols_and_space():
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        category = unicodedata.category(char)
        if category != "Cs" and char not in '"\\':
            stands = category[0] in "LMNPS" or char == " "
            assert (quote(char) == f'"{char}"') is stands, f"U+{code:04X}"


def test_titles_and_bodies_are_trimmed():
    text = dumps(document(title="\u00a0 A \n", body="\n\n Text\u00a0\n"))
    assert text == dumps(document(title="A", body="Text"))


texts = st.text()
yaml_like = st.text(alphabet="aN0o1-:#?![]{},&*|>'\"%@`. \t\n~=<\\\u2028\x85\u00a0é", max_size=12)
body_text = st.text(alphabet=st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))


@given(texts | yaml_like)
def test_any_title_survives(title):
    text = dumps(document(title=title))
    assert loads(text).title == title.strip()
    assert yaml.safe_load(text.split("\n---\n")[0])["title"] == title.strip()


@given(st.lists(texts | yaml_like | st.sampled_from(MISREAD + SURVIVING)))
def test_any_list_survives(values):
    text = dumps(document(portfolios=tuple(values)))
    assert loads(text).portfolios == tuple(values)
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        front_matter = yaml.load(text.split("\n---\n")[0], Loader=loader)
        assert front_matter.get("portfolios", []) == values


@given(texts | yaml_like)
def test_a_list_value_is_quoted_just_where_yaml_would_misread_it(value):
    quoted = f"\n  - {value}\n---\n" not in dumps(document(portfolios=(value,)))
    assert quoted is (safe_load_items(value) != {"k": [value], "z": 0})


@given(st.from_regex(ORDINARY_URL, fullmatch=True))
def test_an_ordinary_url_survives_everywhere(url):
    # The one case in which PyYAML isn't asked.
    assert yaml.safe_load(f"k: {url}\n") == {"k": url}
    assert safe_load_items(url) == {"k": [url], "z": 0}


@given(body_text | st.text(alphabet="-. \n#:ā", max_size=30))
@example("---\ntitle: no\n---")
@example("a\n---\n\n---\nb")
def test_any_body_survives(body):
    assert loads(dumps(document(body=body))).body == body.strip()


@given(st.dates(), yaml_like, st.lists(yaml_like), body_text)
def test_what_is_read_again_is_written_the_same(date, title, values, body):
    text = dumps(document(date=date, title=title, ministers=tuple(values), body=body))
    assert dumps(loads(text)) == text


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": "half \ud83d"}, ":2: half of a surrogate pair (U+D83D)"),
        ({"ministers": ("A", "\udc00")}, ":7: half of a surrogate pair (U+DC00)"),
        ({"body": "a\n\ud83d"}, ":8: half of a surrogate pair (U+D83D)"),
        ({"body": "a\r\nb"}, ":7: a carriage return"),
        ({"body": "a\0b"}, ":7: a NUL"),
        ({"date": dt.datetime(2023, 6, 4, tzinfo=dt.UTC)}, ":3: date "),
        ({"attachments": ("x" * 300_000,)}, "longer than 262144 characters"),
    ],
)
def test_what_no_reader_would_give_back_is_refused(fields, problem):
    with pytest.raises(FrontMatterError) as caught:
        dumps(document(**fields))
    assert problem in str(caught.value)
    assert str(caught.value).startswith(URL)


@pytest.mark.parametrize(
    "url", ["", " ", "a b: c", f"{URL} #x", f"{URL}:", f"{URL}\n", "No", "\ud83d"]
)
def test_a_url_that_would_not_survive_bare_is_refused(url):
    with pytest.raises(FrontMatterError, match="without quotes"):
        dumps(document(url=url))


def test_has_front_matter():
    for start in (b"---\ntitle", b"---\r\n", b"\xef\xbb\xbf---\n", b"---", b"--- \n"):
        assert has_front_matter(start)
    for start in (b"", b"# Read me", b"----\n", b"\n---\n", b"--- a\n"):
        assert not has_front_matter(start)

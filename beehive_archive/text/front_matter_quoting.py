"""The archive's way of writing front matter's values: which are quoted, and how.

No YAML writer keeps the archive's bytes: a title is always quoted, a list value only where YAML
would misread it. Which ones those are, PyYAML itself is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml
from yaml.resolver import Resolver

STRING_TAG = "tag:yaml.org,2002:str"
TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"

# An ordinary URL survives in any place, so PyYAML needn't be asked of each of 55,000.
ORDINARY_URL = re.compile(r"https?://[A-Za-z0-9/_.%~&=?+-]+")
# Longer values are too rare to be worth the memory.
_CACHED_CHARS = 200

_resolver: Any = Resolver()  # its stub has no types


def quote(text: str) -> str:
    r"""``text`` in double quotes, escaped as FORMAT.md says; YAML and Go read it alike.

    What stands as it is: Unicode's letters, marks, numbers, punctuation and symbols, and the
    plain space, which is what ``str.isprintable`` (like Go's ``strconv.IsPrint``) says yes to.
    Raises ValueError for half of a surrogate pair, which no UTF-8 file can hold.

    >>> print(quote('“Kia ora”, she said: "Tēnā koe"\t\u00a0\x7f\U000e0001'))
    "“Kia ora”, she said: \"Tēnā koe\"\t\u00a0\x7f\U000e0001"
    """
    text = text.replace("\\", r"\\").replace('"', r"\"")
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
    return f'"{text}"'


def _escape(char: str) -> str:
    code = ord(char)
    if char == "\t":
        return r"\t"
    if char == "\n":
        return r"\n"
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError(f"half of a surrogate pair (U+{code:04X})")
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def list_value(text: str) -> str:
    """``text`` as the value of a list item: bare, or quoted where YAML would misread it.

    >>> print(list_value("Arts, Culture and Heritage"))
    Arts, Culture and Heritage
    >>> print(list_value("Māori Crown Relations: Te Arawhiti"))
    "Māori Crown Relations: Te Arawhiti"
    """
    return text if survives_in_list(text) else quote(text)


def survives_in_list(text: str) -> bool:
    """Whether YAML reads ``text``, bare after ``- ``, back as the same string.

    "YAML" is PyYAML's ``safe_load`` (YAML 1.1). Numbers that only YAML 1.2 knows (``0o7``,
    ``1e3``) survive: PyYAML reads them as strings, and so does a reader that decodes into string
    fields, as a Go program with a struct for the front matter does.
    """
    return _survives("- ", text)


def survives_after_key(text: str) -> bool:
    """Whether YAML reads ``text``, bare after ``key: ``, back as the same string."""
    return _survives("key: ", text)


def _survives(prefix: str, text: str) -> bool:
    if ORDINARY_URL.fullmatch(text):
        return True
    return (_ask_cached if len(text) <= _CACHED_CHARS else _ask)(prefix, text)


def _ask(prefix: str, text: str) -> bool:
    """Ask PyYAML's Python loader, the stricter of its two: libyaml reads a tab within a value.

    Events come one at a time, so a bomb of brackets ends at the first.
    """
    expected = ["key", text] if prefix == "key: " else [text]
    try:
        events = yaml.parse(f"{prefix}{text}\n", Loader=yaml.SafeLoader)
        for _ in range(3):  # of the stream, the document, the list or mapping
            next(events)
        return (
            all(_is_plain_string(next(events), string) for string in expected)
            and isinstance(next(events), yaml.CollectionEndEvent)
            and isinstance(next(events), yaml.DocumentEndEvent)
            and isinstance(next(events), yaml.StreamEndEvent)
        )
    except yaml.YAMLError:
        return False


_ask_cached = lru_cache(maxsize=4096)(_ask)


def resolve_tag(plain: str) -> str:
    """Name the YAML type that a value without quotes has by its looks.

    >>> resolve_tag("No"), resolve_tag("Norfolk")
    ('tag:yaml.org,2002:bool', 'tag:yaml.org,2002:str')
    """
    return str(_resolver.resolve(yaml.ScalarNode, plain, (True, False)))


def _is_plain_string(event: yaml.Event, text: str) -> bool:
    return (
        isinstance(event, yaml.ScalarEvent)
        and event.value == text
        and event.anchor is None
        and event.tag is None
        and not event.style
        and resolve_tag(text) == STRING_TAG
    )

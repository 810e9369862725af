"""Front matter's YAML, read strictly: a few keys, each with one value or one flat list of values.

Rests on libyaml (PyYAML's C loader), whose events are read instead of its objects: they show
anchors, aliases and tags, give each value as it was written (no ``No`` that became ``False``),
and end a bomb of nested lists at its second bracket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml
from yaml.reader import Reader

from beehive_archive.text.front_matter_quoting import (
    ORDINARY_URL,
    STRING_TAG,
    TIMESTAMP_TAG,
    quote,
    resolve_tag,
    survives_in_list,
)

# The front matter's first line is the document's second, and YAML counts from 0.
_LINES_BEFORE = 2

LIST_KEYS = ("ministers", "portfolios", "attachments")

_LIST_KEY_LINE = re.compile(rf"(?:{'|'.join(LIST_KEYS)}):[ \t]*(?:[ \t]#.*)?")
_REGULAR = re.compile(
    r'title: "(?P<title>[^"\\\n]*)"\n'
    r"date: (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})\n"
    rf"url: (?P<url>{ORDINARY_URL.pattern})\n"
    + "".join(rf"(?:{key}:\n(?P<{key}>(?:  - [^\n]+\n)+))?" for key in LIST_KEYS)
)
# YAML breaks lines at these too: they would fold values and shift its line numbers.
_UNICODE_LINE_BREAK = re.compile("[\x85\u2028\u2029]")


class YamlProblemError(Exception):
    """What is wrong with the front matter, and in which line of the document."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: its text, the YAML tag that its looks give it, its line in the document."""

    text: str
    tag: str
    line: int


@dataclass(frozen=True, slots=True)
class Field:
    """What stands under a key; ``line`` is the key's."""

    line: int
    value: Scalar | tuple[Scalar, ...]


def read_fields(front_matter: str) -> dict[str, Field]:
    """Read the fields of the text between the ``---`` lines, by key; raises YamlProblemError."""
    return _read_regular(front_matter) or _read_yaml(front_matter)


def _read_regular(front_matter: str) -> dict[str, Field] | None:
    """Read what the archive writes day in, day out; None for all that takes YAML to understand.

    It makes a document's reading several times faster, which the index of 55,000 rests on, and
    never other: a property test holds it to ``_read_yaml``.
    """
    regular = _REGULAR.fullmatch(front_matter)
    if regular is None or not regular["title"].isprintable():
        return None
    fields = {
        "title": Field(2, Scalar(regular["title"], STRING_TAG, 2)),
        "date": Field(3, Scalar(regular["date"], TIMESTAMP_TAG, 3)),
        "url": Field(4, Scalar(regular["url"], STRING_TAG, 4)),
    }
    line = 5
    for key in LIST_KEYS:
        if items := regular[key]:
            values = [item[4:] for item in items.split("\n")[:-1]]
            if not all(survives_in_list(value) for value in values):
                return None
            scalars = tuple(Scalar(v, STRING_TAG, line + n) for n, v in enumerate(values, 1))
            fields[key] = Field(line, scalars)
            line += len(values) + 1
    return fields


def _read_yaml(front_matter: str) -> dict[str, Field]:
    """Read any front matter; raises YamlProblemError."""
    source, rewritten = _as_yaml(front_matter)
    # The archive's list values may hold the second kind: they are in quotes by now.
    for text, forbidden in ((front_matter, Reader.NON_PRINTABLE), (source, _UNICODE_LINE_BREAK)):
        if found := forbidden.search(text):
            line = text.count("\n", 0, found.start()) + _LINES_BEFORE
            problem = f"the character U+{ord(found[0]):04X} stands bare: escape it, in quotes"
            raise YamlProblemError(line, problem)
    try:
        fields = _Loader(source).fields()
    except yaml.MarkedYAMLError as error:
        # A quote that nobody closed is found at the end; the line where it opens is of more help.
        unclosed = error.problem == "found unexpected end of stream"
        mark = (error.context_mark if unclosed else None) or error.problem_mark
        problem = ", ".join(part for part in (error.context, error.problem) if part)
        raise YamlProblemError(mark.line + _LINES_BEFORE if mark else 1, problem) from error
    for field in fields.values():
        if isinstance(field.value, tuple):
            rewritten -= {scalar.line for scalar in field.value}
    if rewritten:
        problem = "a value in quotes runs over lines that look like a list's"
        raise YamlProblemError(min(rewritten), problem)
    return fields


def _as_yaml(front_matter: str) -> tuple[str, set[int]]:
    """Quote the list values that YAML would misread; returns the text and the lines quoted.

    The archive never quotes a value: in a line ``  - value`` the value is the rest of the line.
    An item that goes on in a deeper line is a person's YAML, and left to YAML.
    """
    lines = front_matter.split("\n")
    rewritten = set()
    in_list = False
    for number, line in enumerate(lines[:-1]):
        if in_list and line.startswith("  - "):
            value = line[4:].strip(" \t")
            if not lines[number + 1].startswith("   ") and not _is_yaml(value):
                lines[number] = f"  - {quote(value)}"
                rewritten.add(number + _LINES_BEFORE)
        elif line and line[0] not in " #":
            in_list = _LIST_KEY_LINE.fullmatch(line) is not None
    return "\n".join(lines), rewritten


def _is_yaml(value: str) -> bool:
    """Whether a list item is to be read as YAML, not as the bare text that it looks like.

    So are a value that YAML reads as itself, one in quotes, and none at all (an error later). So
    is one with an anchor or a tag before something (also an error later): ``&a Hon A`` makes sense
    in YAML alone, while ``& Sons``, ``*`` and ``!`` are bare text like ``No`` and ``a: b``.
    """
    if not value or survives_in_list(value):
        return True
    loader = _Loader(f"- {value}\n")
    try:
        *_, item, end = (loader.get_event() for _ in range(5))
    except yaml.YAMLError:
        return False
    if not isinstance(item, yaml.ScalarEvent) or not isinstance(end, yaml.SequenceEndEvent):
        return False
    has_property = item.anchor is not None or item.tag is not None
    return item.style in {'"', "'"} or (has_property and bool(item.value))


class _Loader(yaml.CSafeLoader):
    """PyYAML's C loader, reading a flat mapping event by event."""

    def fields(self) -> dict[str, Field]:
        self._expect(yaml.StreamStartEvent)
        start = self._expect(yaml.DocumentStartEvent)
        if start.explicit:
            _refuse(start, "a second YAML document, or a directive")
        self._expect(yaml.MappingStartEvent)
        fields: dict[str, Field] = {}
        while not isinstance(event := self.get_event(), yaml.MappingEndEvent):
            key = self._scalar(event)
            if key.text in fields:
                _refuse(event, f"the key {key.text!r} stands twice")
            fields[key.text] = Field(key.line, self._value())
        self._expect(yaml.DocumentEndEvent)
        self._expect(yaml.StreamEndEvent)
        return fields

    def _value(self) -> Scalar | tuple[Scalar, ...]:
        event = self.get_event()
        if not isinstance(event, yaml.SequenceStartEvent):
            return self._scalar(event)
        _refuse_properties(event)
        scalars = []
        while not isinstance(event := self.get_event(), yaml.SequenceEndEvent):
            scalars.append(self._scalar(event))
        return tuple(scalars)

    def _scalar(self, event: Any) -> Scalar:
        _refuse_properties(event)
        if not isinstance(event, yaml.ScalarEvent):
            _refuse(event, "a list or mapping within another: expected a single value")
        tag = resolve_tag(event.value) if event.implicit[0] else STRING_TAG
        return Scalar(event.value, tag, _line(event))

    def _expect(self, kind: type[yaml.Event]) -> Any:
        event = self.get_event()
        _refuse_properties(event)
        if not isinstance(event, kind):
            _refuse(event, "expected keys with their values, and nothing else")
        return event


def _refuse_properties(event: Any) -> None:
    if getattr(event, "anchor", None) is not None:
        _refuse(event, f"an anchor or alias ({event.anchor!r}): write the value out")
    if getattr(event, "tag", None) is not None:
        _refuse(event, f"a tag ({event.tag!r}): leave it out")


def _refuse(event: Any, problem: str) -> NoReturn:
    raise YamlProblemError(_line(event), problem)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + _LINES_BEFORE

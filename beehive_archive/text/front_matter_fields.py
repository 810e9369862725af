"""What ``front_matter`` and ``attachment_text`` share: fields by type, lines out of values.

Rests on python-frontmatter, which parts front matter from body and calls our handler for the rest.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import NoReturn

import frontmatter
from frontmatter.default_handlers import YAMLHandler

from beehive_archive.errors import FrontMatterError
from beehive_archive.text.front_matter_quoting import (
    STRING_TAG,
    list_value,
    quote,
    survives_after_key,
)
from beehive_archive.text.front_matter_yaml import Field, Scalar, YamlProblemError, read_fields

# The longest front matter of the 16,037 sample documents has 1,426 characters; the bound leaves
# room for a thousand attachments.
MAX_FRONT_MATTER_CHARS = 262_144
# The longest sample document has 34,215 characters, the text of a 1,000-page PDF some 5 million.
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile(r"0|[1-9][0-9]{0,6}")


def decode(data: bytes, name: str) -> str:
    """Decode a document's bytes; raises FrontMatterError where they aren't UTF-8, or too many."""
    if len(data) > MAX_DOCUMENT_BYTES:
        raise FrontMatterError(name, 1, f"longer than {MAX_DOCUMENT_BYTES} bytes: no document")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"not UTF-8 (byte {data[error.start]:#04x}): convert the file to UTF-8"
        raise FrontMatterError(name, line, problem) from error


class FrontMatterReader:
    """A document's fields by type, and its stripped body.

    Making one, and every method, raises FrontMatterError for what is not in the archive's format.
    """

    def __init__(self, text: str, name: str, keys: tuple[str, ...]) -> None:
        _refuse_characters(text, name)
        if not text.startswith("---\n"):
            raise FrontMatterError(name, 1, f"expected '---' alone, found {text[:20]!r}")
        # frontmatter.parse strips the text, harmless after the check above, and silently takes a
        # document without a closing line for a body alone: _Handler.split raises instead.
        fields, self.body = frontmatter.parse(text, handler=_Handler(name))
        self.name = name
        self._fields: dict[str, Field] = {}
        for key, field in fields.items():
            assert isinstance(field, Field)  # noqa: S101 - _Handler.load makes nothing else
            if key not in keys:
                self._refuse(field.line, f"unknown key {key!r}; known are {', '.join(keys)}")
            self._fields[key] = field

    def __contains__(self, key: str) -> bool:
        return key in self._fields

    def text(self, key: str) -> str:
        """Read a string, trimmed; it may be empty."""
        return self._string(key, self._scalar(key)).strip()

    def bare_text(self, key: str) -> str:
        """Read a string that can be written without quotes, such as a URL."""
        scalar = self._scalar(key)
        text = self._string(key, scalar)
        if not survives_after_key(text):
            self._refuse(scalar.line, f"{key} {text!r} can't stand without quotes: correct it")
        return text

    def date(self, key: str) -> dt.date:
        """Read a date, ``YYYY-MM-DD``."""
        scalar = self._scalar(key)
        # date.fromisoformat alone would also take 20230604 and 2023-W22-7.
        form = _DATE.fullmatch(scalar.text)
        try:
            return dt.date.fromisoformat(scalar.text if form else "")
        except ValueError:
            self._refuse(scalar.line, f"{key} {scalar.text!r} is no date: write YYYY-MM-DD")

    def count(self, key: str) -> int | None:
        """Read a whole number from 0 to 9,999,999; None where the key is missing."""
        if key not in self:
            return None
        scalar = self._scalar(key)
        if not _COUNT.fullmatch(scalar.text):
            self._refuse(scalar.line, f"{key} {scalar.text!r} is no whole number")
        return int(scalar.text)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list's strings as they are; none where the key is missing."""
        field = self._fields.get(key)
        if field is None:
            return ()
        if isinstance(field.value, Scalar):
            self._refuse(field.line, f"{key} is a single value: expected a list, '  - value'")
        return tuple(self._string(key, scalar) for scalar in field.value)

    def refuse(self, key: str, problem: str) -> NoReturn:
        """Raise the FrontMatterError for what stands under ``key``."""
        self._refuse(self._fields[key].line, problem)

    def _scalar(self, key: str) -> Scalar:
        field = self._fields.get(key)
        if field is None:
            self._refuse(1, f"the key {key!r} is missing")
        if not isinstance(field.value, Scalar):
            self._refuse(field.line, f"{key} is a list: expected a single value")
        return field.value

    def _string(self, key: str, scalar: Scalar) -> str:
        if scalar.tag != STRING_TAG:
            kind = scalar.tag.rpartition(":")[2]
            found = f"{scalar.text!r}, which YAML reads as {kind}" if scalar.text else "nothing"
            self._refuse(scalar.line, f"{key}: expected text, found {found}; put it in quotes")
        return scalar.text

    def _refuse(self, line: int, problem: str) -> NoReturn:
        raise FrontMatterError(self.name, line, problem)


class _Handler(YAMLHandler):
    """python-frontmatter's YAML handler, made strict; ``name`` is for messages."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def split(self, text: str) -> tuple[str, str]:
        """Part the lines between the first two that are exactly ``---`` from what follows."""
        # Stripped by frontmatter.parse, the closing line of an empty body has no newline.
        end = f"{text}\n".find("\n---\n", 3)
        if end < 0:
            raise FrontMatterError(self.name, 1, "no '---' line closes the front matter")
        if end > MAX_FRONT_MATTER_CHARS:
            problem = f"front matter longer than {MAX_FRONT_MATTER_CHARS} characters"
            raise FrontMatterError(self.name, 1, problem)
        return text[4 : end + 1], text[end + 5 :]

    def load(self, fm: str, **_kwargs: object) -> dict[str, Field]:
        """Read the fields, by key."""
        try:
            return read_fields(fm)
        except YamlProblemError as error:
            raise FrontMatterError(self.name, error.line, error.problem) from error


def _refuse_characters(text: str, name: str) -> None:
    """Refuse what no text of the archive holds, wherever it stands."""
    if len(text) > MAX_DOCUMENT_BYTES:
        raise FrontMatterError(name, 1, f"longer than {MAX_DOCUMENT_BYTES} bytes: no document")
    if text.startswith("\ufeff"):
        raise FrontMatterError(name, 1, "begins with a byte order mark (BOM): save it without")
    for char, problem in (
        ("\r", "a carriage return: save the file with LF line ends"),
        ("\0", "a NUL character: the file is damaged, restore it"),
    ):
        if char in text:
            raise FrontMatterError(name, text.count("\n", 0, text.index(char)) + 1, problem)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        problem = f"half of a surrogate pair (U+{ord(text[error.start]):04X})"
        raise FrontMatterError(name, line, problem) from error


class FrontMatterWriter:
    """Collects a document's lines; ``name`` is for messages.

    Every method raises FrontMatterError for a value that the reader would refuse or read as
    another; the line is the one that would have held it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lines = ["---"]

    def quoted(self, key: str, text: str) -> None:
        """Add a string in quotes, trimmed: ``title: "..."``."""
        self._lines.append(f"{key}: {self._escaped(quote, text.strip())}")

    def bare(self, key: str, text: str) -> None:
        """Add a string without quotes, such as a URL."""
        if not survives_after_key(text):
            self.refuse(f"{key} {text!r} can't be written without quotes: correct it")
        self._lines.append(f"{key}: {text}")

    def date(self, key: str, day: dt.date) -> None:
        """Add a date, ``YYYY-MM-DD``."""
        if isinstance(day, dt.datetime):
            self.refuse(f"{key} {day!r} has a time: expected a date alone")
        self._lines.append(f"{key}: {day.isoformat()}")

    def count(self, key: str, count: int | None) -> None:
        """Add a whole number, unless it is None."""
        if count is not None:
            if not _COUNT.fullmatch(str(count)):
                self.refuse(f"{key} {count!r} is out of range")
            self._lines.append(f"{key}: {count}")

    def texts(self, key: str, texts: tuple[str, ...]) -> None:
        """Add a list, unless it is empty."""
        if texts:
            self._lines.append(f"{key}:")
        for text in texts:
            self._lines.append(f"  - {self._escaped(list_value, text)}")

    def with_body(self, body: str) -> str:
        """Put the whole document together."""
        front_matter = "\n".join(self._lines)
        if len(front_matter) > MAX_FRONT_MATTER_CHARS:
            self.refuse(f"front matter longer than {MAX_FRONT_MATTER_CHARS} characters")
        text = f"{front_matter}\n---\n\n{body.strip()}"
        _refuse_characters(text, self.name)
        return text

    def _escaped(self, write: Callable[[str], str], text: str) -> str:
        try:
            return write(text)
        except ValueError as error:
            self.refuse(str(error))

    def refuse(self, problem: str) -> NoReturn:
        """Raise the FrontMatterError for the line that would come next."""
        raise FrontMatterError(self.name, len(self._lines) + 1, problem)

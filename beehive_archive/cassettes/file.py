"""A cassette's file: read as hostile input, written so that people can read and compare it."""

from __future__ import annotations

import base64
import functools
import os
import re
import textwrap
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import yaml
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.serialize import CASSETTE_FORMAT_VERSION, deserialize

from beehive_archive.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from vcr.request import Request

RecordedResponse: TypeAlias = dict[str, Any]  # vcrpy's: status, headers, body

# A cassette is held in memory whole; a page of the site is about 60 kB, so this is some 4,000.
MAX_CASSETTE_BYTES = 256 * 1024 * 1024
# Of bodies: indenting and escaping make them grow in the file.
MAX_RECORDED_BYTES = MAX_CASSETTE_BYTES // 2

_EVENT_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 10  # a cassette nests 6 deep
_TAGS = {None, "!", "tag:yaml.org,2002:binary"}

# What YAML 1.1 can't hold bare: all but printable characters and tabs, and the line breaks
# other than \n, which a reader would turn into \n.
_UNPRINTABLE = (
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BODY_INDENT = " " * 8


def request_key(request: Request) -> tuple[str, ...]:
    """Return what makes two requests the same, as vcrpy has it by default, and their order.

    That is scheme, host, port, path, sorted query and method. Raises ValueError on a bad URL.
    """
    return (*_uri_key(request.uri), request.method)


@functools.lru_cache(maxsize=50_000)  # saving in mode `all` compares each with each
def _uri_key(uri: str) -> tuple[str, ...]:
    parts = urlsplit(uri)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    query = repr(sorted(parse_qsl(parts.query)))
    return parts.scheme, parts.hostname or "", str(port), parts.path or "/", query


class CassetteFile:
    """A cassette's file, in the form of vcrpy's persisters."""

    @staticmethod
    def load_cassette(cassette_path: Path, serializer: Any) -> tuple[Any, ...]:
        """Read a cassette's requests and responses, taking nothing in the file on trust.

        Raises ConfigurationError where the file is not a cassette; vcrpy would take some such
        files for empty ones and write over them.
        """
        if not cassette_path.exists():
            raise CassetteNotFoundError
        try:
            text = _read(cassette_path)
            # An empty file is no cassette yet, as vcrpy has it.
            loaded = _parse(text, serializer) if text.strip() else None
        except (OSError, yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError) as error:
            problem = " ".join(str(error).split())
            raise ConfigurationError(
                f"CASSETTE: expected a cassette of vcrpy's at {cassette_path}, found "
                f"{type(error).__name__}: {problem}; restore the file, or delete it and record "
                "again with -s CASSETTE_MODE=once"
            ) from error
        if loaded is None:
            raise CassetteNotFoundError
        return loaded

    @staticmethod
    def save_cassette(cassette_path: Path, cassette_dict: dict[str, Any], serializer: Any) -> None:
        """Write a cassette whole or not at all; raises OSError.

        Exchanges stand in order of their URLs, so that a cassette recorded again differs little;
        the order of one request's exchanges, which replaying hangs on, stays. ``serializer`` is
        vcrpy's: its text is YAML too, but see ``dump_exchange``.
        """
        del serializer
        exchanges = sorted(
            zip(cassette_dict["requests"], cassette_dict["responses"], strict=True),
            key=lambda exchange: request_key(exchange[0]),
        )
        cassette_path.parent.mkdir(parents=True, exist_ok=True)
        temporary = cassette_path.with_name(f".{cassette_path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                file.write(_dump({"version": CASSETTE_FORMAT_VERSION}))
                if cassette_dict.get("metadata"):
                    file.write(_dump({"metadata": cassette_dict["metadata"]}))
                file.write("interactions:\n" if exchanges else "interactions: []\n")
                for request, response in exchanges:
                    file.write(dump_exchange(request, response))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(cassette_path)
        finally:
            temporary.unlink(missing_ok=True)


def dump_exchange(request: Request, response: RecordedResponse) -> str:
    """Return an exchange as an item of the YAML list ``interactions``.

    The response's body comes last and, where it is text, line by line: PyYAML would write most
    pages as one long quoted line, for a tab or a space at the end of some line is enough.
    """
    head = {
        "request": {
            "method": request.method,
            "uri": request.uri,
            "body": _text_or_bytes(request.body),
            "headers": {name: [value] for name, value in request.headers.items()},
        },
        "response": {"status": dict(response["status"]), "headers": response["headers"]},
    }
    return f"{_dump([head])}    body:\n      string: {_dump_body(response['body']['string'])}"


def _dump(value: object) -> str:
    # Escaped to ASCII: PyYAML writes U+0085 bare, and reads it as a line break.
    return str(yaml.safe_dump(value, sort_keys=False, width=1_000))


def _dump_body(body: bytes | None) -> str:
    text = _text_or_bytes(body or b"")
    if isinstance(text, bytes):
        lines = base64.encodebytes(text).decode("ascii")
        return "!!binary |\n" + textwrap.indent(lines, _BODY_INDENT)
    if not text:
        return "''\n"
    if re.search(_UNPRINTABLE, text):
        return _dump_quoted(text)
    # A literal block: 2 is its indent, so that its first line may begin with spaces; + keeps
    # the line breaks at its end, - says that there are none.
    lines = textwrap.indent(text, _BODY_INDENT, lambda line: line != "\n")
    return f"|2+\n{lines}" if text.endswith("\n") else f"|2-\n{lines}\n"


def _dump_quoted(text: str) -> str:
    """Return a text as a double-quoted scalar, a real line break after each escaped one."""
    lines = [
        re.sub(_UNPRINTABLE + r'|["\\\t]', lambda each: f"\\U{ord(each[0]):08x}", line)
        for line in text.split("\n")
    ]
    # A reader drops the spaces that a continued line begins with, unless the first is escaped.
    continued = [f"\\{line}" if line.startswith(" ") else line for line in lines[1:]]
    return '"' + f"\\n\\\n{_BODY_INDENT}".join([lines[0], *continued]) + '"\n'


def _text_or_bytes(body: bytes | None) -> str | bytes | None:
    if body is None:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise ValueError("a folder or a device")
    size_bytes = path.stat().st_size
    if size_bytes > MAX_CASSETTE_BYTES:
        raise ValueError(f"{size_bytes:,} bytes, more than {MAX_CASSETTE_BYTES:,}")
    return path.read_bytes()


def _parse(text: bytes, serializer: Any) -> tuple[Any, ...]:
    _check_structure(text)
    requests, responses, *metadata = deserialize(text, serializer)
    for number, (request, response) in enumerate(zip(requests, responses, strict=True), start=1):
        _check_exchange(number, request, response)
    return requests, responses, *metadata


def _check_structure(text: bytes) -> None:
    """Refuse what the loader must not see, by reading events alone.

    vcrpy's loader builds no Python objects (before version 9 it did). But libyaml overflows the
    stack, which kills the process, on nesting some 10,000 deep; and aliases make a small file
    large in memory.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_EVENT_LOADER):
        tag = getattr(event, "tag", None)
        problem = None
        if isinstance(event, yaml.AliasEvent):
            problem = "an alias"
        elif tag not in _TAGS:
            problem = f"the tag {tag}"
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            problem = f"nesting more than {_MAX_DEPTH} deep" if depth > _MAX_DEPTH else None
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if problem:
            place = f" in line {event.start_mark.line + 1}" if event.start_mark else ""
            raise ValueError(problem + place)


def _check_exchange(number: int, request: Request, response: RecordedResponse) -> None:
    """Raise ValueError unless an exchange holds what replaying it needs."""
    code = response["status"]["code"]
    headers = [*request.headers.items(), *response["headers"].items()]
    facts = {
        "method": isinstance(request.method, str),
        "uri": isinstance(request.uri, str) and _is_http(request.uri),
        "status code": type(code) is int and 100 <= code <= 599,
        "headers": all(isinstance(name, str) and _are_values(value) for name, value in headers),
        "request body": isinstance(request.body, bytes | None),
        "response body": isinstance(response["body"]["string"], bytes | None),
    }
    wrong = [name for name, holds in facts.items() if not holds]
    if wrong:
        raise ValueError(f"interaction {number}: no valid {' and no valid '.join(wrong)}")


def _is_http(uri: str) -> bool:
    scheme, host, *_ = _uri_key(uri)
    return scheme in {"http", "https"} and bool(host)


def _are_values(value: object) -> bool:
    """Tell whether a header's value, or list of values, can be sent: HTTP knows Latin-1 only."""
    values = value if isinstance(value, list) else [value]
    return all(isinstance(each, str) and max(each, default="") <= "\xff" for each in values)

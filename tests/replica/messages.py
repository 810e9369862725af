"""Requests and responses as the replica sees them, apart from sockets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote


@dataclass(slots=True)
class Request:
    """One request, and in the log also what became of it.

    ``target`` is the request line's own, ``path`` its decoded path without the query; header names
    are lower case. ``received_at_s`` is a monotonic clock's reading. ``fault`` is the name of the
    fault that answered, if any did.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    received_at_s: float
    status: int = 0
    fault: str = ""
    path: str = field(init=False)

    def __post_init__(self) -> None:
        self.path = unquote(self.target.partition("#")[0].partition("?")[0])

    @property
    def query(self) -> dict[str, str]:
        pairs = parse_qsl(self.target.partition("?")[2], keep_blank_values=True)
        return dict(pairs)


class _Ending:
    """How a response's steps can end other than by the next request."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


CLOSE = _Ending("CLOSE")
RESET = _Ending("RESET")

#: Bytes to send, seconds to wait, or an end of the connection.
Step = bytes | float | _Ending


@dataclass(slots=True)
class Response:
    """A response; with ``steps``, those go out in its place, head included."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    steps: Iterable[Step] | None = None

    def head(self, **instead: str | None) -> bytes:
        """Status line and headers; ``instead`` replaces headers, None leaves one out.

        >>> Response(404, b"no", "text/plain").head(Content_Length="7").splitlines()[0]
        b'HTTP/1.1 404 Not Found'
        """
        headers: dict[str, str | None] = {"Content-Type": self.content_type or None}
        headers |= {"Content-Length": str(len(self.body))} if self.status != 304 else {}
        headers |= self.headers
        headers |= {name.replace("_", "-"): value for name, value in instead.items()}
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
        return "\r\n".join([f"HTTP/1.1 {self.status} {phrase}", *lines, "", ""]).encode("latin-1")

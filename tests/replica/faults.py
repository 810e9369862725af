"""What can go wrong with an answer, to order.

Each function gives a ``Fault``, which ``Replica.fault`` lets strike chosen requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime

from . import pages
from .messages import CLOSE, RESET, Request, Response
from .routes import FIREWALL_HEADERS, redirect

Ordinary = Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Fault:
    """A named way to answer, given the request and the site's ordinary answer."""

    name: str
    answer: Callable[[Request, Ordinary], Response]


@dataclass(slots=True)
class Rule:
    """Which requests a fault strikes (see ``Replica.fault``), and how many it met and struck."""

    fault: Fault
    where: str | Callable[[Request], bool] | None = None
    after: int = 0
    every: int = 1
    times: int | None = None
    seen: int = field(default=0, init=False)
    struck: int = field(default=0, init=False)

    def strikes(self, request: Request) -> bool:
        """Count the request if the rule is about it, and say whether it is struck."""
        if not self._is_about(request):
            return False
        self.seen += 1
        turn = self.seen - self.after
        if turn < 1 or turn % self.every or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True

    def _is_about(self, request: Request) -> bool:
        if self.where is None:
            return True
        if callable(self.where):
            return self.where(request)
        if self.where.endswith("*"):
            return request.path.startswith(self.where[:-1])
        return self.where in {request.path, request.target}


def _fixed(name: str, make: Callable[[], Response]) -> Fault:
    return Fault(name, lambda _request, _ordinary: make())


def blocked() -> Fault:
    """The firewall's refusal, with status 200."""
    body = pages.blocked_page().encode()
    return _fixed("blocked", lambda: Response(200, body, "text/html", dict(FIREWALL_HEADERS)))


def challenge() -> Fault:
    """The firewall's test for a browser, with status 200."""
    body = pages.challenge_page().encode()
    return _fixed("challenge", lambda: Response(200, body, "text/html", dict(FIREWALL_HEADERS)))


def status(code: int, retry_after: int | datetime | None = None) -> Fault:
    """An error status; ``retry_after`` in seconds, or an instant for the header's date form."""
    headers = {}
    if isinstance(retry_after, datetime):
        headers["Retry-After"] = format_datetime(retry_after.astimezone(UTC), usegmt=True)
    elif retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    body = pages.frame("Error", f"<h1>Error {code}</h1>").encode()
    return _fixed(f"status {code}", lambda: Response(code, body, headers=dict(headers)))


def page(content: bytes | str, content_type: str = "text/html; charset=UTF-8") -> Fault:
    """These bytes with status 200, whatever was asked for."""
    body = content.encode() if isinstance(content, str) else content
    return _fixed("page", lambda: Response(200, body, content_type))


def reset() -> Fault:
    """The connection is reset before any answer."""
    return _fixed("reset", lambda: Response(0, steps=[RESET]))


def truncated(share: float = 0.5) -> Fault:
    """The ordinary answer, closed after a share of the bytes that Content-Length promises."""

    def answer(_request: Request, ordinary: Ordinary) -> Response:
        response = ordinary()
        sent = response.body[: int(len(response.body) * share)]
        return replace(response, steps=[response.head(), sent, CLOSE])

    return Fault("truncated", answer)


def redirect_loop() -> Fault:
    """A redirect to the same path with another query, without end."""

    def answer(request: Request, _ordinary: Ordinary) -> Response:
        turn = int(request.query.get("turn", "0"))
        response = redirect(request, request.path, 302)
        response.headers["Location"] += f"?turn={turn + 1}"
        return response

    return Fault("redirect loop", answer)

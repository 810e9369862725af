"""A fault, and the rule that says which requests it strikes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.replica.messages import Request, Response

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


def fixed(name: str, make: Callable[[], Response]) -> Fault:
    """A fault that doesn't ask what the request was."""
    return Fault(name, lambda _request, _ordinary: make())


def rewriting(name: str, rewrite: Callable[[Response], Response]) -> Fault:
    """A fault that makes something else of the ordinary answer."""
    return Fault(name, lambda _request, ordinary: rewrite(ordinary()))

"""A replica's state: what is on the site, what goes wrong with it, what was asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from zlib import crc32

from tests.replica import files, routes
from tests.replica.documents import GOVERNMENTS, ReplicaAttachment, ReplicaDocument
from tests.replica.faults import Fault, Rule
from tests.replica.messages import Request, Response

ROBOTS = """\
User-agent: *
Disallow: /core/
Disallow: /admin/
Disallow: /node/add/
Disallow: /search/
Disallow: /user/login
"""


@dataclass(slots=True)
class Options:
    """What a test can switch on a site.

    ``validators``: which of ``etag`` and ``last-modified`` documents and files carry and honour.
    ``node_links_before``: search links documents before this instant by ``/node/N``.
    ``challenge_clients``: who doesn't run the firewall's script gets its challenge page.
    ``search_needs_javascript``: search pages load their rows by a script.
    """

    shortlink: bool = False
    canonical: bool = False
    compress: bool = False
    validators: tuple[str, ...] = ("etag", "last-modified")
    node_links_before: datetime = datetime(2011, 1, 1, tzinfo=UTC)
    listing_size: int = 10
    search_size: int = 24
    feed_size: int = 10
    challenge_clients: bool = False
    search_needs_javascript: bool = False
    robots: str = ROBOTS


class Replica:
    """A site whose content and faults can change while it is served.

    A document is named by its path (``/release/slug``, decoded), its URL, or itself. ``requests``
    is the log of all requests, in order (a bounded deque in its place forgets them). ``on_request``
    holds functions that are called with each request before it is answered, and may change the
    site; those in ``on_answer`` are called when its status is known. A server's thread answers
    under ``lock``; the methods below take it too. What a hook or a fault raises is a 500 to the
    client and kept in ``crashes``, the first of which ``serving`` raises at its end.
    """

    def __init__(self, documents: Iterable[ReplicaDocument] = ()) -> None:
        self.options = Options()
        self.current_government = GOVERNMENTS[0].slug
        self.requests: MutableSequence[Request] = []
        self.on_request: list[Callable[[Request], object]] = []
        self.on_answer: list[Callable[[Request], object]] = []
        self.crashes: list[Exception] = []
        self.lock = threading.RLock()
        # Set by the server while it runs.
        self.url = ""
        self.refusing_connections: Callable[[], AbstractContextManager[None]]
        # What is where, by decoded path; read by routes.
        self.documents: dict[str, ReplicaDocument] = {}
        self.changed_at: dict[str, datetime] = {}
        self.paths_by_node: dict[int, str] = {}
        self.redirects: dict[str, tuple[str, int]] = {}
        self.gone: dict[str, int] = {}
        self.pages: dict[str, Response] = {}
        self._unlisted: set[str] = set()
        self._rules: list[Rule] = []
        self._lists: dict[tuple[str, str], list[ReplicaDocument]] = {}
        self._attachments: dict[str, ReplicaAttachment] = {}
        self._next_node_id = 140_001
        for document in documents:
            self.add(document)

    def __len__(self) -> int:
        return len(self.documents)

    def __iter__(self) -> Iterator[ReplicaDocument]:
        return iter(list(self.documents.values()))

    def __getitem__(self, where: str | ReplicaDocument) -> ReplicaDocument:
        return self.documents[_path(where)]

    def add(self, document: ReplicaDocument) -> ReplicaDocument:
        """Publish a document; without a node id it gets the next one."""
        with self.lock:
            if document.path in self.documents:
                raise ValueError(f"{document.path} is already there; use edit()")
            if not document.node_id:
                document = replace(document, node_id=self._next_node_id)
            if document.node_id in self.paths_by_node:
                raise ValueError(f"{document.path}: node {document.node_id} is another document's")
            self._next_node_id = max(self._next_node_id, document.node_id + 1)
            self._set(document)
            return document

    def edit(self, where: str | ReplicaDocument, **changes: Any) -> ReplicaDocument:
        """Change fields of a document; its validators change with it."""
        with self.lock:
            old = self[where]
            new = replace(old, **changes)
            if (new.path, new.node_id) != (old.path, old.node_id):
                raise ValueError("edit() keeps path and node id; see rename(), remove() and add()")
            self.changed_at[new.path] = datetime.now(UTC).replace(microsecond=0)
            self._set(new)
            return new

    def rename(
        self, where: str | ReplicaDocument, slug: str, status: int | None = 301
    ) -> ReplicaDocument:
        """Give a document another slug; the old URL redirects, or is 404 with no ``status``."""
        with self.lock:
            old = self[where]
            new = replace(old, slug=slug)
            if new.path in self.documents:
                raise ValueError(f"{new.path} is another document's")
            del self.documents[old.path]
            self.changed_at.pop(old.path, None)
            if status:
                self.redirects[old.path] = (new.path, status)
            self._set(new)
            return new

    def remove(self, where: str | ReplicaDocument, status: int = 404) -> ReplicaDocument:
        """Take a document down: its URL and node answer 404 (or 410), no list names it."""
        with self.lock:
            document = self.documents.pop(_path(where))
            del self.paths_by_node[document.node_id]
            self.gone[document.path] = self.gone[f"/node/{document.node_id}"] = status
            self._forget_lists()
            return document

    def unlist(self, where: str | ReplicaDocument) -> None:
        """Leave a document out of every list and feed; its own page stays."""
        with self.lock:
            self._unlisted.add(self[where].path)
            self._forget_lists()

    def add_page(self, where: str, content: bytes | str, **response: Any) -> None:
        """Answer a path with these bytes, whatever else the site has there."""
        body = content.encode() if isinstance(content, str) else content
        with self.lock:
            self.pages[_path(where)] = Response(body=body, **response)

    def add_file(self, where: str, content: bytes, **response: Any) -> None:
        """Put or replace a file below ``/sites/default/files/``."""
        response.setdefault("content_type", files.content_type(_path(where)))
        response.setdefault("headers", {"ETag": f'"{crc32(content):08x}"'})
        self.add_page(where, content, **response)

    def redirect(self, where: str, to: str, status: int = 301) -> None:
        """Send a path to another path, or to a whole URL."""
        with self.lock:
            self.redirects[_path(where)] = (to, status)

    def listed(self, kind: str, government: str) -> list[ReplicaDocument]:
        """A government's documents of one kind, newest first, as lists have them."""
        with self.lock:
            if not self._lists:
                for document in sorted(self.documents.values(), key=sort_key, reverse=True):
                    if document.path not in self._unlisted:
                        key = (document.kind, document.government)
                        self._lists.setdefault(key, []).append(document)
            return self._lists.get((kind, government), [])

    def attachment(self, path: str) -> ReplicaAttachment | None:
        """The attachment of any document that lies at this path."""
        with self.lock:
            if not self._attachments:
                self._attachments = {
                    file.path: file for document in self for file in document.attachments
                }
            return self._attachments.get(path)

    def fault(
        self,
        fault: Fault,
        where: str | Callable[[Request], bool] | None = None,
        *,
        after: int = 0,
        every: int = 1,
        times: int | None = None,
    ) -> Rule:
        """Let a fault answer requests in place of the site.

        ``where`` is a path, a path and query, a path's beginning and ``*``, a predicate of the
        request, or None for every request. Of the requests it holds for, the first ``after`` are
        spared, then each ``every``-th one is struck, ``times`` times or without end.
        """
        rule = Rule(fault, where, after=after, every=every, times=times)
        with self.lock:
            self._rules.append(rule)
        return rule

    def clear_faults(self) -> None:
        with self.lock:
            self._rules.clear()

    def respond(self, request: Request) -> Response:
        """The answer to a request: it is logged, hooks run, faults strike or the site answers."""
        with self.lock:
            self.requests.append(request)
            for hook in tuple(self.on_request):
                hook(request)
            # Every rule counts the request, the first one that strikes answers.
            struck = [rule for rule in self._rules if rule.strikes(request)]
            if struck:
                request.fault = struck[0].fault.name
                response = struck[0].fault.answer(request, lambda: routes.answer(self, request))
            else:
                response = routes.answer(self, request)
            request.status = response.status
            for hook in tuple(self.on_answer):
                hook(request)
            return response

    def _set(self, document: ReplicaDocument) -> None:
        path = document.path
        self.documents[path] = document
        self.paths_by_node[document.node_id] = path
        self.gone.pop(path, None)
        self.gone.pop(f"/node/{document.node_id}", None)
        self.redirects.pop(path, None)
        self._forget_lists()

    def _forget_lists(self) -> None:
        self._lists.clear()
        self._attachments = {}


def sort_key(document: ReplicaDocument) -> tuple[datetime, int]:
    """The order of lists, oldest first; documents without any time count as oldest."""
    return document.sort_at or datetime.min.replace(tzinfo=UTC), document.node_id


def _path(where: str | ReplicaDocument) -> str:
    if isinstance(where, ReplicaDocument):
        return where.path
    return unquote(urlsplit(where).path) if "://" in where else where

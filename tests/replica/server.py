"""Serves a replica over HTTP/1.1 on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Coroutine, Iterator
from typing import Any

from tests.replica.messages import CLOSE, RESET, Request, Response, Step
from tests.replica.site import Replica

_MAX_HEAD_BYTES = 64 * 1024
#: Closing with this linger time sends a reset instead of an orderly end.
_LINGER_RESET = struct.pack("ii", 1, 0)


@contextlib.contextmanager
def serving(replica: Replica, port: int = 0) -> Iterator[Replica]:
    """Serve a replica from a thread while the block runs; its ``url`` says where.

    >>> from urllib.request import urlopen
    >>> with serving(Replica()) as replica:
    ...     urlopen(f"{replica.url}/robots.txt").readline()
    b'User-agent: *\\n'
    """
    server = _Server(replica, port)
    thread = threading.Thread(target=server.run, name="replica", daemon=True)
    thread.start()
    server.wait(server.listen())
    replica.refusing_connections = server.refusing_connections
    try:
        yield replica
    finally:
        server.wait(server.close())
        server.loop.call_soon_threadsafe(server.loop.stop)
        thread.join(timeout=10)
        server.loop.close()
    if replica.crashes:
        raise replica.crashes[0]


class _Server:
    """One event loop, one listening socket, any number of connections."""

    def __init__(self, replica: Replica, port: int) -> None:
        self.replica = replica
        self.port = port
        self.loop = asyncio.new_event_loop()
        self.connections: set[_Connection] = set()
        self._listener: asyncio.Server | None = None

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def wait(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work in the server's loop, from another thread."""
        asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)

    async def listen(self) -> None:
        self._listener = await self.loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port, backlog=256
        )
        self.port = self._listener.sockets[0].getsockname()[1]
        self.replica.url = f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._listener:
            self._listener.close()
            self._listener = None
        for connection in tuple(self.connections):
            connection.reset()
        await asyncio.sleep(0)

    @contextlib.contextmanager
    def refusing_connections(self) -> Iterator[None]:
        """Refuse connections while the block runs, then listen on the same port again."""
        self.wait(self.close())
        try:
            yield
        finally:
            self.wait(self.listen())


class _Connection(asyncio.Protocol):
    """One client's connection: requests are answered one after the other."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._buffer = bytearray()
        self._streaming: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self)
        self._writable.set()
        if self._streaming:
            self._streaming.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._answer_buffered()

    def reset(self) -> None:
        """Drop the connection so that the client sees a reset."""
        sock = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
        self._transport.abort()

    def _answer_buffered(self) -> None:
        """Answer each whole request in the buffer, unless an answer is still going out."""
        while not self._streaming and not self._transport.is_closing():
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _MAX_HEAD_BYTES:
                    self._refuse(431)
                return
            head = bytes(self._buffer[:end])
            del self._buffer[: end + 4]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        try:
            request = _parse(head)
        except ValueError:
            self._refuse(400)
            return
        if request.method not in {"GET", "HEAD"}:
            self._refuse(405)
            return
        response = self._respond(request)
        keep = request.headers.get("connection", "").lower() != "close"
        if response.steps is not None:
            self._streaming = self._server.loop.create_task(self._stream(response, keep=keep))
            return
        body = b"" if request.method == "HEAD" else response.body
        self._transport.write(response.head(Connection=None if keep else "close") + body)
        if not keep:
            self._transport.close()

    def _respond(self, request: Request) -> Response:
        try:
            return self._server.replica.respond(request)
        except Exception as error:  # noqa: BLE001 - a test's own hook; the test gets it at its end
            self._server.replica.crashes.append(error)
            return Response(500, repr(error).encode(), "text/plain")

    def _refuse(self, status: int) -> None:
        self._transport.write(Response(status, content_type="text/plain").head(Connection="close"))
        self._transport.close()

    async def _stream(self, response: Response, *, keep: bool) -> None:
        for step in response.steps or ():
            await self._take(step)
            if self._transport.is_closing():
                return
        self._streaming = None
        if keep:
            self._answer_buffered()
        else:
            self._transport.close()

    async def _take(self, step: Step) -> None:
        if isinstance(step, bytes):
            self._transport.write(step)
            await self._writable.wait()
            await asyncio.sleep(0)  # a fast reader must not starve the other connections
        elif isinstance(step, float):
            await asyncio.sleep(step)
        elif step is CLOSE:
            self._transport.close()
        elif step is RESET:
            self.reset()


def _parse(head: bytes) -> Request:
    """A request from its head; ValueError where it is none."""
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError(version)
    headers = {}
    for line in rest:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if version == "HTTP/1.0":
        headers.setdefault("connection", "close")
    return Request(method, target, headers, time.monotonic())

"""Answers that go wrong on the wire: cut, slow, endless, or not HTTP at all."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from dataclasses import replace

from tests.replica.faults.rule import Fault, fixed, rewriting
from tests.replica.messages import CLOSE, RESET, Response, Step

GIGABYTE = 1_000_000_000
_BLOCK = b"<p>" + b"All work and no play makes a dull release. " * 1500 + b"</p>\n"


def reset() -> Fault:
    """The connection is reset before any answer."""
    return fixed("reset", lambda: Response(0, steps=[RESET]))


def reset_midway(share: float = 0.5) -> Fault:
    """The connection is reset after a share of the ordinary answer's body."""

    def rewrite(response: Response) -> Response:
        sent = response.body[: int(len(response.body) * share)]
        # The pause lets the client read what came before the reset throws it away.
        return replace(response, steps=[response.head(), sent, 0.1, RESET])

    return rewriting("reset midway", rewrite)


def no_answer() -> Fault:
    """The connection is closed in good order, without a word."""
    return fixed("no answer", lambda: Response(0, steps=[CLOSE]))


def garbage() -> Fault:
    """Bytes that are not HTTP."""
    return fixed(
        "garbage", lambda: Response(0, steps=[b"\x16\x03\x01\x00 not HTTP\r\n\r\n", CLOSE])
    )


def truncated(share: float = 0.5) -> Fault:
    """The ordinary answer, closed after a share of the bytes that Content-Length promises."""

    def rewrite(response: Response) -> Response:
        sent = response.body[: int(len(response.body) * share)]
        return replace(response, steps=[response.head(), sent, CLOSE])

    return rewriting("truncated", rewrite)


def broken_chunks(share: float = 0.5) -> Fault:
    """The ordinary answer in chunks, closed without the last one."""

    def rewrite(response: Response) -> Response:
        sent = response.body[: int(len(response.body) * share)]
        head = response.head(Content_Length=None, Transfer_Encoding="chunked")
        return replace(response, steps=[head, _chunk(sent), CLOSE])

    return rewriting("broken chunks", rewrite)


def delayed(seconds: float) -> Fault:
    """The ordinary answer, after a wait."""

    def rewrite(response: Response) -> Response:
        return replace(response, steps=[float(seconds), response.head(), response.body])

    return rewriting("delayed", rewrite)


def silence(seconds: float = 3600) -> Fault:
    """The connection stays open and nothing comes."""
    return fixed("silence", lambda: Response(0, steps=[float(seconds), CLOSE]))


def drip(size_bytes: int = 16, pause_s: float = 0.2) -> Fault:
    """The ordinary answer, so many bytes at a time with a pause after each."""

    def steps(response: Response) -> Iterator[Step]:
        whole = response.head() + response.body
        for start in range(0, len(whole), size_bytes):
            yield whole[start : start + size_bytes]
            yield float(pause_s)

    return rewriting("drip", lambda response: replace(response, steps=steps(response)))


def huge(size_bytes: int = 10 * GIGABYTE, *, declared: bool = True) -> Fault:
    """A page without end in sight; with its length declared, or in chunks."""

    def steps() -> Iterator[Step]:
        if declared:
            yield Response().head(Content_Length=str(size_bytes))
        else:
            yield Response().head(Content_Length=None, Transfer_Encoding="chunked")
        block = _BLOCK if declared else _chunk(_BLOCK)
        yield from itertools.repeat(block, size_bytes // len(_BLOCK))
        rest = bytes(size_bytes % len(_BLOCK))
        yield rest if declared else _chunk(rest) + _chunk(b"") if rest else _chunk(b"")

    return fixed("huge", lambda: Response(200, steps=steps()))


def huge_head(size_bytes: int = GIGABYTE) -> Fault:
    """Header after header."""

    def steps() -> Iterator[Step]:
        yield b"HTTP/1.1 200 OK\r\n"
        line = b"X-Padding: " + b"x" * 8000 + b"\r\n"
        yield from itertools.repeat(line, size_bytes // len(line))
        yield b"Content-Length: 0\r\n\r\n"

    return fixed("huge head", lambda: Response(200, steps=steps()))


def gzip_bomb(size_bytes: int = 10 * GIGABYTE) -> Fault:
    """A small gzip-encoded answer that swells to this size, a thousand times its own."""

    def steps() -> Iterator[Step]:
        yield Response().head(
            Content_Length=None, Content_Encoding="gzip", Transfer_Encoding="chunked"
        )
        yield from map(_chunk, _gzipped_zeros(size_bytes))
        yield _chunk(b"")

    return fixed("gzip bomb", lambda: Response(200, steps=steps()))


def _gzipped_zeros(size_bytes: int) -> Iterator[bytes]:
    """One gzip stream; after a full flush, each block of zeros compresses to the same bytes."""
    block = bytes(10_000_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    blocks = max(1, size_bytes // len(block))
    crc = 0
    yield bytes.fromhex("1f8b0800000000000203")
    for _ in range(blocks):
        yield packed
        crc = zlib.crc32(block, crc)
    yield packer.flush()
    yield crc.to_bytes(4, "little") + (blocks * len(block) % 2**32).to_bytes(4, "little")


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)

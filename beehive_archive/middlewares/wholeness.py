"""Refuse compressed answers that were cut short: Scrapy reads them as far as they go."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured, ResponseDataLossError

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_WBITS_GZIP = 31
_PIECE_BYTES = 64 * 1024


class WholenessMiddleware:
    """Takes a gzip body without its end for a lost connection, which is retried.

    Content-Length can't tell: a proxy that stored a cut answer states the length that it stored.
    It asks for gzip alone, as other encodings' ends are not checked.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware; see Scrapy's components."""
        if not crawler.settings.getbool("COMPRESSION_ENABLED"):
            raise NotConfigured
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Ask for gzip."""
        request.headers["Accept-Encoding"] = "gzip"

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass a whole body on; raises ResponseDataLossError for a cut one."""
        encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
        is_gzip = encoding in {b"gzip", b"x-gzip"} and request.method != "HEAD" and response.body
        if is_gzip and not is_whole_gzip(response.body, self.max_bytes):
            raise ResponseDataLossError(f"{response.url}: its gzip body was cut short")
        return response


def is_whole_gzip(body: bytes, max_bytes: int) -> bool:
    """Tell whether a gzip stream has its end; one larger than ``max_bytes`` is not looked through.

    >>> import gzip
    >>> whole = gzip.compress(b"a release" * 100)
    >>> is_whole_gzip(whole, 1_000_000), is_whole_gzip(whole[:-1], 1_000_000)
    (True, False)
    """
    unpacker = zlib.decompressobj(_WBITS_GZIP)
    size_bytes, rest = 0, body
    try:
        while rest and not unpacker.eof:
            piece = unpacker.decompress(rest, _PIECE_BYTES)
            size_bytes += len(piece)
            if size_bytes > max_bytes > 0:
                return True  # Scrapy refuses it for its size
            rest = unpacker.unconsumed_tail
            if not piece and not rest:
                break
    except zlib.error:
        return True  # no gzip at all: Scrapy says so
    return unpacker.eof

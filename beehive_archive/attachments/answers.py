"""Scrapy's responses and failures as the desk takes them."""

from __future__ import annotations

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Response

from beehive_archive.attachments.comparing import Answer
from beehive_archive.attachments.config import AttachmentConfig


def answer_of(response: Response, *, is_head: bool = False) -> Answer:
    """Return what a response says; of an answer to HEAD, what its headers say of the file."""

    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if value else None

    length = header("Content-Length") or ""
    return Answer(
        status=response.status,
        body=None if is_head else response.body,
        etag=header("ETag"),
        last_modified=header("Last-Modified"),
        size_bytes=int(length[:18]) if is_head and length.isascii() and length.isdigit() else None,
        content_type=header("Content-Type") or "",
    )


def reason_of(error: BaseException | None, config: AttachmentConfig) -> str:
    """Say in words why nothing came."""
    if isinstance(error, DownloadCancelledError):
        return f"larger than ATTACHMENT_MAX_BYTES allows ({config.max_bytes:,} bytes)"
    if isinstance(error, DownloadTimeoutError):
        return f"no whole answer in {config.timeout_s:g} s; see ATTACHMENT_TIMEOUT_S"
    return str(error) or type(error).__name__

"""What Scrapy's components tell each other of requests and answers.

Middlewares, spiders and pipelines import it, so that none of them needs to import another.
"""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    IgnoreRequest,
)

CAPTURED_AT = "captured_at"  # in request.meta: when the site said so
REPLAYED_FLAG = "cassette"  # in response.flags: nobody was asked, it was recorded before

NOBODY_THERE = (CannotResolveHostError, DownloadConnectionRefusedError)

# A signal, sent with wait_s: other workers are to wait too.
asked_to_wait = object()


class RunIsEndingError(IgnoreRequest):
    """The run ends, so a request that was waiting is not sent; it says nothing of its page."""

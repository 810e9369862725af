"""Open a cassette: which exchanges match a request, and what of an exchange is recorded.

vcrpy keeps the exchanges, plays them and knows what the record modes mean.
"""

from __future__ import annotations

import functools
import logging
import os
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from vcr.cassette import Cassette
from vcr.record_mode import RecordMode
from vcr.request import Request

from beehive_archive.cassettes.file import MAX_RECORDED_BYTES, CassetteFile, request_key
from beehive_archive.errors import ConfigurationError
from beehive_archive.site import BASE_URL
from beehive_archive.urls import recorded_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beehive_archive.cassettes.file import RecordedResponse

# vcrpy's modes; its fifth, "any", has no meaning.
RECORD_MODES = ("none", "once", "new_episodes", "all")

# What is recorded is listed, not what is left out: a header that nobody thought of can't leak.
# So no cookie, credential or User-Agent (it holds the operator's contact) reaches the file, and
# none of what changes with every answer: Date, X-Iinfo, Age, Server and their like.
REQUEST_HEADERS = frozenset({"if-modified-since", "if-none-match", "range"})
RESPONSE_HEADERS = frozenset(
    {
        "content-disposition",
        "content-encoding",
        "content-type",
        "etag",
        "last-modified",
        "location",
        "retry-after",
    }
)


class IndexedCassette(Cassette):  # type: ignore[misc]  # vcrpy has no types
    """vcrpy's cassette, with an index from requests to the exchanges recorded of them.

    vcrpy compares a request with every recorded one, twice for each answer: 2,000 exchanges
    would take it minutes.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._positions: defaultdict[object, list[int]] = defaultdict(list)
        self._indexed = 0
        self._body_bytes = 0

    def append(self, request: Request, response: RecordedResponse) -> None:
        """Add an exchange, filtered; vcrpy calls it for those that it loads, too."""
        super().append(request, response)
        self._body_bytes += len(response["body"]["string"] or b"")

    def has_room_for(self, response: RecordedResponse) -> bool:
        """Tell whether a response fits in, for all of a cassette is held in memory."""
        return self._body_bytes + len(response["body"]["string"]) <= MAX_RECORDED_BYTES

    def count_recorded(self, request: Request) -> int:
        """Return how many exchanges of a request there are, played or not."""
        return sum(1 for _ in self._responses(request))

    def save(self) -> None:
        """Write the file if anything was recorded; raises OSError."""
        self._save()

    def _responses(self, request: Request) -> Iterator[tuple[int, RecordedResponse]]:
        while self._indexed < len(self.data):
            recorded, _ = self.data[self._indexed]
            self._positions[request_key(recorded)].append(self._indexed)
            self._indexed += 1
        for position in self._positions.get(request_key(self.filter_request(request)), ()):
            yield position, self.data[position][1]


def open_cassette(
    path: Path,
    mode: str,
    *,
    site_url: str = BASE_URL,
    allow_playback_repeats: bool = False,
) -> IndexedCassette:
    """Open a cassette in one of vcrpy's record modes.

    Requests below ``site_url`` are recorded, and looked up, below www.beehive.govt.nz, and so
    are redirects to it: a cassette doesn't know what it was recorded from.

    Raises ConfigurationError where the mode is unknown, the file is not a cassette, or there is
    none and the mode (``none``) makes none.
    """
    if mode not in RECORD_MODES:
        raise ConfigurationError(
            f"CASSETTE_MODE: expected one of {', '.join(RECORD_MODES)}, found {mode!r}"
        )
    # vcrpy logs each exchange whole, its body included, at level INFO.
    logging.getLogger("vcr").setLevel(logging.WARNING)
    cassette: IndexedCassette = IndexedCassette.load(
        path=path,
        persister=CassetteFile,
        record_mode=RecordMode(mode),
        match_on=(is_same_request,),
        before_record_request=functools.partial(_filter_request, site_url=site_url),
        before_record_response=functools.partial(_filter_response, site_url=site_url),
        allow_playback_repeats=allow_playback_repeats,
    )
    if mode != "none":
        _expect_writable(path)
    elif not cassette.rewound:  # nothing was loaded
        raise ConfigurationError(
            f"CASSETTE: expected a cassette at {path}, found "
            f"{'an empty file' if path.exists() else 'no file'}; correct the path, or record one "
            "with -s CASSETTE_MODE=once"
        )
    return cassette


def is_same_request(one: Request, other: Request) -> bool:
    """Match as vcrpy does by default: method, scheme, host, port, path and sorted query.

    >>> is_same_request(
    ...     Request("GET", "https://example.org/?a=1&b=2", None, {}),
    ...     Request("GET", "https://EXAMPLE.org:443?b=2&a=1", None, {}),
    ... )
    True
    """
    return request_key(one) == request_key(other)


def _filter_request(request: Request, *, site_url: str) -> Request:
    """Return the request as it is recorded and looked up.

    Query parameters stay: the site has no sign-in, its URLs are public, and those that look like
    tokens (an image's ``itok``) stand in its pages too.
    """
    headers = {
        name.title(): value
        for name, value in request.headers.items()
        if name.lower() in REQUEST_HEADERS
    }
    uri = recorded_url(urldefrag(request.uri).url, site_url)
    return Request(request.method, uri, request.body, dict(sorted(headers.items())))


def _filter_response(response: RecordedResponse, *, site_url: str) -> RecordedResponse:
    headers = {
        name.title(): [values] if isinstance(values, str) else list(values)
        for name, values in response["headers"].items()
        if name.lower() in RESPONSE_HEADERS
    }
    if "Location" in headers:
        headers["Location"] = [recorded_url(each, site_url) for each in headers["Location"]]
    return response | {"headers": dict(sorted(headers.items()))}


def _expect_writable(path: Path) -> None:
    folder = next(each for each in path.absolute().parents if each.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise ConfigurationError(
            f"CASSETTE: expected to record to {path}, but {folder} is no folder that can be "
            "written to; name another path"
        )

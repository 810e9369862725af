"""What spiders yield: typed, frozen records of what a page says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

NEW_ZEALAND = ZoneInfo("Pacific/Auckland")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A document's page as an item; also speeches, features and ministerial diaries.

    ``url`` is the document's own address on www.beehive.govt.nz. ``published_at`` is an aware
    datetime, in UTC as the page has it. ``attachments`` are the URLs under "Related Documents" as
    the page links them. ``body_html`` is the body's inner HTML, empty where the page has none.
    ``node_id`` is Drupal's number where the page tells it. ``notes`` are sentences on what the
    parser noticed and a person should know; they are no part of the document.
    """

    url: str
    title: str
    published_at: datetime
    ministers: tuple[str, ...] = ()
    portfolios: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    body_html: str = ""
    node_id: int | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def date(self) -> date:
        """The New Zealand calendar date that the page prints."""
        return self.published_at.astimezone(NEW_ZEALAND).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that an archived document names, to be fetched and read.

    ``url`` is the file's own, ``release_url`` and ``release_date`` are the document's.
    """

    url: str
    release_url: str
    release_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document's page together with how it was had.

    ``requested_url`` is the document URL that was asked for, before redirects. ``path`` is the
    archived document that the request was to check, None where the page was found in a list.
    ``etag`` and ``last_modified`` are the answer's validators. ``captured_at`` is the aware instant
    of a page that was read from a capture, None for one that came just now.
    """

    release: Release
    requested_url: str
    path: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    captured_at: datetime | None = None


GONE = frozenset({404, 410})
"""The HTTP statuses by which the site says that there is no such page (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A document URL that gave no document.

    ``status`` is the HTTP status, None where there was no answer. ``reason`` is one sentence.
    ``refused`` says that the page came but can't be archived (no date, say), so that asking
    again soon is no use. ``misplaced`` says that another document answers at that URL;
    ``searched`` that the document was looked for in the site's lists too; ``blameless`` that the
    site as a whole was in the way, so that the next run may ask again at once. ``missing`` are the
    parts that a refused page has not.
    """

    requested_url: str
    path: str | None = None
    status: int | None = None
    reason: str
    refused: bool = False
    misplaced: bool = False
    searched: bool = False
    blameless: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmodified:
    """The site's word (304) that a page is as it was when the archive agreed with it."""

    requested_url: str
    path: str

"""What a replica serves: documents as the site's editors entered them."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

SITE = "https://www.beehive.govt.nz"
NEW_ZEALAND = ZoneInfo("Pacific/Auckland")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: where its pages, lists and feed are, and how they name it."""

    prefix: str
    facet: str
    label: str
    listing: str | None


KINDS = {
    "release": Kind("/release/", "article", "Release", "/releases"),
    "speech": Kind("/speech/", "speech", "Speech", "/speeches"),
    "feature": Kind("/feature/", "feature", "Feature", "/features"),
    "diary": Kind("/ministerial-diary/", "ministerial_diary", "Ministerial Diary", None),
}


@dataclass(frozen=True, slots=True)
class Government:
    """A term of government: its facet in search, and its first day in New Zealand."""

    slug: str
    facet: int
    since: date


#: Newest first: the first one whose term has begun holds the day.
GOVERNMENTS = (
    Government("2023-2026-national", 6700, date(2023, 11, 27)),
    Government("2020-2023-labour", 6455, date(2020, 11, 6)),
    Government("2017-2020-labour", 6203, date(2017, 10, 26)),
    Government("2014-2017-national", 6064, date(2014, 10, 8)),
    Government("2011-2014-national", 5926, date(2011, 12, 14)),
    Government("2008-2011-national", 4775, date(2008, 11, 19)),
    Government("2005-2008-labour", 4637, date(2005, 10, 19)),
    Government("2002-2005-labour", 4507, date(2002, 8, 15)),
    Government("1999-2002-labour", 4376, date(1999, 12, 5)),
    Government("1996-1999-national", 4265, date(1996, 12, 16)),
    Government("1993-1996-national", 4194, date.min),
)
FACETS = {government.facet: government.slug for government in GOVERNMENTS}


def government_at(instant: datetime) -> str:
    """The slug of the government of the day in New Zealand."""
    day = instant.astimezone(NEW_ZEALAND).date()
    return next(government.slug for government in GOVERNMENTS if government.since <= day)


@dataclass(frozen=True, slots=True)
class ReplicaAttachment:
    """A file under a document's "Related Documents"; ``length`` is what the link says, in bytes."""

    url: str
    content_type: str
    length: int

    @property
    def name(self) -> str:
        return unquote(self.url.rsplit("/", 1)[1])

    @property
    def path(self) -> str:
        """The decoded path below the site, or nothing where the file lies elsewhere."""
        parts = urlsplit(self.url)
        return unquote(parts.path) if f"{parts.scheme}://{parts.netloc}" == SITE else ""


def attachment(url: str, length: int = 4096, content_type: str | None = None) -> ReplicaAttachment:
    """An attachment whose content type follows from its name, unless it is given."""
    guessed = mimetypes.guess_type(urlsplit(url).path)[0] or "application/octet-stream"
    return ReplicaAttachment(url, content_type or guessed, length)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaDocument:
    """One document of the site.

    ``slug`` is raw Unicode, not percent-encoded. ``title`` stands on the page as it is, with the
    non-breaking and zero-width spaces that an editor left round it. ``published_at`` is an aware
    instant, or None for a page without a date; ``listed_at`` is the instant that lists show and
    sort by, where it is another one. ``body_html`` is the body's inner HTML, a function that gives
    it when the page is asked for (large archives), or None for a page without the body's field.
    ``government`` is a slug of ``GOVERNMENTS``.
    """

    slug: str
    title: str
    published_at: datetime | None
    kind: str = "release"
    ministers: tuple[str, ...] = ()
    portfolios: tuple[str, ...] = ()
    attachments: tuple[ReplicaAttachment, ...] = ()
    body_html: str | Callable[[], str] | None = ""
    node_id: int = 0
    government: str = GOVERNMENTS[0].slug
    summary: str = ""
    listed_at: datetime | None = None

    @property
    def path(self) -> str:
        """The decoded path of its page, which is also its key in a replica."""
        return KINDS[self.kind].prefix + self.slug

    @property
    def href(self) -> str:
        """The path as the site links it."""
        return encode_path(self.path)

    @property
    def url(self) -> str:
        return SITE + self.href

    @property
    def sort_at(self) -> datetime | None:
        return self.listed_at or self.published_at

    def body(self) -> str | None:
        return self.body_html() if callable(self.body_html) else self.body_html


def encode_path(path: str) -> str:
    """A decoded path percent-encoded as the site links it.

    >>> encode_path("/release/taupō-takes-pole-position")
    '/release/taup%C5%8D-takes-pole-position'
    """
    return quote(path, safe="/-._~!$&'()*+,;=:@")


_PUNCTUATION = re.compile(r"[!-,./:-@\[-`{-~]")
_STOP_WORDS = re.compile(
    r"\b(a|an|as|at|before|but|by|for|from|is|in|into|like|of|off|on|onto|per|since|than|the|this"
    r"|that|to|up|via|with)\b",
    re.IGNORECASE,
)


def slugify(title: str) -> str:
    """A title's slug as Drupal's Pathauto makes it (what is cut at 100 characters stays here).

    Stop words and ASCII punctuation go; macrons and typographic marks stay. Folded as the archive
    folds it, this is the archived slug of 99.5 % of the documents.

    >>> slugify("Taupō takes the ‘pole position’ – again")
    'taupō-takes-‘pole-position’-–-again'
    """
    words = _STOP_WORDS.sub("", _PUNCTUATION.sub("", title)).lower()
    return re.sub(r"[- \t\r\n]+", "-", words).strip("-") or "untitled"


def document(
    title: str, published_at: str | datetime | None = "2024-12-10T16:07:20Z", **fields: Any
) -> ReplicaDocument:
    """A document for a test: what isn't given follows from title and date.

    >>> document("Taupō takes pole position", "2019-10-31T02:15:00Z").government
    '2017-2020-labour'
    """
    if isinstance(published_at, str):
        published_at = datetime.fromisoformat(published_at)
    if published_at:
        published_at = published_at.astimezone(UTC)
        fields.setdefault("government", government_at(published_at))
    fields.setdefault("slug", slugify(title))
    fields.setdefault("body_html", f"<p>{escape(title)}.</p>")
    return ReplicaDocument(title=title, published_at=published_at, **fields)

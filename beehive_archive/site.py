"""What the site is: its address, its kinds of documents, its governments, its lists of both.

The facts were observed on www.beehive.govt.nz from January to September 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

BASE_URL = "https://www.beehive.govt.nz"
FILES_PATH = "/sites/default/files/"  # what attachments lie below
HOSTS = frozenset({"www.beehive.govt.nz", "beehive.govt.nz"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document and where the site lists it.

    ``listing`` and ``feed`` are paths, None where the site has none. ``folder`` is the archive's.
    """

    name: str
    prefix: str
    facet: str
    folder: str
    listing: str | None = None
    feed: str | None = None


KINDS = {
    kind.name: kind
    for kind in (
        Kind("release", "/release/", "article", "releases", "/releases", "/releases/feed"),
        Kind("speech", "/speech/", "speech", "speeches", "/speeches", "/speeches/feed"),
        Kind("feature", "/feature/", "feature", "features", "/features", "/features/feed"),
        Kind("diary", "/ministerial-diary/", "ministerial_diary", "diaries"),
    )
}


@dataclass(frozen=True, slots=True)
class Government:
    """A term of government; ``started`` is its first day, ``facet`` its number in the search."""

    name: str
    facet: int
    started: date


# Newest first, as the search's own facet lists them.
GOVERNMENTS = {
    government.name: government
    for government in (
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
}
CURRENT_GOVERNMENT = next(iter(GOVERNMENTS.values()))


def government_on(day: date) -> Government:
    """Return the government whose term holds a day.

    >>> government_on(date(2017, 10, 25)).name
    '2014-2017-national'
    """
    return next(each for each in GOVERNMENTS.values() if each.started <= day)


def governments_between(since: date | None, until: date | None) -> tuple[Government, ...]:
    """Return the governments whose terms overlap a span of days, newest first.

    >>> [each.name for each in governments_between(date(2020, 11, 1), date(2020, 12, 1))]
    ['2020-2023-labour', '2017-2020-labour']
    """
    first = government_on(since or date.min)
    last = government_on(until or date.max)
    return tuple(
        each for each in GOVERNMENTS.values() if first.started <= each.started <= last.started
    )


def listing_url(kind: Kind, page: int) -> str:
    """Return the URL of a listing's page; pages count from 0."""
    return f"{BASE_URL}{kind.listing}" + (f"?page={page}" if page else "")


def feed_url(kind: Kind) -> str:
    """Return the URL of a kind's RSS feed."""
    return f"{BASE_URL}{kind.feed}"


def search_url(government: Government, kind: Kind, page: int) -> str:
    """Return the URL of a page of the search for one kind under one government.

    >>> search_url(GOVERNMENTS["2020-2023-labour"], KINDS["release"], 1)
    'https://www.beehive.govt.nz/search?f[0]=government_facet:6455&f[1]=content_type_facet:article&page=1'
    """
    facets = f"f[0]=government_facet:{government.facet}&f[1]=content_type_facet:{kind.facet}"
    return f"{BASE_URL}/search?{facets}" + (f"&page={page}" if page else "")

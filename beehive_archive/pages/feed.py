"""RSS feeds: the newest ten or so documents of a kind."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from beehive_archive.errors import BlockedPageError, LayoutDriftError
from beehive_archive.pages.fields import base_of, in_utc, on_one_line, shown
from beehive_archive.pages.firewall import blocked_reason
from beehive_archive.pages.listing import Row, row_of

_GUID = re.compile(r"0*([1-9][0-9]{0,11}) at ")  # "140001 at https://www.beehive.govt.nz"


def parse(xml: bytes | str, url: str) -> tuple[Row, ...]:
    """Return the documents that an RSS 2.0 feed names, in its order.

    An entry that links no document is left out, unless its guid tells the node. No entity is
    expanded and nothing is fetched.

    Raises LayoutDriftError where it is no such feed, or has entries and none is a document's,
    and BlockedPageError where the firewall answered.
    """
    channel = _channel_of(xml, url)
    items = channel.findall("item")
    rows = tuple(row for item in items if (row := _row_of(item, base_of(url))))
    if items and not rows:
        raise LayoutDriftError(
            f"{url}: expected links to documents in the feed's {len(items)} items, found none;"
            " look at the feed: its format has changed"
        )
    return rows


def _channel_of(xml: bytes | str, url: str) -> etree._Element:
    # A text was decoded already, so its XML declaration no longer holds.
    encoding = "utf-8" if isinstance(xml, str) else None
    data = xml.encode("utf-8", "replace") if isinstance(xml, str) else xml
    parser = etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _refusal(data, url, shown(str(error), 200)) from error
    if root.getroottree().docinfo.doctype:
        raise _refusal(data, url, "a document type, which a feed has no use for")
    channel = root.find("channel") if root.tag == "rss" else None
    if channel is None:
        raise _refusal(data, url, f"the root element {shown(str(root.tag))}")
    return channel


def _refusal(data: bytes, url: str, found: str) -> BlockedPageError | LayoutDriftError:
    if reason := blocked_reason(data.decode("utf-8", "replace")):
        return BlockedPageError(f"{url}: the firewall answered: {reason}; try again later")
    return LayoutDriftError(
        f"{url}: expected an RSS 2.0 feed, found {found}; look at the feed: the listing at"
        " the same address without /feed names the same documents"
    )


def _row_of(item: etree._Element, base_url: str) -> Row | None:
    guid = _GUID.match(_text(item, "guid"))
    node_id = int(guid[1]) if guid else None
    link = _text(item, "link")
    row = row_of(link, base_url) if link else None
    if row is None and (link or node_id is None):
        return None
    return replace(
        row or Row(None, node_id, "", None),
        node_id=node_id or (row.node_id if row else None),
        title=_text(item, "title"),
        published_at=_instant_of(_text(item, "pubDate")),
    )


def _text(item: etree._Element, tag: str) -> str:
    child = item.find(tag)
    return "" if child is None else on_one_line("".join(child.itertext()))


def _instant_of(value: str) -> datetime | None:
    """Read an RFC 5322 date, such as ``Tue, 10 Dec 2024 16:07:20 +0000``."""
    try:
        instant = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # It takes the year 0001 for 2001: as the RFC says, but no feed of this site means it.
    return in_utc(instant) if f" {instant.year} " in value else None

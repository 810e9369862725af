"""Keep every request on the site: whatever a redirect, a list or an archived document says."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from beehive_archive.site import BASE_URL
from beehive_archive.urls import fetch_url, site_url_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler


class OffsiteError(IgnoreRequest):
    """A request would leave the site; raised before it does."""


class OnsiteMiddleware:
    """Refuses requests to other hosts than ``SITE_URL``'s, unless they say ``allow_offsite``.

    It takes the place of Scrapy's OffsiteMiddleware, which lets every ``dont_filter`` request
    pass, and drops a redirect that leads elsewhere without telling the errback. With a mirror as
    ``SITE_URL``, links to www.beehive.govt.nz are fetched from the mirror.
    """

    def __init__(self, site_url: str) -> None:
        self.site_url = site_url
        self.host = _host_of(site_url)
        self.is_mirror = site_url_of(site_url) is None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the middleware; see Scrapy's components."""
        return cls(str(crawler.settings["SITE_URL"]).rstrip("/"))

    def process_request(self, request: Request) -> Request | None:
        """Let a request to the site pass; raises OffsiteError for any other."""
        if request.meta.get("allow_offsite") or _host_of(request.url) == self.host:
            return None
        if request.meta.get("dont_obey_robotstxt") and urlsplit(request.url).path == "/robots.txt":
            # RobotsTxtMiddleware asks another host's rules for a request that this let pass;
            # refused, it would take it that everything is allowed there.
            return None
        url = site_url_of(request.url)
        if url is None:
            came_from = request.meta.get("redirect_urls", ["an archived document or a list"])[-1]
            raise OffsiteError(
                f"{came_from} leads to {request.url}, which is not on {self.site_url}; it was not "
                "fetched"
            )
        if self.is_mirror:
            return request.replace(url=fetch_url(url, self.site_url))
        return None if request.url.startswith(BASE_URL + "/") else request.replace(url=url)


def _host_of(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()

"""Requests that would leave the site are refused, with the errback told."""

from __future__ import annotations

import pytest
from scrapy import Request

from beehive_archive.middlewares.onsite import OffsiteError, OnsiteMiddleware

SITE = "https://www.beehive.govt.nz"
MIRROR = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("site_url", "url"),
    [
        (SITE, "https://example.org/release/a"),
        (SITE, "https://www.beehive.govt.nz.example.org/release/a"),
        (SITE, "https://www.beehive.govt.nz:8443/release/a"),
        (SITE, "https://www.beehive.govt.nz@example.org/release/a"),
        (SITE, "file:///etc/passwd"),
        (SITE, "http://169.254.169.254/latest/meta-data"),
        (MIRROR, "http://127.0.0.1:9000/release/a"),
        (MIRROR, "https://127.0.0.1:8000/release/a"),
        (MIRROR, "http://localhost:8000/release/a"),
    ],
)
@pytest.mark.parametrize("dont_filter", [True, False])
def test_elsewhere(site_url: str, url: str, dont_filter: bool) -> None:
    request = Request(url, dont_filter=dont_filter, meta={"redirect_urls": [f"{site_url}/a"]})
    with pytest.raises(OffsiteError) as error:
        OnsiteMiddleware(site_url).process_request(request)
    assert url in str(error.value)
    assert f"{site_url}/a leads to" in str(error.value)


@pytest.mark.parametrize(
    ("site_url", "url", "fetched"),
    [
        (SITE, f"{SITE}/release/a", None),
        (SITE, "https://WWW.beehive.govt.nz/release/a", None),
        (SITE, "http://beehive.govt.nz/release/a?x=1", f"{SITE}/release/a?x=1"),
        (MIRROR, f"{MIRROR}/release/a", None),
        (MIRROR, f"{SITE}/release/a?page=1", f"{MIRROR}/release/a?page=1"),
    ],
)
def test_the_site_and_its_mirror(site_url: str, url: str, fetched: str | None) -> None:
    again = OnsiteMiddleware(site_url).process_request(Request(url, meta={"kept": 1}))
    assert (again.url if again else None) == fetched
    if again:
        assert again.meta["kept"] == 1


def test_what_is_allowed_to_leave() -> None:
    request = Request("https://example.org/a.pdf", meta={"allow_offsite": True})
    assert OnsiteMiddleware(SITE).process_request(request) is None

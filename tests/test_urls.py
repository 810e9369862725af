"""URLs as pages, lists and archives give them: well-formed, odd and hostile."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beehive_archive.site import BASE_URL
from beehive_archive.urls import (
    MAX_URL_LENGTH,
    canonical_url,
    document_url_of,
    fetch_url,
    fold_slug,
    joined,
    kind_of,
    link_key,
    node_id_of,
    node_url,
    normal_url,
    recorded_url,
    site_url_of,
    slug_of,
)

SITE_URL = "http://127.0.0.1:8000"

hrefs = st.one_of(
    st.text(max_size=80),
    st.text("/.:@?#[]%&=éō ’2Fabc", max_size=40),
    st.text(max_size=40).map(lambda text: f"{BASE_URL}/release/{text}"),
)


@pytest.mark.parametrize(
    "href",
    [
        "",
        "#top",
        "mailto:someone@example.org",
        "javascript:alert(1)",
        "https://example.org/release/kia-ora",
        "https://www.beehive.govt.nz.example.org/release/kia-ora",
        "https://www.beehive.govt.nz@example.org/release/kia-ora",
        "https://www.beehive.govt.nz:8443/release/kia-ora",
        "https://www.beehive.govt.nz:port/release/kia-ora",
        "//[/release/kia-ora",
        "ftp://www.beehive.govt.nz/release/kia-ora",
        "/release/",
        "/release/kia/ora",
        "/releases",
        "/node/7",
        "/release/" + "a" * MAX_URL_LENGTH,
    ],
)
def test_what_is_no_document_has_no_documents_url(href: str) -> None:
    assert document_url_of(href) is None


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/release/kia-ora", "/release/kia-ora"),
        (" /release/kia-ora/?page=1#top ", "/release/kia-ora"),
        ("http://beehive.govt.nz:80/speech/kia-ora", "/speech/kia-ora"),
        ("//www.beehive.govt.nz/ministerial-diary/may", "/ministerial-diary/may"),
        ("/release/../release/kia-ora", "/release/kia-ora"),
        ("/release/taup%c5%8d", "/release/taup%c5%8d"),  # as the site links it
        ('/release/a"b<c', "/release/a%22b%3Cc"),
        ("../release/a;?page=1", "/release/a;"),
    ],
)
def test_a_documents_url_is_as_it_is_linked(href: str, expected: str) -> None:
    assert document_url_of(href) == BASE_URL + expected


@given(st.text("ab/.", max_size=9), st.text("ab;/.", max_size=9), st.text("?#;a", max_size=4))
def test_joining_is_urljoins_but_for_a_last_semicolon(base: str, path: str, rest: str) -> None:
    href = path + (f"?{rest}" if rest else "")
    whole, pythons = joined(f"{BASE_URL}/{base}", href), urljoin(f"{BASE_URL}/{base}", href)
    if path.endswith(";"):
        assert ";" in whole.partition("?")[0]
    else:
        assert whole == pythons


@given(hrefs)
@example("\ud800")
@example("http://[")
@example("/release/%")
def test_no_link_is_too_odd_to_read(href: str) -> None:
    url = document_url_of(href)
    assert url is None or (kind_of(url) and site_url_of(url) == url)
    link_key(href)
    slug_of(href)
    node_id_of(href)


@given(hrefs)
def test_a_canonical_url_is_its_own(href: str) -> None:
    url = site_url_of(href)
    if url is not None:
        assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1))
@example(";")
def test_every_percent_encoding_of_a_slug_has_one_canonical_url(slug: str) -> None:
    bare, escaped = quote(slug, safe="!$&'()*+,;=:@"), quote(slug, safe="")
    lower = re.sub("%..", lambda found: found[0].lower(), escaped)
    # A letter before it: dots alone are steps.
    urls = [f"{BASE_URL}/release/x{each}" for each in (bare, escaped, lower)]
    assert len({canonical_url(url) for url in urls}) == 1
    assert slug_of(canonical_url(urls[0])) == f"x{slug}"  # no character is lost


@given(hrefs)
def test_normalising_changes_no_address(href: str) -> None:
    url = site_url_of(href)
    if url is not None:
        assert unquote(normal_url(url)) == unquote(url)
        assert canonical_url(normal_url(url)) == canonical_url(url)
        assert normal_url(normal_url(url)) == normal_url(url)


@pytest.mark.parametrize("site_url", [SITE_URL, f"{SITE_URL}/", BASE_URL, f"{SITE_URL}/mirror"])
@pytest.mark.parametrize("path", ["/", "/releases?page=1", "/release/taup%C5%8D"])
def test_what_is_fetched_elsewhere_is_recorded_as_the_sites(site_url: str, path: str) -> None:
    assert recorded_url(fetch_url(BASE_URL + path, site_url), site_url) == BASE_URL + path


@pytest.mark.parametrize(
    "url", ["https://example.org/a", "http://127.0.0.1:80001/a", BASE_URL + ".example.org/a"]
)
def test_other_hosts_stay_where_they_are(url: str) -> None:
    assert fetch_url(url, SITE_URL) == recorded_url(url, SITE_URL) == url


@given(st.integers(1, 10**12 - 1))
def test_a_nodes_url_gives_its_id_again(node_id: int) -> None:
    assert node_id_of(node_url(node_id)) == node_id


@pytest.mark.parametrize(
    "url", ["/node/", "/node/7/edit", "/node/-7", "/node/0", "/node/7a", "/node/٧"]
)
def test_what_is_no_nodes_url_has_no_id(url: str) -> None:
    assert node_id_of(url) is None


@given(st.text())
def test_a_folded_slug_is_ascii(slug: str) -> None:
    assert fold_slug(slug).isascii()
    assert fold_slug(fold_slug(slug)) == fold_slug(slug)

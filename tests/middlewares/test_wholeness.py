"""Compressed bodies without their end are lost data, not documents."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from beehive_archive.middlewares.wholeness import WholenessMiddleware, is_whole_gzip

MIDDLEWARE = WholenessMiddleware(1_000_000)
REQUEST = Request("https://www.beehive.govt.nz/release/a")


def response(body: bytes, encoding: str = "gzip") -> Response:
    return Response(REQUEST.url, body=body, headers={"Content-Encoding": encoding})


@given(st.binary(max_size=200_000), st.integers(1, 40))
def test_every_cut_is_found(content: bytes, cut: int) -> None:
    whole = gzip.compress(content, 1)
    assert is_whole_gzip(whole, 1_000_000)
    assert not is_whole_gzip(whole[:-cut], 1_000_000)


def test_cut_bodies_are_refused_and_whole_ones_pass() -> None:
    whole = gzip.compress(b"<p>a release</p>" * 100)
    assert MIDDLEWARE.process_response(REQUEST, response(whole)).body == whole
    with pytest.raises(ResponseDataLossError, match="cut short"):
        MIDDLEWARE.process_response(REQUEST, response(whole[:-9], "X-GZIP"))


def test_what_is_not_its_business_passes() -> None:
    for each in (
        response(b""),
        response(b"<html>no gzip at all</html>"),
        response(zlib.compress(b"x")[:-2], "deflate"),
        Response(REQUEST.url, body=b"plain"),
    ):
        assert MIDDLEWARE.process_response(REQUEST, each) is each


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert is_whole_gzip(bomb[:-9], 1_000_000)  # Scrapy refuses it for its size


def test_it_asks_for_gzip_alone() -> None:
    request = Request(REQUEST.url, headers={"Accept-Encoding": "gzip, br, zstd"})
    MIDDLEWARE.process_request(request)
    assert request.headers["Accept-Encoding"] == b"gzip"

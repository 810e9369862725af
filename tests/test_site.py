"""The site's governments and lists."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from beehive_archive.site import (
    CURRENT_GOVERNMENT,
    GOVERNMENTS,
    KINDS,
    government_on,
    governments_between,
    listing_url,
    search_url,
)


def test_governments_stand_newest_first_each_with_a_facet_of_its_own() -> None:
    started = [each.started for each in GOVERNMENTS.values()]
    assert started == sorted(started, reverse=True)
    assert len({each.facet for each in GOVERNMENTS.values()}) == len(GOVERNMENTS)


def test_a_day_belongs_to_one_government() -> None:
    for later, earlier in pairwise(GOVERNMENTS.values()):
        assert government_on(later.started) is later
        assert government_on(later.started - timedelta(days=1)) is earlier


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, list(GOVERNMENTS)),
        (date.max, None, [CURRENT_GOVERNMENT.name]),
        (None, date.min, ["1993-1996-national"]),
        (date(2017, 10, 26), date(2017, 10, 26), ["2017-2020-labour"]),
        (date(2017, 10, 25), date(2017, 10, 26), ["2017-2020-labour", "2014-2017-national"]),
        (date(2020, 1, 2), date(2020, 1, 1), ["2017-2020-labour"]),  # turned round, in one term
        (date(2021, 1, 1), date(2001, 1, 1), []),
    ],
)
def test_governments_of_a_span(since: date | None, until: date | None, expected: list[str]) -> None:
    assert [each.name for each in governments_between(since, until)] == expected


def test_pages_of_lists_count_from_0() -> None:
    kind = KINDS["release"]
    assert listing_url(kind, 0) == "https://www.beehive.govt.nz/releases"
    assert listing_url(kind, 2) == "https://www.beehive.govt.nz/releases?page=2"
    first, third = (search_url(CURRENT_GOVERNMENT, kind, number) for number in (0, 2))
    assert "page" not in parse_qs(urlsplit(first).query)
    assert parse_qs(urlsplit(third).query)["page"] == ["2"]

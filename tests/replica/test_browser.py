"""A real browser gets past what stops a plain client; skipped without Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import chromium, needs_chromium, webdriver
from tests.replica import Replica, document

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        driver.implicitly_wait(20)
        yield driver


def test_the_challenge(replica: Replica, browser: webdriver.Chrome) -> None:
    made = replica.add(document("First"))
    replica.options.challenge_clients = True
    browser.get(replica.url + made.href)
    assert browser.find_element("css selector", "h1.article__title").text == "First"


def test_search_by_script(replica: Replica, browser: webdriver.Chrome) -> None:
    made = replica.add(document("First"))
    replica.options.search_needs_javascript = True
    browser.get(f"{replica.url}/search?f[0]=government_facet:6700")
    link = browser.find_element("css selector", ".views-row h2 a")
    assert link.get_attribute("href") == replica.url + made.href

"""A real browser gets past what stops a plain client; skipped without Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.replica import Replica, document

webdriver = pytest.importorskip("selenium.webdriver")
_CHROMIUM, _DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (_CHROMIUM and _DRIVER), reason="there is no Chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = _CHROMIUM or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-background-networking"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(_DRIVER))
    driver.implicitly_wait(20)
    yield driver
    driver.quit()


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

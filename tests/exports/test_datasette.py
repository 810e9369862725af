"""An export in Datasette, in a real browser: search, facet, follow a link to the live page."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote_plus
from urllib.request import urlopen

import pytest

from beehive_archive.exports.metadata import write_metadata
from beehive_archive.exports.schema import BOOKKEEPING, TABLES, VIEWS
from tests.browser import chromium, needs_chromium, webdriver
from tests.exports.exporting import BASE, document, put, to_sqlite

pytest.importorskip("datasette", reason="datasette is not installed: pip install .[test]")
pytestmark = needs_chromium

Browser = webdriver.Chrome
Serve = Callable[[Path], str]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        driver.implicitly_wait(20)
        yield driver


@contextmanager
def datasette(archive: Path, folder: Path) -> Iterator[str]:
    """Export an archive and serve it as docs/export.md says; yields the server's address."""
    database = folder / "archive.db"
    to_sqlite(archive, database)
    write_metadata(folder / "metadata.json", "archive", replace=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "datasette", "archive.db"]
    process = subprocess.Popen(
        [*command, "-m", "metadata.json", "-p", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DATASETTE_LOAD_PLUGINS": ""},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "datasette ended at once"
        try:
            with urlopen(address, timeout=60):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("datasette does not answer")


@pytest.fixture
def served(archive: Path, tmp_path: Path) -> Iterator[str]:
    put(archive, "evil.md", document("evil", title="<script>document.title='bad'</script> wardens"))
    with datasette(archive, tmp_path) as address:
        yield address


def search(browser: Browser, words: str) -> list[str]:
    """Type words into the search box; returns the titles found."""
    box = browser.find_element("css selector", "input[name=_search]")
    box.clear()
    box.send_keys(words)
    box.submit()
    _loaded(browser, f"_search={quote_plus(words)}")
    return [each.text for each in browser.find_elements("css selector", "td.col-title")]


def facet(browser: Browser, name: str, value: str) -> list[str]:
    """Click a value of a facet; returns the titles left."""
    link = browser.find_element(
        "xpath", f"//*[@data-column='{name}']//a[normalize-space()='{value}']"
    )
    where = link.get_attribute("href")
    link.click()
    _loaded(browser, where.partition("?")[2])
    return [each.text for each in browser.find_elements("css selector", "td.col-title")]


def _loaded(browser: Browser, part: str) -> None:
    wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait(browser, 30)
    wait.until(lambda _: part in browser.current_url)
    browser.find_element("css selector", "footer.ft")


def test_search_facet_and_link(served: str, browser: Browser) -> None:
    browser.get(f"{served}/archive/documents")
    assert browser.title != "bad"
    for words in ("Māori", "maori"):
        assert search(browser, words) == ["Kia ora to Māori wardens"]
    assert search(browser, "kowhai") == ["Kia ora to Māori wardens"]  # in an attachment
    browser.get(f"{served}/archive/documents")
    titles = facet(browser, "ministers", "Rt Hon Winston Peters")
    assert titles == ["Kia ora to Māori wardens"]
    link = browser.find_element("css selector", "td.col-url a")
    assert link.get_attribute("href") == f"{BASE}/release/kia-ora"


def test_a_document_leads_to_its_text_and_ministers(served: str, browser: Browser) -> None:
    browser.get(f"{served}/archive/documents?_search=wardens&kind=release&year=2023")
    browser.find_element("css selector", "td.col-Link a, td.type-pk a").click()
    browser.find_element("css selector", "a[href*='/texts?document_id=']").click()
    assert "Whānau **first**." in browser.find_element("css selector", "td.col-body").text
    browser.get(f"{served}/archive/documents_ministers")
    labels = {each.text for each in browser.find_elements("css selector", "td.col-minister_id a")}
    assert labels == {"Rt Hon Winston Peters", "Hon Andrew Little"}


def test_every_page_opens(served: str, browser: Browser) -> None:
    browser.implicitly_wait(0)
    browser.get(f"{served}/archive")
    licence = browser.find_element("link text", "See the site's copyright page")
    assert licence.get_attribute("href") == f"{BASE}/copyright"
    shown = {each.text for each in browser.find_elements("css selector", ".db-table h3 a")}
    assert shown == {table.name for table in TABLES} - BOOKKEEPING
    for each in (*TABLES, *VIEWS):
        browser.get(f"{served}/archive/{each.name}")
        assert each.meaning.rstrip(".") in browser.page_source, each.name
        assert not browser.find_elements("css selector", ".message-error, .facets-timed-out")
    browser.implicitly_wait(20)


def test_the_real_sample(sample_archive: Path, tmp_path: Path, browser: Browser) -> None:
    with datasette(sample_archive, tmp_path) as address:
        browser.get(f"{address}/archive/documents")
        with_macron = search(browser, "whānau ora")
        assert len(with_macron) == 100  # a page full
        assert search(browser, "whanau ora") == with_macron
        titles = facet(browser, "ministers", "Tariana Turia")
        assert 10 < len(titles) <= 100
        link = browser.find_element("css selector", "td.col-url a")
        assert link.get_attribute("href").startswith(f"{BASE}/release/")

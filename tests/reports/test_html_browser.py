"""The HTML report in a real browser: what a reader does with it, most of it without scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from beehive_archive.findings import Finding, Report
from beehive_archive.reports import html
from beehive_archive.reports.coverage import Coverage, MonthCoverage
from tests.browser import By, Keys, WebDriverWait, chromium, needs_chromium, webdriver
from tests.reports.heads import CHECKED

pytestmark = needs_chromium

BASE = "https://www.beehive.govt.nz/release/"
BODY = (
    "The Government will spend $12 million over four years on new schools.\n\n"
    "“Every child counts,” the Minister says."
)
CHANGED = Finding(
    kind="changed",
    url=BASE + "schools",
    path="releases/2023/06/2023-06-04-schools.md",
    title="New schools for Taupō",
    date="2023-06-04",
    fields=("title", "body"),
    conventions=("date",),
    before={"title": "New schools for Taupo", "date": "2023-06-03", "body": BODY},
    after={
        "title": "New schools for Taupō",
        "date": "2023-06-04",
        "body": BODY.replace("$12", "$14").replace("new schools", "new\u00a0schools"),
    },
)
FINDINGS = (
    CHANGED,
    Finding(kind="new", url=BASE + "new", title="A new one", date="2026-01-04"),
    Finding(
        kind="removed",
        url=BASE + "gone",
        path="releases/2023/06/2023-06-05-gone.md",
        title="<img src=x onerror=alert(1)> \u202egnp.exe " + "longword" * 40,
        date="2023-06-05",
        detail="The site answered 404 twice; first on 20 November 2026.",
    ),
    *(
        Finding(
            kind="convention",
            url=f"{BASE}convention-{number}",
            path=f"releases/2023/06/2023-06-04-convention-{number}.md",
            title=f"Convention number {number}",
            date="2023-06-04",
            conventions=("url",) if number % 2 else ("date", "yaml"),
            before={"url": f"{BASE}{'very-long-address-' * 9}{number}"},
            after={"url": f"{BASE}{'very-long-address-' * 9}-{number}"},
        )
        for number in range(6)
    ),
)
MONTHS = tuple(
    MonthCoverage(
        year=year, month=month, government="2017-2020-labour",
        listed=300, archived=300 - missing, missing=missing,
    )
    for year in (2018, 2019)
    for month, missing in enumerate((0, 4, 90, 250, 300, 0, 1, 0, 0, 29, 0, 0), start=1)
)  # fmt: skip
REPORT = replace(
    CHECKED,
    complete=False,
    counts={"unchanged": 55_000, "changed": 1, "new": 1, "removed": 1, "convention": 6},
    findings=FINDINGS,
    problems=("The firewall blocked 3 pages in a row; run the check again.",),
    coverage=Coverage(months=MONTHS, short_lists=("2017-2020-labour",)),
)

LOGS = ("performance", "browser")

Browser = webdriver.Chrome
Open = Callable[..., Browser]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    profile = tmp_path_factory.mktemp("profile")
    with chromium(profile, logs=LOGS) as driver:
        yield driver


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Open:
    def open_page(
        report: Report = REPORT, *, width: int = 1280, mode: str = "light", scripts: bool = False
    ) -> Browser:
        path = tmp_path / "report.html"
        html.write(path, report)
        command = browser.execute_cdp_cmd
        command("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        feature = {"name": "prefers-color-scheme", "value": mode}
        command("Emulation.setEmulatedMedia", {"features": [feature]})
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        command("Emulation.setDeviceMetricsOverride", metrics)
        for kind in LOGS:
            browser.get_log(kind)  # what the page before it left
        browser.get(path.as_uri())
        return browser

    return open_page


def titles(browser: Browser) -> list[str]:
    found = browser.find_elements(By.CSS_SELECTOR, "article h3")
    return [each.text for each in found if each.is_displayed()]


def focused(browser: Browser) -> Any:
    return browser.switch_to.active_element


def tab_to(browser: Browser, selector: str, limit: int = 60) -> Any:
    wanted = browser.find_element(By.CSS_SELECTOR, selector)
    for _ in range(limit):
        focused(browser).send_keys(Keys.TAB)
        if focused(browser) == wanted:
            return wanted
    raise AssertionError(f"{selector} can't be reached with the Tab key")


def test_filters_work_without_scripts_and_by_keyboard(open_page: Open) -> None:
    browser = open_page()
    assert len(titles(browser)) == len(FINDINGS)
    assert browser.find_element(By.CSS_SELECTOR, ".shown").text == "9 of 9 findings"
    everything = tab_to(browser, "#k-any")
    everything.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)  # new, changed
    assert focused(browser).get_attribute("id") == "k-changed"
    assert titles(browser) == ["New schools for Taupō"]
    assert browser.find_element(By.CSS_SELECTOR, ".shown").text == "1 of 9 findings"
    browser.find_element(By.ID, "k-convention").click()
    assert len(titles(browser)) == 6
    browser.find_element(By.ID, "c-yaml").click()
    assert len(titles(browser)) == 3
    assert browser.find_element(By.CSS_SELECTOR, ".shown").text == "3 of 9 findings"
    browser.find_element(By.ID, "k-removed").click()
    assert titles(browser) == []
    assert browser.find_element(By.CSS_SELECTOR, ".shown").text == "No finding is both"
    browser.find_element(By.ID, "k-any").click()
    browser.find_element(By.ID, "c-date").click()
    assert len(titles(browser)) == 4


def test_an_entry_opens_by_keyboard_and_shows_its_word_diff(open_page: Open) -> None:
    browser = open_page()
    entry = browser.find_element(By.CSS_SELECTOR, "article.k-changed")
    assert not entry.find_element(By.CSS_SELECTOR, ".diff").is_displayed()
    tab_to(browser, "article.k-changed summary").send_keys(Keys.ENTER)
    body = entry.find_element(By.CSS_SELECTOR, ".diff")
    assert body.is_displayed()
    assert [each.text for each in body.find_elements(By.TAG_NAME, "del")] == ["$12", "␣"]
    assert [each.text for each in body.find_elements(By.TAG_NAME, "ins")] == ["$14", "NBSP"]
    fields = entry.find_element(By.CSS_SELECTOR, ".fields tbody tr")
    assert [each.text for each in fields.find_elements(By.TAG_NAME, "td")] == [
        "New schools for Taupo",
        "New schools for Taupō",
    ]


def test_changes_are_told_by_more_than_colour(open_page: Open) -> None:
    browser = open_page()
    browser.find_element(By.CSS_SELECTOR, "article.k-changed summary").click()
    style = (
        "const e = document.querySelector(arguments[0]);"
        "return [getComputedStyle(e).textDecorationLine, getComputedStyle(e, '::before').content]"
    )
    assert browser.execute_script(style, ".diff del") == ["line-through", '"−" / " deleted: "']
    assert browser.execute_script(style, ".diff ins") == ["underline", '"+" / " inserted: "']


def test_a_screen_reader_hears_the_changes(open_page: Open) -> None:
    browser = open_page()
    browser.find_element(By.CSS_SELECTOR, "article.k-changed summary").click()
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = {each.get("role", {}).get("value") for each in tree}
    names = {each.get("name", {}).get("value", "").strip() for each in tree}
    assert {"deletion", "insertion", "radio", "heading", "table", "main"} <= roles
    assert {"deleted:", "inserted:"} <= names
    assert any("April 2018: 50 of 300 archived" in each for each in names)


def test_nothing_is_fetched_and_nothing_runs(open_page: Open) -> None:
    for scripts in (False, True):
        browser = open_page(scripts=scripts)
        browser.find_element(By.CSS_SELECTOR, "article.k-changed summary").click()
        messages = [json.loads(each["message"]) for each in browser.get_log("performance")]
        requests = [
            each["message"]["params"]["request"]["url"]
            for each in messages
            if each["message"]["method"] == "Network.requestWillBeSent"
        ]
        assert requests == [browser.current_url]
        assert browser.get_log("browser") == []  # no violation of the policy, no error


def test_search_needs_scripts_and_folds_macrons(open_page: Open) -> None:
    browser = open_page(scripts=False)
    assert not browser.find_element(By.ID, "search").is_displayed()
    browser = open_page(scripts=True)
    browser.find_element(By.ID, "search").send_keys("taupo school")
    output = browser.find_element(By.CSS_SELECTOR, ".search output")
    WebDriverWait(browser, 10).until(lambda _: output.text)
    assert output.text == "1 found under every filter"
    assert titles(browser) == ["New schools for Taupō"]


def test_a_long_list_leaves_no_gaps_where_little_of_it_is_shown(open_page: Open) -> None:
    """What is out of sight has no height of its own until it was in sight."""
    findings = tuple(
        replace(FINDINGS[-1], title=f"Number {number}", conventions=("date", "yaml")[: 1 + rare])
        for number in range(420)
        for rare in [number in {10, 390}]
    )
    browser = open_page(replace(REPORT, findings=findings, coverage=None), scripts=True)
    height = "return document.querySelector('#findings').offsetHeight"
    in_full = browser.execute_script(height)
    assert in_full > 420 * 60
    browser.find_element(By.ID, "c-yaml").click()
    WebDriverWait(browser, 10).until(lambda _: browser.execute_script(height) < 600)
    assert titles(browser) == ["Number 10", "Number 390"]
    browser.find_element(By.ID, "c-any").click()
    WebDriverWait(browser, 10).until(lambda _: browser.execute_script(height) > in_full / 2)
    browser.find_element(By.ID, "search").send_keys("39")
    output = browser.find_element(By.CSS_SELECTOR, ".search output")
    WebDriverWait(browser, 10).until(lambda _: output.text)
    assert output.text == "14 found under every filter"  # 39, 139, 239, 339, 390 to 399
    WebDriverWait(browser, 10).until(lambda _: browser.execute_script(height) < 14 * 200)
    assert len(titles(browser)) == 14


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(open_page: Open, width: int, mode: str) -> None:
    browser = open_page(width=width, mode=mode)
    browser.execute_script("document.querySelectorAll('details').forEach(e => { e.open = true })")
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= width


CONTRASTS = """
const parse = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ground = element => {
  for (let e = element; e; e = e.parentElement) {
    const colour = parse(getComputedStyle(e).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return null;
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const poor = [];
let seen = 0;
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.textContent.trim() || !element.checkVisibility() || element.closest('.vh')) continue;
  if (['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
  seen += 1;
  const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push([node.textContent.trim().slice(0, 40), element.className, ratio]);
}
return [seen, poor];
"""


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_text_has_enough_contrast(open_page: Open, mode: str) -> None:
    """4.5 to 1, as WCAG 2.2 asks at level AA."""
    browser = open_page(mode=mode)
    browser.execute_script("document.querySelectorAll('details').forEach(e => { e.open = true })")
    seen, poor = browser.execute_script(CONTRASTS)
    assert seen > 100
    assert poor == []


def test_dark_mode_is_dark(open_page: Open) -> None:
    colour = "return getComputedStyle(document.body).backgroundColor"
    assert open_page(mode="light").execute_script(colour) == "rgb(253, 252, 250)"
    assert open_page(mode="dark").execute_script(colour) == "rgb(22, 22, 20)"


def test_the_alarm_comes_before_the_findings(open_page: Open) -> None:
    browser = open_page()
    alarm = browser.find_element(By.CSS_SELECTOR, ".alert")
    assert "Not complete" in alarm.text
    assert "The firewall blocked" in alarm.text


def test_print_opens_what_is_closed(open_page: Open) -> None:
    browser = open_page()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    body = browser.find_element(By.CSS_SELECTOR, "article.k-changed .diff")
    assert body.size["height"] > 20
    assert not browser.find_element(By.CSS_SELECTOR, ".filters").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

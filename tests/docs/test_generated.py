"""Docs that can't drift: what the code knows is generated, what people write is checked."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from scrapy.settings import Settings

from beehive_archive import items
from beehive_archive.findings import CONVENTIONS, FIELDS, KINDS, Finding, Report
from beehive_archive.reports.coverage import Coverage, MonthCoverage
from beehive_archive.text.front_matter import Document
from docs import generate

ROOT = generate.ROOT
PAGES = [path.relative_to(ROOT).as_posix() for path in generate.pages()]
SETTINGS = {each.name: each for each in generate.all_settings()}
# Settings that only code or Scrapy's own command line sets.
READ_ONLY = {"FILES_STORE", "USER_AGENT", "LOG_FILE", "LOG_ENABLED", "JOBDIR"}


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_generated_parts_are_as_they_would_be_written_today(page: str) -> None:
    assert generate.render(text_of(page)) == text_of(page), "run: make docs"


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("docs/commands.md", {f"command {name}" for name in generate.command_names()}),
        ("docs/commands.md", {f"spider {name}" for name in generate.spider_names()}),
        ("docs/commands.md", {"exit-codes", "problems"}),
        ("docs/settings.md", {"settings-ours", "settings-scrapy"}),
        ("docs/report.md", {"kinds"}),
        ("README.md", {"exit-codes"}),
    ],
)
def test_every_part_has_its_place(page: str, parts: set[str]) -> None:
    assert parts <= {match[2] for match in generate.PART.finditer(text_of(page))}


# --- settings ---------------------------------------------------------------------------------


def test_every_setting_of_ours_has_a_meaning() -> None:
    assert [each.name for each in SETTINGS.values() if each.is_ours and not each.meaning] == []


def test_the_reader_of_settings_reads_comments_above_and_beside() -> None:
    assert SETTINGS["ARCHIVE_DIR"].meaning.startswith("The local archive")
    assert SETTINGS["ARCHIVE_DIR"].value == '"seeds"'
    assert SETTINGS["PROGRESS_LOG_S"].meaning.startswith("elsewhere a line")
    assert not SETTINGS["LOG_LEVEL"].is_ours


def test_every_setting_that_the_package_reads_is_set_in_settings_py() -> None:
    pattern = re.compile(
        r"""settings(?:\[|\.get(?:bool|int|float|list|dict)?\()["']([A-Z][A-Z_]+)["']"""
    )
    read = {
        name
        for path in (ROOT / "beehive_archive").rglob("*.py")
        for name in pattern.findall(path.read_text("utf-8"))
    }
    assert "ARCHIVE_DIR" in read
    assert read - SETTINGS.keys() - set(Settings()) - READ_ONLY == set()


# --- fields and the report --------------------------------------------------------------------


@pytest.mark.parametrize("class_", [items.Release, items.Attachment, Document])
def test_every_field_is_described_once(class_: type) -> None:
    part = text_of("docs/fields.md").partition(f"## {class_.__name__}\n")[2].partition("\n## ")[0]
    described = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", part, re.MULTILINE))
    types = {each.name: str(each.type).removeprefix("dt.") for each in fields(class_)}
    assert {name: type_.replace("\\", "") for name, type_ in described.items()} == types


@pytest.mark.parametrize("class_", [Report, Finding, Coverage, MonthCoverage])
def test_every_key_of_a_report_is_described(class_: type) -> None:
    page = text_of("docs/report.md")
    assert [each.name for each in fields(class_) if f"`{each.name}`" not in page] == []


@pytest.mark.parametrize("words", [KINDS, FIELDS, CONVENTIONS])
def test_every_word_of_a_report_is_described(words: tuple[str, ...]) -> None:
    page = text_of("docs/report.md")
    assert [word for word in words if f"`{word}`" not in page] == []


# --- what people write ------------------------------------------------------------------------


def command_lines(page: str) -> Iterator[list[str]]:
    """Yield the words of each command line of ours in a page's blocks of code."""
    text = text_of(page)
    fenced = re.findall(r"^ *```\w*\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^    .*\n", text, re.MULTILINE)
    for line in "".join([*fenced, *indented]).replace("\\\n", " ").splitlines():
        if found := re.search(r"(?:^|&& |\$ )\s*(?:\.venv/bin/)?(scrapy .*)", line):
            yield shlex.split(re.split(r" (?:\|\||&&|>) ", found[1])[0], comments=True)


@pytest.mark.parametrize("page", PAGES)
def test_command_lines_can_be_typed(page: str) -> None:
    for words in command_lines(page):
        name, arguments = words[1], words[2:]
        if name.startswith("-"):
            continue
        assert name in generate.command_names(), words
        parser = generate.parser_of(name)
        options, rest = parser.parse_known_args(arguments)
        assert not [each for each in rest if each.startswith("-")], words
        for pair in options.set:
            assert pair.partition("=")[0] in {*SETTINGS, *Settings()}, words
        if name == "crawl":
            assert len(rest) == 1, words
            spider = generate.get_spider_loader(generate.project_settings()).load(rest[0])
            given = dict(pair.split("=", 1) for pair in options.spargs)
            assert given.keys() <= spider.ARGUMENTS.keys(), words
            typed = {key: given[key] for key in given if key not in {"urls", "warc"}}  # files
            spider(site_url="https://www.beehive.govt.nz", **typed)


@pytest.mark.parametrize("page", PAGES)
def test_packages_are_installed_where_the_readme_puts_them(page: str) -> None:
    """``.venv`` has no pip of its own, and Debian's refuses to install elsewhere."""
    extras = tomllib.loads(text_of("pyproject.toml"))["project"]["optional-dependencies"]
    for line in re.findall(r"(?<![-\w])pip (?:--python \S+ )?install .*", text_of(page)):
        assert line.startswith("pip --python .venv install "), line
        for extra in re.findall(r"\.\[(\w+)\]", line):
            assert extra in extras, line


def anchors_of(page: Path) -> set[str]:
    """Return what GitHub calls a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]+`", "", text_of(page))):
        if target.startswith(("http:", "https:")):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), target
        assert not anchor or anchor in anchors_of(path), target


def test_every_page_is_found_from_the_readme() -> None:
    readme = text_of("README.md")
    missing = [page for page in PAGES if page.startswith("docs/") and f"({page}" not in readme]
    assert missing == []


def test_the_picture_is_small() -> None:
    picture = (ROOT / "docs" / "report.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000


def test_every_daily_command_is_a_target_of_the_makefile() -> None:
    named = set(re.findall(r"`make (\w+)", text_of("CONTRIBUTING.md")))
    targets = set(
        re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    assert named == targets - {"help"}


def test_the_architecture_names_every_room() -> None:
    page = text_of("docs/architecture.md")
    rooms = [
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "beehive_archive").iterdir()
        if not path.name.startswith("_")
    ]
    assert [room for room in rooms if f"`{room}`" not in page] == []


@pytest.mark.parametrize(
    "room",
    [
        *("site.py", "urls.py", "pages", "text", "render.py", "reconcile.py", "findings.py"),
        *("reports", "run.py"),
    ],
)
def test_rooms_that_are_to_know_no_scrapy_do_not(room: str) -> None:
    path = ROOT / "beehive_archive" / room
    for module in path.rglob("*.py") if path.is_dir() else [path]:
        assert not re.search(
            r"^ *(?:import|from) (?:scrapy|twisted)", module.read_text("utf-8"), re.MULTILINE
        )

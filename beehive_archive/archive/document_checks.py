"""What is wrong with one archived document, by its text and path alone: pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TypeVar

from beehive_archive.archive import problems
from beehive_archive.archive.layout import document_path, follows_layout
from beehive_archive.archive.problems import Problem
from beehive_archive.errors import FrontMatterError
from beehive_archive.pages.firewall import REFUSAL
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document
from beehive_archive.urls import document_url_of, kind_of, slug_of

# The earliest government that the site's search knows took office on this day.
EARLIEST_DATE = date(1990, 11, 2)

# A firewall's page has about 1,000 characters; an article may well quote one.
MAX_FIREWALL_BODY_CHARS = 2_000
_FIREWALL_MARKS = ("incapsula incident id", "_incapsula_resource")

# Numbers whose own form shows that two cells stand in one word: `2001/022002/03`,
# `450,404333,774`, `$124,000$475`, `12.5%13.1%`. Cells of words can't be told from words.
_RUN_TOGETHER_CELLS = re.compile(
    r"""[0-9](?:
        /[0-9]{2}(?:19|20)[0-9]{2}/[0-9]{2}   # years of a budget
      | ,[0-9]{3}[0-9]{1,3},[0-9]{3}\b        # thousands
      | \$[0-9]                               # sums
      | %[0-9]+(?:\.[0-9]+)?%                 # rates
    )""",
    re.VERBOSE,
)
_LINK_TARGET = re.compile(r"\]\([^)]*\)|<?https?://\S+")

_SHOWN_CHARS = 80

T = TypeVar("T")
_Found = Iterator[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the front matter's keys stand in a document's text."""

    text: str

    def of(self, key: str) -> int:
        """Return the line of a key, 1 where it isn't found."""
        place = self.text.find(f"\n{key}:")
        return 1 + self.text.count("\n", 0, place + 1) if place >= 0 else 1

    def of_item(self, key: str, number: int) -> int:
        """Return the line of a list's item; items count from 0."""
        return self.of(key) + 1 + number

    def of_end(self) -> int:
        """Return the line that closes the front matter."""
        place = self.text.find("\n---\n", 3)
        return 1 + self.text.count("\n", 0, place + 1) if place >= 0 else 1

    def at(self, place: int) -> int:
        """Return the line of a character."""
        return 1 + self.text.count("\n", 0, place)


def check_document(
    path: PurePosixPath, text: str, document: Document, today: date
) -> Iterator[Problem]:
    """Yield what is wrong with a document; ``today`` is the New Zealand date."""
    name, lines = str(path), Lines(text)
    for code, line, message in (
        *_title_problems(document, lines),
        *_date_problems(document, lines, today),
        *_url_problems(document, lines),
        *_filename_problems(path, document),
        *byte_problems(text, front_matter.dumps, document),
        *_body_problems(document, lines),
    ):
        yield Problem(name, line, code, message)


def _title_problems(document: Document, lines: Lines) -> _Found:
    if not document.title:
        yield problems.EMPTY_TITLE, lines.of("title"), "expected a title, found none"


def _date_problems(document: Document, lines: Lines, today: date) -> _Found:
    line = lines.of("date")
    if document.date < EARLIEST_DATE:
        message = f"{document.date} is before any release; the page's own date is wanted"
        yield problems.DATE, line, message
    elif document.date > today:
        yield problems.DATE, line, f"{document.date} is to come (today is {today})"


def _url_problems(document: Document, lines: Lines) -> _Found:
    line = lines.of("url")
    if document_url_of(document.url) != document.url:
        message = (
            "expected a document's URL such as https://www.beehive.govt.nz/release/..., "
            f"found {_shown(document.url)}"
        )
        yield problems.URL, line, message
    elif "--" in slug_of(document.url):
        # The site's own slugs join words by one hyphen: between two stood a dash or a letter.
        message = "two hyphens in a row: characters were lost, so it may not resolve; see check"
        yield problems.LOST_CHARACTERS, line, message


def _filename_problems(path: PurePosixPath, document: Document) -> _Found:
    if kind_of(document.url) is not None and not follows_layout(path, document.date, document.url):
        expected = document_path(document.date, document.url)
        yield problems.FILENAME, 1, f"its date and URL call for {expected}"


def byte_problems(text: str, dumps: Callable[[T], str], document: T) -> _Found:
    """Yield code, line and message of the first line that ``dumps`` would not write."""
    try:
        expected = dumps(document)
    except FrontMatterError as error:
        yield problems.YAML, 1, f"it can't be written: {error.problem}"
        return
    if text != expected:
        yield (problems.YAML, *_first_difference(text, expected))


def _first_difference(text: str, expected: str) -> tuple[int, str]:
    ours, theirs = expected.split("\n"), text.split("\n")
    for line, (our, their) in enumerate(zip(ours, theirs, strict=False), 1):
        if our != their:
            return line, f"expected {_shown(our)}, found {_shown(their)}"
    line = min(len(ours), len(theirs))
    if len(theirs) > len(ours):
        return line, "expected the file to end with this line, found a line end after it"
    return line, "expected more lines, found the end of the file"


def _body_problems(document: Document, lines: Lines) -> _Found:
    body_line = lines.of_end() + 2
    if document.body:
        if _is_firewall_page(document):
            message = "expected the document, found the firewall's refusal; fetch it again"
            yield problems.FIREWALL_PAGE, body_line, message
        if cells := _run_together_cells(document.body):
            line = body_line + document.body.count("\n", 0, cells.start())
            yield problems.TABLES, line, f"cells run together at {_shown(cells[0])}; see check"
    elif _is_firewall_page(document):
        message = f"the title is the firewall's: {_shown(document.title)}; fetch it again"
        yield problems.FIREWALL_PAGE, lines.of("title"), message
    else:
        yield problems.EMPTY_BODY, lines.of_end(), "nothing stands after the front matter"


def _run_together_cells(body: str) -> re.Match[str] | None:
    cells = _RUN_TOGETHER_CELLS.search(body)
    if cells is None:
        return None
    # An escape such as `%20%E2` in a link looks the same.
    without_links = _LINK_TARGET.sub(lambda link: " " * len(link[0]), body)
    return _RUN_TOGETHER_CELLS.search(without_links, cells.start())


def _is_firewall_page(document: Document) -> bool:
    beginnings = (document.title[: len(REFUSAL)], document.body[: len(REFUSAL)])
    if any(each.lower() == REFUSAL for each in beginnings):
        return True
    body = document.body.lower() if len(document.body) <= MAX_FIREWALL_BODY_CHARS else ""
    return any(mark in body for mark in _FIREWALL_MARKS)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…")

"""What can be wrong with an archive on disk, each under the code that `scrapy verify` prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

FRONT_MATTER = "front-matter"
UNREADABLE = "unreadable"
DATE = "date"
FILENAME = "filename"
URL = "url"
DUPLICATE_URL = "duplicate-url"
YAML = "yaml"
FIREWALL_PAGE = "firewall-page"
EMPTY_TITLE = "empty-title"
ATTACHMENT_MISSING = "attachment-missing"
ATTACHMENT_ALTERED = "attachment-altered"
TEXT_WITHOUT_FILE = "text-without-file"
LEFTOVER = "leftover"
SYMLINK = "symlink"
EMPTY_BODY = "empty-body"
LOST_CHARACTERS = "lost-characters"
TABLES = "tables"

MEANINGS = {
    FRONT_MATTER: "the front matter is not in the archive's format",
    UNREADABLE: "the file or folder can't be read",
    DATE: "the date is one that no release can have",
    FILENAME: "the file's name does not follow from its date and URL",
    URL: "the URL names no document of the site",
    DUPLICATE_URL: "another document has the same URL",
    YAML: "the bytes are not what would be written, such as a value that needs quotes",
    FIREWALL_PAGE: "a page of the firewall was taken for the document",
    EMPTY_TITLE: "the title is empty",
    ATTACHMENT_MISSING: "an attachment that a document names is not there",
    ATTACHMENT_ALTERED: "an attachment is not the file that its text was read from",
    TEXT_WITHOUT_FILE: "an attachment's text is there, its file is not",
    LEFTOVER: "an interrupted write left it; it can be deleted",
    SYMLINK: "symbolic links are not followed",
    EMPTY_BODY: "the body is empty, as a few pages' are",
    LOST_CHARACTERS: "the URL shows that characters were lost from it",
    TABLES: "numbers of neighbouring table cells run together",
}
"""Every code, in the order in which they are counted."""

NOTES = frozenset({EMPTY_BODY, LOST_CHARACTERS, TABLES})
"""What may be right, or what only the site can tell: these don't make a verification fail."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the archive; ``path`` is relative to it, ``line`` counts from 1."""

    path: str
    line: int
    code: str
    message: str

    @property
    def is_note(self) -> bool:
        """Whether it may be no fault at all."""
        return self.code in NOTES

    def to_json(self) -> dict[str, Any]:
        """Return the problem as ``scrapy verify --json`` prints it."""
        return {**asdict(self), "level": "note" if self.is_note else "error"}

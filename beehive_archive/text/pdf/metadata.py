"""What a PDF says about itself: its title, and whether it is whole."""

from __future__ import annotations

import re
import unicodedata

import pypdfium2

_END_MARK = b"%%EOF"
_END_ZONE_BYTES = 4_096  # mail gateways and web servers append a little after the mark
_MAX_TITLE_CHARS = 300
_PROGRAM_PREFIX = re.compile(r"^(?:Microsoft (?:Word|PowerPoint|Excel) - )+")
# Titles that programs give when no author did.
_NO_TITLE = re.compile(
    r"(?:\(?anonymous\)?|untitled|title|document|doc|presentation|powerpoint presentation|slide"
    r"|book|blank"
    r"|print|template|no slide title|page|layout|scan(?:ned document)?|image)?"
    r"[\s_-]*\d*(?:\s*\(\d+\))?$"
    r"|.*\.(?:docx?|pdf|xlsx?|pptx?|indd|rtf|qxd|pub|html?|tiff?|jpe?g)$|.*[\\/].*[\\/]"
    r"|(?:[A-Z]+[-_])?[0-9A-F-]{8,}$",
    re.IGNORECASE,
)


def has_end(data: bytes) -> bool:
    """Whether the file ends as a PDF does; a download that was cut short doesn't."""
    return _END_MARK in data[-_END_ZONE_BYTES:]


def title(document: pypdfium2.PdfDocument) -> str | None:
    """Return the title that the file's author gave it, None where only a program did."""
    return usable_title(document.get_metadata_value("Title"))


def usable_title(text: str) -> str | None:
    """Return a title fit to be shown, or None.

    >>> usable_title("Microsoft Word - Regional Growth Plan")
    'Regional Growth Plan'
    >>> usable_title("Microsoft Word - plan v3 FINAL.docx"), usable_title("Document1")
    (None, None)
    """
    text = unicodedata.normalize("NFC", " ".join(text.replace("\x00", "").split()))
    text = _PROGRAM_PREFIX.sub("", text)[:_MAX_TITLE_CHARS]
    if not text.isprintable() or "\ufffd" in text or not any(c.isalpha() for c in text):
        return None
    return None if _NO_TITLE.match(text) else text

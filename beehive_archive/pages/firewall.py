"""Tell the firewall's own pages from the site's.

The site stands behind Imperva's (Incapsula's) firewall, which can answer any request, also one
for a feed, robots.txt or a PDF, with status 200 and a small page of its own: an `iframe` on
/_Incapsula_Resource with "Request unsuccessful. Incapsula incident ID" in it, or an empty body
and a script. Pages that it lets through carry a script from the same address, and an article
may quote the sentence. So what proves the site comes first, the firewall's marks second.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

# Firewall pages seen on the site: 205 to 1,170 bytes. A document's page is some 350 KB.
MAX_PAGE_CHARS = 100_000

FRAME = 'iframe[src*="_Incapsula_Resource"]'
SCRIPT = 'script[src*="_Incapsula_Resource"]'
NO_INDEX_SCRIPT = 'meta[name="robots" i][content*="noindex" i] ~ script[src]'
UNSEEN = "script, style, noscript, template"
REFUSAL = "request unsuccessful"

# A region of the site's pages, or the start of a file that is no HTML.
_SITE = re.compile(r"""<(?:article|main)\b|\brole=["']?main\b|\bmain-container\b""", re.IGNORECASE)
_OTHER_FILE = re.compile(r"<\?xml|<rss\b|%PDF-", re.IGNORECASE)
_INCIDENT = re.compile(r"incident[ _]id[:=]\s*([0-9-]{8,64})", re.IGNORECASE)


def is_blocked(text: str) -> bool:
    """Tell whether an answer is the firewall's instead of the site's, whatever was asked for.

    >>> is_blocked('<html><script src="/_Incapsula_Resource?SWJIYLWA=5"></script><body></body>')
    True
    >>> is_blocked('<script src="/_Incapsula_Resource"></script><main>A release</main>')
    False
    """
    return blocked_reason(text) is not None


def blocked_reason(text: str) -> str | None:
    """Say by what mark an answer is the firewall's; None for the site's own answers.

    ``text`` is the body as text; a PDF's may be decoded in any way.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if len(text) > MAX_PAGE_CHARS or _OTHER_FILE.match(text) or _SITE.search(text):
        return None
    if text[: len(REFUSAL)].lower() == REFUSAL:
        return f"it says that the request was unsuccessful{_incident(text)}"
    if not text.startswith("<"):
        return None
    return _mark_of_page(text)


def _mark_of_page(html: str) -> str | None:
    tree = LexborHTMLParser(html)
    if tree.css_first(FRAME) is not None:
        return f"it is a frame on /_Incapsula_Resource{_incident(html)}"
    is_challenge = tree.css_first(SCRIPT) is not None or tree.css_first(NO_INDEX_SCRIPT) is not None
    for node in tree.css(UNSEEN):
        node.decompose()
    words = tree.body.text().strip().lower() if tree.body else ""
    if words.startswith(REFUSAL):
        return f"it says that the request was unsuccessful{_incident(html)}"
    if is_challenge and not words:
        return "it has an empty body and a script"
    return None


def _incident(text: str) -> str:
    match = _INCIDENT.search(text)
    return f" (incident {match[1]})" if match else ""

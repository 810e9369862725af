"""Tidying (MARKDOWN.md, section 6), and what counts as white space."""

from __future__ import annotations

import re
from operator import itemgetter

BLANKS = " \t\r\n"
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space property; `str.strip()` would take U+001C to U+001F too."""

MANY_NEWLINES = re.compile(r"(\n *\n)(?: *\n)+")


def tidy(text: str) -> str:
    r"""Trim, leave at most two newlines in a row, and no hard break before a blank line.

    >>> tidy(" one  \n\n\ntwo ")
    'one\n\ntwo'
    """
    text = MANY_NEWLINES.sub(itemgetter(1), text.strip(WHITE_SPACE))
    if "  \n" in text:
        for needless in ("  \n\n", "  \n  \n", "  \n \n"):
            text = text.replace(needless, "\n\n")
    return text

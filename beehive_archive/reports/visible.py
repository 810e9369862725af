"""Characters that would act or hide instead of show, made visible.

Titles and bodies come from the site: they may hold escape sequences that drive a terminal,
controls that turn the reading direction, or spaces that can't be told apart.
"""

from __future__ import annotations

_JOINERS = frozenset("\u200c\u200d")  # inside emoji and Indic words they do no harm


def is_unseen(character: str) -> bool:
    r"""Return whether a character shows nothing, or not what it is; a plain space doesn't count.

    Python calls printable what is no control, format (bidi, zero width, soft hyphen), surrogate,
    private or unassigned character and no space but U+0020.

    >>> [is_unseen(each) for each in ("a", " ", "\u00a0", "\u202e", "\x1b", "\n")]
    [False, False, True, True, True, True]
    """
    return not character.isprintable() and character not in _JOINERS


def escaped(character: str) -> str:
    r"""Return a character's escape as YAML and Go write it in the archive's titles.

    >>> escaped("\u00a0"), escaped("\n"), escaped("\x1b"), escaped("\U000e0041")
    ('\\u00a0', '\\n', '\\x1b', '\\U000e0041')
    """
    if character in "\n\t":
        return "\\n" if character == "\n" else "\\t"
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain(text: str) -> str:
    r"""Return a text on one line with nothing in it that acts on a terminal or hides.

    A no-break space is a space to a reader of lists, so it becomes one.

    >>> plain("Budget\u00a02026 \x1b[31mred\u202e")
    'Budget 2026 \\x1b[31mred\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(
        " " if each in "\u00a0\n\t" else escaped(each) if is_unseen(each) else each for each in text
    )

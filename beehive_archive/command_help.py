"""The help of this project's commands: one sentence, examples, then options."""

from __future__ import annotations

import argparse
import inspect
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyHelpFormatter

from beehive_archive.site import GOVERNMENTS
from beehive_archive.verdict import ExitCode

if TYPE_CHECKING:
    from beehive_archive.spiders.base import ArchiveSpider

WIDTH = 79
_MEANING_AT = 22  # column at which the meaning of a spider argument begins


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, but descriptions keep their lines."""


def describe(
    parser: argparse.ArgumentParser,
    examples: Sequence[str],
    exit_codes: Mapping[ExitCode, str],
    more: Iterable[str] = (),
) -> None:
    """Give a parser its examples and exit codes; its description is wrapped to lines."""
    parser.formatter_class = HelpFormatter
    lines = [
        *_heading("Examples" if len(examples) > 1 else "Example"),
        *(f"  {example}" for example in examples),
    ]
    parser.description = "\n".join(
        [*textwrap.wrap(parser.description or "", WIDTH, break_on_hyphens=False), "", *lines]
    )
    codes = (_entry(f"  {int(code)}", exit_codes[code], 5) for code in sorted(exit_codes))
    parser.epilog = "\n".join([*more, *_heading("Exit codes"), *codes])


def spiders_help(spiders: Iterable[type[ArchiveSpider]]) -> Iterator[str]:
    """Yield the spiders, each with what it does and its ``-a`` arguments; then the governments."""
    yield from _heading("Spiders")
    for spider in spiders:
        yield f"  {spider.name}: {what_it_does(spider)}"
        for name, meaning in spider.ARGUMENTS.items():
            yield _entry(f"    -a {name}=", meaning, _MEANING_AT)
        yield ""
    yield from _heading("Governments")
    names = ", ".join(GOVERNMENTS)
    yield textwrap.fill(
        names, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )
    yield ""


def what_it_does(spider: type[ArchiveSpider]) -> str:
    """Return the sentence that a spider's module begins with, behind its command.

    >>> from beehive_archive.spiders.releases import ReleasesSpider
    >>> what_it_does(ReleasesSpider)
    'find what is new on the site and bring it into the archive'
    """
    doc = inspect.getdoc(sys.modules[spider.__module__]) or ""
    return doc.partition("\n")[0].partition(": ")[2].rstrip(".")


def _heading(text: str) -> list[str]:
    return [text, "=" * len(text)]


def _entry(name: str, meaning: str, column: int) -> str:
    lead = f"{name} ".ljust(column)
    return textwrap.fill(meaning, WIDTH, initial_indent=lead, subsequent_indent=" " * column)

"""Write the parts of the docs that the code knows: ``python -m docs.generate``.

A part stands between two comments, ``generated: NAME`` and ``end``, in a Markdown file; what is
around it is written by hand and kept. ``tests/docs`` fails where a part is not as it would be
written today.
"""

from __future__ import annotations

import argparse
import io
import pkgutil
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from scrapy.cmdline import ScrapyArgumentParser
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from beehive_archive import commands, settings
from beehive_archive.archive import problems
from beehive_archive.command_help import what_it_does
from beehive_archive.findings import KINDS
from beehive_archive.reports import kinds
from beehive_archive.verdict import MEANINGS

ROOT = Path(__file__).parent.parent
SCRAPYS_TOO = {"MEDIA_ALLOW_REDIRECTS"}  # which Scrapy reads, but has no default for
PART = re.compile(r"(<!-- generated: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """Return the Markdown files that may have generated parts."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def render(text: str) -> str:
    """Return a page with its generated parts as they are to be today."""

    def part(match: re.Match[str]) -> str:
        name, _, argument = match[2].partition(" ")
        lines = PARTS[name](*([argument] if argument else []))
        return "\n".join([match[1], *lines, "", match[3]])

    return PART.sub(part, text)


# --- settings ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """A line of settings.py: ``meaning`` is its comment, ``is_ours`` whether Scrapy has it not."""

    name: str
    value: str
    meaning: str
    is_ours: bool


def all_settings() -> Iterator[Setting]:
    """Yield what settings.py sets, with the comments above and beside it."""
    source = Path(settings.__file__).read_text("utf-8")
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    comments: list[str] = []
    scrapys = Settings()
    for number, token in enumerate(tokens):
        if token.type == tokenize.COMMENT and token.line.startswith("#"):
            comments.append(token.string.lstrip("# "))
        elif token.type == tokenize.NL and not token.line.strip():
            comments = []  # an empty line: what stands above is about something else
        elif token.type == tokenize.NAME and token.start[1] == 0 and token.string.isupper():
            line = token.line if "{" not in token.line else ""
            value = line.partition(" = ")[2].partition("  #")[0].strip()
            beside = next(
                (each.string for each in tokens[number:] if each.type == tokenize.COMMENT), ""
            )
            is_beside = line and beside and line.rstrip().endswith(beside)
            meaning = [*comments, beside.lstrip("# ") if is_beside else ""]
            is_ours = token.string not in scrapys and token.string not in SCRAPYS_TOO
            yield Setting(token.string, value, " ".join(meaning).strip(), is_ours)
            comments = []


def settings_ours() -> Iterable[str]:
    """Return the table of our own settings."""
    ours = (each for each in all_settings() if each.is_ours)
    rows = [(f"`{each.name}`", f"`{each.value}`", each.meaning) for each in ours]
    return table(("setting", "default", "meaning"), rows)


def settings_scrapy() -> Iterable[str]:
    """Return the table of Scrapy's settings that this project sets."""
    scrapys = (each for each in all_settings() if not each.is_ours)
    rows = [
        (f"`{each.name}`", f"`{each.value}`" if each.value else "its components", each.meaning)
        for each in scrapys
    ]
    return table(("setting", "here", "why"), rows)


# --- commands ---------------------------------------------------------------------------------


def command_names() -> list[str]:
    """Return the names of this project's commands."""
    return [each.name for each in pkgutil.iter_modules(commands.__path__)]


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return a command's parser, as Scrapy makes it."""
    command = import_module(f"beehive_archive.commands.{name}").Command()
    command.settings = project_settings()
    parser = ScrapyArgumentParser(conflict_handler="resolve", description=command.long_desc())
    command.add_options(parser)
    return parser


def command(name: str) -> Iterable[str]:
    """Return what a command does, its examples, options and exit codes."""
    class_ = import_module(f"beehive_archive.commands.{name}").Command
    yield class_().long_desc()
    yield from ["", "```", *class_.examples, "```", ""]
    own = [
        (f"`{shown}`", action.help or "")
        for group in parser_of(name)._action_groups
        if group.title != "Global Options"
        for action in group._group_actions
        if (shown := _option(action)) != "-h, --help"
    ]
    if own:
        yield from [*table(("option", "meaning"), own), ""]
    codes = [(str(int(code)), class_.exit_codes[code]) for code in sorted(class_.exit_codes)]
    yield from table(("exit code", "meaning"), codes)


def _option(action: argparse.Action) -> str:
    metavar = f" {action.metavar}" if action.metavar else ""
    return ", ".join(action.option_strings) + metavar


def spider(name: str) -> Iterable[str]:
    """Return what a spider does and its arguments."""
    class_ = get_spider_loader(project_settings()).load(name)
    sentence = what_it_does(class_)
    yield f"{sentence[0].upper()}{sentence[1:]}."
    yield ""
    rows = [(f"`-a {key}=`", meaning) for key, meaning in class_.ARGUMENTS.items()]
    yield from table(("argument", "value and meaning"), rows)


def spider_names() -> list[str]:
    """Return the names of this project's spiders."""
    return sorted(get_spider_loader(project_settings()).list())


def project_settings() -> Settings:
    """Return Scrapy's settings with this project's."""
    values = Settings()
    values.setmodule(settings, priority="project")
    return values


def exit_codes() -> Iterable[str]:
    """Return the table of what a crawl's exit codes mean."""
    rows = [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]
    return table(("exit code", "meaning"), rows)


def problem_codes() -> Iterable[str]:
    """Return the table of what ``scrapy verify`` finds."""
    rows = [
        (f"`{code}`", "note" if code in problems.NOTES else "error", meaning)
        for code, meaning in problems.MEANINGS.items()
    ]
    return table(("code", "level", "meaning"), rows)


def finding_kinds() -> Iterable[str]:
    """Return the table of the kinds of findings."""
    rows = [(f"`{kind}`", f"`{kinds.SIGNS[kind]}`", kinds.MEANINGS[kind]) for kind in KINDS]
    return table(("kind", "sign", "meaning"), rows)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


PARTS: dict[str, Callable[..., Iterable[str]]] = {
    "command": command,
    "exit-codes": exit_codes,
    "kinds": finding_kinds,
    "problems": problem_codes,
    "settings-ours": settings_ours,
    "settings-scrapy": settings_scrapy,
    "spider": spider,
}


if __name__ == "__main__":
    for page in pages():
        written = render(page.read_text("utf-8"))
        if written != page.read_text("utf-8"):
            page.write_text(written, "utf-8")
            print(f"{page.relative_to(ROOT)}: written anew")

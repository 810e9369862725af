"""What this project's own commands share: settings, errors as one plain line, exit codes.

It stands outside ``commands/`` because Scrapy takes every module there for a command.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.project import get_project_settings

from beehive_archive.command_help import describe
from beehive_archive.config import ArchiveConfig
from beehive_archive.errors import (
    ArchiveLockedError,
    BeehiveError,
    ConfigurationError,
    ReportError,
)
from beehive_archive.progress import Progress
from beehive_archive.reports.visible import plain
from beehive_archive.verdict import MEANINGS, ExitCode

# How like a setting's name another is that is taken for a slip: a letter in ten, no more, since
# CONCURRENT_REQUESTS_PER_IP is none of CONCURRENT_REQUESTS_PER_DOMAIN.
MISSPELT = 0.9

# Beginnings of settings that have no default, which would name them.
OTHERS_SETTINGS = ("PLAYWRIGHT_", "FILES_")


class ArchiveCommand(ScrapyCommand):
    """A command over the archive on disk; its ``work`` returns the exit code."""

    requires_project = True
    requires_crawler_process = False
    examples: ClassVar[tuple[str, ...]] = ()
    exit_codes: ClassVar[Mapping[ExitCode, str]] = MEANINGS  # those that it may end with
    positional: tuple[str, ...] = ()  # the names of the arguments that must be given

    def syntax(self) -> str:
        """Say the command's arguments and options."""
        return " ".join((*self.positional, "[options]"))

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's own options, and the help around them."""
        super().add_options(parser)
        describe(parser, self.examples, self.exit_codes)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work; an error of ours is one line on stderr and an exit code."""
        self._refuse_arguments(args)
        try:
            refuse_unknown_settings(opts.set)
            self.exitcode = int(self.work(self._config(), opts, *args))
        except (ConfigurationError, ReportError) as error:
            self._fail(error, ExitCode.USAGE)
        except ArchiveLockedError as error:
            self._fail(error, ExitCode.LOCKED)
        except BrokenPipeError:  # `scrapy verify | head`: who read has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.exitcode = int(ExitCode.INCOMPLETE)
        except (BeehiveError, OSError) as error:
            self._fail(error, ExitCode.INCOMPLETE)
        except KeyboardInterrupt:
            self._fail("stopped; what was done is whole, run it again", ExitCode.INCOMPLETE)

    @abstractmethod
    def work(self, config: ArchiveConfig, opts: argparse.Namespace, *args: str) -> ExitCode:
        """Do what the command is for, and return how it went."""

    def progress(self, config: ArchiveConfig, task: str) -> Progress:
        """Return the display of how far the command is, on stderr."""
        return Progress(
            task,
            is_enabled=config.progress_enabled,
            log_every_s=config.progress_log_s,
            say=partial(print, file=sys.stderr, flush=True),
        )

    def say(self, line: str) -> None:
        """Print a line that may hold text from outside."""
        print(plain(line))  # noqa: T201 -- a command's output

    def _refuse_arguments(self, args: list[str]) -> None:
        """Scrapy passes options that it doesn't know on as arguments."""
        for argument in args:
            if argument.startswith("-"):
                raise UsageError(f"unrecognized option: {argument}", print_help=False)
        if len(args) != len(self.positional):
            wanted = " ".join(self.positional) or "no arguments"
            raise UsageError(f"expected {wanted}, found {len(args)} arguments", print_help=False)

    def _config(self) -> ArchiveConfig:
        if self.settings is None:
            raise UsageError("run this inside the project's folder")
        config = ArchiveConfig.from_settings(self.settings)
        require_archive(config)
        return config

    def _fail(self, error: object, code: ExitCode) -> None:
        print(f"error: {plain(str(error))}", file=sys.stderr)  # noqa: T201
        self.exitcode = int(code)


def require_archive(config: ArchiveConfig) -> None:
    """Raise ConfigurationError where there is no archive: a wrong path, a disk not mounted."""
    if not config.archive_dir.is_dir():
        raise ConfigurationError(
            f"ARCHIVE_DIR: expected the archive's folder, found none at {config.archive_dir}"
        )


def refuse_unknown_settings(given: Iterable[str]) -> None:
    """Raise ConfigurationError where ``-s NAME=VALUE`` misspells a setting: Scrapy lets it pass.

    One that is like none is warned of only: it may be an extension's that somebody added.
    """
    known = set(get_project_settings())
    for name in (each.partition("=")[0] for each in given):
        if name in known or name.startswith(OTHERS_SETTINGS):
            continue
        if near := difflib.get_close_matches(name, known, n=1, cutoff=MISSPELT):
            raise ConfigurationError(
                f"{name}: there is no such setting; did you mean {near[0]}? docs/settings.md"
                " lists them"
            )
        warning = f"warning: -s {name}: neither Scrapy nor this project lists it"
        print(warning, file=sys.stderr)  # noqa: T201

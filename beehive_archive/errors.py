"""Every error that this project raises on purpose.

Each message names the file or URL, what was expected, what was found, and what to do.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


class BeehiveError(Exception):
    """The base of all of them; a command prints its message without a traceback."""


class ConfigurationError(BeehiveError):
    """A setting, spider argument or option is wrong.

    Raised before anything is fetched or written; the run ends with exit code 2.
    """


class MissingExtraError(ConfigurationError):
    """What was asked for needs packages of an extra that is not installed.

    Raised before anything is fetched or written. Its message is the command that installs them
    where this program runs: the environment that README.md makes has no pip of its own.
    """

    def __init__(
        self, asked_for: str, package: str, extra: str, found: str = "is not installed"
    ) -> None:
        prefix, here = Path(sys.prefix), Path.cwd()
        environment = prefix.relative_to(here) if prefix.is_relative_to(here) else prefix
        super().__init__(
            f"{asked_for}: needs {package}, which {found}; in the project's folder: "
            f"pip --python {shlex.quote(str(environment))} install -e '.[{extra}]'"
        )


class FrontMatterError(BeehiveError):
    """A document's text is not in the archive's format.

    Raised by ``text.front_matter``. Readers of whole archives report it and go on; writers never
    write over the file.
    """

    def __init__(self, name: str, line: int, problem: str) -> None:
        super().__init__(f"{name}:{line}: {problem}")
        self.name = name
        self.line = line
        self.problem = problem


class PageError(BeehiveError):
    """A fetched page is not what its URL promised; nothing of it is written."""


class BlockedPageError(PageError):
    """The firewall answered in the site's place; says nothing about the document."""


class IncompletePageError(PageError):
    """A document's page lacks its document, title or date, so it can't be archived.

    Raised by ``pages.document``; the run refuses the page, counts it and goes on.
    """

    def __init__(self, url: str, missing: tuple[str, ...], hint: str) -> None:
        super().__init__(f"{url}: the page has no {' and no '.join(missing)}; {hint}")
        self.url = url
        self.missing = missing


class LayoutDriftError(PageError):
    """A list or page no longer has the markup that its parser knows.

    Raised by ``pages`` and the spiders; the run ends as incomplete (exit code 3).
    """


class ArchiveError(BeehiveError):
    """The archive on disk can't be read or written as asked."""


class StateError(ArchiveError):
    """A file that runs remember things in can't be read or written; ends the run.

    Raised by ``archive.state_file`` and ``archive.ledger``: what befalls one access would befall
    those of thousands.
    """


class UnsafePathError(ArchiveError):
    """A path would lead outside the archive; nothing is written."""


class ArchiveLockedError(ArchiveError):
    """Another run holds the archive; the run ends with exit code 4."""


class RepairRefusedError(ArchiveError):
    """A document no longer is as a report found it, so its repair is refused.

    Raised by ``archive.repair``; the document stays as it is and the other repairs go on.
    """


class ReportError(BeehiveError):
    """A report file is not one of ours, or no longer fits the archive."""


class ClusterError(BeehiveError):
    """The workers' Redis can't be reached, or a worker doesn't fit the job that it is to join.

    Raised by ``cluster.frontier``; the worker ends as incomplete, and others go on.
    """


class CassetteMissError(BeehiveError):
    """A request is not on the cassette, and the record mode keeps it from the network.

    Raised by ``middlewares.cassette``; it is not retried, and counts in ``cassette/missed``.
    """

    def __init__(self, url: str, cassette: object, played: int) -> None:
        found = f"{played} that were all played already" if played else "none"
        super().__init__(
            f"{url}: expected a recorded answer on the cassette {cassette}, found {found}; "
            "record it with -s CASSETTE_MODE=new_episodes"
        )
        self.url = url
        self.played = played


class CaptureMissError(CassetteMissError):
    """A request is not among the captures that a crawl is made of; the network is not asked.

    Raised by ``middlewares.captures``; it is not retried.
    """

    def __init__(self, url: str, problem: str = "found none") -> None:
        BeehiveError.__init__(
            self,
            f"{url}: expected a capture of it in the WARC files, {problem}; "
            "run without -a warc to ask the site",
        )
        self.url = url
        self.played = 0

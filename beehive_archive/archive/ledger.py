"""What a run has looked at so far: counted in memory, kept on disk line by line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from beehive_archive.errors import StateError
from beehive_archive.findings import UNCHANGED, Finding

_STARTED = "%Y%m%dT%H%M%S.%fZ"

# How the line of an unchanged document begins: it need not be parsed to be passed over.
_UNCHANGED_LINE = json.dumps({"kind": UNCHANGED}).removesuffix("}")


def ledger_path(folder: Path, spider: str, started_at: datetime) -> Path:
    """Return where a run's ledger lies."""
    return folder / f"{spider}-{started_at.astimezone(UTC):{_STARTED}}.jsonl"


def started_at_of(path: Path) -> datetime:
    """Return when the run of a ledger began.

    >>> str(started_at_of(Path("check-20261121T191935.301571Z.jsonl")))
    '2026-11-21 19:19:35.301571+00:00'
    """
    return datetime.strptime(path.stem.rpartition("-")[2], _STARTED).replace(tzinfo=UTC)


def line_of(finding: Finding) -> str:
    """Return a finding as a ledger's line; of an unchanged document its URL and path only.

    In ASCII: a file's name that is no UTF-8 comes with half surrogates, see os.fsdecode.
    """
    values = finding.to_json()
    if finding.kind == UNCHANGED:
        values = {name: values[name] for name in ("kind", "url", "path")}
    return json.dumps(values)


class Ledger:
    """A run's findings as a file of JSON lines, so that memory stays flat and a kill loses none.

    Unchanged documents are noted too (so that a killed check can go on where it stopped), but
    only with their URL and path.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8")

    def add(self, finding: Finding) -> None:
        """Note a finding; it is in the file when this returns. Raises StateError."""
        try:
            self._file.write(line_of(finding) + "\n")
            self._file.flush()
        except OSError as error:
            raise StateError(
                f"{self.path}: can't be written ({error.strerror}); check the disk's space"
            ) from error
        self.counts[finding.kind] += 1

    def differences(self) -> Differences:
        """Return the findings so far that aren't ``unchanged``; they are read until ``close``."""
        return Differences(self.path, self.counts.total() - self.counts[UNCHANGED])

    def close(self, *, keep: bool) -> None:
        """Close the file, and delete it unless it is to be kept for another run."""
        with suppress(OSError):  # of a line that was not flushed: ``add`` has raised for it
            self._file.close()
        if not keep:
            self.path.unlink(missing_ok=True)

    @staticmethod
    def read(path: Path) -> Iterator[Finding]:
        """Yield a file's findings, without a last line that a kill left unfinished."""
        return (Finding.from_json(json.loads(line)) for line in _whole_lines(path))


@dataclass(frozen=True, slots=True)
class Differences(Collection[Finding]):
    """A ledger's findings that aren't ``unchanged``, in the order they were noted.

    Each pass reads them anew from the file, so that a report of 24,000 takes no memory.
    """

    path: Path
    count: int

    def __iter__(self) -> Iterator[Finding]:
        for line in _whole_lines(self.path):
            if not line.startswith(_UNCHANGED_LINE):
                yield Finding.from_json(json.loads(line))

    def __len__(self) -> int:
        return self.count

    def __contains__(self, finding: object) -> bool:
        return any(each == finding for each in self)


def _whole_lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        yield from (line for line in lines if line.endswith("\n"))

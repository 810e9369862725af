"""Worker processes for an asyncio program: a crawl goes on while they read.

A page that hangs, or that eats the memory, costs its worker and its own text, not the document:
the worker is killed and another one reads the file without that page.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from beehive_archive.text.attachment import AttachmentReading, Kind

_MAX_ANSWER_BYTES = 256 * 1024 * 1024
_MAX_SKIPPED_PAGES = 5
_STOP_S = 2.0
_SHARE_FOR_PAGES = 0.8  # of the file's time; the rest is for the last page and the text


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file; ``memory_bytes`` is the worker's whole address space.

    When a file's time runs out, the pages that were read are kept. OCR takes some 5 seconds a page.
    """

    page_s: float = 60.0
    file_s: float = 600.0
    memory_bytes: int = 1024 * 1024 * 1024
    files_per_worker: int = 100


class _StoppedError(Exception):
    """A worker ended or had to be ended before it gave a reading."""

    def __init__(self, why: str, page: int | None, pages: int | None) -> None:
        super().__init__(why)
        self.why = why
        self.page = page
        self.pages = pages


@dataclass(slots=True, eq=False)
class _Worker:
    """One child process and how many files it has read."""

    limits: Limits
    process: asyncio.subprocess.Process | None = None
    files: int = 0

    async def start(self) -> asyncio.subprocess.Process:
        if self.process is None or self.process.returncode is not None:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "beehive_archive.workers.child",
                str(self.limits.memory_bytes),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_MAX_ANSWER_BYTES,
                start_new_session=True,  # so that an OCR program below it can be ended with it
            )
            self.files = 0
        return self.process

    async def stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_S)

    async def read(self, path: Path, skip_pages: list[int], deadline: float) -> AttachmentReading:
        """Have the file read once.

        Raises:
            _StoppedError: the worker hung, crashed or ran out of memory; it is gone.

        """
        progress = _Progress()
        try:
            process = await self.start()
            stdin, stdout = _pipes(process)
            left_s = deadline - asyncio.get_running_loop().time()
            request = {
                "path": str(path),
                "skip_pages": skip_pages,
                "time_s": _SHARE_FOR_PAGES * left_s,
            }
            stdin.write(json.dumps(request).encode() + b"\n")
            await stdin.drain()
            answer = await self._answer(stdout, progress, deadline)
        except TimeoutError:
            await self.stop()
            raise _StoppedError("time", progress.page, progress.pages) from None
        except (ConnectionError, ValueError):
            await self.stop()
            raise _StoppedError("crash", progress.page, progress.pages) from None
        except BaseException:
            await self.stop()
            raise
        self.files += 1
        if "reading" not in answer:
            await self.stop()
            raise _StoppedError(
                str(answer.get("detail", answer["stopped"])), progress.page, progress.pages
            )
        if self.files >= self.limits.files_per_worker:
            await self.stop()
        reading = answer["reading"]
        return AttachmentReading(**{**reading, "kind": Kind(reading["kind"])})

    async def _answer(
        self, stdout: asyncio.StreamReader, progress: _Progress, deadline: float
    ) -> dict[str, Any]:
        """Return the last word on a file; raises TimeoutError, ConnectionError and ValueError."""
        clock = asyncio.get_running_loop().time
        while True:
            left = deadline - clock()
            # Before the first page and after the last one only the file's limit holds.
            wait_s = min(self.limits.page_s, left) if progress.is_on_page else left
            line = await asyncio.wait_for(stdout.readline(), max(0.0, wait_s))
            if not line.endswith(b"\n"):
                raise ConnectionError("the worker ended")
            answer: dict[str, Any] = json.loads(line)
            if "page" not in answer:
                return answer
            progress.page, progress.pages = answer["page"], answer["pages"]


def _pipes(
    process: asyncio.subprocess.Process,
) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise ConnectionError("the worker has no pipes")
    return process.stdin, process.stdout


@dataclass(slots=True)
class _Progress:
    """How far a worker has come in a file."""

    page: int | None = None
    pages: int | None = None

    @property
    def is_on_page(self) -> bool:
        return self.page is not None and self.pages is not None and self.page < self.pages


@dataclass(slots=True)
class AttachmentReaders:
    """A few worker processes that read files; used as an async context manager.

    >>> async def texts(paths):
    ...     async with AttachmentReaders(workers=2) as readers:
    ...         return await asyncio.gather(*(readers.read(path) for path in paths))
    """

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    _idle: asyncio.Queue[_Worker] = field(init=False)
    _all: list[_Worker] = field(init=False)

    def __post_init__(self) -> None:
        self._idle = asyncio.Queue()
        self._all = [_Worker(self.limits) for _ in range(self.workers)]
        for worker in self._all:
            self._idle.put_nowait(worker)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End every worker; files being read are given up."""
        await asyncio.gather(*(worker.stop() for worker in self._all))

    async def read(self, path: Path) -> AttachmentReading:
        """Return a file's text, or why there is none; never hangs and never raises for it.

        Waits its turn when all workers are busy. Ending it (``asyncio.CancelledError``) ends the
        worker that reads.
        """
        async with self._worker() as worker:
            deadline = asyncio.get_running_loop().time() + self.limits.file_s
            skipped: list[int] = []
            while True:
                try:
                    return await worker.read(path, skipped, deadline)
                except _StoppedError as stop:
                    is_over = asyncio.get_running_loop().time() >= deadline
                    if (
                        stop.page is None
                        or stop.page == stop.pages
                        or is_over
                        or len(skipped) >= _MAX_SKIPPED_PAGES
                    ):
                        return self._unread(path, stop)
                    skipped.append(stop.page)

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        worker = await self._idle.get()
        try:
            yield worker
        finally:
            self._idle.put_nowait(worker)

    def _unread(self, path: Path, stop: _StoppedError) -> AttachmentReading:
        where = f" at page {stop.page + 1} of {stop.pages}" if stop.page is not None else ""
        megabytes = self.limits.memory_bytes // (1024 * 1024)
        why = {
            "time": f"reading took longer than {self.limits.file_s:.0f} seconds",
            "memory": f"reading took more memory than {megabytes} MB",
            "crash": "the reading program broke down",
        }.get(stop.why, f"the file can't be read from disk ({stop.why})")
        return AttachmentReading(
            kind=_kind(path), pages=stop.pages, note=f"Its text was not read: {why}{where}."
        )


def _kind(path: Path) -> Kind:
    """Return the kind by the name, when the bytes could not be looked at."""
    with suppress(ValueError):
        return Kind(path.suffix.lower().removeprefix("."))
    return Kind.UNKNOWN

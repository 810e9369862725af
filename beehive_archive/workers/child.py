"""The worker process: reads one file after the other as its parent asks.

Requests come as lines of JSON on standard input, ``{"path", "skip_pages", "time_s"}``. Each is
answered on standard output by ``{"page", "pages"}`` before each page, so that the parent can tell
a slow page from a long file, and in the end by ``{"reading"}`` or ``{"stopped"}``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Container
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import BinaryIO

from beehive_archive import ocr
from beehive_archive.text.attachment import AttachmentReading, read_bytes
from beehive_archive.text.pdf import HasTime, OnPage


def read_attachment(
    path: Path,
    *,
    skip_pages: Container[int] = (),
    on_page: OnPage | None = None,
    has_time: HasTime | None = None,
    use_ocr: bool = True,
) -> AttachmentReading:
    """Return a file's text, read in this process without any bound on time and memory.

    Never raises for what is in the file; ``AttachmentReaders.read`` is its bounded twin.

    Raises:
        OSError: the file can't be read from disk.

    """
    tesseract = _tesseract() if use_ocr else None
    return read_bytes(
        path.read_bytes(),
        recognise=ocr.recogniser(tesseract) if tesseract else None,
        skip_pages=skip_pages,
        on_page=on_page,
        has_time=has_time,
    )


@cache
def _tesseract() -> ocr.Tesseract | None:
    return ocr.find_tesseract()


def main(memory_bytes: int) -> None:
    """Answer requests until standard input ends."""
    _limit_memory(memory_bytes)
    # Libraries must not write into the answers, so they get standard error for their output.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _answer(answers, request)


def _answer(answers: BinaryIO, request: dict[str, object]) -> None:
    def say(message: dict[str, object]) -> None:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()

    end = time.monotonic() + float(str(request["time_s"]))
    try:
        reading = read_attachment(
            Path(str(request["path"])),
            skip_pages=frozenset(request["skip_pages"]),  # type: ignore[call-overload]
            on_page=lambda index, count: say({"page": index, "pages": count}),
            has_time=lambda: time.monotonic() < end,
        )
    except MemoryError:
        say({"stopped": "memory"})
    except OSError as error:
        say({"stopped": "file", "detail": f"{type(error).__name__}: {error.strerror}"})
    else:
        say({"reading": asdict(reading)})


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource  # noqa: PLC0415 - POSIX only; elsewhere the time limit alone holds
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""A replica of an archive's site as a program: ``python -m tests.replica --archive DIR``."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from tests.replica.bodies import Bodies
from tests.replica.corpus import load
from tests.replica.messages import Request
from tests.replica.server import serving
from tests.replica.site import Replica


def main() -> None:
    """Serve until interrupted or terminated; the first line printed is the URL."""
    options = _arguments()
    bodies = Bodies(options.cache)
    if options.pairs:
        bodies.learn(options.pairs)
    replica = Replica(load(options.archive, bodies, options.damaged))
    replica.options.shortlink = replica.options.canonical = options.identify
    # Thousands of requests a second: none is kept in memory.
    replica.requests = deque(maxlen=0)
    with _logging(replica, options.log), serving(replica, options.port):
        print(replica.url, flush=True)  # noqa: T201
        print(f"{len(replica)} documents", file=sys.stderr, flush=True)  # noqa: T201
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.replica", description=__doc__)
    parser.add_argument("--archive", type=Path, required=True, help="the folder of documents")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--cache", type=Path, help="keep rendered bodies in this folder")
    parser.add_argument("--pairs", type=Path, help="real bodies' HTML, JSON lines; needs --cache")
    parser.add_argument("--log", type=Path, help="write each request as a JSON line")
    parser.add_argument("--identify", action="store_true", help="node ids and canonical links")
    parser.add_argument(
        "--damaged",
        choices=["mended", "bare"],
        default="mended",
        help="whether documents archived without date or title have one on the site",
    )
    return parser.parse_args()


@contextlib.contextmanager
def _logging(replica: Replica, path: Path | None) -> Iterator[None]:
    if path is None:
        yield
        return
    with path.open("w", encoding="utf-8") as lines:
        replica.on_answer.append(lambda request: _write(request, lines))
        yield


def _write(request: Request, lines: TextIO) -> None:
    entry = {
        "at": time.time(),
        "target": request.target,
        "status": request.status,
        "headers": dict(request.headers),
    }
    print(json.dumps(entry), file=lines, flush=True)


if __name__ == "__main__":
    main()

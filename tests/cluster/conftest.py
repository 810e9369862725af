"""A real Redis on a free port, and workers with copies of one archive."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

redis = pytest.importorskip("redis", reason="redis is not installed: pip install .[cluster]")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis that keeps nothing."""
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server: apt-get install redis-server")
    with serving_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@contextmanager
def serving_redis(folder: Path) -> Iterator[str]:
    """Start a Redis on a free port while the block runs; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with suppress(redis.RedisError):
                client.ping()
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        client.close()
        process.terminate()
        process.wait(10)


@pytest.fixture
def copies(tmp_path: Path) -> list[Path]:
    """Where three workers have their copies of an archive."""
    return [tmp_path / f"worker-{number}" for number in range(3)]

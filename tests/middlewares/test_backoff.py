"""The brake: how long it waits, what it retries, and when it ends the run."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import DummyStatsCollector
from scrapy.utils.test import get_crawler

from beehive_archive import settings as project
from beehive_archive.errors import BlockedPageError, ConfigurationError
from beehive_archive.middlewares.backoff import (
    STORM,
    BackoffMiddleware,
    retry_after_s,
)
from beehive_archive.traffic import REPLAYED_FLAG, RunIsEndingError

URL = "https://www.beehive.govt.nz/release/a"
BLOCKED = b"<html><iframe src='/_Incapsula_Resource?x'>Request unsuccessful.</iframe></html>"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class FakeRun:
    """Stands for the crawl's ``ArchiveRun``: notes why it was ended."""

    config: Any = field(default_factory=lambda: SimpleNamespace(site_url=project.SITE_URL))
    ending: bool = False
    ends: list[tuple[str, str]] = field(default_factory=list)

    def end(self, problem: str, *, reason: str) -> None:
        self.ending = True
        self.ends.append((reason, problem))


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def brake(loop: asyncio.AbstractEventLoop) -> BackoffMiddleware:
    settings = Settings()
    settings.setmodule(project)
    middleware = BackoffMiddleware(settings)
    middleware.crawler = get_crawler()
    middleware.crawler.crawling = True
    middleware.crawler.stats = DummyStatsCollector(middleware.crawler)
    middleware.crawler.spider = SimpleNamespace(  # type: ignore[assignment]
        name="releases", crawler=middleware.crawler
    )
    middleware.run = FakeRun()  # type: ignore[assignment]
    return middleware


def run(loop: asyncio.AbstractEventLoop, work: Any, *args: Any) -> Any:
    async def inside() -> Any:
        result = work(*args)
        return await result if isinstance(result, Coroutine) else result

    return loop.run_until_complete(inside())


def answer(status: int = 200, body: bytes = b"<main>A page</main>", **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(URL, status=status, body=body, headers=named)


def waits(brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop) -> float:
    return brake._resume_at - loop.time()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sat, 21 Nov 2026 12:02:00 GMT", 120),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 12:02:00", 120),
        ("99999999999999999999", 999_999_999),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("\u00b2", None),
        ("", None),
        ("Sat, 99 Nov 2026 12:02:00 GMT", None),
        ("Sat, 21 Nov 99999 12:02:00 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    response = Response(URL, headers={"Retry-After": value.encode("utf-8")})
    assert retry_after_s(response, NOW) == seconds


def test_waits_double_with_every_bad_answer_and_begin_anew_after_a_good_one(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop
) -> None:
    for expected_s in (2, 4, 8):
        again = run(loop, brake.process_response, Request(URL), answer(500))
        assert isinstance(again, Request)
        assert waits(brake, loop) == pytest.approx(expected_s, abs=0.5)
    good = answer()
    assert run(loop, brake.process_response, Request(URL), good) is good
    brake._resume_at = 0
    run(loop, brake.process_response, Request(URL), answer(502))
    assert waits(brake, loop) == pytest.approx(2, abs=0.5)


def test_waits_end_at_the_longest(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop
) -> None:
    brake._bad_in_a_row = 1_000
    run(loop, brake.process_response, Request(URL), answer(500))
    assert waits(brake, loop) == pytest.approx(300, abs=0.5)


@pytest.mark.parametrize("status", [429, 503])
def test_the_site_says_how_long(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop, status: int
) -> None:
    response = answer(status, Retry_After="30")
    assert isinstance(run(loop, brake.process_response, Request(URL), response), Request)
    assert waits(brake, loop) == pytest.approx(30, abs=0.5)
    too_long = answer(status, Retry_After="301")
    assert run(loop, brake.process_response, Request(URL), too_long) is too_long
    assert brake.run.ends[0][0] == "retry_after"  # type: ignore[attr-defined]


def test_a_page_that_fails_for_ever_is_given_up_after_four_tries(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop
) -> None:
    request: Any = Request(URL)
    for _ in range(3):
        request = run(loop, brake.process_response, request, answer(500))
        assert isinstance(request, Request)
    last = answer(500)
    assert run(loop, brake.process_response, request, last) is last
    assert not brake.run.ending
    blocked: Any = Request(URL)
    brake.blocked_limit = 99
    for _ in range(3):
        blocked = run(loop, brake.process_response, blocked, answer(body=BLOCKED))
    with pytest.raises(BlockedPageError, match="nothing was concluded"):
        run(loop, brake.process_response, blocked, answer(body=BLOCKED))


def test_what_ends_a_run(brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop) -> None:
    def ends_after(bad: Any) -> tuple[int, str]:
        brake.run = FakeRun()  # type: ignore[assignment]
        brake._bad_in_a_row = brake._blocked_in_a_row = 0
        for count in range(1, 100):
            with suppress(BlockedPageError):  # of the last one, which is not tried again
                run(loop, bad, Request(f"{URL}{count}"))
            if brake.run.ending:
                return count, brake.run.ends[0][0]  # type: ignore[attr-defined]
        raise AssertionError("the run never ended")

    def response(**kwargs: Any) -> Any:
        return lambda request: brake.process_response(request, answer(**kwargs))

    def exception(error: Exception) -> Any:
        return lambda request: brake.process_exception(request, error)

    assert ends_after(response(body=BLOCKED)) == (5, "blocked")
    assert ends_after(response(status=503)) == (STORM, "server_errors")
    assert ends_after(exception(DownloadConnectionRefusedError("no"))) == (5, "unreachable")
    assert ends_after(exception(CannotResolveHostError("no"))) == (5, "unreachable")
    assert ends_after(exception(DownloadTimeoutError("slow"))) == (STORM, "failures")
    assert ends_after(exception(ResponseDataLossError("cut"))) == (STORM, "failures")


def test_the_message_for_nobody_there_names_the_way_offline(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop
) -> None:
    brake.blocked_limit = 1
    error = CannotResolveHostError("no such host")
    assert run(loop, brake.process_exception, Request(URL), error) is None
    ((_, problem),) = brake.run.ends  # type: ignore[attr-defined]
    assert "-s CASSETTE=tests/cassettes/releases.yaml" in problem


def test_errors_of_other_kinds_are_not_retried(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop
) -> None:
    assert run(loop, brake.process_exception, Request(URL), ValueError("ours")) is None
    assert waits(brake, loop) < 0


@pytest.mark.parametrize("how", ["ending", "stopped"])
def test_a_waiting_request_notices_the_end(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop, how: str
) -> None:
    brake._resume_at = loop.time() + 1_000
    if how == "ending":
        brake.run.ending = True
    else:
        brake.crawler.crawling = False
    with pytest.raises(RunIsEndingError):
        run(loop, brake.process_request, Request(URL))


def test_a_replayed_answer_spares_nobody(
    brake: BackoffMiddleware, loop: asyncio.AbstractEventLoop
) -> None:
    response = answer(503, Retry_After="30").replace(flags=[REPLAYED_FLAG])
    run(loop, brake.process_response, Request(URL), response)
    assert waits(brake, loop) < 0


@pytest.mark.parametrize("name", ["BACKOFF_START_S", "BACKOFF_MAX_S", "BLOCKED_LIMIT"])
def test_wrong_settings(name: str) -> None:
    settings = Settings()
    settings.setmodule(project)
    settings.set(name, "soon")
    with pytest.raises(ConfigurationError, match=name):
        BackoffMiddleware(settings)

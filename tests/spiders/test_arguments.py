"""Spider arguments: what is read, and what is refused before anything is fetched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from beehive_archive.errors import ConfigurationError
from beehive_archive.spiders import arguments

SITE = "https://www.beehive.govt.nz"
MIRROR = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda: arguments.kinds(""), "kind: expected some of release,"),
        (lambda: arguments.kinds("release,poem"), "release,poem"),
        (lambda: arguments.governments("2023"), "government: expected all or some of"),
        (lambda: arguments.governments(","), "government"),
        (lambda: arguments.day("since", "2024-02-30"), "since: expected a date"),
        (lambda: arguments.day("since", "yesterday"), "yesterday"),
        (lambda: arguments.day("since", ""), "since"),
        (lambda: arguments.span("2024-02-01", "2024-01-31"), "until: expected a date from"),
        (lambda: arguments.count("pages", "0"), "pages: expected a whole number"),
        (lambda: arguments.count("pages", "-1"), "pages"),
        (lambda: arguments.count("pages", "³"), "pages"),
        (lambda: arguments.count("pages", "1.5"), "pages"),
        (lambda: arguments.choice("retry", "all", "failed"), "retry: expected failed"),
        (lambda: arguments.switch("accept", "yes"), "accept: expected 1 or 0"),
        (lambda: arguments.urls("", SITE), "urls: expected at least one"),
        (lambda: arguments.urls("https://example.org/release/a", SITE), "example.org"),
        (lambda: arguments.urls(f"{SITE}/minister/x", SITE), "/minister/x"),
        (lambda: arguments.urls(f"{SITE}/release/a/b", SITE), "/release/a/b"),
        (lambda: arguments.urls("@/no/such/file", SITE), "/no/such/file can't be read"),
        (lambda: arguments.urls("@/", SITE), "can't be read"),
        (lambda: arguments.check_names("releases", {"form": "x"}, {"since": "a date"}), "form"),
    ],
)
def test_wrong_arguments_are_named(read: Callable[[], object], words: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read()
    assert words in str(error.value)


def test_right_arguments() -> None:
    assert [each.name for each in arguments.kinds(" speech, release,speech ")] == [
        "speech",
        "release",
    ]
    assert [each.facet for each in arguments.governments("2017-2020-labour")] == [6203]
    assert arguments.span("2024-01-01", "2024-01-01") == (date(2024, 1, 1), date(2024, 1, 1))
    assert arguments.span(None, None) == (None, None)
    assert arguments.count("pages", "12") == 12
    assert arguments.count("pages", None) is None
    assert arguments.choice("retry", "failed", "failed")
    assert not arguments.switch("accept", "0")


def test_urls_of_the_site_and_of_a_mirror() -> None:
    given = (
        f"{SITE}/release/a, {MIRROR}/speech/b?utm=1,/feature/taupō ,"
        f"{SITE}/node/21127,{SITE}/release/a"
    )
    assert arguments.urls(given, MIRROR) == (
        f"{SITE}/release/a",
        f"{SITE}/speech/b",
        f"{SITE}/feature/taup%C5%8D",
        f"{SITE}/node/21127",
    )


def test_urls_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(f"# those that failed\n\n{SITE}/release/a  # why\r\n/node/7\n", "utf-8")
    assert arguments.urls(f"@{file}", SITE) == (f"{SITE}/release/a", f"{SITE}/node/7")
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="can't be read"):
        arguments.urls(f"@{file}", SITE)
    file.write_text(f"\ufeff{SITE}/release/a", "utf-8")
    assert arguments.urls(f"@{file}", SITE) == (f"{SITE}/release/a",)

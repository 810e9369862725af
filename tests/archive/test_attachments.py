"""Paths of attachments: one safe path for every URL, whatever the URL."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beehive_archive.archive.attachments import (
    FILES_URL,
    MAX_SEGMENT_BYTES,
    apart,
    attachment_key,
    attachment_path,
    fold,
    is_on_site,
    is_text_path,
    text_path,
    url_of,
)

SITE = "https://www.beehive.govt.nz"
WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)

anything = st.text(min_size=1, max_size=80)
urls = st.one_of(
    st.text(max_size=60),
    anything.map(lambda text: FILES_URL + text),
    anything.map(lambda text: FILES_URL + quote(text, safe="", errors="surrogatepass")),
    st.lists(anything, max_size=4).map(
        lambda parts: "https://example.org/" + "/".join(quote(each, safe="") for each in parts)
    ),
    st.binary(min_size=1, max_size=40).map(lambda raw: FILES_URL + quote(raw, safe="")),
)


@given(urls)
def test_no_url_leads_out_of_its_folder_or_to_a_name_that_a_file_system_refuses(url: str) -> None:
    path = attachment_path(url)
    assert (path is None) == (attachment_key(url) is None)
    if path is None:
        return
    assert path.parts[0] == "attachments"
    assert len(path.parts) > 1
    assert not is_text_path(path), "it would pass for another file's text"
    for part in path.parts[1:]:
        assert part not in {"", ".", ".."}
        assert not part.startswith((".", " "))
        assert not part.endswith((".", " "))
        assert not re.search(r'[\x00-\x1f\x7f/\\:*?"<>|]', part)
        assert not WINDOWS_DEVICE.match(part)
        assert len(part.encode()) <= MAX_SEGMENT_BYTES
    assert len(str(path).encode()) < 1_000


@given(urls)
def test_a_path_that_tells_its_url_leads_back_to_itself(url: str) -> None:
    path = attachment_path(url)
    if path is not None and (back := url_of(path)) is not None:
        assert attachment_path(back) == path


@given(urls, urls)
def test_urls_that_differ_have_paths_that_differ_or_can_be_told_apart(one: str, two: str) -> None:
    first, second = attachment_path(one), attachment_path(two)
    if first is None or second is None or attachment_key(one) == attachment_key(two):
        return
    if fold(first) == fold(second):
        assert fold(apart(second, two)) != fold(first)


@pytest.mark.parametrize(
    ("below", "path"),
    [
        ("2023-06/Statement%20of%20Intent.pdf", "2023-06/Statement of Intent.pdf"),
        ("2024-01/M%C4%81ori%20h%C4%81p%C5%AB.pdf", "2024-01/Māori hāpū.pdf"),
        ("2024-01/Ma%CC%84ori.pdf", "2024-01/Māori.pdf"),  # composed, as macOS would not keep it
        ("plan%2FB.pdf", "plan-B~#.pdf"),
        ("..%2F..%2Fetc%2Fpasswd", "--..-etc-passwd~#"),
        ("%2e%2e/%2e%2e/a.pdf", "-~#/-~#/a.pdf"),
        ("a%00b.pdf", "a-b~#.pdf"),
        ("CON", "-CON~#"),
        ("aux.pdf", "-aux~#.pdf"),
        (".htaccess", "-htaccess~#"),
        ("a.pdf.md", "a.pdf.md~#"),
        ("_elsewhere/a.pdf", "_elsewhere~#/a.pdf"),
        ("a.pdf?version=2", "a~#.pdf"),
        ("a%E2%80%AEfdp.exe", "a-fdp~#.exe"),  # a mark that shows it as "aexe.pdf"
        ("latin%E9.pdf", "latin\ufffd~#.pdf"),
    ],
)
def test_names(below: str, path: str) -> None:
    found = re.sub(r"~[0-9a-f]{8}", "~#", str(attachment_path(FILES_URL + below)))
    assert found == f"attachments/{path}"


def test_long_names_are_cut_and_told_apart() -> None:
    one, two = (attachment_path(f"{FILES_URL}{'a' * 300}{end}.pdf") for end in "xy")
    assert one != two
    assert one is not None
    assert one.suffix == ".pdf"
    assert len(one.name) <= MAX_SEGMENT_BYTES
    deep = attachment_path(FILES_URL + "d/" * 300 + "a.pdf")
    assert deep is not None
    assert len(deep.parts) == 4
    macrons = attachment_path(FILES_URL + "%C4%81" * 200 + ".pdf")
    assert macrons is not None
    assert len(macrons.name.encode()) <= MAX_SEGMENT_BYTES


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://example.org/a/b.pdf", "_elsewhere/example.org/a/b.pdf"),
        ("http://EXAMPLE.org:80/a/b.pdf", "_elsewhere/example.org/a/b.pdf"),
        ("https://example.org:8080/b.pdf", "_elsewhere/example.org_8080/b.pdf"),
        ("https://example.org", "_elsewhere/example.org/index"),
        (f"{SITE}/media/1234", "_site/media/1234"),
    ],
)
def test_files_that_are_elsewhere(url: str, path: str) -> None:
    assert str(attachment_path(url)) == f"attachments/{path}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mailto:a@example.org",
        "javascript:alert(1)",
        "ftp://example.org/a.pdf",
        "file:///etc/a",
        "https://",
        "https://[::1/a.pdf",
        "https://user:word@example.org/a",
        "x" * 3_000,
    ],
)
def test_what_is_no_web_address_has_no_path(url: str) -> None:
    assert attachment_path(url) is None


def test_one_file_has_one_key_however_it_is_linked() -> None:
    linked = (
        f"{SITE}/sites/default/files/M%C4%81ori%20plan.pdf",
        "http://beehive.govt.nz/sites/default/files/M%c4%81ori%20plan.pdf#page=3",
        f"{SITE}/sites/default/files/Māori plan.pdf",
    )
    assert len({attachment_key(url) for url in linked}) == 1
    assert is_on_site(linked[1])
    assert not is_on_site("https://www.beehive.govt.nz.example.org/a.pdf")


def test_the_text_stands_beside_its_file() -> None:
    path = PurePosixPath("attachments/2024-01/Plan.pdf")
    assert text_path(path) == PurePosixPath("attachments/2024-01/Plan.pdf.md")
    assert is_text_path(text_path(path))

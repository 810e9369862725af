"""Spider arguments (``-a NAME=value``): read and checked before anything is fetched.

All raise ConfigurationError for what they can't read; it names the argument, what was expected
and what was found.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from beehive_archive.captures.config import require_warcio
from beehive_archive.errors import ConfigurationError
from beehive_archive.site import GOVERNMENTS, KINDS, Government, Kind
from beehive_archive.urls import document_url_of, node_id_of, node_url, recorded_url

MAX_URLS_BYTES = 50 * 1024 * 1024  # of a file of URLs; 55,000 of them are 6 MB


def check_names(spider: str, arguments: Mapping[str, str], allowed: Mapping[str, str]) -> None:
    """Refuse arguments that a spider doesn't know; the message lists the right ones."""
    unknown = sorted(set(arguments) - set(allowed))
    if unknown:
        width = max(map(len, allowed), default=0)
        listed = "\n".join(
            f"  -a {name + '=':{width + 1}}  {meaning}" for name, meaning in allowed.items()
        )
        raise ConfigurationError(
            f"{spider} has no argument {', '.join(unknown)}; it takes:\n{listed}"
        )


def command(spider: str, given: Mapping[str, str]) -> str:
    """Return the command line of a crawl, to be pasted.

    >>> command("check", {"since": "2024-01-01", "urls": "@a file"})
    "scrapy crawl check -a since=2024-01-01 -a 'urls=@a file'"
    """
    pairs = (shlex.quote(f"{name}={value}") for name, value in given.items())
    return "".join([f"scrapy crawl {spider}", *(f" -a {pair}" for pair in pairs)])


def kinds(value: str) -> tuple[Kind, ...]:
    """Read ``kind=release,speech``.

    >>> [kind.name for kind in kinds("speech,diary")]
    ['speech', 'diary']
    """
    names = _parts(value)
    if not names or not set(names) <= set(KINDS):
        raise ConfigurationError(f"kind: expected some of {', '.join(KINDS)}, found {value!r}")
    return tuple(KINDS[name] for name in dict.fromkeys(names))


def governments(value: str) -> tuple[Government, ...]:
    """Read ``government=all`` or names of governments.

    >>> len(governments("all"))
    11
    """
    if value == "all":
        return tuple(GOVERNMENTS.values())
    names = _parts(value)
    if not names or not set(names) <= set(GOVERNMENTS):
        raise ConfigurationError(
            f"government: expected all or some of {', '.join(GOVERNMENTS)}, found {value!r}"
        )
    return tuple(GOVERNMENTS[name] for name in dict.fromkeys(names))


def day(name: str, value: str | None) -> date | None:
    """Read a New Zealand date, ``since=2024-01-01``."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ConfigurationError(
            f"{name}: expected a date such as 2024-01-31, found {value!r}"
        ) from None


def span(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """Read ``since`` and ``until``; refuses a span that ends before it begins."""
    first, last = day("since", since), day("until", until)
    if first and last and last < first:
        raise ConfigurationError(f"until: expected a date from {first} on, found {last}")
    return first, last


def count(name: str, value: str | None) -> int | None:
    """Read a number of one or more, ``pages=3``."""
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0):
        raise ConfigurationError(f"{name}: expected a whole number from 1 on, found {value!r}")
    return int(value)


def choice(name: str, value: str | None, only: str) -> bool:
    """Read an argument that takes one word, ``retry=failed``."""
    if value not in {None, only}:
        raise ConfigurationError(f"{name}: expected {only}, found {value!r}")
    return value == only


def switch(name: str, value: str | None) -> bool:
    """Read ``accept=1``; absent and 0 are no."""
    if value not in {None, "0", "1"}:
        raise ConfigurationError(f"{name}: expected 1 or 0, found {value!r}")
    return value == "1"


def urls(value: str | None, site_url: str) -> tuple[str, ...] | None:
    """Read ``urls=URL,URL`` or ``urls=@FILE`` (one a line, ``#`` begins a comment).

    Addresses of documents and ``/node/N``, below the site or below ``SITE_URL``.

    >>> urls("http://localhost:8000/release/a", "http://localhost:8000")
    ('https://www.beehive.govt.nz/release/a',)
    """
    if value is None:
        return None
    return tuple(dict.fromkeys(_document_or_node(url, site_url) for url in _given(value)))


def warc_files(given: Mapping[str, str]) -> list[Path] | None:
    """Read ``warc=PATH,PATH``: WARC files and folders of them."""
    value = given.get("warc")
    if value is None:
        return None
    if others := sorted(given.keys() & {"pages", "government", "retry"}):
        raise ConfigurationError(f"warc: captures are read instead of lists; leave {others[0]} out")
    require_warcio("warc")
    from beehive_archive.captures.reader import files_below  # noqa: PLC0415 -- an extra

    return files_below([Path(part).expanduser() for part in _parts(value) or [value]])


def urls_of_any(value: str | None, site_url: str) -> tuple[str, ...] | None:
    """Read ``urls=`` as ``urls`` does, for spiders that also take addresses of attachments.

    >>> urls_of_any("http://localhost:8000/sites/default/files/a.pdf", "http://localhost:8000")
    ('https://www.beehive.govt.nz/sites/default/files/a.pdf',)
    """
    if value is None:
        return None
    return tuple(dict.fromkeys(recorded_url(url, site_url) for url in _given(value)))


def _given(value: str) -> list[str]:
    if value.startswith("@"):
        lines = (line.partition(" #")[0].strip() for line in _read(Path(value[1:])).splitlines())
        given = [line for line in lines if line and not line.startswith("#")]
    else:
        given = _parts(value)
    if not given:
        raise ConfigurationError(f"urls: expected at least one URL, found none in {value!r}")
    return given


def _document_or_node(url: str, site_url: str) -> str:
    recorded = recorded_url(url, site_url)
    node_id = node_id_of(recorded)
    document_url = node_url(node_id) if node_id is not None else document_url_of(recorded)
    if document_url is None:
        raise ConfigurationError(
            "urls: expected addresses such as https://www.beehive.govt.nz/release/SLUG, "
            f"found {url!r}"
        )
    return document_url


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_URLS_BYTES:
            raise ConfigurationError(f"urls: {path} is larger than {MAX_URLS_BYTES} bytes")
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"urls: {path} can't be read ({error})") from error

"""What a run asked the site for, and which of it got no answer yet."""

from __future__ import annotations

from collections.abc import Iterator

from beehive_archive.archive.state_file import StateFile
from beehive_archive.urls import canonical_url

_SCHEMA = """
create table asked (
    number integer primary key,   -- in the order of asking
    key text unique not null,     -- the archived document's path, else the canonical URL
    url_key text not null,        -- canonical
    url text not null,
    path text,
    waits integer not null        -- 1: no answer yet
);
create index asked_url_key on asked (url_key);
"""
_PAGE_ROWS = 1_000  # that are held at once


class Asked:
    """Documents by URL or, where they are archived, by path: asked for, waited for, answered.

    A check asks for all 55,000 at once. They lie in a file that SQLite keeps for itself, not in
    memory; every method raises StateError where the disk has no room for it.
    """

    def __init__(self) -> None:
        self._file = StateFile.temporary(_SCHEMA)
        self._waiting = 0

    def close(self) -> None:
        """Give the file back; nothing can be asked after."""
        self._file.close()

    def expect(self, url: str, path: str | None = None) -> None:
        """Note that a document was asked for, so that it is listed if no answer comes."""
        key = path or canonical_url(url)
        is_new = not self.is_waiting(key)
        self._file.rows(
            """
            insert into asked (key, url_key, url, path, waits) values (?, ?, ?, ?, 1)
            on conflict (key) do update set url_key = excluded.url_key, url = excluded.url,
                waits = 1
            """,
            *(key, canonical_url(url), url, path),
        )
        self._waiting += is_new

    def dismiss(self, url: str, path: str | None = None) -> None:
        """Note that a document was answered for, or is of no concern any more."""
        key = path or canonical_url(url)
        was_waiting = self.is_waiting(key)
        self._file.rows("update asked set waits = 0 where key = ?", key)
        self._waiting -= was_waiting

    def has(self, url: str, path: str | None = None) -> bool:
        """Tell whether a document was asked for, answered or not."""
        url_key = canonical_url(url)
        return bool(
            self._file.rows("select 1 from asked where url_key = ? or key = ?", url_key, path)
        )

    def is_waiting(self, key: str) -> bool:
        """Tell whether a path, or a canonical URL, was asked for and got no answer yet."""
        return bool(self._file.rows("select 1 from asked where key = ? and waits", key))

    def __len__(self) -> int:
        """Return how many documents are waited for."""
        return self._waiting

    def waiting(self) -> Iterator[tuple[str, str | None]]:
        """Yield the URLs that are waited for, with their documents' paths, in order of asking."""
        return ((url, path) for url, path, waits in self._in_order() if waits)

    def paths(self) -> Iterator[str]:
        """Yield the paths of the archived documents that were asked for, in order of asking."""
        return (path for _, path, _ in self._in_order() if path)

    def _in_order(self) -> Iterator[tuple[str, str | None, int]]:
        query = "select number, url, path, waits from asked where number > ? order by number limit"
        last = 0
        while rows := self._file.rows(f"{query} {_PAGE_ROWS}", last):
            yield from (row[1:] for row in rows)
            last = rows[-1][0]

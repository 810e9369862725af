"""What runs remember in ``.state/``: URLs, failures and unfinished walks through lists.

None of it is needed to read the archive: deleting the folder costs requests, not documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from beehive_archive.archive.failures import MAX_REASON_LENGTH, Failure, next_try_at
from beehive_archive.archive.state_dir import make_state_dir
from beehive_archive.archive.state_file import StateFile, instant
from beehive_archive.urls import canonical_url

STATE_FILE = "state.sqlite"
SCHEMA_VERSION = 1

_SCHEMA = """
create table runs (
    id integer primary key autoincrement,
    spider text not null,
    started_at text not null
);
create table urls (
    url text primary key,       -- canonical
    live_url text not null,     -- as the site links it
    path text,                  -- the archived document that it was seen to be
    node_id integer,
    status integer,             -- the last answer's
    seen_at text,               -- the last good answer's time
    etag text,
    last_modified text,
    published_at text,
    agreed text,                -- what the archived text agreed with the page under
    stored_run integer          -- the run that brought the document into the archive
);
create index urls_node_id on urls (node_id);
create index urls_path on urls (path);
create table failures (
    url text primary key,
    reason text not null,
    refused integer not null,   -- 1: the page came, but can't be archived
    tries integer not null,
    first_at text not null,
    next_try_at text not null
);
create table walks (
    list text primary key,
    first_run integer not null  -- the run that began this walk and did not see its end
);
"""


@dataclass(frozen=True, slots=True)
class Validators:
    """A last answer's validators, and what the archived text agreed with it under."""

    etag: str | None
    last_modified: str | None
    agreed: str | None


class State:
    """The SQLite file ``.state/state.sqlite``; every call is one whole transaction.

    URLs are keyed by their canonical form. Times are ISO instants in UTC.
    """

    def __init__(self, state_dir: Path, spider: str, now: datetime) -> None:
        make_state_dir(state_dir)
        self.path = state_dir / STATE_FILE
        self._file = StateFile.open(self.path, _SCHEMA, SCHEMA_VERSION)
        with self._file.transaction() as db:
            self.run_id = db.execute(
                "insert into runs (spider, started_at) values (?, ?)", (spider, instant(now))
            ).lastrowid

    def close(self) -> None:
        """Close the file; the state can't be used after."""
        self._file.close()

    # --- what is known of each URL

    def saw(
        self,
        live_url: str,
        *,
        now: datetime,
        status: int = 200,
        path: str | None = None,
        node_id: int | None = None,
        published_at: datetime | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        agreed: str | None = None,
        stored: bool = False,
    ) -> None:
        """Remember a document's answer.

        ``agreed`` says under what text and settings the archive agreed with it (see ``Run``).
        ``stored`` says that this run brought the document into the archive.
        """
        url = canonical_url(live_url)
        with self._file.transaction() as db:
            db.execute(
                """
                insert into urls (url, live_url, path, node_id, status, seen_at, etag,
                                  last_modified, published_at, agreed, stored_run)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (url) do update set
                    live_url = excluded.live_url,
                    path = coalesce(excluded.path, path),
                    node_id = coalesce(excluded.node_id, node_id),
                    status = excluded.status,
                    seen_at = excluded.seen_at,
                    etag = excluded.etag,
                    last_modified = excluded.last_modified,
                    published_at = coalesce(excluded.published_at, published_at),
                    agreed = excluded.agreed,
                    stored_run = coalesce(excluded.stored_run, stored_run)
                """,
                (
                    url,
                    live_url,
                    path,
                    node_id,
                    status,
                    instant(now),
                    etag,
                    last_modified,
                    instant(published_at) if published_at else None,
                    agreed,
                    self.run_id if stored else None,
                ),
            )

    def seen_again(self, live_url: str, now: datetime) -> None:
        """Remember that a page is as it was (304)."""
        with self._file.transaction() as db:
            db.execute(
                "update urls set seen_at = ? where url = ?", (instant(now), canonical_url(live_url))
            )

    def is_gone(self, live_url: str, path: str, now: datetime, status: int) -> None:
        """Remember that a document was looked for and is not on the site any more."""
        with self._file.transaction() as db:
            db.execute(
                """
                insert into urls (url, live_url, path, status, seen_at) values (?, ?, ?, ?, ?)
                on conflict (url) do update set path = excluded.path, status = excluded.status,
                    seen_at = excluded.seen_at, agreed = null
                """,
                (canonical_url(live_url), live_url, path, status, instant(now)),
            )

    def validators(self, live_url: str, path: str) -> Validators | None:
        """Return what a page's last answer can be asked about again with."""
        row = self._file.row(
            "select etag, last_modified, agreed from urls where url = ? and path = ?",
            canonical_url(live_url),
            path,
        )
        return Validators(*row) if row else None

    def seen_at(self, path: str) -> str | None:
        """Return when an archived document was last held against its page, None for never."""
        return self._file.value("select max(seen_at) from urls where path = ?", path)

    def published_at(self, path: str) -> datetime | None:
        """Return the instant that a page had when the archived date agreed with it."""
        query = """
            select published_at from urls where path = ? and published_at is not null
            order by seen_at desc limit 1
        """
        found = self._file.value(query, path)
        return datetime.fromisoformat(found) if found else None

    def node_is(self, node_id: int, live_url: str) -> None:
        """Remember which document a node id leads to, without having read the document."""
        with self._file.transaction() as db:
            db.execute(
                """
                insert into urls (url, live_url, node_id) values (?, ?, ?)
                on conflict (url) do update set node_id = excluded.node_id
                """,
                (canonical_url(live_url), live_url, node_id),
            )

    def leads_to(self, url: str, live_url: str, path: str) -> None:
        """Remember that a URL gave the page of another, so that a list's row is known by it.

        A URL that was itself seen to be a document's is left as it is.
        """
        if canonical_url(url) == canonical_url(live_url):
            return
        with self._file.transaction() as db:
            db.execute(
                """
                insert into urls (url, live_url, path) values (?, ?, ?)
                on conflict (url) do update set live_url = excluded.live_url, path = excluded.path
                where seen_at is null
                """,
                (canonical_url(url), live_url, path),
            )

    def path_of(self, url: str) -> str | None:
        """Return the path of the document that a live URL was seen to be."""
        return self._file.value("select path from urls where url = ?", canonical_url(url))

    def live_url_of(self, path: str) -> str | None:
        """Return the live URL that an archived document was last seen under."""
        return self._file.value(
            "select live_url from urls where path = ? order by seen_at desc limit 1", path
        )

    def url_of_node(self, node_id: int) -> str | None:
        """Return the live URL of a node id."""
        return self._file.value("select live_url from urls where node_id = ?", node_id)

    def node_id_of(self, url: str) -> int | None:
        """Return the node id of a live URL."""
        found = self._file.value("select node_id from urls where url = ?", canonical_url(url))
        return int(found) if found is not None else None

    def stored_since(self, url: str, run: int) -> bool:
        """Tell whether a live URL's document was brought in by that run or a later one."""
        stored = self._file.value("select stored_run from urls where url = ?", canonical_url(url))
        return stored is not None and int(stored) >= run

    def renamed(self, old: str, new: str) -> None:
        """Remember that a document was given another path."""
        with self._file.transaction() as db:
            db.execute("update urls set path = ? where path = ?", (new, old))

    # --- walks through lists

    def begin_walk(self, list_url: str) -> int:
        """Begin or take up a walk through a list; returns the run in which it began.

        A walk that was killed stays open: documents stored since its beginning don't prove that
        the rows after them were seen too.
        """
        with self._file.transaction() as db:
            db.execute(
                "insert into walks values (?, ?) on conflict (list) do nothing",
                (list_url, self.run_id),
            )
        return int(self._file.value("select first_run from walks where list = ?", list_url) or 0)

    def end_walk(self, list_url: str) -> None:
        """Remember that a walk reached its end."""
        with self._file.transaction() as db:
            db.execute("delete from walks where list = ?", (list_url,))

    # --- failures

    def failed(
        self,
        url: str,
        reason: str,
        now: datetime,
        *,
        refused: bool = False,
        blameless: bool = False,
    ) -> None:
        """Remember that a URL could not be had, and when to try it next.

        A ``blameless`` one, of which nothing was learned, is due at once and counts no try.
        """
        with self._file.transaction() as db:
            row = db.execute("select tries from failures where url = ?", (url,)).fetchone()
            tries = (row[0] if row else 0) + (not blameless)
            due_at = instant(now) if blameless else next_try_at(tries, now)
            db.execute(
                """
                insert into failures values (?, ?, ?, ?, ?, ?)
                on conflict (url) do update set reason = excluded.reason,
                    refused = excluded.refused, tries = excluded.tries,
                    next_try_at = excluded.next_try_at
                """,
                (url, reason[:MAX_REASON_LENGTH], refused, tries, instant(now), due_at),
            )

    def succeeded(self, url: str) -> None:
        """Forget a URL's failures."""
        if self.failure(url) is None:
            return  # nearly always: spare the write
        with self._file.transaction() as db:
            db.execute("delete from failures where url = ?", (url,))

    def failure(self, url: str) -> Failure | None:
        """Return a URL's failure, None where it has none."""
        row = self._file.row("select * from failures where url = ?", url)
        return Failure(*row) if row else None

    def failures(self, due: datetime | None = None) -> Iterator[Failure]:
        """Yield the failures, oldest first; with ``due`` only those whose next try has come."""
        for row in self._file.rows("select * from failures order by first_at, url"):
            failure = Failure(*row)
            if due is None or failure.is_due(due):
                yield failure

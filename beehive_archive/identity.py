"""Which archived document a live one is: from its URL, its title and date, and earlier runs."""

from __future__ import annotations

from beehive_archive import reconcile
from beehive_archive.archive.index import ArchiveIndex, Entry, Sighting
from beehive_archive.archive.state import State
from beehive_archive.items import Fetched, Release
from beehive_archive.site import canonical_url


class Identity:
    """Tells documents apart that share a URL or a folded slug, for the time of one run."""

    def __init__(self, index: ArchiveIndex, state: State) -> None:
        self.index = index
        self.state = state
        self._listed_as: dict[str, str] = {}  # archived documents that a list names exactly

    def knows(self, live: Sighting) -> bool | None:
        """Tell whether a live document is in the archive: yes, no, or None for "read it to say".

        None is for a page that may be an archived one which lost its URL's characters, or which
        shares an archived one's URL while neither title nor date agree.
        """
        path = self.state.path_of(live.url)
        if path and self.index.get(path):
            return True
        entry = self.index.match(live)
        if entry is None:
            return None if self.index.with_url(live.url) else False
        exact = canonical_url(entry.url) == canonical_url(live.url)
        agrees = not live.title or entry.title == live.title or entry.date in live.dates
        return True if exact and agrees else None

    def is_listed(self, live: Sighting) -> None:
        """Note that a list names a document: an archived one with that URL has its own URL.

        So it has lost no characters, and is not another live document whose slug folds to its.
        """
        exact = self.index.with_url(live.url)
        if len(exact) == 1:
            self._listed_as[str(exact[0].path)] = live.url

    def path_of(self, url: str) -> str | None:
        """Return the path of the one archived document that a URL was, or is recorded, to be."""
        seen = self.state.path_of(url)
        if seen is not None and self.index.get(seen):
            return seen
        exact = self.index.with_url(url)
        return str(exact[0].path) if len(exact) == 1 else None

    def may_be_at(self, release: Release) -> bool:
        """Tell whether a page can be the document that its canonical link names.

        Not where the archive has that one with another title or date: a canonical link that is
        wrong on many pages would make one document of them all.
        """
        entry = self.index.get(self.path_of(release.url) or "")
        return entry is None or (
            entry.title == release.title and entry.date in reconcile.dates_of(release)
        )

    def identify(self, fetched: Fetched) -> Entry | None:
        """Return the archived document that a page is, None for a new one."""
        release = fetched.release
        live = Sighting(release.url, release.title, reconcile.dates_of(release))
        exact = self.index.with_url(release.url)
        if fetched.path and len(exact) <= 1:
            return self.index.get(fetched.path)
        known = self.state.path_of(release.url)
        entry = self.index.get(known) if known else self.index.match(live)
        if entry is not None and self._is_anothers(entry, release.url):
            entry = None
        if entry is None and release.node_id is not None:
            former = self.state.url_of_node(release.node_id)
            path = self.state.path_of(former) if former else None
            entry = self.index.get(path) if path else None
        return entry

    def _is_anothers(self, entry: Entry, live_url: str) -> bool:
        """Tell whether an archived document was seen to be another live URL's."""
        path = str(entry.path)
        seen_as = self.state.live_url_of(path) or self._listed_as.get(path)
        return seen_as is not None and canonical_url(seen_as) not in {
            canonical_url(live_url),
            "",
        }

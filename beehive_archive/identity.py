"""Which archived document a live one is: from its URL, its title and date, and earlier runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from beehive_archive import reconcile
from beehive_archive.archive.index import ArchiveIndex, Entry, Sighting, likest_of
from beehive_archive.archive.layout import follows_layout, is_laid_out
from beehive_archive.archive.state import State
from beehive_archive.items import Fetched, Release
from beehive_archive.urls import canonical_url


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

    def node_id_of(self, entry: Entry) -> int | None:
        """Return the node id of an archived document, None where no page told it."""
        return self.state.node_id_of(self.state.live_url_of(entry.name) or entry.url)

    def is_of_another(self, live: Sighting, path: str) -> bool:
        """Tell whether a live document is rather another archived one than that at ``path``."""
        if (seen := self._seen_at(live.url)) is not None:
            return seen.name != path
        rivals = likest_of(self.index.candidates(live), live)
        return bool(rivals) and all(each.name != path for each in rivals)

    def unread_path(self, release: Release) -> PurePosixPath | None:
        """Return the unreadable file that may be a page's document, None where there is none."""
        days = reconcile.dates_of(release)
        return next(
            (
                path
                for path in self.index.unread
                if is_laid_out(path) and any(follows_layout(path, day, release.url) for day in days)
            ),
            None,
        )

    def identify(self, fetched: Fetched, agrees: Callable[[Entry], bool]) -> Entry | None:
        """Return the archived document that a page is, None for a new one.

        Where several may be the page that a check asked for, those tell them apart that are known
        at other URLs, then date and title, then the content: ``agrees``. None where nothing does.
        """
        release = fetched.release
        live = Sighting(release.url, release.title, reconcile.dates_of(release))
        if fetched.path is None:
            return self._of_found(release, live)
        rivals = [
            each for each in self.index.candidates(live) if not self._is_anothers(each, release.url)
        ]
        if len(rivals) < 2:
            return self.index.get(fetched.path)
        if (seen := self._seen_at(release.url)) in rivals:
            return seen
        likest = likest_of(rivals, live)
        if len(likest) > 1:
            likest = [each for each in likest if agrees(each)]
        return likest[0] if len(likest) == 1 else None

    def _of_found(self, release: Release, live: Sighting) -> Entry | None:
        known = self.state.path_of(release.url)
        entry = self.index.get(known) if known else self.index.match(live)
        if entry is not None and self._is_anothers(entry, release.url):
            entry = None
        if entry is None and release.node_id is not None:
            former = self.state.url_of_node(release.node_id)
            entry = self._seen_at(former) if former else None
        return entry

    def _seen_at(self, url: str) -> Entry | None:
        path = self.state.path_of(url)
        return self.index.get(path) if path else None

    def _is_anothers(self, entry: Entry, live_url: str) -> bool:
        """Tell whether an archived document was seen to be another live URL's."""
        path = str(entry.path)
        seen_as = self.state.live_url_of(path) or self._listed_as.get(path)
        return seen_as is not None and canonical_url(seen_as) not in {
            canonical_url(live_url),
            "",
        }

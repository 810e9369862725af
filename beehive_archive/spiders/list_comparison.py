"""What the site's lists name against what the archive holds, without reading a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from beehive_archive.archive.index import Entry
from beehive_archive.findings import NEW, UNLISTED, Finding
from beehive_archive.items import NEW_ZEALAND
from beehive_archive.pages.listing import Row
from beehive_archive.reports import coverage
from beehive_archive.run import Run
from beehive_archive.site import Government, Kind, government_on
from beehive_archive.spiders.lists import sighting_of
from beehive_archive.text.rendered import same_words
from beehive_archive.urls import kind_of, node_url

# A list that names fewer than this share of what the archive has under its government came
# back short; what it leaves out is not called unlisted.
SHORT_LIST = 0.9


class ListComparison:
    """Collects the rows of lists, and at the end compares them with the archive."""

    def __init__(
        self,
        run: Run,
        kinds: tuple[Kind, ...],
        governments: tuple[Government, ...],
        *,
        is_in_span: Callable[[date], bool],
    ) -> None:
        self._run = run
        self._kinds = kinds
        self._governments = governments
        self._archived = {
            entry.name: entry
            for entry in run.index
            if kind_of(entry.url) in kinds
            and government_on(entry.date) in governments
            and is_in_span(entry.date)
        }
        self._by_title: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._archived.values():
            self._by_title[same_words(entry.title)].append(entry)
        self._listed: dict[
            str, date | None
        ] = {}  # by an archived path, or by a URL the archive lacks
        self._missing: dict[str, Row] = {}

    def take(self, rows: tuple[Row, ...]) -> None:
        """Take in rows of a list; one without a date counts in no month."""
        for row in rows:
            entry = self._entry_of(row)
            if entry is not None:
                key = entry.name
            else:
                key = row.url or node_url(row.node_id or 0)
                self._missing[key] = row
            self._listed[key] = _day_of(row) or (entry.date if entry else None)

    def conclude(self) -> None:
        """Note what either side lacks, and set the run's coverage."""
        short = self._short_lists()
        self._run.coverage = coverage.measure(
            ((day, key) for key, day in self._listed.items() if day),
            ((entry.date, name) for name, entry in self._archived.items()),
            tuple(kind.name for kind in self._kinds),
            short,
        )
        for key, row in self._missing.items():
            day = self._listed[key]
            detail = "the site lists it, the archive has it not"
            self._run.ledger.add(
                Finding(
                    kind=NEW,
                    url=key,
                    title=row.title,
                    date=day.isoformat() if day else "",
                    detail=detail,
                )
            )
        for name, entry in self._archived.items():
            if name not in self._listed and government_on(entry.date).name not in short:
                self._run.ledger.add(
                    Finding(
                        kind=UNLISTED,
                        url=entry.url,
                        path=name,
                        title=entry.title,
                        date=entry.date.isoformat(),
                        detail="no list names it; that says nothing about its page",
                    )
                )

    def _entry_of(self, row: Row) -> Entry | None:
        """Return the archived document that a row names."""
        run = self._run
        url = row.url or run.state.url_of_node(row.node_id or 0)
        if url is not None:
            path = run.state.path_of(url)
            known = run.index.get(path) if path else None
            if known or (known := run.index.match(sighting_of(row, url))):
                return known
        if row.url is not None:
            return None
        # An old row names a node only: its title and date tell the document.
        days = sighting_of(row, row.key).dates
        alike = [
            each
            for each in self._by_title.get(same_words(row.title), ())
            if each.date in days and each.name not in self._listed
        ]
        return alike[0] if alike else None

    def _short_lists(self) -> tuple[str, ...]:
        """Return the governments whose lists named too little to say what they leave out."""
        listed = {name for name in self._listed if name in self._archived}
        short = []
        for government in self._governments:
            own = [
                name
                for name, entry in self._archived.items()
                if government_on(entry.date) is government
            ]
            if sum(name in listed for name in own) < SHORT_LIST * len(own):
                short.append(government.name)
        return tuple(short)


def _day_of(row: Row) -> date | None:
    return row.published_at.astimezone(NEW_ZEALAND).date() if row.published_at else None

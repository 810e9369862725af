"""Layout drift told from a run's own pages: a field that they lack and the archive has.

A page whose ministers or body stand in markup that the parser doesn't know reads as one that
has none. One such page is nothing (of 16,037 archived releases 30 lack a field, never more than
two in a row); most pages of a run are. Pure: counts in, sentences out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from beehive_archive.text.front_matter import Document
from beehive_archive.verdict import LEAST_BRAKED

# What the parser refuses a page without, and what a page may do without.
NEEDED = ("document", "title", "date")
USUAL = ("ministers", "portfolios", "body")

# With fewer archived documents of a kind nothing is known of what is usual.
LEAST_ARCHIVED = 20


def missing_fields(document: Document) -> tuple[str, ...]:
    """Return which of the usual fields a document has not."""
    return tuple(field for field in USUAL if not getattr(document, field))


def usual_losses(missing: Iterable[Collection[str]]) -> Mapping[str, float]:
    """Return which part of the archived documents lacks each field; 1.0 where too few are known.

    >>> usual_losses([("body",)] + [()] * 39)["body"]
    0.025
    >>> usual_losses([()] * 19)["body"]
    1.0
    """
    archived = list(missing)
    if len(archived) < LEAST_ARCHIVED:
        return dict.fromkeys(USUAL, 1.0)
    counts = Counter(field for fields in archived for field in fields)
    return {field: counts[field] / len(archived) for field in USUAL}


def drifting(
    pages: int,
    missing: Mapping[str, int],
    usual: Mapping[str, float],
    *,
    least_pages: int,
    max_loss: float,
) -> tuple[str, ...]:
    """Return the fields that so many more pages lack than archived documents do.

    ``max_loss`` is the part of the pages that may lack a field beyond what is usual.

    >>> drifting(5, {"body": 5}, {"body": 0.01}, least_pages=5, max_loss=0.5)
    ('body',)
    >>> drifting(4, {"body": 4}, {"body": 0.01}, least_pages=5, max_loss=0.5)
    ()
    >>> drifting(50, {"body": 9}, {"body": 0.01}, least_pages=5, max_loss=0.5)
    ()
    """
    if pages < least_pages:
        return ()
    return tuple(
        field
        for field in (*NEEDED, *USUAL)
        if missing.get(field, 0) / pages - usual.get(field, 0.0) > max_loss
    )


class Health:
    """What the pages of one run lack, by kind of document.

    ``usual_of`` gives a kind's ``usual_losses``; it is asked once, and only where a page lacks
    something. Pages that lack what is usual are held: until the run's other pages were seen,
    nobody knows whether that is the page or the layout.
    """

    def __init__(
        self,
        usual_of: Callable[[str], Mapping[str, float]],
        *,
        least_pages: int,
        max_loss: float,
    ) -> None:
        self._usual_of = usual_of
        self._least_pages = least_pages
        self._max_loss = max_loss
        self._usual: dict[str, Mapping[str, float]] = {}
        self._pages: Counter[str] = Counter()
        self._missing: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._held: dict[str, tuple[str, ...]] = {}

    def saw(self, kind: str, missing: Collection[str]) -> None:
        """Count a page of a kind and the fields that it lacks."""
        self._pages[kind] += 1
        self._missing[kind].update(missing)

    def lacks(self, kind: str, missing: Collection[str]) -> tuple[str, ...]:
        """Return which of the missing fields documents of that kind usually have."""
        if not missing:
            return ()
        usual = self._usual_losses(kind)
        return tuple(field for field in missing if 1 - usual.get(field, 0.0) > self._max_loss)

    def hold(self, url: str, lacking: tuple[str, ...]) -> None:
        """Hold a new document until the run's other pages were seen."""
        self._held[url] = lacking

    def take_held(self) -> dict[str, tuple[str, ...]]:
        """Return the URLs that are held, with what their pages lack; none is held after."""
        held, self._held = self._held, {}
        return held

    @property
    def is_hopeless(self) -> bool:
        """Whether so many pages drifted that no more need be asked for."""
        return bool(self._drifted(max(self._least_pages, LEAST_BRAKED)))

    def problem(self) -> str | None:
        """Say what drifted, None where nothing did."""
        drifted = self._drifted(self._least_pages)
        if not drifted:
            return None
        found = "; ".join(
            f"{self._missing[kind][field]} of {self._pages[kind]} pages ({kind}) have no {field}"
            for kind, field in drifted
        )
        return (
            f"layout drift: {found}, unlike the archived ones; nothing of such pages was written. "
            "Look at one in a browser; when the parser knows the new layout, run again with "
            "-a retry=failed (or now with -a accept=1, if the pages really have none)"
        )

    def _drifted(self, least_pages: int) -> list[tuple[str, str]]:
        return [
            (kind, field)
            for kind, pages in self._pages.items()
            if self._may_drift(kind, pages, least_pages)
            for field in drifting(
                pages,
                self._missing[kind],
                self._usual_losses(kind),
                least_pages=least_pages,
                max_loss=self._max_loss,
            )
        ]

    def _may_drift(self, kind: str, pages: int, least_pages: int) -> bool:
        """Tell without looking at the archive, for nearly every page."""
        most = max(self._missing[kind].values(), default=0)
        return pages >= least_pages and most > self._max_loss * pages

    def _usual_losses(self, kind: str) -> Mapping[str, float]:
        if kind not in self._usual:
            self._usual[kind] = self._usual_of(kind)
        return self._usual[kind]

"""``scrapy crawl check``: hold what the archive says against what the site says today."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain, islice
from operator import itemgetter
from pathlib import PurePosixPath
from typing import ClassVar

from scrapy import Request, signals

from beehive_archive.archive.index import Entry
from beehive_archive.archive.layout import is_document_path
from beehive_archive.archive.state_file import instant
from beehive_archive.extensions import ArchiveRun
from beehive_archive.pages.listing import Row
from beehive_archive.site import KINDS, governments_between
from beehive_archive.spiders import arguments
from beehive_archive.spiders.list_comparison import ListComparison
from beehive_archive.spiders.lists import DocumentList, Walk, lists_of
from beehive_archive.spiders.questions import Questions
from beehive_archive.spiders.walking import ListSpider
from beehive_archive.urls import canonical_url, node_id_of


class CheckSpider(ListSpider):
    """Fetches every chosen document by its own URL and compares; writes no document."""

    name = "check"
    writes_new = False
    can_be_shared = True
    SHARED_ARGUMENTS = frozenset({"since", "until", "urls", "sample", "seed", "accept"})
    ARGUMENTS: ClassVar[Mapping[str, str]] = {
        "since": "YYYY-MM-DD, only documents that the archive has from this date on",
        "until": "YYYY-MM-DD, only documents that the archive has up to this date",
        "urls": "URL,URL or @FILE: just these",
        "sample": "N, so many documents chosen at random; with stale, those that wait longest",
        "seed": "WORD that makes the random choice another one (default: 0)",
        "stale": "DAYS, only documents not checked for so many days, oldest first",
        "lists": "1: walk through the site's lists only, and compare what they name",
        "kind": f"with lists=1, some of {','.join(KINDS)} (default: release)",
        "government": "with lists=1, NAME,NAME (default: all)",
        "attachments": "1: also ask whether the documents' attachments changed or are gone",
        "resume": "1: go on with a check that was stopped",
        "accept": "1: believe a run in which very many documents changed",
    }

    def read_arguments(self, given: Mapping[str, str]) -> None:
        """Read what this spider takes."""
        self.to_resume = arguments.command(self.name, {**given, "resume": "1"})
        self.urls = arguments.urls(given.get("urls"), self.site_url)
        self.sample = arguments.count("sample", given.get("sample"))
        self.seed = given.get("seed", "0")
        self.stale_days = arguments.count("stale", given.get("stale"))
        self.lists = arguments.switch("lists", given.get("lists"))
        self.kinds = arguments.kinds(given.get("kind", "release"))
        self.governments = arguments.governments(given.get("government", "all"))
        self.comparison: ListComparison | None = None
        self.resumes = arguments.switch("resume", given.get("resume"))
        self.lists_attachments = arguments.switch("attachments", given.get("attachments"))

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the chosen documents, no faster than they are fetched.

        Scrapy would else schedule 55,000 requests at once and hold them all in memory.
        """
        if self.lists:
            for request in self.list_requests():
                yield request
            return
        self.run.to_resume = self.to_resume
        if self.cluster is not None:
            async for request in self.cluster.requests():
                yield request
            return
        for entry in self.choose():
            self.run.asked.expect(self.url_of(entry), entry.name)
        self.logger.info("Checking %d of %d documents", len(self.run.asked), len(self.run.index))
        requests = self.check_requests()
        if self.lists_attachments:
            requests = chain(requests, self.attachment_requests())
        for request in requests:
            if self.crawler.engine.needs_backout():
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            yield request

    def units(self) -> list[str]:
        """Return the documents' paths."""
        return [entry.name for entry in self.choose()]

    def unit_requests(self, unit: str) -> Iterator[Request]:
        """Return the request for a document."""
        if entry := self.run.index.get(unit):
            yield self.check_request(self.url_of(entry), entry)

    def check_request(self, url: str, entry: Entry) -> Request:
        """Return the request for a document, whose page comes only if it changed."""
        return self.document_request(url, entry.name, headers=self.run.pages.validators(entry))

    def check_requests(self) -> Iterator[Request]:
        """Yield the requests for the chosen documents."""
        for url, path in self.run.asked.waiting():
            if path and (entry := self.run.index.get(path)):
                yield self.check_request(url, entry)

    def attachment_requests(self) -> Iterator[Request]:
        """Yield the requests that ask about the attachments of the chosen documents."""
        desk = self.questions.desk
        entries = map(self.run.index.get, chain(self.run.asked.paths(), self.done))
        named = desk.named_by(
            (each.url, each.date, each.attachments)
            for each in entries
            if each and each.attachments  # one document in sixteen; the others need no room
        )
        unasked = [each for each in named if str(desk.path_of(each)) not in self.done]
        for attachment in unasked:
            desk.expect(attachment)
        for attachment in unasked:
            yield self.questions.request(attachment)

    @cached_property
    def questions(self) -> Questions:
        """The requests about attachments."""
        return Questions(ArchiveRun.of(self.crawler).attachments)

    def choose(self) -> Iterator[Entry]:
        """Return the archived documents to check, in the archive's order.

        Those that a stopped check is done with are chosen too, so that a sample stays the same,
        and left out at the end.
        """
        self.done = self.run.resume() if self.resumes else set()
        names = self.names_of(self.urls) if self.urls is not None else None

        def in_span() -> Iterator[Entry]:
            entries = self.run.index.between(self.since, self.until)
            return (each for each in entries if names is None or each.name in names)

        if names is not None and not any(in_span()):
            self.run.end_with("the archive holds none of the given URLs; see -a urls")
        if self.stale_days is not None:
            entries = self.stale(in_span(), self.stale_days)
            if self.sample is not None:  # those that a stopped check read are no longer stale
                read = sum(is_document_path(PurePosixPath(path)) for path in self.done)
                entries = islice(entries, max(0, self.sample - read))
        elif self.sample is not None:
            entries = self.sampled(in_span, self.sample)
        else:
            entries = in_span()
        left = (entry for entry in entries if entry.name not in self.done)
        return islice(left, self.page_limit)

    def sampled(self, entries: Callable[[], Iterator[Entry]], size: int) -> Iterator[Entry]:
        """Yield so many entries chosen at random, the same ones for the same ``seed``."""
        total = sum(1 for _ in entries())
        generator = random.Random(self.seed)  # noqa: S311 -- reproducible, not secret
        chosen = set(generator.sample(range(total), min(size, total)))
        return (entry for number, entry in enumerate(entries()) if number in chosen)

    def names_of(self, urls: Iterable[str]) -> set[str]:
        """Return the paths of the documents that URLs name, as the archive or the site has them."""
        names: set[str] = set()
        for url in urls:
            node_id = node_id_of(url)
            live_url = url if node_id is None else self.run.state.url_of_node(node_id) or url
            seen = self.run.identity.path_of(live_url)
            found = {seen} if seen else {each.name for each in self.run.index.like_url(live_url)}
            if not found:
                self.logger.warning("%s: the archive does not hold it", url)
            names |= found
        return names

    @property
    def page_limit(self) -> int | None:
        """How many documents CLOSESPIDER_PAGECOUNT leaves room for.

        A tenth of it is for second looks: a run that ends before them has confirmed nothing, and
        would find the same changes night after night.
        """
        pages: int = self.crawler.settings.getint("CLOSESPIDER_PAGECOUNT")
        return max(1, pages * 9 // 10 - 1) if pages else None  # and one for robots.txt

    def stale(self, entries: Iterable[Entry], days: int) -> Iterator[Entry]:
        """Yield the documents that were not checked for so many days, oldest check first.

        Those that could not be had wait for their next try behind the others: a nightly run over
        some of them would else ask for the same ones for ever.
        """
        now = datetime.now(UTC)
        limit, today = (instant(each) for each in (now - timedelta(days=days), now))
        waiting: list[tuple[str, str]] = []
        for entry in entries:
            seen_at = self.run.state.seen_at(entry.name) or ""
            if seen_at < limit or seen_at > today:  # by a clock that was set back since
                failure = self.run.state.failure(canonical_url(self.url_of(entry)))
                tried = failure is not None and failure.tries > 0
                since = failure.next_try_at if failure and tried else seen_at
                waiting.append((since, entry.name))
        in_order = (self.run.index.get(name) for _, name in sorted(waiting, key=itemgetter(0)))
        return (entry for entry in in_order if entry)

    def url_of(self, entry: Entry) -> str:
        """Return the URL that a document was last seen under, the archived one by default."""
        return self.run.state.live_url_of(entry.name) or entry.url

    # --- lists=1

    def list_requests(self) -> Iterator[Request]:
        """Return the requests for the first pages of the lists that are to be compared."""
        spanned = governments_between(self.since, self.until)
        governments = tuple(each for each in self.governments if each in spanned)
        self.comparison = ListComparison(
            self.run, self.kinds, governments, is_in_span=self.is_in_span
        )
        for source in lists_of(self.kinds, governments, self.since, self.until):
            yield self.begin_walk(source)

    def new_walk(self, source: DocumentList) -> Walk:
        """Return a walk through the whole of a list, or of the part in ``since`` to ``until``."""
        return Walk(
            source,
            is_new=lambda _: True,
            incremental=False,
            since=self.since,
            until=self.until,
        )

    def take_rows(self, rows: tuple[Row, ...]) -> Iterator[Request]:
        """Hold rows against the archive; nothing more is asked for."""
        if self.comparison is not None:
            self.comparison.take(rows)
        yield from ()

    def second_looks(self) -> Iterator[Request]:
        """Conclude a comparison of lists, or look twice at documents."""
        if self.comparison is None:
            requests = list(super().second_looks())
            yield from requests or self.questions.second_looks()
        else:
            self.comparison.conclude()
            self.comparison = None

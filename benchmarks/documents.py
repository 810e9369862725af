"""A page to the archive's text, in documents a second, against parsel and markdownify.

``BEEHIVE_CORPUS=DIR python -m benchmarks.documents [--documents 500] [--rounds 5]``: the same
pages of a replica go through ``pages.document``, ``render`` and ``front_matter``, and through
parsel's selectors (lxml, Scrapy's own) with markdownify for the body, in turn, in one process.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import islice
from statistics import median

from markdownify import markdownify
from parsel import Selector

from beehive_archive.items import NEW_ZEALAND
from beehive_archive.pages import document
from beehive_archive.render import to_document
from beehive_archive.text import front_matter
from benchmarks.sample import sample_archive
from tests.replica.corpus import load
from tests.replica.pages import document_page


def main() -> None:
    """Measure both in turn and print documents a second and the ratio."""
    options = _options()
    with sample_archive() as archive:
        pages = [
            (document_page(each), f"https://www.beehive.govt.nz{each.href}")
            for each in islice(load(archive), 0, None, 16_037 // options.documents)
        ]
    rounds = [(_seconds(ours, pages), _seconds(peer, pages)) for _ in range(options.rounds)]
    for name, side in (("beehive-archive", 0), ("parsel and markdownify", 1)):
        print(f"{name:<24} {len(pages) / median(each[side] for each in rounds):7.0f} documents/s")
    ratio = median(theirs / own for own, theirs in rounds)
    print(f"ratio {ratio:.2f}, of {len(pages)} pages, medians of {options.rounds} rounds")


def ours(page: str, url: str) -> str:
    """Return a page as the archive's text."""
    release = document.parse(page, url)
    return front_matter.dumps(to_document(release, NEW_ZEALAND, "markdown"))


def peer(page: str, url: str) -> str:
    """Return a page's fields and body as a plain exporter would."""
    main_part = Selector(page).css("div.ds-three-col__main")
    title = main_part.css("h1.article__title::text").get("").strip()
    published = main_part.css("time.meta__date time::attr(datetime)").get("")
    names = [each.strip() for each in main_part.css("span.is-archived::text").getall()]
    body = markdownify(main_part.css("div.field--name-body").get(""))
    return f"---\ntitle: {title}\ndate: {published}\nurl: {url}\nnames: {names}\n---\n\n{body}"


def _seconds(convert: Callable[[str, str], str], pages: list[tuple[str, str]]) -> float:
    began = time.process_time()
    for page, url in pages:
        convert(page, url)
    return time.process_time() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents", description=__doc__)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()

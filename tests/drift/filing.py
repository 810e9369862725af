"""Faults of the archive's own: names, quotes, dates, and two documents under one URL."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from tests.drift.case import Case
from tests.drift.content import Scenario, a_word, minister_added, title_gets_a_word
from tests.replica.documents import NEW_ZEALAND

_NEEDS_QUOTES = "Māori Crown Relations: Te Arawhiti"


def unquoted_value(case: Case, generator: Random) -> bool:
    case.portfolios = (*case.portfolios, _NEEDS_QUOTES)
    case.page = replace(case.page, portfolios=(*case.page.portfolios, _NEEDS_QUOTES))
    return True


def quoted_value(case: Case, generator: Random) -> bool:
    unquoted_value(case, generator)
    case.is_quoted = True
    return all('"' not in each for each in (*case.ministers, *case.portfolios))


def wrong_name(case: Case, generator: Random) -> bool:
    case.path = re.sub(r"\.md$", generator.choice(("x.md", "-copy.md", ".txt")), case.path)
    return True


def wrong_folder(case: Case, generator: Random) -> bool:
    folder, _, name = case.path.rpartition("/")
    case.path = f"releases/1901/01/{name}"
    return bool(folder)


def name_outside_the_layout(case: Case, generator: Random) -> bool:
    case.path = f"{generator.randrange(1000):03}_{generator.randrange(16**16):016x}.txt"
    return True


def new_zealand_date(case: Case, generator: Random) -> bool:
    """Filed rightly, as a document of today."""
    case.refile(case.instant.astimezone(NEW_ZEALAND).date())
    return True


FILING: tuple[Scenario, ...] = (
    *(unquoted_value, quoted_value, wrong_name, wrong_folder, name_outside_the_layout),
    new_zealand_date,
)


# --- Two archived documents under one URL -------------------------------------------------------


def share_a_url(first: Case, second: Case, generator: Random) -> bool:
    """The second page's slug has a macron more; one of both is edited, or none.

    They are of one day or have one title, but never both.
    """
    slug = first.page.slug.replace("o", "ō", 1)
    if not first.is_at_its_url or not first.page.slug.isascii() or slug == first.page.slug:
        return False
    if first.title == second.title or "/" not in first.path or not second.body:
        return False
    of_one_day = generator.random() < 0.5
    second.page = replace(second.page, slug=slug, kind=first.page.kind)
    if of_one_day:
        second.page = replace(
            second.page,
            published_at=first.page.published_at,
            government=first.page.government,
        )
        second.date = first.date
    elif first.date == second.date:
        return False
    else:
        second.page = replace(second.page, title=first.page.title)
        second.title = first.title
    second.url = first.url
    folder = f"{first.path.partition('/')[0]}/{second.date:%Y/%m}"
    second.path = f"{folder}/{second.date}-{first.page.slug}-2.md"
    edits = (None, a_word, title_gets_a_word if of_one_day else minister_added)
    edit = generator.choice(edits)
    return edit is None or edit(generator.choice((first, second)), generator)

"""Pages that moved, went away, or came back under other addresses; archived URLs that are wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from tests.drift.case import Case
from tests.drift.content import Scenario
from tests.replica import Replica
from tests.replica.corpus import fold
from tests.replica.documents import KINDS, NEW_ZEALAND, SITE, attachment


def renamed_with_redirect(case: Case, generator: Random) -> bool:
    case.later(Replica.rename, case.page.path, f"{case.page.slug}-second-edition")
    case.kind = "moved"
    return case.is_at_its_url


def renamed_and_edited_with_redirect(case: Case, generator: Random) -> bool:
    case.page = replace(case.page, title=f"{case.title}, again")
    return renamed_with_redirect(case, generator)


def renamed_without_redirect(case: Case, generator: Random) -> bool:
    """The lists have it under its old title and date."""
    case.later(Replica.rename, case.page.path, f"{case.page.slug}-second-edition", status=None)
    case.kind = "moved"
    return case.is_at_its_url and len(case.title) > 30


def removed(case: Case, generator: Random) -> bool:
    case.later(Replica.remove, case.page.path, generator.choice((404, 410)))
    case.kind = "removed"
    return True


def unlisted_but_alive(case: Case, generator: Random) -> bool:
    case.later(Replica.unlist, case.page.path)
    return case.is_at_its_url


def redirected_to_its_own_characters(case: Case, generator: Random) -> bool:
    """The site leads from the archive's URL to the page's own."""
    case.later(Replica.redirect, f"{KINDS[case.page.kind].prefix}{_slug(case.url)}", case.page.path)
    return not case.is_at_its_url


def redirected_home(case: Case, generator: Random) -> bool:
    case.later(_leads_to, case.page.path, "/")
    case.kind = "unverified"
    return case.is_at_its_url


def redirected_to_a_list(case: Case, generator: Random) -> bool:
    case.later(_leads_to, case.page.path, "/releases")
    case.kind = "unverified"
    return case.is_at_its_url


def _leads_to(replica: Replica, path: str, to: str) -> None:
    replica.documents.pop(path)
    replica.redirect(path, to)


def _slug(url: str) -> str:
    return url.rpartition("/")[2]


# --- Addresses ---------------------------------------------------------------------------------


def lost_characters(case: Case, generator: Random) -> bool:
    """The page's slug has a macron and a dash that the archive's has not."""
    case.page = replace(case.page, slug=f"āe-–-{case.page.slug}"[:100])
    case.url = SITE + KINDS[case.page.kind].prefix + fold(case.page.slug)
    case.path = re.sub(r"(\d{4}-\d\d-\d\d-)[^/]*$", rf"\g<1>{fold(case.page.slug)}.md", case.path)
    return True


def escaped_otherwise(case: Case, generator: Random) -> bool:
    """The archive has the page's URL, escaped in lower case."""
    lower = re.sub("%..", lambda found: found[0].lower(), case.page.url)
    case.url = lower
    return lower != case.page.url


def attachment_escaped_otherwise(case: Case, generator: Random) -> bool:
    name = f"{SITE}/sites/default/files/2024-01/t%C4%93n%C4%81%20{generator.randrange(10**6)}.pdf"
    case.page = replace(case.page, attachments=(*case.page.attachments, attachment(name)))
    case.attachments = (*case.attachments, name.replace("%C4", "%c4"))
    case.conventions.add("url")
    return True


# --- An hour ------------------------------------------------------------------------------------


def _moved_an_hour(case: Case, before: datetime, hours: int, *, mended: bool) -> bool:
    """The archive has the date before: the UTC one, or New Zealand's where it was mended."""
    if case.date.year < 1990:
        return False
    case.refile(before.astimezone(NEW_ZEALAND if mended else UTC).date())
    case.page = replace(case.page, published_at=before + timedelta(hours=hours))
    return True


def hour_somewhere(case: Case, generator: Random) -> bool:
    """In the middle of the afternoon in New Zealand."""
    before = datetime.combine(case.date, time(3, 10), UTC)
    hours = generator.choice((-1, 1))
    return _moved_an_hour(case, before, hours, mended=generator.random() < 0.5)


def hour_across_utc_midnight(case: Case, generator: Random) -> bool:
    hours = generator.choice((-1, 1))
    before = datetime.combine(case.date, time(23, 40) if hours > 0 else time(0, 20), UTC)
    return _moved_an_hour(case, before, hours, mended=generator.random() < 0.5)


def hour_across_new_zealand_midnight(case: Case, generator: Random) -> bool:
    hours = generator.choice((-1, 1))
    clock = time(23, 35) if hours > 0 else time(0, 25)
    before = datetime.combine(case.date, clock, NEW_ZEALAND).astimezone(UTC)
    return _moved_an_hour(case, before, hours, mended=generator.random() < 0.5)


PLACES: tuple[Scenario, ...] = (
    *(renamed_with_redirect, renamed_and_edited_with_redirect, renamed_without_redirect),
    removed,
)
LOST: tuple[Scenario, ...] = (redirected_home, redirected_to_a_list)
HARMLESS: tuple[Scenario, ...] = (
    *(unlisted_but_alive, redirected_to_its_own_characters, lost_characters, escaped_otherwise),
    *(attachment_escaped_otherwise, hour_somewhere, hour_across_utc_midnight),
    hour_across_new_zealand_midnight,
)

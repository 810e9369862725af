"""Edits of a page's fields, and noise in its markup, on real bodies.

A scenario takes a case and a generator, and says whether it fits the case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from random import Random

from tests.drift.case import Case
from tests.replica import attachment
from tests.replica.documents import NEW_ZEALAND, SITE

Scenario = Callable[[Case, Random], bool]

# Text between tags that a reader sees, long enough to be edited.
_TEXT = re.compile(r"(?<=>)[^<>&]{25,}(?=<)")


def _change(case: Case, field: str, **values: object) -> bool:
    case.page = replace(case.page, **values)  # type: ignore[arg-type]
    case.fields.add(field)
    return True


# --- Fields -----------------------------------------------------------------------------------


def title_gets_a_word(case: Case, generator: Random) -> bool:
    return _change(case, "title", title=f"{case.title} – corrected")


def title_in_other_case(case: Case, generator: Random) -> bool:
    return case.title.swapcase() != case.title and _change(
        case, "title", title=case.title.swapcase()
    )


def title_loses_a_word(case: Case, generator: Random) -> bool:
    head, _, last = case.title.rpartition(" ")
    return bool(head.strip() and last.strip()) and _change(case, "title", title=head)


def date_by_days(case: Case, generator: Random) -> bool:
    """Of a page at its URL: one that must be looked for is looked for under its date."""
    if not case.is_at_its_url:
        return False
    days = generator.choice((-40, -9, -3, 3, 8, 31))
    return _change(case, "date", published_at=case.instant + timedelta(days=days))


def date_by_a_day(case: Case, generator: Random) -> bool:
    """Where no hour and no UTC date can explain it: see the package's docstring."""
    instant = case.instant + timedelta(days=generator.choice((-1, 1)))
    near = [instant + timedelta(hours=hours) for hours in (-1, 0, 1)]
    if case.date in {each.astimezone(zone).date() for each in near for zone in (UTC, NEW_ZEALAND)}:
        return False
    return _change(case, "date", published_at=instant)


def minister_added(case: Case, generator: Random) -> bool:
    return _change(case, "ministers", ministers=(*case.page.ministers, "Hon Aroha Example"))


def minister_gone(case: Case, generator: Random) -> bool:
    return bool(case.page.ministers) and _change(
        case, "ministers", ministers=case.page.ministers[1:]
    )


def minister_renamed(case: Case, generator: Random) -> bool:
    if not case.page.ministers:
        return False
    first, *others = case.page.ministers
    return _change(case, "ministers", ministers=(f"Rt {first}", *others))


def portfolios_in_another_order(case: Case, generator: Random) -> bool:
    return len(case.page.portfolios) > 1 and _change(
        case, "portfolios", portfolios=case.page.portfolios[::-1]
    )


def portfolio_added(case: Case, generator: Random) -> bool:
    return _change(case, "portfolios", portfolios=(*case.page.portfolios, "Rail"))


def portfolio_gone(case: Case, generator: Random) -> bool:
    return bool(case.page.portfolios) and _change(
        case, "portfolios", portfolios=case.page.portfolios[:-1]
    )


def attachment_added(case: Case, generator: Random) -> bool:
    added = attachment(f"{SITE}/sites/default/files/2026-01/Added%20later.pdf")
    return _change(case, "attachments", attachments=(*case.page.attachments, added))


def attachment_gone(case: Case, generator: Random) -> bool:
    return bool(case.page.attachments) and _change(
        case, "attachments", attachments=case.page.attachments[1:]
    )


def attachment_at_another_url(case: Case, generator: Random) -> bool:
    if not case.page.attachments:
        return False
    first, *others = case.page.attachments
    other = attachment(re.sub(r"(\.\w+)$", r"_0\1", first.url))
    return _change(case, "attachments", attachments=(other, *others))


# --- Bodies -----------------------------------------------------------------------------------


def _replace_in_text(
    case: Case, generator: Random, what: str, by: Callable[[re.Match[str]], str]
) -> bool:
    """Replace one match of a pattern somewhere in the body's text."""
    html = case.body_html()
    places = [
        (passage.start() + found.start(), found)
        for passage in _TEXT.finditer(html)
        for found in re.finditer(what, passage[0])
    ]
    if not places:
        return False
    start, found = generator.choice(places)
    case.html = html[:start] + by(found) + html[start + len(found[0]) :]
    return True


def _edit_text(
    case: Case, generator: Random, what: str, by: Callable[[re.Match[str]], str]
) -> bool:
    if not _replace_in_text(case, generator, what, by):
        return False
    case.fields.add("body")
    return True


def a_word(case: Case, generator: Random) -> bool:
    return _edit_text(case, generator, r"\b[a-z]{4,}\b", lambda found: found[0][::-1] + "x")


def a_letter(case: Case, generator: Random) -> bool:
    return _edit_text(case, generator, r"\b[A-Z](?=[a-z]{3})", lambda found: found[0].lower())


def a_number(case: Case, generator: Random) -> bool:
    return _edit_text(case, generator, r"[0-9]", lambda found: str((int(found[0]) + 1) % 10))


def a_comma(case: Case, generator: Random) -> bool:
    return _edit_text(case, generator, ",(?= )", lambda found: ";")


def words_joined(case: Case, generator: Random) -> bool:
    return _edit_text(case, generator, "(?<=[a-z]) (?=[a-z])", lambda found: "")


def paragraph_added(case: Case, generator: Random) -> bool:
    case.html = case.body_html() + "\n<p>An earlier version of this release said otherwise.</p>"
    case.fields.add("body")
    return True


def paragraph_gone(case: Case, generator: Random) -> bool:
    html = case.body_html()
    paragraphs = list(re.finditer("<p>[^<]{20,}</p>", html))
    if len(paragraphs) < 2:
        return False
    gone = generator.choice(paragraphs)
    case.html = html[: gone.start()] + html[gone.end() :]
    case.fields.add("body")
    return True


def body_gone(case: Case, generator: Random) -> bool:
    if len(case.body) < 20:
        return False
    case.html = ""
    case.fields.add("body")
    return True


def a_links_target(case: Case, generator: Random) -> bool:
    html = case.body_html()
    if '<a href="' not in html:
        return False
    case.html = re.sub('<a href="', '<a href="https://example.org/', html, count=1)
    case.fields.add("body")
    return True


def title_and_body_and_minister(case: Case, generator: Random) -> bool:
    return (
        a_word(case, generator)
        and title_gets_a_word(case, generator)
        and minister_added(case, generator)
    )


# --- Noise: nobody sees it --------------------------------------------------------------------


def _noise(case: Case, what: str, by: str, count: int = 0) -> bool:
    html = case.body_html()
    case.html = re.sub(what, by, html, count=count)
    return case.html != html


def class_names(case: Case, generator: Random) -> bool:
    return _noise(case, "<p>", '<p class="MsoNormal" style="margin:0cm" dir="ltr">')


def spans(case: Case, generator: Random) -> bool:
    return _noise(case, r"<p>([^<]*)</p>", r'<p><span lang="EN-NZ"><span>\1</span></span></p>')


def comments_and_empty_paragraphs(case: Case, generator: Random) -> bool:
    return _noise(case, "</p>", "</p><!-- /wp:paragraph --><p> </p>")


def bold(case: Case, generator: Random) -> bool:
    case.conventions.add("markdown")
    return _noise(case, r"<p>([^<]{5,})</p>", r"<p><strong>\1</strong></p>", count=1)


def _unseen(case: Case, generator: Random, what: str, by: str) -> bool:
    case.conventions.add("markdown")
    return _replace_in_text(case, generator, what, lambda found: by)


def non_breaking_space(case: Case, generator: Random) -> bool:
    return _unseen(case, generator, "(?<=[a-z]) (?=[a-z])", "\u00a0")


def zero_width_space(case: Case, generator: Random) -> bool:
    return _unseen(case, generator, "(?<=[a-z])(?=[a-z])", "\u200b")


def soft_hyphen(case: Case, generator: Random) -> bool:
    return _unseen(case, generator, "(?<=[a-z])(?=[a-z])", "&shy;")


def left_to_right_mark(case: Case, generator: Random) -> bool:
    return _unseen(case, generator, "(?<=[a-z]) (?=[a-z])", "\u200e ")


def decomposed_letters(case: Case, generator: Random) -> bool:
    return _unseen(case, generator, "ā", "a\u0304")


def title_non_breaking_space(case: Case, generator: Random) -> bool:
    title = case.title.replace(" ", "\u00a0", 1)
    case.page = replace(case.page, title=title)
    case.conventions.add("yaml")
    return title != case.title


def title_zero_width_space(case: Case, generator: Random) -> bool:
    case.page = replace(case.page, title=f"\u200b{case.title}\u200b")
    case.conventions.add("yaml")
    return bool(case.title)


def title_padding(case: Case, generator: Random) -> bool:
    case.page = replace(case.page, title=f"\u00a0 {case.title} \n\u00a0")
    return bool(case.title)


EDITS: tuple[Scenario, ...] = (
    *(title_gets_a_word, title_in_other_case, title_loses_a_word, date_by_days, date_by_a_day),
    *(minister_added, minister_gone, minister_renamed),
    *(portfolios_in_another_order, portfolio_added, portfolio_gone),
    *(attachment_added, attachment_gone, attachment_at_another_url),
    *(a_word, a_letter, a_number, a_comma, words_joined),
    *(paragraph_added, paragraph_gone, body_gone, a_links_target, title_and_body_and_minister),
)

NOISE: tuple[Scenario, ...] = (
    *(class_names, spans, comments_and_empty_paragraphs, bold),
    *(non_breaking_space, zero_width_space, soft_hyphen, left_to_right_mark, decomposed_letters),
    *(title_non_breaking_space, title_zero_width_space, title_padding),
)

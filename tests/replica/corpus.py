"""An archive on disk as the site that it was taken from.

What an archived document lost (its instant, its slug's macrons and dashes, its node id) is put
back: likely, the same in every run, and such that the archive's own conventions make of it what
the archive holds.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from tests.replica import files
from tests.replica.bodies import Bodies
from tests.replica.documents import (
    KINDS,
    SITE,
    ReplicaAttachment,
    ReplicaDocument,
    attachment,
    government_at,
    slugify,
)

#: When the two documents that the archive dates 0001-01-01 were written, by what they speak of.
_YEAR_ONE_IS = date(2007, 11, 28)
_FIRST_DAY = date(1993, 1, 1)
#: Room for the node ids of one day's documents.
_NODES_A_DAY = 100

#: ``mended``: documents that the archive has without date or title get one on the site;
#: ``bare``: their pages lack it.
Damaged = Literal["mended", "bare"]


@dataclass(frozen=True, slots=True)
class _Archived:
    """What the archive says of a document, but for its body."""

    title: str
    date: date
    url: str
    ministers: tuple[str, ...]
    portfolios: tuple[str, ...]
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchivedBody:
    """A body that is read and rendered each time that its page is asked for."""

    archive: Path = field(repr=False)
    name: str
    bodies: Bodies = field(repr=False)

    @property
    def path(self) -> Path:
        return self.archive / self.name

    def __call__(self) -> str:
        return self.bodies.html(split(self.path.read_text(encoding="utf-8"))[1])


def load(
    archive: Path, bodies: Bodies | None = None, damaged: Damaged = "mended"
) -> Iterator[ReplicaDocument]:
    """Every document below a folder; bodies stay on disk until they are asked for."""
    bodies = bodies or Bodies()
    taken_paths: set[str] = set()
    taken_nodes: set[int] = set()
    for path in sorted([*archive.rglob("*.md"), *archive.rglob("*.txt")]):
        text = path.read_text(encoding="utf-8", errors="replace")
        if not text.startswith("---\n"):
            continue
        archived = _read(split(text)[0])
        kind = next((k for k, about in KINDS.items() if SITE + about.prefix in archived.url), None)
        if kind is None:
            continue
        name = path.relative_to(archive).as_posix()
        seed = _seed(name)
        document = _document(archived, kind, seed, ArchivedBody(archive, name, bodies), damaged)
        yield _told_apart(document, seed, taken_paths, taken_nodes)


def split(text: str) -> tuple[str, str]:
    """A document's front matter and body."""
    front_matter, _, body = text.removeprefix("---\n").partition("\n---\n")
    return front_matter, body.removeprefix("\n")


def fold(slug: str) -> str:
    """A slug as the archive keeps it.

    >>> fold("taupō-–-pm’s")
    'taupo--pms'
    """
    decomposed = unicodedata.normalize("NFD", slug)
    return "".join(c for c in decomposed if c <= "\x7f" and not unicodedata.combining(c))


def live_slug(archived: str, title: str) -> str:
    """The slug on the site that the archive has folded.

    It is what the title's words give (the site cuts it at 100 characters, and numbers doubles),
    else the archived one with a dash between double hyphens.

    >>> live_slug("climate-change--mitigating-0", "Climate change – mitigating")
    'climate-change-–-mitigating-0'
    """
    made = slugify(title)
    number = re.search(r"-\d+$", archived)
    for suffix in ("", number[0] if number else ""):
        stem = archived.removesuffix(suffix)
        for end in range(len(stem), len(made) + 1):
            if fold(made[:end]) == stem and made[end : end + 1] in {"", "-"}:
                return made[:end] + suffix
    return re.sub("-(?=-)", "-–", archived)


def _read(front_matter: str) -> _Archived:
    """The archive's own YAML, which is one line a value."""
    values: dict[str, list[str]] = {}
    items: list[str] = []
    for line in front_matter.split("\n"):
        if line.startswith("  - "):
            items.append(line[4:].strip("\"'"))
        else:
            key, _, value = line.partition(":")
            values[key] = items = [value.strip()] if value else []
    title = re.sub(r"\\x(..)", r"\\u00\1", values["title"][0])
    return _Archived(
        title=json.loads(title),
        date=date.fromisoformat(values["date"][0]),
        url=values["url"][0],
        ministers=tuple(map(sys.intern, values.get("ministers", ()))),
        portfolios=tuple(map(sys.intern, values.get("portfolios", ()))),
        attachments=tuple(values.get("attachments", ())),
    )


def _seed(name: str) -> int:
    """A number that is the same in every run and looks drawn by lot."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


def _document(
    archived: _Archived, kind: str, seed: int, body: ArchivedBody, damaged: Damaged
) -> ReplicaDocument:
    dated = archived.date.year > 1
    published_at = _published_at(archived.date if dated else _YEAR_ONE_IS, seed)
    slug = archived.url.rsplit("/", 1)[1]
    title = archived.title or (f"Untitled ({slug})" if damaged == "mended" else "")
    # Editors leave a non-breaking space at the end of about one title in twenty.
    padding = "\u00a0" if seed % 20 == 0 and archived.title else ""
    return ReplicaDocument(
        kind=kind,
        slug=live_slug(slug, archived.title),
        title=title + padding,
        published_at=published_at if dated or damaged == "mended" else None,
        listed_at=None if dated else published_at,
        government=government_at(published_at),
        ministers=archived.ministers,
        portfolios=archived.portfolios,
        attachments=tuple(_attachment(url) for url in archived.attachments),
        body_html=body,
    )


def _published_at(day: date, seed: int) -> datetime:
    """An instant of this UTC date; for 40 % a morning in New Zealand, where it is a day later."""
    # 19:00 to 24:00 UTC is before noon, or before 1 pm in summer; 0:00 to 7:00 is the afternoon.
    is_morning = seed % 100 < 40
    seconds = 19 * 3600 + seed // 100 % (5 * 3600) if is_morning else seed // 100 % (7 * 3600)
    return datetime.combine(day, time(), UTC) + timedelta(seconds=seconds)


def _attachment(url: str) -> ReplicaAttachment:
    made = attachment(url)
    return attachment(url, len(files.generated(made.path))) if made.path else made


def _told_apart(
    document: ReplicaDocument, seed: int, taken_paths: set[str], taken_nodes: set[int]
) -> ReplicaDocument:
    """A document with a node id and a slug of its own, though the archive has another's for it."""
    assert document.sort_at
    days = (document.sort_at.date() - _FIRST_DAY).days
    node_id = days * _NODES_A_DAY + seed % _NODES_A_DAY
    while node_id in taken_nodes:
        node_id += 1
    taken_nodes.add(node_id)
    slug = document.slug
    for twin in _twins(slug):
        if KINDS[document.kind].prefix + twin not in taken_paths:
            slug = twin
            break
    taken_paths.add(KINDS[document.kind].prefix + slug)
    return replace(document, slug=slug, node_id=node_id)


def _twins(slug: str) -> Iterator[str]:
    """The slug, and others that the archive folds to the same one."""
    yield slug
    for position, letter in enumerate(slug):
        if letter in "aeiou":
            yield slug[:position] + letter + "\u0304" + slug[position + 1 :]
        elif letter == "s":
            yield f"{slug[:position]}’{slug[position:]}"

"""One document on both sides, and what a check must find of it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

import yaml

from tests.replica import Replica
from tests.replica.corpus import ArchivedBody, fold, split
from tests.replica.documents import NEW_ZEALAND, ReplicaDocument

FOLDERS = {"release": "releases", "speech": "speeches", "feature": "features", "diary": "diaries"}


@dataclass(frozen=True)
class Expected:
    """What a check must say of a document, and the scenarios that made it so."""

    kind: str
    fields: frozenset[str]
    conventions: frozenset[str]
    scenarios: tuple[str, ...] = ()


@dataclass
class Case:
    """A document as the archive and as the site have it; scenarios change both.

    ``path`` is the archived file's, ``title date url ministers portfolios attachments body`` its
    values. ``page`` is the live document. ``on_site`` holds what is to be done to the replica
    once it stands: redirects, removals, faults.
    """

    path: str
    title: str
    date: date
    url: str
    ministers: tuple[str, ...]
    portfolios: tuple[str, ...]
    attachments: tuple[str, ...]
    body: str
    page: ReplicaDocument
    html: str | None = None  # the live body, where it is not the archived one's
    is_archived: bool = True
    is_quoted: bool = False  # list values that need quotes have them
    scenarios: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    conventions: set[str] = field(default_factory=set)
    kind: str | None = None
    on_site: list[Callable[[Replica], object]] = field(default_factory=list)
    _rendered: Callable[[], str] | None = None

    @classmethod
    def of(cls, page: ReplicaDocument) -> Case:
        """The case of a document of ``tests.replica.corpus``, with nothing done to it."""
        assert isinstance(page.body_html, ArchivedBody)
        front, body = split(page.body_html.path.read_text("utf-8"))
        values = _values(front)
        return cls(
            path=page.body_html.name,
            title=json.loads(re.sub(r"\\x(..)", r"\\u00\1", values["title"][0])),
            date=date.fromisoformat(values["date"][0]),
            url=values["url"][0],
            ministers=tuple(values.get("ministers", ())),
            portfolios=tuple(values.get("portfolios", ())),
            attachments=tuple(values.get("attachments", ())),
            body=body,
            page=page,
            _rendered=page.body_html,
        )

    @property
    def instant(self) -> datetime:
        """When the page was published."""
        assert self.page.published_at
        return self.page.published_at

    @property
    def is_at_its_url(self) -> bool:
        """Whether the archived URL is the page's own."""
        return self.url == self.page.url

    def body_html(self) -> str:
        """The live body as HTML."""
        if self.html is None:
            assert self._rendered
            self.html = self._rendered()
        return self.html

    def refile(self, day: date) -> None:
        """File the archived document under another day, its name with it."""
        self.date = day
        slug = self.path.rpartition("/")[2][11:]
        self.path = f"{FOLDERS[self.page.kind]}/{day:%Y/%m}/{day}-{slug}"

    def later(self, change: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        """Change the replica once it stands: ``case.later(Replica.remove, path, status=410)``."""
        self.on_site.append(lambda replica: partial(change, replica)(*args, **kwargs))

    def expected(self) -> Expected:
        """What a check must say, read off both sides' values."""
        if self.kind is not None:
            return Expected(self.kind, frozenset(), frozenset(), tuple(self.scenarios))
        conventions = set(self.conventions)
        if "date" not in self.fields and self.date != self.instant.astimezone(NEW_ZEALAND).date():
            conventions.add("date")
        if self.url != self.page.url:
            conventions.add("url")
        values = (*self.ministers, *self.portfolios, *self.attachments)
        if not self.is_quoted and not all(map(_survives_yaml, values)):
            conventions.add("yaml")
        if not self._is_well_named():
            conventions.add("filename")
        kind = "changed" if self.fields else "convention" if conventions else "unchanged"
        fields, found = frozenset(self.fields), frozenset(conventions)
        return Expected(kind, fields, found, tuple(self.scenarios))

    def text(self) -> str:
        """The archived file, as the old exporter writes it: values bare, no line end."""
        title = json.dumps(self.title, ensure_ascii=False)
        title = "".join(map(_in_yaml, title))
        lines = ["---", f"title: {title}", f"date: {self.date}", f"url: {self.url}"]
        for name in ("ministers", "portfolios", "attachments"):
            values: Iterable[str] = getattr(self, name)
            lines += [f"{name}:"] * bool(values)
            lines += [f"  - {self._value(value)}" for value in values]
        return "\n".join([*lines, "---", "", self.body])

    def _value(self, value: str) -> str:
        return f'"{value}"' if self.is_quoted and not _survives_yaml(value) else value

    def _is_well_named(self) -> bool:
        """Whether the file's name follows from its own date and URL, or needn't."""
        if "/" not in self.path:
            return True
        slug = fold(unquote(self.url.rpartition("/")[2]))
        stem = f"{FOLDERS[self.page.kind]}/{self.date:%Y/%m}/{self.date}-{slug}"
        return re.fullmatch(re.escape(stem) + r"(-[1-9]\d*)?\.md", self.path) is not None


def _in_yaml(char: str) -> str:
    if char == " " or unicodedata.category(char)[0] in "LMNPS":
        return char
    return f"\\u{ord(char):04x}"


def _survives_yaml(value: str) -> bool:
    """Whether a YAML reader gives a bare list value back as it stands."""
    try:
        return bool(yaml.safe_load(f"- {value}") == [value])
    except yaml.YAMLError:
        return False


def _values(front: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    items: list[str] = []
    for line in front.split("\n"):
        if line.startswith("  - "):
            items.append(line[4:])
        else:
            key, _, value = line.partition(":")
            values[key] = items = [value.strip()] if value else []
    return values

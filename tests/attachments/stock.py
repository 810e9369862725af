"""Documents with attachments: in an archive, and their files on a replica."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

from beehive_archive.archive.layout import document_path
from beehive_archive.text import front_matter
from beehive_archive.text.front_matter import Document
from tests.replica import Replica, attachment, document, faults, files
from tests.replica.faults import Fault

SITE = "https://www.beehive.govt.nz"
FILES = f"{SITE}/sites/default/files/"
ROOT = "/sites/default/files/"

# FORMAT.md: 2,734 pdf, 330 doc, 221 jpg, 104 docx, a few xls, ppt, png.
SUFFIXES = ["pdf"] * 79 + ["doc"] * 10 + ["jpg"] * 6 + ["docx"] * 3 + ["xls", "ppt", "png", "PDF"]

HOSTILE = (
    "..%2F..%2Fetc%2Fpasswd.pdf",
    "%2e%2e/%2e%2e/up.pdf",
    "nul%00byte.pdf",
    f"{'long' * 75}.pdf",
    "CON",
    "com1.pdf",
    ".hidden.pdf",
    "_elsewhere/here.pdf",
    "2024-01/M%C4%81ori%20%E2%80%93%20h%C4%81p%C5%AB.pdf",
    "2024-01/Ma%CC%84ori%20%E2%80%93%20h%C4%81p%C5%AB.pdf",  # the same, decomposed
    "2024-01/Plan.pdf",
    "2024-01/plan.pdf",
    "2024-01/PLAN.PDF",
    "2024-01/a%3Ab%3Fc%2A.pdf",
    "2024-01/notes.md",
    "2024-01/%E2%80%AEfdp.docx",
    "2024-01/%E9t%E9.pdf",
    "2024-01/Plan.pdf/appendix.pdf",
)
"""Names of good files that an archive can't use as they are."""


@dataclass(frozen=True)
class Faulty:
    """A file that can't be stored: its name, what goes wrong, and the words that say so."""

    name: str
    says: str
    fault: Fault | None = None
    content: bytes | None = None
    kind: str = "unverified"


def faulty(elsewhere: str) -> tuple[Faulty, ...]:
    """Return what can go wrong with a file; ``elsewhere`` is another host's URL."""
    pdf = files.pdf(*["A line of the report."] * 40)
    docx = files.docx("A letter.")
    return (
        Faulty("html.pdf", "expected a pdf, found a web page", faults.error_page()),
        Faulty("html.doc", "expected a doc, found a web page", faults.error_page()),
        Faulty("blocked.pdf", "the firewall answered", faults.blocked()),
        Faulty("challenge.docx", "the firewall answered", faults.challenge()),
        Faulty("wire.pdf", "", faults.truncated()),
        Faulty("reset.pdf", "", faults.reset_midway()),
        Faulty("chunks.pdf", "", faults.broken_chunks()),
        Faulty("cut.pdf", "ends without %%EOF", content=pdf[:-40]),
        Faulty("cut.docx", "cut short", content=docx[:-60]),
        Faulty("empty.pdf", "the file is empty", content=b""),
        Faulty("picture.pdf", "expected a pdf, found a png", content=files.generated("a.png")),
        Faulty("text.jpg", "expected a jpg, found bytes of no known kind", content=b"not a jpg"),
        Faulty("gone.pdf", "the site answers 404", faults.status(404), kind="removed"),
        Faulty("gone-for-good.pdf", "the site answers 410", faults.status(410), kind="removed"),
        Faulty("forbidden.pdf", "the site answers 403", faults.status(403)),
        Faulty("broken.pdf", "the site answers 500", faults.status(500)),
        Faulty("huge.pdf", "larger than ATTACHMENT_MAX_BYTES", faults.huge(50_000_000)),
        Faulty("endless.pdf", "larger than", faults.huge(50_000_000, declared=False)),
        Faulty("bomb.pdf", "", faults.gzip_bomb(100_000_000)),
        Faulty("drip.pdf", "no whole answer in 0.5 s", faults.drip(16, 0.05)),
        Faulty("loop.pdf", "max redirections reached", faults.redirect_loop()),
        Faulty("off.pdf", "is not on http", faults.redirect(f"{elsewhere}/files/off.pdf")),
        Faulty("unasked.pdf", "the site answers 304", faults.not_modified()),
        Faulty("silent.pdf", "", faults.no_answer()),
    )


@dataclass
class Stock:
    """What a replica serves and an archive names: good URLs and faulty ones."""

    good: list[str] = field(default_factory=list)
    faulty: dict[str, Faulty] = field(default_factory=dict)

    @property
    def urls(self) -> list[str]:
        return [*self.good, *self.faulty]


def fill(replica: Replica, count: int, elsewhere: str = "", *, hostile: bool = True) -> Stock:
    """Put ``count`` good files and the hostile ones on a replica; with ``elsewhere``, faulty ones.

    A faulty one stands between good ones, since ten bad answers in a row end a run.
    """
    stock = Stock()
    chance = random.Random(4)
    for number in range(count):
        folder = f"{2000 + number % 25}-{1 + number % 12:02}"
        name = f"Cabinet paper {number}.{chance.choice(SUFFIXES)}"
        stock.good.append(f"{FILES}{folder}/{quote(name)}")
    stock.good += [FILES + name for name in HOSTILE if hostile]
    for each in faulty(elsewhere) if elsewhere else ():
        url = f"{FILES}faulty/{each.name}"
        stock.faulty[url] = each
        if each.fault is not None:
            replica.fault(each.fault, f"{ROOT}faulty/{each.name}")
        if each.content is not None:
            replica.add_file(f"{ROOT}faulty/{each.name}", each.content)
    replica.add(document("All", slug="all", attachments=tuple(map(attachment, stock.urls))))
    return stock


def name_in_archive(archive: Path, urls: list[str], each: int = 3) -> None:
    """Write documents that name the URLs, so many each; faulty ones lie apart by then."""
    step = max(1, len(urls) // each)
    for number in range(step):
        named = tuple(urls[number::step])
        day = date(2024, 1, 1) + timedelta(days=number % 300)
        url = f"{SITE}/release/paper-{number}"
        write_document(archive, url, day, named)


def write_document(archive: Path, url: str, day: date, attachments: tuple[str, ...]) -> Path:
    """Write a document that names attachments."""
    path = archive / document_path(day, url)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = Document(
        title=url.rpartition("/")[2], date=day, url=url, attachments=attachments, body="Text."
    )
    path.write_text(front_matter.dumps(written), "utf-8", newline="")
    return path


def file_requests(replica: Replica) -> list[str]:
    """Return the decoded paths of files that were asked for, without robots.txt."""
    return [each.path for each in replica.requests if each.path != "/robots.txt"]

"""Verifying: each fault is found, with its file and line, and nothing else is."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from beehive_archive.archive import problems
from beehive_archive.archive.problems import MEANINGS, NOTES, Problem
from beehive_archive.archive.verify import Verification
from beehive_archive.text import front_matter
from beehive_archive.text.attachment_text import AttachmentText, dumps_attachment
from tests.archive.archives import SITE, document, put

TODAY = date(2026, 11, 21)
PATH = "releases/2024/08/2024-08-13-kia-ora.md"
FILE_URL = f"{SITE}/sites/default/files/2024-08/Plan%20A.pdf"
FILE = "attachments/2024-08/Plan A.pdf"


def found_in(root: Path) -> list[Problem]:
    return list(Verification(root, TODAY).problems())


def one_in(root: Path) -> tuple[str, int, str]:
    [problem] = found_in(root)
    assert problem.message
    return problem.path, problem.line, problem.code


def test_an_archive_as_it_should_be(tmp_path: Path) -> None:
    put(tmp_path, PATH, document())
    put(tmp_path, "mine.txt", document("other"))
    put(tmp_path, "README.md", "# How this archive is kept")
    put(tmp_path, "notes.html", "<p>")
    put(tmp_path, ".state/broken.md", "")
    put(tmp_path, ".git/broken.md", "")
    put(tmp_path, "revisions/releases/2024/08/2024-08-13-kia-ora/20240901T000000Z.md", "broken")
    verification = Verification(tmp_path, TODAY)
    assert list(verification.problems()) == []
    assert verification.documents == 2


def test_the_seeds_are_as_they_should_be(seeds: Path) -> None:
    verification = Verification(seeds, TODAY)
    assert list(verification.problems()) == []
    assert (verification.documents, verification.attachments_named) == (2, 1)


TEXT = front_matter.dumps(document())


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "front-matter"),
        (TEXT.replace("---", "+++"), 1, "front-matter"),
        (TEXT.replace("date: ", "date: soon "), 3, "front-matter"),
        (TEXT.replace("\n", "\r\n"), 1, "front-matter"),
        (TEXT + "\n", 9, "yaml"),
        (TEXT.replace("Kia ora", "Kia\\x20ora"), 2, "yaml"),
        (TEXT.replace("  - Hon", "  -  Hon"), 6, "yaml"),
        (TEXT.replace("  - Hon Simon Watts", "  - A: B"), 6, "yaml"),
        (TEXT.replace('"Kia ora"', '""'), 2, "empty-title"),
        (TEXT.replace("The Minister said so.", ""), 7, "empty-body"),
        (TEXT.replace("said so", "gave $12,000$13,000"), 9, "tables"),
        (TEXT.replace("said so.", "said:\n\n2001/022002/03"), 11, "tables"),
    ],
)
def test_a_document_that_is_not_in_order(tmp_path: Path, text: str, line: int, code: str) -> None:
    put(tmp_path, PATH, text)
    assert one_in(tmp_path) == (PATH, line, code)


def test_bytes_that_are_no_utf_8(tmp_path: Path) -> None:
    put(tmp_path, PATH, TEXT.encode().replace(b"said", b"\xff"))
    assert one_in(tmp_path) == (PATH, 9, "front-matter")


def test_a_document_cut_short_below_releases_is_no_readme(tmp_path: Path) -> None:
    put(tmp_path, "README.md", "")
    put(tmp_path, PATH, "")
    assert one_in(tmp_path) == (PATH, 1, "front-matter")


@pytest.mark.parametrize(
    ("published_on", "code"),
    [
        (date(1, 1, 1), "date"),
        (date(1989, 12, 31), "date"),
        (date(1993, 5, 1), None),
        (TODAY, None),
        (date(2026, 11, 22), "date"),
    ],
)
def test_dates_that_no_release_can_have(
    tmp_path: Path, published_on: date, code: str | None
) -> None:
    day = published_on.isoformat()
    path = f"releases/{day[:4]}/{day[5:7]}/{day}-kia-ora.md"
    put(tmp_path, path, document(date=published_on))
    assert [(each.line, each.code) for each in found_in(tmp_path)] == ([(3, code)] if code else [])


def test_a_name_that_does_not_follow_from_the_date(tmp_path: Path) -> None:
    path = "releases/2024/08/2024-08-12-kia-ora.md"
    put(tmp_path, path, document())
    [problem] = found_in(tmp_path)
    assert (problem.path, problem.line, problem.code) == (path, 1, "filename")
    assert PATH in problem.message


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/release/kia-ora",
        f"{SITE}/minister/hon-a",
        f"{SITE}/release/kia-ora?x=1",
        "http://www.beehive.govt.nz/release/kia-ora",
        f"{SITE}/release/kiā-ora",
        "https://[/release/kia-ora",
    ],
)
def test_urls_that_are_no_documents(tmp_path: Path, url: str) -> None:
    put(tmp_path, "mine.md", document(url=url))
    assert one_in(tmp_path) == ("mine.md", 4, "url")


def test_lost_characters_are_a_note(tmp_path: Path) -> None:
    put(tmp_path, "releases/2024/08/2024-08-13-kia--ora.md", document("kia--ora"))
    [problem] = found_in(tmp_path)
    assert (problem.line, problem.code, problem.is_note) == (4, "lost-characters", True)


def test_a_shared_url_is_told_once_for_each_further_document(tmp_path: Path) -> None:
    put(tmp_path, "a.md", document())
    put(tmp_path, "b.txt", document(url=f"{SITE}/release/kia%2Dora"))
    put(tmp_path, PATH, document(date=date(2024, 8, 13)))
    shared = [problem for problem in found_in(tmp_path) if problem.code == "duplicate-url"]
    assert [problem.path for problem in shared] == ["b.txt", PATH]
    assert all("a.md has the same URL" in problem.message for problem in shared)


REFUSAL = "Request unsuccessful. Incapsula incident ID: 877000210139418473-190000000000000000"


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"body": REFUSAL}, 9),
        ({"title": REFUSAL, "body": ""}, 2),
        ({"body": "[frame](/_Incapsula_Resource?CWUDNSAI=23)"}, 9),
        ({"body": "Sorry.\n\nIncapsula incident ID: 1-2"}, 9),
    ],
)
def test_a_firewalls_page_taken_for_a_document(
    tmp_path: Path, values: dict[str, str], line: int
) -> None:
    put(tmp_path, PATH, document(**values))
    assert one_in(tmp_path) == (PATH, line, "firewall-page")


def test_a_document_about_the_firewall_is_one(tmp_path: Path) -> None:
    body = "The site answered “Incapsula incident ID: 1”.\n\n" + "And so on. " * 300
    put(tmp_path, PATH, document(body=body, title="The encapsulated request"))
    assert found_in(tmp_path) == []


def test_numbers_in_links_are_no_cells(tmp_path: Path) -> None:
    put(tmp_path, PATH, document(body="[A](https://example.org/2%20%26%28%29) 1,000 2,000 $1 50%"))
    assert found_in(tmp_path) == []


# --- Attachments ----------------------------------------------------------------------------


def attachment_text(content: bytes = b"%PDF", **values: object) -> str:
    return dumps_attachment(
        AttachmentText(
            **{
                "title": "Plan A",
                "date": date(2024, 8, 13),
                "url": FILE_URL,
                "release": f"{SITE}/release/kia-ora",
                "pages": 1,
                "sha256": hashlib.sha256(content).hexdigest(),
                "body": "The plan.",
                **values,
            }  # type: ignore[arg-type]
        )
    )


@pytest.fixture
def with_attachment(tmp_path: Path) -> Path:
    put(tmp_path, PATH, document(attachments=(f"{SITE}/sites/default/files/b.pdf", FILE_URL)))
    put(tmp_path, "attachments/b.pdf", b"%PDF")
    put(tmp_path, FILE, b"%PDF")
    put(tmp_path, f"{FILE}.md", attachment_text())
    return tmp_path


def test_attachments_as_they_should_be(with_attachment: Path) -> None:
    put(with_attachment, "attachments/no-document-names-it.doc", "")
    assert found_in(with_attachment) == []


def test_an_attachment_that_is_not_there(with_attachment: Path) -> None:
    (with_attachment / FILE).unlink()
    found = [(each.path, each.line, each.code) for each in found_in(with_attachment)]
    assert found == [
        (f"{FILE}.md", 1, "text-without-file"),
        (PATH, 9, "attachment-missing"),
    ]


def test_where_none_was_ever_fetched_they_are_only_counted(tmp_path: Path) -> None:
    outside = "https://example.org/a.pdf"
    put(tmp_path, PATH, document(attachments=(FILE_URL, outside)))
    verification = Verification(tmp_path, TODAY)
    assert list(verification.problems()) == []
    assert (verification.attachments_named, verification.has_attachments) == (1, False)


@pytest.mark.parametrize("content", [b"%PDf", b"", b"%PDF-"])
def test_an_attachment_that_was_altered(with_attachment: Path, content: bytes) -> None:
    put(with_attachment, FILE, content)
    assert one_in(with_attachment) == (f"{FILE}.md", 7, "attachment-altered")


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "front-matter"),
        (attachment_text().replace("sha256: ", "sha256: x"), 7, "front-matter"),
        (attachment_text() + "\n", 10, "yaml"),
    ],
)
def test_an_attachments_text_that_is_not_in_order(
    with_attachment: Path, text: str, line: int, code: str
) -> None:
    put(with_attachment, f"{FILE}.md", text)
    assert one_in(with_attachment) == (f"{FILE}.md", line, code)


# --- The folder -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder", ["releases/2024/08", "attachments/2024-08", "revisions/releases/2024", "mine"]
)
def test_leftovers_of_interrupted_writes(tmp_path: Path, folder: str) -> None:
    put(tmp_path, f"{folder}/.writing-x1y2z3", "half a docu")
    assert one_in(tmp_path) == (f"{folder}/.writing-x1y2z3", 1, "leftover")


def test_links_and_loops_of_links(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    put(root, PATH, document())
    put(tmp_path, "outside/a.md", "")
    (root / "loop").symlink_to(root)
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "gone.md").symlink_to(root / "nowhere")
    found = {each.path: each for each in found_in(root)}
    assert {each.code for each in found.values()} == {"symlink"}
    assert set(found) == {"loop", "out", "gone.md"}
    assert "outside the archive" in found["out"].message
    assert "outside the archive" not in found["loop"].message


def test_what_is_neither_file_nor_folder_is_passed_by(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")  # to open it would wait for ever
    assert found_in(tmp_path) == []


def test_a_name_that_is_no_utf_8(tmp_path: Path) -> None:
    put(tmp_path, "caf\udce9.md", document())
    assert one_in(tmp_path) == ("caf\udce9.md", 1, "filename")


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = put(tmp_path, PATH, document())
    put(tmp_path, "mine.md", document("other"))
    real_open = Path.open

    def fail(path: Path, *args: object, **values: object) -> object:  # root may read everything
        if path == place:
            raise OSError(5, "Input/output error")
        return real_open(path, *args, **values)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", fail)
    assert one_in(tmp_path) == (PATH, 1, "unreadable")


def test_problems_come_by_path(tmp_path: Path) -> None:
    for name in ("b/x.md", "a-b/x.md", "a/y.md", "a/x.md", "a.md"):
        put(tmp_path, f"releases/{name}", "")
    assert [each.path.removeprefix("releases/") for each in found_in(tmp_path)] == [
        "a/x.md",
        "a/y.md",
        "a-b/x.md",
        "a.md",
        "b/x.md",
    ]


def test_every_code_has_a_meaning() -> None:
    codes = {
        value for name, value in vars(problems).items() if name.isupper() and isinstance(value, str)
    }
    assert codes == set(MEANINGS)
    assert set(MEANINGS) >= NOTES


def test_the_sample_archive(sample_archive: Path) -> None:
    """What FORMAT.md says is wrong, as far as the sample has it and the disk alone can tell."""
    verification = Verification(sample_archive, TODAY)
    counts = Counter(problem.code for problem in verification.problems())
    assert verification.documents == 16_037
    assert verification.attachments_named == 1_012
    assert counts == {
        "date": 2,
        "duplicate-url": 2,
        "yaml": 21,
        "empty-title": 1,
        "empty-body": 22,
        "lost-characters": 116,
        "tables": 6,
    }

"""Which path is which URL's, in this run and in later ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePosixPath

from beehive_archive.archive.attachments import fold, text_path
from beehive_archive.attachments.files import AttachmentFiles
from beehive_archive.attachments.places import Places
from beehive_archive.attachments.records import FileRecord
from beehive_archive.text.attachment_text import AttachmentText, dumps_attachment
from tests.attachments.stock import FILES

DIGEST = "0f" * 32
UPPER, LOWER = f"{FILES}2024-01/Plan.pdf", f"{FILES}2024-01/plan.pdf"


def store(files: AttachmentFiles, path: PurePosixPath, url: str) -> None:
    text = AttachmentText("A", date(2024, 1, 1), url, "https://example.org/a", 1, DIGEST)
    files.write(path, b"content of " + url.encode())
    files.write(text_path(path), dumps_attachment(text).encode())


def record(url: str, path: str) -> FileRecord:
    return FileRecord(url, path, DIGEST, 1, None, None, "2026-01-01T00:00:00+00:00")


def test_the_first_url_has_the_plain_path_and_the_second_another(tmp_path: Path) -> None:
    places = Places(AttachmentFiles(tmp_path), [])
    first, second = places.of(UPPER), places.of(LOWER)
    assert first is not None
    assert second is not None
    assert first == PurePosixPath("attachments/2024-01/Plan.pdf")
    assert fold(first) != fold(second)
    assert (places.of(UPPER), places.of(LOWER)) == (first, second)


def test_who_came_first_is_told_by_the_text_on_disk(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path)
    before = Places(files, [])
    for url in (LOWER, UPPER):
        path = before.of(url)
        assert path is not None
        store(files, path, url)
    # In another order, without records.
    after = Places(files, [])
    assert after.of(UPPER) == before.of(UPPER)
    assert after.of(LOWER) == before.of(LOWER)


def test_without_a_text_the_record_tells_and_without_a_record_the_path(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path)
    files.write(PurePosixPath("attachments/2024-01/plan.pdf"), b"x")
    assert str(Places(files, []).of(LOWER)) == "attachments/2024-01/plan.pdf"
    assert str(Places(files, []).of(UPPER)) != "attachments/2024-01/plan.pdf"
    odd = f"{FILES}CON.pdf"
    path = Places(files, []).of(odd)
    assert path is not None
    files.write(path, b"x")
    assert Places(files, []).of(odd) == path
    assert Places(files, [record(odd, str(path))]).of(odd) == path


def test_a_cloud_is_known_by_its_records(tmp_path: Path) -> None:
    places = Places(None, [record(UPPER, "attachments/2024-01/Plan.pdf")])
    assert str(places.of(UPPER)) == "attachments/2024-01/Plan.pdf"
    assert str(places.of(LOWER)) != "attachments/2024-01/plan.pdf"


def test_a_file_and_a_folder_of_one_name_do_not_meet(tmp_path: Path) -> None:
    places = Places(AttachmentFiles(tmp_path), [])
    file, inside = places.of(f"{FILES}report"), places.of(f"{FILES}report/annex.pdf")
    assert file is not None
    assert inside is not None
    assert file not in inside.parents
    other = Places(AttachmentFiles(tmp_path), [])
    inside, file = other.of(f"{FILES}report/annex.pdf"), other.of(f"{FILES}report")
    assert inside is not None
    assert file is not None
    assert file not in inside.parents

"""Repairs: what is mended, what is refused, and that a kill at any point loses nothing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

import pytest

from beehive_archive.archive.repair import GITIGNORE, carry_out, mended, plan, repairable
from beehive_archive.archive.state import State
from beehive_archive.archive.store import ArchiveStore
from beehive_archive.errors import RepairRefusedError
from beehive_archive.findings import Finding
from beehive_archive.text import front_matter
from tests.archive.archives import (
    MORNING,
    SITE,
    compare,
    document,
    files_of,
    kill_points,
    put,
    release,
    report_of,
)

UTC_PATH = "releases/2024/08/2024-08-12-kia-ora.md"
NEW_PATH = "releases/2024/08/2024-08-13-kia-ora.md"
UTC_DATED = document(date=date(2024, 8, 12))


def mend(root: Path, found: Iterable[Finding], state: State | None = None) -> None:
    store = ArchiveStore(root)
    for finding in repairable(report_of(root, found)):
        carry_out(store, state, plan(store, finding))


def test_the_new_zealand_date_renames_the_file(tmp_path: Path) -> None:
    old = put(tmp_path, UTC_PATH, UTC_DATED).read_text()
    finding = compare(tmp_path, UTC_PATH, release())
    assert finding.conventions == ("date",)

    mend(tmp_path, [finding])

    files = files_of(tmp_path)
    assert files.pop(NEW_PATH) == front_matter.dumps(document())
    [(revision, kept)] = files.items()
    assert revision.startswith("revisions/releases/2024/08/2024-08-13-kia-ora/")
    assert revision.endswith(".repair.md")
    assert kept == old


MACRON = f"{SITE}/release/taup%C5%8D-takes-pole"


@pytest.mark.parametrize(
    ("convention", "archived", "live"),
    [
        ("url", document("taupo-takes-pole"), release(url=MACRON)),
        (
            "url",
            document(attachments=(f"{SITE}/sites/default/files/a(1).pdf",)),
            release(attachments=(f"{SITE}/sites/default/files/a%281%29.pdf",)),
        ),
        ("yaml", document(title="Kia  ora"), release()),
        (
            "markdown",
            document(body="The __Minister__ said so."),
            release(body_html="<p>The <b>Minister</b> said so.</p>"),
        ),
    ],
)
def test_a_mended_document_is_what_would_be_written_today(
    tmp_path: Path, convention: str, archived: front_matter.Document, live: object
) -> None:
    slug = archived.url.rpartition("/")[2]
    path = f"releases/2024/08/2024-08-13-{slug}.md"
    put(tmp_path, path, archived)
    finding = compare(tmp_path, path, live)  # type: ignore[arg-type]
    assert (finding.kind, finding.conventions) == ("convention", (convention,))

    mend(tmp_path, [finding])

    assert compare(tmp_path, path, live).kind == "unchanged"  # type: ignore[arg-type]


def test_a_value_that_yaml_misreads_is_quoted(tmp_path: Path) -> None:
    text = front_matter.dumps(document(portfolios=("A: B",))).replace('"A: B"', "A: B")
    place = put(tmp_path, NEW_PATH, text)
    mend(tmp_path, [compare(tmp_path, NEW_PATH, release(portfolios=("A: B",)))])
    assert '\n  - "A: B"\n' in place.read_text()


def test_tables_get_the_body_that_the_check_found(tmp_path: Path) -> None:
    put(tmp_path, NEW_PATH, document(body="2001/022002/03"))
    table = "| 2001/02 | 2002/03 |\n| --- | --- |"
    finding = replace(
        compare(tmp_path, NEW_PATH, release(body_html="<p>2001/02 2002/03</p>")),
        kind="convention",
        fields=(),
        conventions=("tables",),
        after={"body": table},
    )
    mend(tmp_path, [finding])
    assert front_matter.load(tmp_path / NEW_PATH).body == table


def test_a_file_name_that_does_not_follow_is_mended(tmp_path: Path) -> None:
    put(tmp_path, "releases/2024/08/notes.txt", document())
    put(tmp_path, "mine.txt", document("other"))
    found = [
        compare(tmp_path, "releases/2024/08/notes.txt", release()),
        compare(tmp_path, "mine.txt", release("other")),
    ]
    mend(tmp_path, found)
    files = {path for path in files_of(tmp_path) if not path.startswith("revisions/")}
    assert files == {NEW_PATH, "mine.txt"}  # outside releases/ any name will do


def test_changed_fields_are_never_touched(tmp_path: Path) -> None:
    put(tmp_path, UTC_PATH, UTC_DATED)
    live = release(title="Kia kaha", body_html="<p>He said otherwise.</p>")
    finding = compare(tmp_path, UTC_PATH, live)
    assert (finding.kind, finding.fields) == ("changed", ("title", "body"))

    mend(tmp_path, [finding])

    after = front_matter.load(tmp_path / NEW_PATH)
    assert after == document()
    again = compare(tmp_path, NEW_PATH, live)
    assert (again.fields, again.conventions) == (("title", "body"), ())


def test_other_kinds_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, UTC_PATH, UTC_DATED)
    finding = compare(tmp_path, UTC_PATH, release())
    others = [replace(finding, kind=kind) for kind in ("moved", "removed", "unverified")]
    mend(tmp_path, others)
    assert set(files_of(tmp_path)) == {UTC_PATH}


def test_a_taken_name_is_numbered(tmp_path: Path) -> None:
    put(tmp_path, UTC_PATH, UTC_DATED)
    other = put(tmp_path, NEW_PATH, document(url=f"{SITE}/release/ki%C4%81-ora"))
    finding = compare(tmp_path, UTC_PATH, release())
    mend(tmp_path, [finding])
    assert front_matter.load(other).url.endswith("ki%C4%81-ora")
    assert (tmp_path / "releases/2024/08/2024-08-13-kia-ora-2.md").exists()

    before = files_of(tmp_path)
    mend(tmp_path, [finding])
    assert files_of(tmp_path) == before


def test_names_can_be_handed_on_in_a_chain(tmp_path: Path) -> None:
    """A document takes the name that another gives up, and each keeps its own revisions."""
    earlier_path = "releases/2024/08/2024-08-11-kia-ora.md"
    twin = f"{SITE}/release/ki%C4%81-ora"
    put(tmp_path, UTC_PATH, document(date=date(2024, 8, 12), title="First"))
    put(tmp_path, earlier_path, document(date=date(2024, 8, 11), title="Second", url=twin))
    live = release(title="Second", url=twin, published_at=MORNING.replace(day=11))
    found = [
        compare(tmp_path, UTC_PATH, release(title="First")),
        compare(tmp_path, earlier_path, live),
    ]

    mend(tmp_path, found)
    once = files_of(tmp_path)
    mend(tmp_path, found)

    assert files_of(tmp_path) == once
    titles = {path: front_matter.loads(text).title for path, text in once.items()}
    assert {path: title for path, title in titles.items() if path.startswith("releases")} == {
        NEW_PATH: "First",
        UTC_PATH: "Second",
    }
    folders = {PurePosixPath(path).parent.name: titles[path] for path in titles if "repair" in path}
    assert folders == {"2024-08-13-kia-ora": "First", "2024-08-12-kia-ora": "Second"}


def test_revisions_and_state_follow_the_name(tmp_path: Path) -> None:
    put(tmp_path, UTC_PATH, UTC_DATED)
    earlier = "revisions/releases/2024/08/2024-08-12-kia-ora/20240901T000000Z.md"
    put(tmp_path, earlier, "an older text")
    state = State(tmp_path / ".state", "check", datetime.now(UTC))
    state.saw(f"{SITE}/release/kia-ora", now=datetime.now(UTC), path=UTC_PATH)

    mend(tmp_path, [compare(tmp_path, UTC_PATH, release())], state)

    assert state.path_of(f"{SITE}/release/kia-ora") == NEW_PATH
    state.close()
    moved = [path for path in files_of(tmp_path) if path.startswith("revisions/")]
    assert len(moved) == 2
    assert all("2024-08-13-kia-ora/" in path for path in moved)
    assert not (tmp_path / earlier).parent.exists()


# --- Refusals -------------------------------------------------------------------------------


def refusal(root: Path, finding: Finding) -> str:
    before = files_of(root)
    with pytest.raises(RepairRefusedError) as refused:
        plan(ArchiveStore(root), finding)
    assert files_of(root) == before
    return str(refused.value)


def test_a_document_that_changed_since_is_refused(tmp_path: Path) -> None:
    place = put(tmp_path, UTC_PATH, UTC_DATED)
    finding = compare(tmp_path, UTC_PATH, release())
    place.write_text(place.read_text() + " And more.")
    assert "changed on disk since the check" in refusal(tmp_path, finding)


def test_a_missing_document_is_refused(tmp_path: Path) -> None:
    place = put(tmp_path, UTC_PATH, UTC_DATED)
    finding = compare(tmp_path, UTC_PATH, release())
    place.unlink()
    assert "missing" in refusal(tmp_path, finding)


@pytest.mark.parametrize(
    "path",
    [
        "../outside.md",
        "/etc/passwd.md",
        ".git/config.md",
        "revisions/a/b.md",
        "a.py",
        "attachments/a.pdf.md",
        "",
        "releases/\x00.md",
    ],
)
def test_a_path_that_is_no_documents_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "archive"
    put(root, UTC_PATH, UTC_DATED)
    put(tmp_path, "outside.md", UTC_DATED)
    finding = replace(compare(root, UTC_PATH, release()), path=path)
    assert refusal(root, finding)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    put(root, UTC_PATH, UTC_DATED)
    finding = compare(root, UTC_PATH, release())
    shutil.move(root / "releases", tmp_path / "elsewhere")
    (root / "releases").symlink_to(tmp_path / "elsewhere")
    assert "symbolic link" in refusal(root, finding)
    assert (tmp_path / "elsewhere/2024/08/2024-08-12-kia-ora.md").exists()


@pytest.mark.parametrize(
    "after",
    [
        {"date": "tomorrow"},
        {"date": ["2024-08-13"]},
        {"body": "Words that nobody said"},
        {"url": "https://example.org/release/other"},
        {"path": "../../etc/passwd"},
    ],
)
def test_a_report_that_asks_for_more_is_refused(tmp_path: Path, after: dict[str, object]) -> None:
    put(tmp_path, UTC_PATH, UTC_DATED)
    finding = replace(compare(tmp_path, UTC_PATH, release()), after=after)
    assert "check it again" in refusal(tmp_path, finding)


def test_another_documents_url_is_no_repair() -> None:
    finding = Finding(
        kind="convention", url="", conventions=("url",), after={"url": f"{SITE}/release/other"}
    )
    with pytest.raises(RepairRefusedError):
        mended(document(), finding)


# --- Stopped at any point -------------------------------------------------------------------


def test_a_kill_at_any_point_loses_nothing_and_a_second_run_ends_it(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    old_text = front_matter.dumps(UTC_DATED)
    found: list[Finding] = []

    def reset() -> None:
        shutil.rmtree(root, ignore_errors=True)
        put(root, UTC_PATH, UTC_DATED)
        put(root, "revisions/releases/2024/08/2024-08-12-kia-ora/20240901T000000Z.md", "older")
        put(root, "releases/2024/08/2024-08-13-other.md", document("other", title="Kia  ora"))
        found[:] = [
            compare(root, UTC_PATH, release()),
            compare(root, "releases/2024/08/2024-08-13-other.md", release("other")),
        ]

    points = []
    for point in kill_points(root, lambda: mend(root, found), reset):
        points.append(point)
        left = files_of(root)
        whole = {name: text for name, text in left.items() if "/.writing-" not in name}
        documents = [name for name in whole if name.startswith("releases/")]
        assert len(documents) == 2
        for name in documents:
            assert front_matter.loads(whole[name]).body == "The Minister said so."
        assert old_text in whole.values()  # under its name or as a revision

        mend(root, found)
        mend(root, found)

        ended = {k: v for k, v in files_of(root).items() if "/.writing-" not in k}
        assert ended[NEW_PATH] == front_matter.dumps(document())
        assert UTC_PATH not in ended
        assert list(ended.values()).count(old_text) == 1
        assert len(ended) == 5
    assert len(points) > 8  # it was killed at all


def test_git_sees_a_rename(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")

    def git(*args: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *args]
        return subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    body = "\n\n".join(f"Paragraph {number} of a release." for number in range(20))
    html = "".join(f"<p>Paragraph {number} of a release.</p>" for number in range(20))
    put(tmp_path, UTC_PATH, replace(UTC_DATED, body=body))
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "as it was")
    put(tmp_path, "revisions/.gitignore", GITIGNORE)

    mend(tmp_path, [compare(tmp_path, UTC_PATH, release(body_html=html))])

    git("add", "-A")
    changes = git("diff", "--cached", "-M", "--name-status").split("\n")
    assert [line.split("\t")[1:] for line in changes if line.startswith("R")] == [
        [UTC_PATH, NEW_PATH]
    ]
    assert not ArchiveStore(tmp_path).revisions(PurePosixPath(UTC_PATH))

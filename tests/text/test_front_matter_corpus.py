"""The whole sample of real documents, read and written again."""

from __future__ import annotations

import tarfile

import pytest

from beehive_archive.text import front_matter_yaml
from beehive_archive.text.front_matter import dumps, loads
from beehive_archive.text.front_matter_quoting import quote, survives_in_list


@pytest.fixture(scope="module")
def samples(corpus):
    """Every sample document's name and text, out of the tar file in memory."""
    with tarfile.open(corpus / "releases-sample.tar.xz", "r:xz") as tar:
        return {
            member.name: tar.extractfile(member).read().decode()
            for member in tar
            if member.isfile() and member.name.endswith(".md")
        }


def with_quotes(text: str) -> str:
    """The text with quotes round those of its list values that YAML misreads."""
    lines = text.split("\n")
    for number in range(1, lines.index("---", 1)):
        line = lines[number]
        if line.startswith("  - ") and not survives_in_list(line[4:]):
            lines[number] = f"  - {quote(line[4:])}"
    return "\n".join(lines)


def test_every_document_is_the_same_bytes_but_for_quotes(samples):
    changed = []
    for name, text in samples.items():
        written = dumps(loads(text, name=name))
        if written != text:
            assert written == with_quotes(text), name
            changed.append(name)
    assert len(samples) == 16_037
    assert len(changed) == 21  # each holds "- Māori Crown Relations: Te Arawhiti"


def test_the_regular_path_reads_nearly_all_and_as_yaml_does(samples):
    irregular = 0
    for name, text in samples.items():
        front_matter = text[4 : text.index("\n---\n", 3) + 1]
        regular = front_matter_yaml._read_regular(front_matter)
        if regular is None:
            irregular += 1
        else:
            assert regular == front_matter_yaml._read_yaml(front_matter), name
    assert irregular < len(samples) / 100

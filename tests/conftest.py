"""Shared fixtures; everything runs offline."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.replica import Replica, serving

# Machines are shared and noisy, so no example has a deadline; CI tries the same ones each time.
hypothesis.settings.register_profile("shared", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("shared")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real data to test on; see CONTRIBUTING.md."""
    folder = os.environ.get("BEEHIVE_CORPUS")
    if not folder:
        pytest.skip("BEEHIVE_CORPUS is not set: it names the folder with the corpus")
    return Path(folder)


@pytest.fixture(scope="session")
def sample_archive(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 16,037 real documents of the corpus, unpacked; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("sample")
    with tarfile.open(corpus / "releases-sample.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the archive that ships with the project, without what runs have brought in."""
    folder = tmp_path_factory.mktemp("seeds")
    for path in (Path(__file__).parent.parent / "seeds").glob("*.txt"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def replica() -> Iterator[Replica]:
    """An empty site like the real one, served on loopback; see tests/replica/__init__.py."""
    with serving(Replica()) as site:
        yield site

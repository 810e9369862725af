"""Asking for an extra that is not installed says what to install, before anything is fetched."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.crawling import ROOT, arguments, scrapy
from tests.replica import Replica, document

# What is asked for, what is then missing, and what a user is told to install.
ASKED = {
    "browser": (("crawl", "releases"), {"BROWSER": "fallback"}, "scrapy_playwright"),
    "cluster": (
        ("crawl", "check"),
        {"REDIS_URL": "redis://localhost", "CLUSTER_JOB": "x"},
        "redis",
    ),
    "warc": (("crawl", "releases"), {"WARC_DIR": "captures"}, "warcio"),
    "s3": (("crawl", "releases"), {"FILES_STORE": "s3://bucket/folder/"}, "botocore"),
    "gs": (("crawl", "releases"), {"FILES_STORE": "gs://bucket/folder/"}, "google"),
    "export": (("export", "--sqlite", "archive.db"), {}, "sqlite_utils"),
}
FOR_DEVELOPERS = {"test", "dev"}

# A module that Python reads at its start: these packages are as if they were not installed.
BLOCK = """
from importlib.machinery import PathFinder

find_spec = PathFinder.find_spec

def find_others(name, path=None, target=None):
    return None if name.partition(".")[0] in {names!r} else find_spec(name, path, target)

PathFinder.find_spec = find_others
"""


def run_without(
    modules: Collection[str], *words: str, folder: Path, archive: Path, site: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(BLOCK.format(names=set(modules)))
    return subprocess.run(
        arguments(*words, archive=archive, site=site, **settings),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def site(replica: Replica, tmp_path: Path) -> Replica:
    replica.add(document("First", "2026-03-01T20:05:00Z"))
    assert (
        scrapy("crawl", "releases", archive=tmp_path / "archive", site=replica.url).exit_code == 0
    )
    replica.requests.clear()
    return replica


def test_each_extra_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].keys()
    assert extras - FOR_DEVELOPERS == ASKED.keys()


@pytest.mark.parametrize("extra", ASKED)
def test_a_missing_extra_is_named(extra: str, site: Replica, tmp_path: Path) -> None:
    words, settings, module = ASKED[extra]
    places = {"folder": tmp_path / "blocking", "archive": tmp_path / "archive", "site": site.url}
    ended = run_without([module], *words, **places, **settings)
    assert ended.returncode == 2, ended.stderr
    command = rf"pip --python \S+ install -e '\.\[{extra}\]'$"
    assert re.search(command, ended.stderr, re.MULTILINE), ended.stderr
    assert "Traceback" not in ended.stderr
    assert not site.requests


def test_without_any_extra_the_main_job_works(site: Replica, tmp_path: Path) -> None:
    new = site.add(document("Second", "2026-03-02T20:05:00Z"))
    places = {"folder": tmp_path / "blocking", "archive": tmp_path / "archive", "site": site.url}
    modules = {*(module for _, _, module in ASKED.values()), "playwright", "pyarrow"}
    ended = run_without(modules, "crawl", "releases", **places)
    assert ended.returncode == 0, ended.stderr
    assert new.path in {request.path for request in site.requests}


def test_a_browser_driver_that_does_not_start_is_named(site: Replica, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    for name in ("playwright", "scrapy_playwright"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").touch()
    said = "node: error while loading shared libraries: libatomic.so.1"
    (folder / "playwright/__main__.py").write_text(f"raise SystemExit({said!r})")
    places = {"folder": folder, "archive": tmp_path / "archive", "site": site.url}
    ended = run_without([], "crawl", "releases", **places, BROWSER="fallback")
    assert ended.returncode == 2, ended.stderr
    assert f"Playwright's driver doesn't start, it said: {said}; install" in ended.stderr
    assert not site.requests

"""Help that is enough to work without the docs: a sentence, examples that run, every argument."""

from __future__ import annotations

import pkgutil
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

from beehive_archive import commands
from beehive_archive.verdict import MEANINGS, ExitCode
from tests.crawling import ROOT, scrapy

NAMES = [each.name for each in pkgutil.iter_modules(commands.__path__)]


@pytest.fixture(scope="module")
def spiders() -> list[type]:
    loader = get_spider_loader(get_project_settings())
    return [loader.load(name) for name in loader.list()]


def test_the_list_of_commands_says_what_each_is_for() -> None:
    words = [sys.executable, "-m", "scrapy", "--help"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in NAMES:
        sentence = import_module(f"beehive_archive.commands.{name}").Command().short_desc()
        assert f"  {name:<13} {sentence}" in listed
        assert sentence[0].isupper()
        assert len(sentence) < 80


@pytest.mark.parametrize("name", NAMES)
def test_a_commands_help_is_a_sentence_then_examples_then_options(
    name: str, tmp_path: Path
) -> None:
    shown = scrapy(name, "-h", archive=tmp_path)
    assert shown.exit_code == 0
    usage, sentence, examples, options = shown.stdout.split("\n\n")[:4]
    assert usage.startswith(f"Usage\n=====\n  scrapy {name} ")
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert re.match(rf"Examples?\n=+\n  scrapy {name} ?", examples)
    assert options.startswith("Options\n=")
    codes = import_module(f"beehive_archive.commands.{name}").Command.exit_codes
    for code in codes:
        assert re.search(rf"^  {int(code)}  \w", shown.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_options_of_the_examples_are_there(name: str, tmp_path: Path) -> None:
    shown = scrapy(name, "-h", archive=tmp_path).stdout
    for example in import_module(f"beehive_archive.commands.{name}").Command.examples:
        program, *words = shlex.split(example)
        if program == "scrapy":
            for option in (word for word in words if word.startswith("-")):
                assert re.search(rf"^  (-\w .*, )?{option}[ ,=\n]", shown, re.MULTILINE), option


def test_crawls_help_lists_every_spider_and_argument(spiders: list[type], tmp_path: Path) -> None:
    shown = scrapy("crawl", "-h", archive=tmp_path).stdout
    for spider in spiders:
        part = shown.partition(f"\n  {spider.name}: ")[2].partition("\n\n")[0]
        assert part.split("\n")[0]
        for argument in spider.ARGUMENTS:
            assert re.search(rf"^    -a {argument}= +\S", part, re.MULTILINE)
    assert "2017-2020-labour" in shown


def test_a_wrong_argument_is_refused_with_the_right_ones(
    spiders: list[type], tmp_path: Path
) -> None:
    for spider in spiders:
        refused = scrapy("crawl", spider.name, "-a", "form=release", archive=tmp_path)
        assert refused.exit_code == 2
        assert "form" in refused.stderr
        assert all(f"-a {argument}=" in refused.stderr for argument in spider.ARGUMENTS)


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(ExitCode)

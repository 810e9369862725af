"""What forked processes have imported already: all that a crawl needs; see ``tests.forking``.

Nothing here may import Twisted's reactor: each crawl installs its own.
"""

import pkgutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

import scrapy.commands
from scrapy.settings import BaseSettings
from scrapy.utils.project import get_project_settings

from beehive_archive import commands, spiders


def components(value: object) -> Iterator[str]:
    """Yield the classes that a setting names, as dotted paths."""
    if isinstance(value, str) and value.startswith(("scrapy.", "beehive_archive.")):
        yield value
    elif isinstance(value, (dict, BaseSettings)):
        for each in (*value.keys(), *value.values()):
            yield from components(each)


warnings.simplefilter("ignore")  # as `python -W ignore`: what a command says is compared

for path in components(get_project_settings()):
    import_module(path.rpartition(".")[0])
for package in (scrapy.commands, commands, spiders):
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
for name in ("scrapy.cmdline", "scrapy.core.downloader.handlers.http11", "vcr"):
    import_module(name)
for name in ("redis", "warcio.warcwriter"):  # extras
    with suppress(ImportError):
        import_module(name)

assert "twisted.internet.reactor" not in sys.modules

"""Work that the workers of a cluster share: what a spider tells them of it."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from scrapy import Request

from beehive_archive.cluster.worker import ClusterWorker
from beehive_archive.spiders.base import ArchiveSpider


# Not abc.ABC: Twisted's zope.interface gives that class an attribute which can't be read from its
# instances, and Scrapy's feed exports (``-O FILE``) read every attribute of a spider.
class SharedSpider(ArchiveSpider, metaclass=ABCMeta):
    """A spider whose work can be split into units, by name; ``can_be_shared`` says when."""

    units_are_lists: ClassVar[bool] = False  # which a worker takes one at a time

    @property
    def cluster(self) -> ClusterWorker | None:
        """The spider's place among the workers of a cluster, None where it works alone."""
        return self.crawler.get_extension(ClusterWorker)

    @abstractmethod
    def units(self) -> list[str]:
        """Return the names of the units of work that workers share."""

    @abstractmethod
    def unit_requests(self, unit: str) -> Iterator[Request]:
        """Return the requests of a unit of work."""

"""Work that the workers of a cluster share: what a spider tells them of it."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import AsyncIterator, Iterator
from typing import ClassVar, Protocol

from scrapy import Request

from beehive_archive.spiders.base import ArchiveSpider


class Cluster(Protocol):
    """A spider's place among the workers of a cluster."""

    def requests(self) -> AsyncIterator[Request]:
        """Yield the requests of unit after unit."""


# Not abc.ABC: Twisted's zope.interface gives that class an attribute which can't be read from its
# instances, and Scrapy's feed exports (``-O FILE``) read every attribute of a spider.
class SharedSpider(ArchiveSpider, metaclass=ABCMeta):
    """A spider whose work can be split into units, by name; ``can_be_shared`` says when."""

    SHARED_ARGUMENTS: ClassVar[frozenset[str]] = frozenset()  # those that a cluster can share
    units_are_lists: ClassVar[bool] = False  # which a worker takes one at a time

    cluster: Cluster | None = None  # set by the cluster's extension; None where it works alone

    @property
    def can_be_shared(self) -> bool:
        """Whether the arguments ask for something that a cluster's workers can share."""
        return False

    @abstractmethod
    def units(self) -> list[str]:
        """Return the names of the units of work that workers share."""

    @abstractmethod
    def unit_requests(self, unit: str) -> Iterator[Request]:
        """Return the requests of a unit of work."""

"""Scrapy's add-on for ``REDIS_URL``: nothing of the cluster is there unless it is asked for."""

from __future__ import annotations

from scrapy.settings import BaseSettings

from beehive_archive.cluster.config import ClusterConfig


class ClusterOfWorkers:
    """Sets the extension and the middleware of a cluster's worker."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set what is needed; raises ConfigurationError where the extra is missing."""
        if ClusterConfig.from_settings(settings) is None:
            return
        # Before ArchiveRun (100): it gives back what it holds before the report is written.
        settings["EXTENSIONS"]["beehive_archive.cluster.worker.ClusterWorker"] = 90
        # Next to the downloader, behind the cassette (950): what is replayed needs no turn.
        settings["DOWNLOADER_MIDDLEWARES"]["beehive_archive.cluster.pace.PaceMiddleware"] = 960

"""The extra ``[cluster]``: several workers on several machines at one job; docs/cluster.md.

``config`` is the settings, ``addon`` what follows from them. ``frontier`` is what the workers
share in Redis, ``ledger`` a worker's findings, ``worker`` its life in a job, ``pace`` the one
polite rate of them all.
"""

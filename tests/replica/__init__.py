"""A small site like www.beehive.govt.nz on loopback, in the site's own markup.

The fixture ``replica`` serves an empty one; a test fills it, changes it and orders its faults:

>>> from urllib.request import urlopen
>>> with serving(Replica()) as replica:
...     taupo = replica.add(document("Taupō takes pole position", "2024-01-28T20:05:00Z"))
...     taupo = replica.edit(taupo, title="Taupō wins")
...     _ = replica.rename(taupo, "taupō-wins")
...     page = urlopen(replica.url + taupo.href).read().decode()
...     [(request.path, request.status) for request in replica.requests]
[('/release/taupō-takes-pole-position', 301), ('/release/taupō-wins', 200)]

- ``document(title, published_at, **fields)`` and ``attachment(url, length)`` make content; see
  ``ReplicaDocument``. ``replica.add edit rename remove unlist redirect add_page add_file`` change
  it, also while it is served.
- ``replica.fault(faults.blocked(), "/releases", after=1, times=2)`` orders a fault; ``faults`` has
  the kinds. It returns a rule that counts what it ``seen`` and ``struck``.
- ``replica.requests`` logs path, headers, time, status and fault of each request;
  ``replica.on_request`` holds hooks that run before each answer. What one raises fails the test.
- ``replica.options`` switches what the real site may or may not have: node ids, canonical links,
  validators, compression, a challenge for clients without scripts.
- ``with replica.refusing_connections():`` closes the port for a while.
- Documents name ``https://www.beehive.govt.nz`` in their absolute links, as the real site does;
  only redirects lead to the replica's own address.

``Replica(corpus.load(folder))`` is the site that an archive was taken from, bodies read and
rendered as they are asked for; ``process.running(folder)`` or ``python -m tests.replica --archive
DIR`` serves one as a process of its own (``--cache DIR`` renders each body once: for benchmarks).

``documents`` is what a site holds, ``pages`` its markup, ``site`` the state, ``routes`` the
answers, ``faults`` the disasters, ``server`` the sockets, ``bodies`` Markdown back to HTML.
"""

from tests.replica import faults
from tests.replica.documents import ReplicaDocument, attachment, document
from tests.replica.server import serving
from tests.replica.site import Options, Replica

__all__ = [
    "Options",
    "Replica",
    "ReplicaDocument",
    "attachment",
    "document",
    "faults",
    "serving",
]

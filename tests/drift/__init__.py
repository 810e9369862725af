"""A site that drifted away from its archive, with what a check must find of every document.

``drifted(sample, folder, ...)`` takes real documents, writes them to ``folder`` as an old exporter
left them, makes a replica of the site that they came from, and lets both sides drift: each scenario
of ``content``, ``blocks``, ``places``, ``filing`` and ``answers`` strikes some documents, drawn by
a seed. What a check has to say of a document follows from what was done to it, never from the
code under test:

- its kind is the scenario's (``moved``, ``removed``, ``unverified``), else ``changed`` where a
  field was edited, else ``convention`` where one applies, else ``unchanged``;
- the conventions ``date``, ``url``, ``yaml`` and ``filename`` are read off both sides' values
  (``Case.expected``), ``tables`` and ``markdown`` are said by the scenario.

**Pages that moved an hour.** A page's instant was seen to move by an hour though nobody edited it
(a summer time put right). The archived date is then that of the instant before: its UTC date, or,
in an archive that was mended, its New Zealand date. Across midnight UTC or midnight in New Zealand
this is the convention ``date``, never a change. The price: a real edit by one day is taken for the
convention where its new instant lies within an hour of such a midnight, or where the archived date
is the UTC date of the new instant. Without the instant that was archived nobody can tell these
apart; where ``.state/`` remembers it, the check does (see ``test_check_dates``).
"""

from tests.drift.case import Case, Expected
from tests.drift.scoring import Score, score, table
from tests.drift.world import World, drifted

__all__ = ["Case", "Expected", "Score", "World", "drifted", "score", "table"]

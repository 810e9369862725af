"""Record ``releases.yaml``, the cassette of a whole ``scrapy crawl releases``.

The real site can't be recorded here, so a replica in its markup is: thirteen releases that never
were. Record again when the crawl asks for other pages:
``python -m tests.cassettes.record_releases``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.crawling import scrapy
from tests.replica import Replica, attachment, document, files, serving

CASSETTE = Path(__file__).with_name("releases.yaml")

FILES = "https://www.beehive.govt.nz/sites/default/files/2024-12"

SNOW = """\
<p>The gates closed less often.</p>
<table><caption>Nights of snow on the pass</caption>
<thead><tr><th>Winter</th><th>Nights</th></tr></thead>
<tbody><tr><td>2022</td><td>41</td></tr><tr><td>2023</td><td>38</td></tr></tbody></table>"""

COTTAGES = """\
<p>Three cottages:</p>
<ol><li>Castle Point</li><li>Pencarrow</li><li>East Cape</li></ol>"""

GARDENS = """\
<p>Forty schools plant kūmara.</p>
<blockquote><p>“It is good to dig,” said a pupil.</p></blockquote>"""

GAUGES = '<p>Levels stand at <a href="https://example.org/levels?river=1">the page</a>.</p>'

# Instant of publication, minister, portfolio, title, body.
AROHA, TAMA, ROBIN = "Hon Aroha Tester", "Hon Tama Sample", "Rt Hon Robin Example"
RELEASES = (
    ("2024-12-10T16:07:20Z", AROHA, "Conservation", "Swing bridge opens", "<p>It is open.</p>"),
    ("2024-12-09T20:00:00Z", AROHA, "Transport", "Taupō ferries double", "<p>From <b>Monday</b>."),
    ("2024-12-08T22:30:00Z", TAMA, "Heritage", "Keepers’ cottages get new roofs", COTTAGES),
    ("2024-12-05T19:15:00Z", AROHA, "Transport", "Snow gates – a winter in numbers", SNOW),
    ("2024-12-04T01:00:00Z", ROBIN, "Education", "School gardens grow in Northland", GARDENS),
    ("2024-12-03T02:00:00Z", TAMA, "Environment", "River gauges go live", GAUGES),
    ("2024-12-02T03:30:00Z", AROHA, "Transport", "Apprentices start", "<p>Twelve.</p><hr><p>Ten."),
    ("2024-12-01T21:00:00Z", TAMA, "Conservation", "Kiwi chicks return", "<p>Nine.<br>All well."),
    ("2024-11-28T04:00:00Z", AROHA, "Transport", "Tide tables printed", "<p>At every library.</p>"),
    (
        "2024-11-27T23:59:00Z",
        ROBIN,
        "Internal Affairs",
        "Library vans",
        "<p>Two, <i>four</i> staff.",
    ),
    ("2024-11-26T05:00:00Z", TAMA, "Agriculture", "Frost forecast", "<p>The evening before.</p>"),
    ("2024-11-25T06:00:00Z", AROHA, "Land Information", "New charts", "<p>Seven are redrawn.</p>"),
    ("2024-11-24T07:00:00Z", AROHA, "Land Information", "Old maps, new scans", "<p>1 200 maps."),
)


def replica_site() -> Replica:
    """Return the site that the cassette shows."""
    site = Replica()
    report = files.pdf("Nights of snow on the pass", "2022: 41", "2023: 38")
    site.add_file(f"{FILES}/Snow%20gates.pdf", report)
    for published_at, minister, portfolio, title, body in RELEASES:
        attachments = ()
        if title.startswith("Snow gates"):
            attachments = (attachment(f"{FILES}/Snow%20gates.pdf", len(report)),)
        site.add(
            document(
                title,
                published_at,
                ministers=(minister,),
                portfolios=(portfolio,),
                body_html=body,
                attachments=attachments,
            )
        )
    return site


def record(cassette: Path) -> None:
    """Crawl the replica once with an empty archive, and keep what went over the wire."""
    cassette.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(replica_site()) as site:
        outcome = scrapy(
            "crawl",
            "releases",
            archive=Path(folder),
            site=site.url,
            CASSETTE=cassette,
            CASSETTE_MODE="once",
        )
    if outcome.exit_code != 0:
        raise SystemExit(outcome.stderr)


if __name__ == "__main__":
    record(CASSETTE)

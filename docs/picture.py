"""Take README.md's picture of a report, of invented documents: ``python -m docs.picture``.

It needs Chromium. Look at the picture before it is committed.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from beehive_archive.findings import Finding, Report
from beehive_archive.reports import html

PICTURE = Path(__file__).with_name("report.png")
SIZE = (1040, 980)
BASE = "https://www.beehive.govt.nz/release/"

BEFORE = """\
The Government is putting $12 million into swing bridges, Hon Aroha Tester says.

“Every valley deserves a dry way across. This is about getting the basics right,” the Minister says.

The first three bridges open in March 2025. Work at Castle Point begins in June."""

AFTER = (
    BEFORE.replace("$12 million", "$14.5 million")
    .replace("March", "May")
    .replace(" Work at Castle Point begins in June.", "")
)

FINDINGS = (
    Finding(
        kind="changed",
        url=BASE + "swing-bridges-for-dry-feet",
        path="releases/2024/12/2024-12-10-swing-bridges-for-dry-feet.md",
        title="Swing bridges for dry feet",
        date="2024-12-10",
        fields=("portfolios", "body"),
        before={"portfolios": ["Conservation"], "body": BEFORE},
        after={"portfolios": ["Conservation", "Regional Development"], "body": AFTER},
    ),
    Finding(
        kind="moved",
        url=BASE + "taup%C5%8D-ferries-double",
        path="releases/2024/12/2024-12-09-taupo-ferries-double.md",
        title="Taupō ferries double",
        date="2024-12-09",
        after={"url": BASE + "taup%C5%8D-and-rotorua-ferries-double"},
    ),
    Finding(
        kind="removed",
        url=BASE + "old-maps-new-scans",
        path="releases/2024/11/2024-11-24-old-maps-new-scans.md",
        title="Old maps, new scans",
        date="2024-11-24",
        detail="The site answered 404 twice, first on 20 November 2026.",
    ),
    *(
        Finding(
            kind="convention",
            url=f"{BASE}tide-tables-{year}",
            path=f"releases/{year}/11/{year}-11-27-tide-tables-{year}.md",
            title=f"Tide tables for {year} printed",
            date=f"{year}-11-28",
            conventions=("date", "filename"),
            before={"date": f"{year}-11-27"},
            after={"date": f"{year}-11-28"},
        )
        for year in range(2018, 2024)
    ),
)


def report() -> Report:
    """Return a report that shows some of each kind."""
    return Report(
        spider="check",
        started="2026-11-21T17:00:00+00:00",
        finished="2026-11-21T17:08:20+00:00",
        site="https://www.beehive.govt.nz",
        archive="/home/you/archive",
        complete=True,
        counts={"changed": 1, "moved": 1, "removed": 1, "convention": 6, "unchanged": 491},
        findings=FINDINGS,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        html.write(page, report())
        shown = page.read_text("utf-8")  # the first difference unfolded
        page.write_text(shown.replace("<details", "<details open", 1), "utf-8")
        size = ",".join(map(str, SIZE))
        options = (
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--user-data-dir={folder}/profile", f"--window-size={size}"),
        )
        subprocess.run(
            ["chromium", *options, f"--screenshot={PICTURE}", page.as_uri()],
            check=True,
            timeout=120,
            capture_output=True,
        )
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")

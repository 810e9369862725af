"""What to do about a report: commands that can be pasted as they stand."""

from __future__ import annotations

import shlex

from beehive_archive.findings import CONVENTION, UNVERIFIED, Report


def next_steps(
    report: Report,
    *,
    json_path: str,
    page_url: str = "",
    options: str = "",
    to_resume: str | None = None,
) -> list[str]:
    """Return where to read a report and the commands that carry on from it.

    ``page_url`` is its HTML page's ``file:`` URL; ``options`` are those that a command needs to
    act on the report's archive and site, with a space before each. ``to_resume`` is the command
    that goes on with the run where it is not complete.
    """
    steps = []
    if page_url and (report.findings or report.coverage):
        steps.append(page_url)
    if report.counts.get(CONVENTION):
        steps.append(f"scrapy repair {shlex.quote(json_path)} --dry-run{options}")
    if report.counts.get(UNVERIFIED) and report.spider in {"releases", "attachments"}:
        steps.append(f"scrapy crawl {report.spider} -a retry=failed{options}")
    if report.part is not None:
        steps.append("scrapy report PART.json PART.json --merge WHOLE.json")
    elif to_resume and not report.complete:
        steps.append(f"{to_resume}{options}")
    return steps

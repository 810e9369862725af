"""What to do about a report: commands that can be pasted as they stand."""

from __future__ import annotations

import shlex

from beehive_archive.findings import CONVENTION, UNVERIFIED, Report


def next_steps(
    report: Report, *, json_path: str, page_url: str = "", options: str = ""
) -> list[str]:
    """Return where to read a report and the commands that carry on from it.

    ``page_url`` is its HTML page's ``file:`` URL; ``options`` are those that a command needs to
    act on the report's archive and site, with a space before each.
    """
    steps = []
    if page_url and (report.findings or report.coverage):
        steps.append(page_url)
    if report.counts.get(CONVENTION):
        steps.append(f"scrapy repair {shlex.quote(json_path)} --dry-run{options}")
    if report.counts.get(UNVERIFIED) and report.spider in {"releases", "attachments"}:
        steps.append(f"scrapy crawl {report.spider} -a retry=failed{options}")
    elif not report.complete and report.spider == "check" and not report.coverage:
        steps.append(f"scrapy crawl check -a resume=1{options}")
    return steps

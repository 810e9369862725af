"""Reports as JSON files: the contract of docs/report.md."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from beehive_archive.errors import ReportError
from beehive_archive.findings import KINDS, Finding, Part, Report
from beehive_archive.reports.coverage import Coverage
from beehive_archive.reports.files import replacing

# 55,000 changed documents with both bodies and their diff take about 700 MB.
MAX_REPORT_BYTES = 1 << 30

_CONTRACT_KEYS = (
    *("kind", "url", "path", "fields", "conventions"),
    *("before", "after", "body_diff", "detail"),
)


def write(path: Path, head: Report, findings: Iterable[Finding]) -> None:
    """Write a report: the values of ``head``, then the findings, one a line, as they come.

    The findings of ``head`` itself are not written. The file is whole or not there: a run that
    stops midway leaves the report that stood there before. Raises OSError.
    """
    coverage = {"coverage": head.coverage.to_json()} if head.coverage else {}
    part = {"part": asdict(head.part)} if head.part else {}
    with replacing(path) as file:
        file.write(b"{\n")
        for key in ("spider", "started", "finished", "site", "archive", "complete", "counts"):
            value = getattr(head, key)
            file.write(_member(key, dict(value) if key == "counts" else value) + b",\n")
        file.write(b'"findings": [')
        separator = b"\n"
        for finding in findings:
            file.write(separator + _dumps(_finding_to_json(finding)))
            separator = b",\n"
        file.write(b"\n]")
        for key, value in {"problems": list(head.problems), **coverage, **part}.items():
            file.write(b",\n" + _member(key, value))
        file.write(b"\n}\n")


def load(path: Path) -> Report:
    """Read a report; raises ReportError where the file isn't a whole report of ours."""
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MAX_REPORT_BYTES:
            raise ReportError(
                f"{path}: expected a report of at most {MAX_REPORT_BYTES:,} bytes,"
                f" found {size_bytes:,}; check fewer documents at once"
            )
        values = json.loads(path.read_bytes(), parse_constant=_refuse_constant)
    except OSError as error:
        raise ReportError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(
            f"{path}: expected a report's JSON ({error}); it is no report of ours, or was cut"
            " short: run the crawl again"
        ) from error
    try:
        return _report_from_json(values)
    except ReportError as error:
        raise ReportError(f"{path}: {error}") from error


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    values = finding.to_json()
    return {**{key: values[key] for key in _CONTRACT_KEYS}, **values}


def _member(key: str, value: object) -> bytes:
    return _dumps(key) + b": " + _dumps(value)


def _dumps(value: object) -> bytes:
    # A lone surrogate can't be UTF-8, but its backslash escape is JSON's own.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


# --- Reading: a report may come from anyone ---------------------------------------------------


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _report_from_json(values: object) -> Report:
    report = _mapping(values, "a report")
    counts = _mapping(report.get("counts"), "counts")
    for kind, count in counts.items():
        if kind not in KINDS:
            raise ReportError(f"counts: expected kinds of {KINDS}, found {reprlib.repr(kind)}")
        if type(count) is not int or count < 0:
            raise ReportError(f"counts: expected a number of {kind}, found {reprlib.repr(count)}")
    complete = report.get("complete")
    if not isinstance(complete, bool):
        raise ReportError(f"complete: expected true or false, found {reprlib.repr(complete)}")
    coverage = report.get("coverage")
    return Report(
        **{
            key: _text(report.get(key), key)
            for key in ("spider", "started", "finished", "site", "archive")
        },
        complete=complete,
        counts=counts,
        findings=tuple(
            _finding_from_json(each, f"findings[{number}]")
            for number, each in enumerate(_list(report.get("findings"), "findings"))
        ),
        problems=_texts(report.get("problems", []), "problems"),
        coverage=coverage and Coverage.from_json(_mapping(coverage, "coverage")),
        part=_part_from_json(report["part"]) if report.get("part") else None,
    )


def _part_from_json(values: object) -> Part:
    part = _mapping(values, "part")
    total = part.get("total")
    if total is not None and (type(total) is not int or total < 0):
        raise ReportError(f"part.total: expected a number, found {reprlib.repr(total)}")
    names = {key: _text(part.get(key), f"part.{key}") for key in ("job", "worker")}
    return Part(**names, total=total)


def _finding_from_json(values: object, name: str) -> Finding:
    finding = _mapping(values, name)
    for key in ("kind", "url"):
        _text(finding.get(key), f"{name}.{key}")
    for key in ("title", "date", "body_diff", "sha256", "detail"):
        _text(finding.get(key, ""), f"{name}.{key}")
    if finding.get("path") is not None:
        _text(finding["path"], f"{name}.path")
    for key in ("fields", "conventions"):
        _texts(finding.get(key, []), f"{name}.{key}")
    for key in ("before", "after"):
        for field, value in _mapping(finding.get(key, {}), f"{name}.{key}").items():
            if isinstance(value, list):
                _texts(value, f"{name}.{key}.{field}")
            else:
                _text(value, f"{name}.{key}.{field}")
    try:
        return Finding.from_json(finding)
    except ReportError as error:
        raise ReportError(f"{name}: {error}") from error


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ReportError(f"{name}: expected an object, found {reprlib.repr(value)}")
    return value


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ReportError(f"{name}: expected a list, found {reprlib.repr(value)}")
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    return tuple(_text(each, name) for each in _list(value, name))


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ReportError(f"{name}: expected text, found {reprlib.repr(value)}")
    return value

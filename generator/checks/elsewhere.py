"""Findings that rest on the report of another year name the cells there: what is printed, and where in that file."""

from collections.abc import Iterator

from generator.checks.case import Case
from generator.checks.review import applied
from generator.report import Elsewhere, Finding


def with_elsewhere(findings: list[Finding], case: Case) -> list[Finding]:
    """Return ``findings`` with the cells that the failing ones name of other years, as 2022:requests/new/total."""
    return [
        finding.model_copy(update={"elsewhere": cells})
        if finding.status == "fail" and (cells := list(_cells(finding, case)))
        else finding
        for finding in findings
    ]


def _cells(finding: Finding, case: Case) -> Iterator[Elsewhere]:
    for named in dict.fromkeys((*finding.left, *finding.right)):
        year, colon, path = named.partition(":")
        report = case.year(int(year)) if colon and year.isdecimal() else None
        cell = report.cells.get(path) if report else None
        if report is not None and cell is not None:
            correction = next((one for one in applied(report) if one.cell == path), None)
            yield Elsewhere(year=int(year), path=path, raw=cell.raw, place=cell.place, correction=correction)

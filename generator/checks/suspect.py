"""Two failures that cross point at one cell: the figure that was most likely printed wrong."""

from collections.abc import Sequence

from generator.report import Finding


def with_suspects(findings: list[Finding]) -> list[Finding]:
    """Return ``findings`` with the suspect named in the failing sums of each table where there is just one.

    That is where exactly one sum along a row and the sums of exactly one column fail by the same amount, and the
    cell where they cross is part of each of them.
    """
    failed = [f for f in findings if f.is_error]
    named: dict[int, str] = {}
    for table in {finding.table for finding in failed}:
        crossing = [finding for finding in failed if finding.table == table]
        if suspect := _crossing(crossing):
            named |= {id(finding): suspect for finding in crossing}
    if not named:
        return findings
    return [f.model_copy(update={"suspect": named[id(f)]}) if id(f) in named else f for f in findings]


def _crossing(failed: Sequence[Finding]) -> str | None:
    """The only cell that all of ``failed`` have in common, if they are of a row and of a column, off by the same."""
    cells = set.intersection(*({*finding.left, *finding.right} for finding in failed))
    rows = {_line(finding, 1) for finding in failed} - {None}
    columns = {_line(finding, 2) for finding in failed} - {None}
    amounts = {abs(int(finding.expected or 0) - int(finding.actual or 0)) for finding in failed}
    one_each = len(rows) == len(columns) == 1 and len(failed) > 1
    return next(iter(cells)) if one_each and len(cells) == len(amounts) == 1 else None


def _line(finding: Finding, part: int) -> str | None:
    """The row (1) or column (2) that all cells of a sum share; None where they are of several."""
    found = {path.split("/")[part] for path in (*finding.left, *finding.right)}
    return next(iter(found)) if len(found) == 1 else None

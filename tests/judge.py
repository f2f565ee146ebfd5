"""The judge of round trips: a cell read is the cell written, or it is None and said to be; anything else is wrong."""

from collections import Counter
from typing import NamedTuple

from samples import Sample, Value

from generator.report import Report

# Writer → how many cells were tried, wrong, null; for the line at the end of a test run.
TALLY: dict[str, Counter[str]] = {}


class Verdict(NamedTuple):
    """Fact paths: ``wrong`` have another figure than was printed, ``null`` lost theirs, ``silent`` without a notice."""

    wrong: dict[str, Value]
    null: frozenset[str]
    silent: frozenset[str]


def judge(writer: str, sample: Sample, printed: dict[str, Value], report: Report) -> Verdict:
    """Compare what was ``printed`` of ``sample`` (None: blank) with what was read; counts into ``TALLY``."""
    wrong = {p: cell.value for p, cell in report.cells.items() if cell.value not in (None, printed.get(p))}
    null = frozenset(p for p, value in printed.items() if value is not None and report.value(p) is None)
    tally = TALLY.setdefault(writer, Counter())
    tally.update(tried=len(printed.keys() | report.cells.keys()), wrong=len(wrong), null=len(null))
    return Verdict(wrong, null, frozenset(null - _told(sample, null, report)))


def _told(sample: Sample, null: frozenset[str], report: Report) -> set[str]:
    """The paths of ``null`` that a notice speaks of: by itself, by its row, by its table, or by the whole file."""
    facts = {notice.fact for notice in report.notices if notice.fact}
    codes = {notice.code for notice in report.notices}
    if "form-missing" in codes:
        return set(null)
    tables = [
        table.key
        for table in sample.form.tables
        for notice in report.notices
        if notice.code in ("table-missing", "column-order") and f"「{table.title}」" in notice.message
    ]
    return {p for p in null if p in facts or _row_told(p, facts) or p.partition("/")[0] in tables}


def _row_told(path: str, facts: set[str]) -> bool:
    """A group that is printed as one row is missed as the rows it stands for."""
    row = path.rpartition("/")[0]
    return row in facts or any(fact.startswith(f"{row}.") for fact in facts)

"""Small views of a report that the page templates print: key figures, counts of findings, the account of the reading."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.checks import CHECKS, Check
from generator.form import Fact, Item, load_forms
from generator.normalize import without_enumerator
from generator.report import Finding
from generator.site.model import AgencyYear


class Figure(NamedTuple):
    """One key figure: its name, value (None: not filled in or not read) and unit."""

    name: str
    value: str | None
    unit: str


# What a reader looks for first. Names and units come from the form; a path that a form does not have is left out.
KEY_PATHS = (
    "requests/new/total",
    "requests/carried_in/total",
    "requests/outcome.total/total",
    "requests/carried_out/total",
    "disputes/cases/review.total",
    "disputes/cases/litigation.direct.total",
    "disputes/cases/litigation.after_review.total",
    "documents/normative/in_force",
    "licensing/licence/decisions",
    "enforcement/penalty/decisions",
)


def figures(one: AgencyYear) -> list[Figure]:
    """The key figures of a report."""
    facts = one.form.facts if one.form else {}
    found = []
    for path in KEY_PATHS:
        if path in facts:
            value = one.report.value(path)
            unit = facts[path].table.unit_of(facts[path].column)
            found.append(Figure(_short_name(facts[path]), None if value is None else str(value), unit))
    return found


def _short_name(fact: Fact) -> str:
    """The row's name; for a total the group's; for a column that says more than its table both."""
    row, column = fact.row.item, fact.column.item
    if column.total:
        return row.name or " · ".join(item.name for item in fact.column.trail[:-1])
    return f"{row.name} · {column.name}" if len(fact.table.column_leaves) > 1 else row.name


class Tally(NamedTuple):
    """How many findings of one check passed, failed and stayed unknown."""

    check: Check
    passed: int
    failed: int
    unknown: int


def tally(findings: Iterable[Finding]) -> list[Tally]:
    """Count findings by check, in the order of ``CHECKS``; checks without a finding are left out."""
    counts = {check.id: {"pass": 0, "fail": 0, "unknown": 0} for check in CHECKS}
    for finding in findings:
        counts[finding.check][finding.status] += 1
    rows = [Tally(check, *counts[check.id].values()) for check in CHECKS]
    return [row for row in rows if row.passed + row.failed + row.unknown]


def reading(one: AgencyYear) -> str:
    """One sentence on how much of the form was read."""
    cells = one.report.cells.values()
    if not one.form:
        return "没有认出法定格式，表格没有读取。"
    due = len(one.form.facts)
    filled = sum(cell.value is not None for cell in cells)
    return f"{one.form.name}共 {due} 格，读到 {len(cells)} 格，其中 {filled} 格有数字。"


class Entry(NamedTuple):
    """One glossary entry, from the notes of the forms."""

    name: str
    note: str
    where: str


def glossary() -> list[Entry]:
    """Every row and column that a form explains, the newest form first, each name once."""
    entries: dict[str, Entry] = {}
    for form in reversed(load_forms()):
        for table in form.tables:
            for axis, items in (("行", table.rows), ("列", table.columns)):
                for item in _walk(items):
                    name = without_enumerator(item.label).partition("（")[0]
                    if item.note and name not in entries:
                        entries[name] = Entry(name, item.note, f"{form.name}，表「{table.title}」的{axis}")
    return list(entries.values())


def _walk(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _walk(item.items)

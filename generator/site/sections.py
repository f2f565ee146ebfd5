"""Small views of a report that the page templates print: key figures, counts of findings, the account of the reading."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from generator.checks import CHECKS, Check, copying
from generator.form import Fact, Item, load_forms
from generator.normalize import is_blank, without_enumerator
from generator.report import Cell, Finding
from generator.site.model import AgencyYear, Archive


class Figure(NamedTuple):
    """One key figure: its name, value and unit; what is known to be wrong with it.

    Where ``value`` is None ``lacking`` says why: the office left it blank, or we did not read it (``raw`` as printed).
    """

    name: str
    value: str | None
    unit: str
    lacking: str = ""
    raw: str = ""
    finding: str | None = None  # the id of a failing sum that it is part of
    corrected: str | None = None


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
            wrong = next((f.id for f in one.findings if f.is_error and path in (*f.left, *f.right)), None)
            new = one.corrected.report.value(path) if one.corrected else value
            better = None if new == value else ("空白" if new is None else str(new))
            name, shown = _short_name(facts[path]), None if value is None else str(value)
            why = _lacking(one.report.cells.get(path)) if value is None else ("", "")
            found.append(Figure(name, shown, unit, *why, wrong, better))
    return found


def _lacking(cell: Cell | None) -> tuple[str, str]:
    """Why there is no figure, and what is printed instead. Only a cell that was read and shows nothing is blank."""
    if cell is not None and is_blank(cell.raw):
        return "空白", ""
    return "没有读到", cell.raw if cell else ""


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


def tally(findings: Iterable[Finding], every: bool = False) -> list[Tally]:
    """Count findings by check, in the order of ``CHECKS``; checks without a finding are left out, unless ``every``.

    What a person said is no error counts with what holds.
    """
    counts = {check.id: {"pass": 0, "fail": 0, "unknown": 0} for check in CHECKS}
    for finding in findings:
        counts[finding.check]["pass" if finding.is_dismissed else finding.status] += 1
    rows = tally_of({check: list(row.values()) for check, row in counts.items()})
    return [row for row in rows if every or row.passed + row.failed + row.unknown]


def tally_of(counts: Mapping[str, Sequence[int]]) -> list[Tally]:
    """Every check with its counts: passed, failed, unknown."""
    return [Tally(check, *counts[check.id]) for check in CHECKS]


class Sign(NamedTuple):
    """How the gravity of a failing finding is shown: a mark, and the CSS class of its colour."""

    mark: str
    css: str


SIGNS = {"error": Sign("✗", "errors"), "warning": Sign("!", "remarks"), "note": Sign("i", "unverifiable"),
         "dismissed": Sign("○", "unverifiable")}  # fmt: skip
_PLACES = 6  # as many places of cells as a reader will look up


def places(one: AgencyYear, finding: Finding) -> str:
    """Where in the file the cells of a failing finding stand; the suspect alone where there is one."""
    paths = [finding.suspect] if finding.suspect else [path for path in (*finding.left, *finding.right) if ":" not in path]
    found = list(dict.fromkeys(cell.place for path in paths if (cell := one.report.cells.get(path)) and cell.place))
    return "、".join(found[:_PLACES]) + ("等" if len(found) > _PLACES else "")


COPYING = frozenset(check.id for check in copying.CHECKS)


class Copy(NamedTuple):
    """A finding on text that two reports share: the other one's ``name`` and ``url`` (empty where there is none).

    ``passages`` are what this report prints and what the other does, the longest first.
    """

    finding: Finding
    name: str
    url: str
    passages: list[tuple[str, str]]


def copies(one: AgencyYear, archive: Archive) -> list[Copy]:
    """The findings on copying that came to a result, failures first."""
    found = [finding for finding in one.findings if finding.check in COPYING and finding.status != "unknown"]
    return [_copy(finding, archive) for finding in sorted(found, key=lambda finding: finding.status != "fail")]


def _copy(finding: Finding, archive: Archive) -> Copy:
    agency, _, year = finding.source.partition("/")
    if agency not in archive.registry.by_id:
        return Copy(finding, "", "", [])
    passages = list(zip(finding.quote.split("\n"), finding.other.split("\n"), strict=True)) if finding.quote else []
    name = f"{archive.registry.by_id[agency].name} {year} 年度报告"
    return Copy(finding, name, f"a/{finding.source}/", passages)




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

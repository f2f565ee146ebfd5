"""Relations that the forms declare: sums, inequalities, and what ties a report to the one of the year before.

No label and no formula stands here: all come from ``generator/forms``.

A blank counts as 0 when at least one cell of the sum is printed (many offices without requests print only the
total 0). A sum fails only when no non-negative figure in its open cells could make it hold; else it is unknown.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from generator.checks.case import Case
from generator.checks.check import Check, finding
from generator.form import FIRST_FORM_YEAR, Form, Identity, Rule, Term, load_forms
from generator.normalize import is_blank
from generator.report import Finding, Report


class _Side(NamedTuple):
    """One side of a relation: the sum of what is printed, and how many cells are blank or could not be read.

    ``ocr`` of the printed ones were read off a picture and compared by nobody.
    """

    total: int
    printed: int
    blank: int
    unread: int
    ocr: int = 0


def arithmetic_checks() -> tuple[Check, ...]:
    """Return the checks that the forms declare; a rule that several forms or tables share is one check."""
    checks: dict[str, Check] = {}
    for form in reversed(load_forms()):
        for table, rule in form.rules:
            if rule.id in checks:
                known = checks[rule.id]
                forms = known.forms if form.id in known.forms else (form.id, *known.forms)
                checks[rule.id] = known._replace(forms=forms)
                continue
            sample = next(one for one in (*form.identities, *form.links) if one.rule.id == rule.id)
            formula = f"{_formula(sample.left)} {_SIGNS[rule.relation]} {_formula(sample.right)}"
            checks[rule.id] = Check(
                rule.id, rule.name, rule.question, f"{table.title}：{formula}", rule.basis, rule.exceptions,
                rule.severity, (form.id,),
            )  # fmt: skip
    return tuple(checks.values())


_SIGNS = {"=": "＝", "<=": "≤", ">=": "≥"}


def check_arithmetic(case: Case) -> Iterator[Finding]:
    """Yield one finding for each relation of the report's form that the report has a row for.

    Where the year before would be needed and cannot be had, one finding says why, and nothing is compared.
    """
    form, report = case.form, case.report
    if form is None:
        return
    for identity in form.identities:
        if _applies(identity, report):
            yield _finding(identity, case, report)
    for rule, links in groupby(form.links, key=lambda link: link.rule):
        known = [link for link in links if _applies(link, report)]
        if rule.needs_last and case.archived is None:
            continue
        why = _no_last(rule, known, case) if rule.needs_last else None
        if why:
            yield finding(_CHECKS[rule.id], case, "unknown", why, where=known[0].table.key)
            continue
        for link in known if case.last is not None or not rule.needs_last else []:
            yield _finding(link, case, case.last or report)


def _no_last(rule: Rule, links: list[Identity], case: Case) -> str | None:
    """Why the report of the year before cannot serve; None where it can, or where nobody would expect it."""
    year = case.report.year
    if not links or year is None or year <= FIRST_FORM_YEAR:
        return None
    if case.last is None and not any(rule.id == one.id for form in _forms_of(year - 1) for _, one in form.rules):
        return f"{year - 1} 年度用的格式没有这些栏目，无法核对"
    if case.last is None:
        return f"本档案没有收录 {year - 1} 年度报告，无法核对"
    paths = [path for link in links for term in (*link.left, *link.right) if term.last for path in term.parts]
    if not any(path in case.last.cells for path in paths):
        return f"{year - 1} 年度报告没有这些栏目，无法核对"
    return None


def _forms_of(year: int) -> list[Form]:
    return [form for form in load_forms() if form.years[0] <= year <= (form.years[1] or year)]


def _applies(identity: Identity, report: Report) -> bool:
    """Leave out rows that this report does not have because it prints their group as one row, or the reverse."""
    if identity.rule.along == "columns":
        return True
    terms = (*identity.left, *identity.right)
    return any(path in report.cells for term in terms if not term.last for path in _paths(term, report))


def _paths(term: Term, report: Report) -> tuple[str, ...]:
    return (term.whole,) if term.whole is not None and term.whole in report.cells else term.parts


class _Found(NamedTuple):
    """A cell that a relation looks at: which report it is in, and its fact path."""

    report: Report
    path: str


def _cells(terms: Iterable[Term], report: Report, last: Report) -> list[_Found]:
    return [
        _Found(source, path)
        for term in terms
        for source in [last if term.last else report]
        for path in _paths(term, source)
    ]


def _side(cells: Iterable[_Found]) -> _Side:
    total = printed = blank = unread = ocr = 0
    for report, path in cells:
        cell = report.cells.get(path)
        if cell is not None and isinstance(cell.value, int):
            total, printed, ocr = total + cell.value, printed + 1, ocr + cell.ocr
        elif cell is not None and is_blank(cell.raw):
            blank += 1
        else:
            unread += 1
    return _Side(total, printed, blank, unread, ocr)


def _status(relation: str, left: _Side, right: _Side) -> str:
    """Fail only where no filling of the open cells could make the relation hold."""
    if not left.printed + right.printed or left.ocr + right.ocr:
        return "unknown"
    if relation == ">=":
        left, right = right, left
    if left.total == right.total or (relation != "=" and left.total < right.total):
        unread = left.unread + right.unread if relation == "=" else left.unread
        return "unknown" if unread else "pass"
    smaller = left if left.total < right.total else right
    return "unknown" if smaller.blank + smaller.unread else "fail"


def _finding(identity: Identity, case: Case, last: Report) -> Finding:
    report = case.report
    left_cells, right_cells = (_cells(terms, report, last) for terms in (identity.left, identity.right))
    left, right = _side(left_cells), _side(right_cells)
    status = _status(identity.rule.relation, left, right)
    shown = left.printed + right.printed > 0
    return finding(
        _CHECKS[identity.rule.id],
        case,
        status,
        _message(identity, status, left, right),
        severity=identity.rule.severity,
        left=[_named(cell, report) for cell in left_cells],
        right=[_named(cell, report) for cell in right_cells],
        expected=str(left.total) if shown else None,
        actual=str(right.total) if shown else None,
        where=identity.where,
        blanks=left.blank + right.blank,
    )


def _named(cell: _Found, report: Report) -> str:
    """The fact path; of another year's report with that year in front: 2022:requests/carried_out/total."""
    return cell.path if cell.report is report else f"{cell.report.year}:{cell.path}"


def _message(identity: Identity, status: str, left: _Side, right: _Side) -> str:
    sums = f"{_said(identity.left, left)}，{_said(identity.right, right)}"
    blank, unread = left.blank + right.blank, left.unread + right.unread
    open_cells = "、".join(
        part for part in (f"{blank} 格空白" * bool(blank), f"{unread} 格未读出" * bool(unread)) if part
    )
    lead = f"{identity.label}：" if identity.label else ""
    if status == "pass":
        return f"{lead}{sums}，相符" + (f"（{open_cells}，空白按 0 计）" if blank else "")
    if status == "fail":
        note = f"（{open_cells}，空白按 0 计）" if open_cells else ""
        return f"{lead}{sums}，{_differ(identity, left, right)}{note}"
    if not left.printed + right.printed:
        return f"{lead}有关各格都没有数字，无法核对"
    if left.ocr + right.ocr:
        agree = (
            "相符" if _status(identity.rule.relation, *_sure(left, right)) == "pass" else _differ(identity, left, right)
        )
        return f"{lead}{sums}，{agree}，但数字由扫描件识别而来，没有人核对过，不作判断"
    return f"{lead}{sums}，有 {open_cells}，无法核对"


def _sure(*sides: _Side) -> tuple[_Side, _Side]:
    left, right = (side._replace(blank=0, unread=0, ocr=0) for side in sides)
    return left, right


def _differ(identity: Identity, left: _Side, right: _Side) -> str:
    difference = abs(left.total - right.total)
    return {"=": "相差", "<=": "多出", ">=": "少了"}[identity.rule.relation] + f" {difference}"


def _said(terms: Iterable[Term], side: _Side) -> str:
    if side.printed:
        return f"{_formula(terms)} ＝ {side.total}"
    # What we did not read may well be printed: only cells that were read and show nothing are blank.
    return f"{_formula(terms)} {'没有数字' if side.unread and side.blank else '没有读到' if side.unread else '空白'}"


def _formula(terms: Iterable[Term]) -> str:
    return " ＋ ".join(term.name for term in terms)


_CHECKS = {check.id: check for check in arithmetic_checks()}
CHECKS = tuple(_CHECKS.values())

"""Sums that the forms declare. No label and no formula stands here: all come from ``generator/forms``.

A blank counts as 0 when at least one cell of the sum is printed (many offices without requests print only the
total 0). A sum fails only when no non-negative figure in its open cells could make it hold; else it is unknown.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.checks.check import Check
from generator.form import Form, Identity, Term, load_forms
from generator.normalize import is_blank
from generator.report import Finding, Report


class _Side(NamedTuple):
    """One side of an equation: the sum of what is printed, and how many cells are blank or could not be read.

    ``ocr`` of the printed ones were read off a picture and compared by nobody.
    """

    total: int
    printed: int
    blank: int
    unread: int
    ocr: int = 0


def arithmetic_checks() -> tuple[Check, ...]:
    """Return the checks that the forms declare; a rule that several forms share is one check."""
    checks: dict[str, Check] = {}
    for form in reversed(load_forms()):
        for table, rule in form.rules:
            if rule.id in checks:
                known = checks[rule.id]
                checks[rule.id] = known._replace(forms=(form.id, *known.forms))
                continue
            sample = next(identity for identity in form.identities if identity.rule.id == rule.id)
            formula = f"{_formula(sample.left)} ＝ {_formula(sample.right)}"
            checks[rule.id] = Check(
                rule.id, rule.name, rule.question, f"{table.title}：{formula}", rule.basis, rule.exceptions,
                rule.severity, (form.id,),
            )  # fmt: skip
    return tuple(checks.values())


def check_arithmetic(report: Report, form: Form) -> Iterator[Finding]:
    """Yield one finding for each identity of ``form`` that ``report`` has a row for."""
    for identity in form.identities:
        if _applies(identity, report):
            yield _finding(identity, report)


def _applies(identity: Identity, report: Report) -> bool:
    """Leave out rows that this report does not have because it prints their group as one row, or the reverse."""
    if identity.rule.along == "columns":
        return True
    paths = [path for term in (*identity.left, *identity.right) for path in _paths(term, report)]
    return any(path in report.cells for path in paths)


def _paths(term: Term, report: Report) -> tuple[str, ...]:
    return (term.whole,) if term.whole is not None and term.whole in report.cells else term.parts


def _side(paths: Iterable[str], report: Report) -> _Side:
    total = printed = blank = unread = ocr = 0
    for path in paths:
        cell = report.cells.get(path)
        if cell is not None and isinstance(cell.value, int):
            total, printed, ocr = total + cell.value, printed + 1, ocr + cell.ocr
        elif cell is not None and is_blank(cell.raw):
            blank += 1
        else:
            unread += 1
    return _Side(total, printed, blank, unread, ocr)


def _status(left: _Side, right: _Side) -> str:
    if not left.printed + right.printed or left.ocr + right.ocr:
        return "unknown"
    if left.total == right.total:
        return "unknown" if left.unread + right.unread else "pass"
    smaller = left if left.total < right.total else right
    return "unknown" if smaller.blank + smaller.unread else "fail"


def _finding(identity: Identity, report: Report) -> Finding:
    left_paths = [path for term in identity.left for path in _paths(term, report)]
    right_paths = [path for term in identity.right for path in _paths(term, report)]
    left, right = _side(left_paths, report), _side(right_paths, report)
    status = _status(left, right)
    shown = left.printed + right.printed > 0
    return Finding.model_validate(
        {
            "check": identity.rule.id,
            "status": status,
            "severity": identity.rule.severity,
            "agency": report.agency.id,
            "year": report.year,
            "left": left_paths,
            "right": right_paths,
            "expected": str(left.total) if shown else None,
            "actual": str(right.total) if shown else None,
            "message": _message(identity, status, left, right),
            "where": identity.where,
            "blanks": left.blank + right.blank,
        }
    )


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
        return f"{lead}{sums}，相差 {abs(left.total - right.total)}{note}"
    if not left.printed + right.printed:
        return f"{lead}有关各格都没有数字，无法核对"
    if left.ocr + right.ocr:
        agree = "相符" if left.total == right.total else f"相差 {abs(left.total - right.total)}"
        return f"{lead}{sums}，{agree}，但数字由扫描件识别而来，没有人核对过，不作判断"
    return f"{lead}{sums}，有 {open_cells}，无法核对"


def _said(terms: Iterable[Term], side: _Side) -> str:
    return f"{_formula(terms)} ＝ {side.total}" if side.printed else f"{_formula(terms)} 未填"


def _formula(terms: Iterable[Term]) -> str:
    return " ＋ ".join(term.name for term in terms)

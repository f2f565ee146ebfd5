"""What people add to a judgement: reviews of findings, and corrections of cells. Both stand in the sidecar.

A review holds only for the figures that the reviewer saw; a correction only for the figure that the file prints.
Neither changes what is stored: both are shown beside it.
"""

import hashlib
from collections.abc import Iterable

from generator.checks.outliers import PEERS
from generator.form import load_form
from generator.normalize import NumberKind, number, tidy
from generator.report import Cell, Correction, Finding, Notice, Report, Review


def seen(finding: Finding, report: Report) -> str:
    """Eight hex digits that change when anything changes that the finding rests on: its cells, sums or sentence.

    What other bodies print is not among it: their median moves with every report that anybody adds.
    """
    expected = None if finding.check == PEERS.id else finding.expected
    cells = [(path, str(report.value(path))) for path in (*finding.left, *finding.right) if ":" not in path]
    rests = (finding.check, finding.where, expected, finding.actual, finding.quote, cells)
    return hashlib.sha256(repr(rests).encode()).hexdigest()[:8]


def with_reviews(findings: Iterable[Finding], report: Report) -> list[Finding]:
    """Return ``findings`` with the review of each failing one, void where what it rests on is no longer the same."""
    known = {review.finding: review for review in report.reviews}
    return [
        _reviewed(finding, report, known.get(finding.id)) if finding.status == "fail" else finding
        for finding in findings
    ]


def _reviewed(finding: Finding, report: Report, review: Review | None) -> Finding:
    mark = seen(finding, report)
    void = review is not None and review.seen != mark
    return finding.model_copy(update={"seen": mark, "review": review, "void": void})


def lost_reviews(findings: Iterable[Finding], report: Report) -> list[Notice]:
    """Tell of reviews whose finding no longer fails, or never was there."""
    failing = {finding.id for finding in findings if finding.status == "fail"}
    lost = [review for review in report.reviews if review.finding not in failing]
    return [
        Notice(
            code="review-void", message=f"旁注里对「{review.finding}」的复核没有对应的不成立项，已失效", place="旁注"
        )
        for review in lost
    ]


def corrected(report: Report) -> tuple[Report | None, list[Notice]]:
    """Return the report with its corrections applied, None where none applies; and those that do not, as notices."""
    cells, notices = dict(report.cells), []
    for correction in report.corrections:
        if why := _unfit(correction, report):
            message = f"旁注里对「{correction.cell}」的更正没有采用：{why}"
            notices.append(Notice(code="correction-void", fact=correction.cell, message=message, place="旁注"))
            continue
        place = cells[correction.cell].place
        value = None if correction.to is None else number(correction.to, _kind(correction, report)).value
        cells[correction.cell] = Cell(value=value, raw=correction.to or "", place=place)
    changed = cells != report.cells
    return (report.model_copy(update={"cells": cells}) if changed else None), notices


def applied(report: Report) -> list[Correction]:
    """The corrections of a report that fit what is printed."""
    return [correction for correction in report.corrections if not _unfit(correction, report)]


def _unfit(correction: Correction, report: Report) -> str | None:
    """Why a correction does not apply; None where it does."""
    cell = report.cells.get(correction.cell)
    if cell is None:
        return "这份报告没有这一格"
    printed = tidy(cell.raw)
    if correction.printed not in (printed, str(cell.value)):
        return f"原文印作「{printed}」，不是「{correction.printed}」"
    if correction.to is not None and number(correction.to, _kind(correction, report)).value is None:
        return f"「{correction.to}」不是这一格可以填的数"
    return None


def _kind(correction: Correction, report: Report) -> NumberKind:
    facts = load_form(report.form).all_facts if report.form else {}
    return facts[correction.cell].column.item.number

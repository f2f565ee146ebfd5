"""Judgements: every check, what it asks and on what basis. ``CHECKS`` is the list; arithmetic comes from the forms.

Facts are stored, judgements are recomputed: nothing here writes, and nothing here changes a report.
"""

from generator.checks.arithmetic import arithmetic_checks, check_arithmetic
from generator.checks.check import Check
from generator.checks.verdict import VERDICTS, Verdict, verdict_of
from generator.form import load_form
from generator.report import Finding, Report

__all__ = ["CHECKS", "VERDICTS", "Check", "Verdict", "judge", "verdict_of"]

CHECKS: tuple[Check, ...] = arithmetic_checks()


def judge(report: Report) -> list[Finding]:
    """Return every finding on ``report``: pass, fail and unknown, in the order of the form; none without a form."""
    if report.form is None:
        return []
    return list(check_arithmetic(report, load_form(report.form)))

"""What a check is, apart from how it is computed: what the page about it says."""

from typing import Any, NamedTuple

from generator.checks.case import Case
from generator.report import Finding, Severity


class Check(NamedTuple):
    """``formula`` in words, ``basis`` the document that demands it, ``exceptions`` when a failure is no error."""

    id: str
    name: str
    question: str
    formula: str
    basis: str
    exceptions: str
    severity: Severity
    forms: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()  # the thresholds of ``Limits`` that it uses


def finding(check: Check, case: Case, status: str, message: str, **more: Any) -> Finding:
    """Return a finding of ``check`` on ``case``; ``more`` are further fields of ``Finding``."""
    blank: dict[str, Any] = {"left": [], "right": [], "expected": None, "actual": None}
    return Finding.model_validate(
        {
            "check": check.id,
            "severity": check.severity,
            "status": status,
            "agency": case.report.agency.id,
            "year": case.report.year,
            "message": message,
            **blank,
            **more,
        }
    )

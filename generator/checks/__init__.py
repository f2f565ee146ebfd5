"""Judgements: every check, what it asks and on what basis. ``CHECKS`` is the list; arithmetic comes from the forms.

Facts are stored, judgements are recomputed: nothing here writes, and nothing here changes a report.
"""

from generator.checks import arithmetic, claims, copying, outliers, prose, punctuality
from generator.checks.case import Archived, Body, Case, case_of
from generator.checks.check import Check
from generator.checks.elsewhere import with_elsewhere
from generator.checks.limits import Limits
from generator.checks.review import corrected, lost_reviews, with_reviews
from generator.checks.suspect import with_suspects
from generator.checks.verdict import VERDICTS, Verdict, counted, gravity, said, verdict_of
from generator.report import Finding, Report

__all__ = [
    "CHECKS",
    "VERDICTS",
    "Archived",
    "Body",
    "Case",
    "Check",
    "Limits",
    "Verdict",
    "corrected",
    "counted",
    "gravity",
    "judge",
    "lost_reviews",
    "said",
    "verdict_of",
]

# One module a kind: its ``CHECKS``, and the function that yields its findings on a case.
_KINDS = (
    (arithmetic.CHECKS, arithmetic.check_arithmetic),
    (claims.CHECKS, claims.check_claims),
    (prose.CHECKS, prose.check_prose),
    (outliers.CHECKS, outliers.check_outliers),
    (copying.CHECKS, copying.check_copying),
    (punctuality.CHECKS, punctuality.check_punctuality),
)
CHECKS: tuple[Check, ...] = tuple(check for checks, _ in _KINDS for check in checks)


def judge(report: Report, archived: Archived | None = None) -> list[Finding]:
    """Return every finding on ``report``: pass, fail and unknown, in the order of ``CHECKS``.

    ``archived`` is what else the archive holds; without it nothing is compared with other years or bodies.
    """
    case = case_of(report, archived)
    found = with_suspects([finding for _, check in _KINDS for finding in check(case)])
    return with_reviews(with_elsewhere(found, case), report)

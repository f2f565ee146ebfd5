"""What could not be checked, shortly: a report with blanks has the same reason for many rows, and it is said once."""

from collections.abc import Sequence
from os.path import commonprefix
from typing import NamedTuple

from generator.report import Finding

_STEP = " › "  # between the parts of a row's label


class Unsettled(NamedTuple):
    """What one check could not settle: its id, how many relations, and one line for each reason."""

    check: str
    relations: int
    lines: list[str]


def unsettled(findings: Sequence[Finding]) -> list[Unsettled]:
    """Group unknown findings by check and reason, in their order; nothing that a message says is left out."""
    groups: dict[str, dict[str, list[str]]] = {}
    for finding in findings:
        subject, colon, reason = finding.message.partition("：")
        if not colon:
            subject, reason = "", subject
        groups.setdefault(finding.check, {}).setdefault(reason.removesuffix("，无法核对"), []).append(subject)
    return [
        Unsettled(check, sum(map(len, reasons.values())), [_line(*pair) for pair in reasons.items()])
        for check, reasons in groups.items()
    ]


def _line(reason: str, subjects: list[str]) -> str:
    """``甲 › 乙、丙：reason``: the steps that all labels begin with are written once."""
    shared = commonprefix([subject.split(_STEP)[:-1] for subject in subjects])
    lead = "".join(part + _STEP for part in shared)
    named = "、".join(subject.removeprefix(lead) for subject in subjects)
    return f"{lead}{named}：{reason}" if named else reason

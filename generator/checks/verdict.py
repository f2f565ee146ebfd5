"""One word per report, derived from its findings by a rule that the method page prints."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from generator.report import Finding, Report

VerdictKey = Literal["consistent", "remarks", "errors", "unverifiable", "unreadable"]


class Verdict(NamedTuple):
    """``key`` is stable (CSS, CSV); ``label`` and ``mark`` are what people see; ``rule`` is when it applies."""

    key: VerdictKey
    label: str
    mark: str
    rule: str


VERDICTS: dict[VerdictKey, Verdict] = {
    verdict.key: verdict
    for verdict in (
        Verdict("errors", "有差错", "✗", "至少一条勾稽关系不成立，而且无论空白处填什么都不能成立。"),
        Verdict(
            "unverifiable",
            "无法核对",
            "?",
            "没有发现差错，但有一类勾稽关系一项也核对不了，或者因空白、未读出、由扫描件识别而核对不了的多于核对了的。",
        ),
        Verdict("remarks", "有提示", "!", "没有发现差错，但有数字没能读出，或者表格缺行、缺格。"),
        Verdict(
            "consistent", "勾稽一致", "✓", "能核对的勾稽关系全部成立，每一类至少核对了一项，核对了的不少于核对不了的。"
        ),
        Verdict("unreadable", "未能读取", "—", "文件读不了，没有数字可核对。"),
    )
}

# Notices after which some figure is not in the archive although the file may hold it.
_LOSING = frozenset(
    {"row-missing", "row-duplicate", "row-width", "number-invalid", "number-negative", "number-outlier"}
    | {"table-missing", "column-order", "label-conflict", "form-conflict", "form-missing"}
)


def verdict_of(report: Report, findings: Iterable[Finding]) -> Verdict:
    """Return the verdict on a report that could be read; the rules stand in ``VERDICTS`` in order of precedence."""
    findings = list(findings)
    if any(finding.status == "fail" and finding.severity == "error" for finding in findings):
        return VERDICTS["errors"]
    passed = [finding.check for finding in findings if finding.status == "pass"]
    if {finding.check for finding in findings} != set(passed) or 2 * len(passed) < len(findings) or not passed:
        return VERDICTS["unverifiable"]
    lost = any(notice.code in _LOSING for notice in report.notices) and any(
        cell.value is None and cell.raw not in _BLANK_RAW for cell in report.cells.values()
    )
    missing = any(notice.code in {"row-missing", "table-missing"} for notice in report.notices)
    return VERDICTS["remarks" if lost or missing else "consistent"]


_BLANK_RAW = frozenset({"", "/", "-", "—"})

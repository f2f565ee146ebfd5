"""One word per report, derived from its findings by a rule that the method page prints."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
        Verdict(
            "remarks",
            "有提示",
            "!",
            "没有发现差错，但有提示级的核对不成立，或者有复核认为不算差错的，或者有数字没能读出、整行没有找到。",
        ),
        Verdict(
            "consistent",
            "勾稽一致",
            "✓",
            "能核对的勾稽关系全部成立，每一类至少核对了一项，核对了的不少于核对不了的；没有提示级的核对不成立。",
        ),
        Verdict("unreadable", "未能读取", "—", "文件读不了，没有数字可核对。"),
    )
}

# Notices after which some figure is not in the archive although the file may hold it.
_LOSING = frozenset(
    {"row-missing", "row-duplicate", "row-width", "number-invalid", "number-negative", "number-outlier"}
    | {"table-missing", "column-order", "label-conflict", "form-conflict", "form-missing"}
)


def gravity(finding: Finding) -> str:
    """What a finding is to a reader: pass, unknown, or of the failing ones error, warning, note, dismissed."""
    if finding.status != "fail":
        return finding.status
    return "dismissed" if finding.is_dismissed else finding.severity


# How findings are counted in a sentence, and in which order; what there is none of is left out, but for the first two.
_COUNTED = {
    "pass": "成立", "error": "不成立", "warning": "有提示", "note": "有说明", "dismissed": "复核认为不算差错",
    "unknown": "无法核对",
}  # fmt: skip


def counted(findings: Iterable[Finding]) -> str:
    """Return the findings counted in a sentence: 46 项成立，2 项不成立，1 项有提示，9 项无法核对."""
    return said(Counter(map(gravity, findings)))


def said(counts: Mapping[str, int]) -> str:
    """Return counts by gravity as ``counted`` says them."""
    shown = [key for key in _COUNTED if counts.get(key) or key in ("pass", "error", "unknown")]
    return "，".join(f"{counts.get(key, 0)} 项{_COUNTED[key]}" for key in shown)


def verdict_of(report: Report, findings: Iterable[Finding]) -> Verdict:
    """Return the verdict on a report that could be read; the rules stand in ``VERDICTS`` in order of precedence."""
    findings = list(findings)
    if any(finding.is_error for finding in findings):
        return VERDICTS["errors"]
    sums = [finding for finding in findings if finding.severity == "error"]
    checked = [finding.check for finding in sums if finding.status == "pass" or finding.is_dismissed]
    if {finding.check for finding in sums} != set(checked) or 2 * len(checked) < len(sums) or not checked:
        return VERDICTS["unverifiable"]
    open_ones = (finding for finding in findings if finding.status == "fail")
    if any(f.severity == ("error" if f.is_dismissed else "warning") for f in open_ones):
        return VERDICTS["remarks"]
    lost = any(notice.code in _LOSING for notice in report.notices) and any(
        cell.value is None and cell.raw not in _BLANK_RAW for cell in report.cells.values()
    )
    missing = any(notice.code in {"row-missing", "table-missing"} for notice in report.notices)
    return VERDICTS["remarks" if lost or missing else "consistent"]


_BLANK_RAW = frozenset({"", "/", "-", "—"})

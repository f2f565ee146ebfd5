"""What ``nianbao check`` says of reports: as JSON, as lines for people, or as annotations for GitHub."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.checks import counted, gravity
from generator.errors import Refusal
from generator.form import load_form
from generator.report import Finding, Notice, Report
from generator.terminal import github_line, json_text, plain_line

if TYPE_CHECKING:
    from generator.site.model import AgencyYear


# What a failing check is called on the terminal, and as an annotation on GitHub.
_LEVELS = {"error": ("error", "不成立"), "warning": ("warning", "提示"), "note": ("notice", "说明"),
           "dismissed": ("notice", "复核认为不算差错")}  # fmt: skip


class Judged(NamedTuple):
    """A report, what was found on it, and what is to be known of its reading and its sidecar."""

    report: Report
    findings: list[Finding]
    notices: list[Notice]
    settled: Mapping[str, str] = MappingProxyType({})  # id of a finding → its status with the corrections applied

    def after(self, finding: Finding) -> str:
        """What becomes of a failing finding with the corrections applied; empty where none bears on it."""
        said = {"pass": "成立", "unknown": "无法核对", "fail": "仍不成立"}.get(self.settled.get(finding.id, ""))
        return f"（按更正后的数{said}）" if said else ""


def judged_of(one: "AgencyYear") -> Judged:
    """A report of the archive, with what its corrections settle."""
    from generator.site.across import settlement

    settled = {finding.id: found.status for finding in one.findings if (found := settlement(one, finding))}
    return Judged(one.report, one.findings, [*one.report.notices, *one.notices], settled)


def check_json(judged: Sequence[Judged], refused: Sequence[Refusal]) -> str:
    """All findings, notices and refusals (contract.md, check --format json)."""
    return json_text(
        {
            "findings": [finding.model_dump(mode="json") for one in judged for finding in one.findings],
            "notices": [_notice_json(one.report, notice) for one in judged for notice in one.notices],
            "refused": [refused_json(refusal) for refusal in refused],
        }
    )


def _notice_json(report: Report, notice: Notice) -> dict[str, Any]:
    return {"agency": report.agency.id, "year": report.year, "file": report.source.path, **notice.model_dump()}


def refused_json(refusal: Refusal) -> dict[str, str]:
    """A refusal as the commands print it."""
    return {"code": refusal.code, "file": refusal.where, "message": refusal.what, "hint": refusal.hint}


def check_lines(judged: Sequence[Judged], refused: Sequence[Refusal], style: str, lead: str) -> Iterator[str]:
    """What to print, as text or as annotations (``style`` github); ``lead`` stands before the path of a file."""
    line = github_line if style == "github" else lambda level, file, message: plain_line(f"{file}：{message}")
    for refusal in refused:
        yield line("error", lead + refusal.where, f"{refusal.what}。{refusal.hint}")
    for one in judged:
        for finding in one.findings:
            if finding.status == "fail":
                level, word = _LEVELS[gravity(finding)]
                void = f"（旁注里的复核已失效，这一条现在的标记是 {finding.seen}）" if finding.void else ""
                told = f"{word} {_told_of(finding, one.report)}{void}{one.after(finding)}"
                yield line(level, lead + one.report.source.path, told)
        for notice in one.notices:
            yield line("warning", *told_notice(notice, one.report, lead))
    yield (
        f"{len(judged)} 份报告：{counted(finding for one in judged for finding in one.findings)}；"
        f"{len(refused)} 个文件未能读取。"
    )


def told_notice(notice: Notice, report: Report, lead: str) -> tuple[str, str]:
    """The file that a notice is about, and what to say of it."""
    if notice.code == "sidecar-fault":
        file, _, place = notice.place.partition(" ")
        return lead + file, f"{place} {notice.message}"
    return lead + report.source.path, f"读取 {notice.message}" + (f"（{notice.place}）" if notice.place else "")


def _told_of(finding: Finding, report: Report) -> str:
    """A finding in one line that stands alone: its sentence, the suspect cell, cells of other years, and a review."""
    quote = f"（原句：{finding.quote[:80]}）" if finding.quote and not finding.other else ""
    suspect = ""
    if finding.suspect and report.form:
        suspect = f"（最可能有误的一格：{load_form(report.form).all_facts[finding.suspect].label}）"
    others = "".join(
        f"（{one.year} 年度报告印作「{one.raw}」，{one.place}{one.corrected_to('，')}）" for one in finding.elsewhere
    )
    review = finding.review
    said = f"（{review.office} {review.date} 复核属实：{review.reason}）" if review and not finding.void else ""
    if finding.is_dismissed and review:
        said = f"（{review.office} {review.date}：{review.reason}）"
    return f"{finding.message}{quote}{suspect}{others}{said}"

"""Was a report published in time? The date that tells, against the date that the Regulation sets for such a body.

Only a date that the body itself wrote can tell that it was late: what a site stamps on a page may be the day on which
the page was moved there. And only a body of which the Regulation speaks can be late.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from generator.checks.case import Body, Case
from generator.checks.check import Check, finding
from generator.form import FIRST_FORM_YEAR
from generator.report import Finding, Report

PUNCTUALITY = Check(
    id="punctuality",
    name="按时公布",
    question="报告有没有在法定期限以前公布？",
    formula="公布日期 ≤ 期限：县级以上人民政府的部门是次年 1 月 31 日，县级以上地方人民政府是次年 3 月 31 日；"
    "2018 年度和以前的，各级行政机关都是次年 3 月 31 日",
    basis="《政府信息公开条例》（2019 年修订）第四十九条；2018 年度和以前是 2007 年公布的条例第三十一条"
    "（修订后的条例 2019 年 5 月 15 日才施行）",
    exceptions="乡镇、街道、开发区、新区和园区（及其部门）、分局和站所、事业单位，第四十九条没有定日期，不核对；各地通知定的日期不算。"
    "办公厅（室）按政府的期限。只有机关自己写的日期（落款、文件标题旁的日期、旁注里记的日期）能说明迟了；"
    "网页上的日期可能是网站迁移或者重新发布的日期，晚于期限时不作判断，更正过、修订过的报告也一样。"
    "落款在期限以前，不能说明当天就公布了。期限那一天是休息日的，条例没有说是否顺延，到下一个工作日为止不作判断。"
    "日期早于年度结束，或者迟了不止一年的，多半是日期或年度写错，不作判断",
    severity="warning",
)
CHECKS = (PUNCTUALITY,)

_OWN_WORD = {"signature": "落款日期", "sidecar": "旁注里的公布日期"}
_ON_THE_PAGE = {"stamp": "网页上的发布日期", "meta": "网页元数据里的日期", "line": "标题旁的日期"}
_DOCUMENTS = frozenset({"docx", "doc", "rtf", "pdf"})  # where a date below the title is not what a site put there
_OFFICES = frozenset({"government", "office"})
# Parts of a department, and departments of bodies, of which Article 49 does not speak.
_UNNAMED = re.compile(
    r"管委会|开发区|高新区|新区|园区|产业园|工业园|示范区|试验区|度假区|保税区|合作区|(?:分局|所|站|队|中心|馆|院|校)$"
)
_REVISED = re.compile(r"更正|修订|修改|(?<!城市)更新|补充|勘误")
# 31 January in the holidays of the Spring Festival: the day on which work began again, by the State Council's notices.
# In 2020 the holidays were prolonged for the epidemic, in most provinces until 9 February.
_BACK_AT_WORK = {2020: date(2020, 2, 10), 2022: date(2022, 2, 7), 2025: date(2025, 2, 5)}


class Deadline(NamedTuple):
    """The last ``day``, for ``whom``; ``grace`` is the first working day, the same unless that day is a holiday."""

    day: date
    whom: str
    grace: date


def deadline(body: Body, year: int) -> Deadline | None:
    """Return until when the report of ``body`` for ``year`` was due; None where the Regulation sets no date."""
    if body.kind is None or body.level is None or body.kind in ("institution", "zone"):
        return None
    if year < FIRST_FORM_YEAR:  # for 2018 too: the new Article 49 was not in force when these were due
        return _due(date(year + 1, 3, 31), "各级行政机关")
    if body.level == "township" or _is_unnamed(body):
        return None
    if body.kind == "department":
        return _due(date(year + 1, 1, 31), "部门")
    return _due(date(year + 1, 3, 31), "政府") if body.kind in _OFFICES and body.level != "central" else None


def _is_unnamed(body: Body) -> bool:
    """Whether the name says that it is none of the bodies of Article 49, whatever kind it is registered as."""
    name = body.name or ""
    return "人民政府" not in name and bool(_UNNAMED.search(name))


def _due(day: date, whom: str) -> Deadline:
    weekend = timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
    back = _BACK_AT_WORK.get(day.year) if day.month == 1 else None
    return Deadline(day, whom, back or day + weekend)


def check_punctuality(case: Case) -> Iterator[Finding]:
    """Yield one finding where the Regulation sets a date for such a body, none where it does not."""
    report, year = case.report, case.report.year
    due = deadline(case.body, year) if year is not None else None
    if due is None or year is None:
        return
    limit = f"{due.whom}年度报告的法定期限 {due.day}"
    if report.published is None:
        if not report.source.excerpt:
            yield _found(case, "unknown", f"没有读到公布日期，{limit}，无法核对", due)
        return
    day = date.fromisoformat(report.published)
    said = f"{_told_by(report)} {day}"
    if why := _doubt(report, year, day, due):
        yield _found(case, "unknown", f"{said} {_side(day, due)}{limit}，但{why}，不作判断", due)
    elif day <= due.day:
        yield _found(case, "pass", f"{said} 不晚于{limit}", due)
    else:
        yield _found(case, "fail", f"{said} 晚于{limit}，迟 {(day - due.day).days} 天", due)


def _found(case: Case, status: str, message: str, due: Deadline) -> Finding:
    return finding(
        PUNCTUALITY,
        case,
        status,
        message,
        expected=due.day.isoformat(),
        actual=case.report.published,
        where="published",
    )


def _doubt(report: Report, year: int, day: date, due: Deadline) -> str | None:
    """Why nothing can be said of a date; None where it can."""
    if day <= date(year, 12, 31):
        return f"它早于 {year} 年度结束，多半是日期或年度写错"
    if day <= due.day:
        return None
    if not _is_own(report):
        return "这可能是网站迁移或者重新发布的日期"
    if day <= due.grace:
        return "期限那一天是休息日，条例没有说是否顺延"
    if day.year > year + 1:
        return "迟了不止一年，可能是日期或年度写错，或者是重新发布的日期"
    if _REVISED.search(report.title or ""):
        return "这是更正过的报告，先前何时公布不知道"
    return None


def _is_own(report: Report) -> bool:
    """Whether the body itself, or the archive's maintainer, wrote the date."""
    basis = report.basis.published
    return basis in _OWN_WORD or (basis == "line" and report.source.format in _DOCUMENTS)


def _told_by(report: Report) -> str:
    basis = report.basis.published or ""
    return _OWN_WORD.get(basis) or _ON_THE_PAGE.get(basis) or "公布日期"


def _side(day: date, due: Deadline) -> str:
    return "不晚于" if day <= due.day else "晚于"

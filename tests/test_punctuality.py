"""Punctuality: late only where the Regulation sets a date, the body wrote the day, and nothing else explains it."""

from datetime import date

import pytest
from samples import AGENCY, as_report

from generator.checks import Body, Case
from generator.checks.punctuality import check_punctuality, deadline
from generator.report import Basis, Finding, Kind, Level, Report

DEPARTMENT = ("county", "department", "示例县财政局")
COUNTY = ("county", "government", "示例县人民政府")
OFFICE = ("city", "office", "示例市人民政府办公室")
TOWN = ("township", "government", AGENCY)
Who = tuple[Level, Kind, str]


def body(who: Who) -> Body:
    return Body("shili", who[2], (), who[0], who[1])


def report(published: str | None, basis: str | None = "signature", year: int = 2022, file: str = "docx") -> Report:
    blank = as_report(None, {}, year)
    said = {"published": published, "basis": Basis(agency="title", year="title", published=basis)}
    return blank.model_copy(update={**said, "source": blank.source.model_copy(update={"format": file})})


def judged(who: Who, said: Report) -> list[Finding]:
    return list(check_punctuality(Case(said, body(who))))


def status(who: Who, said: Report) -> str | None:
    found = judged(who, said)
    return found[0].status if found else None


@pytest.mark.parametrize(
    ("who", "day", "wanted"),
    [
        (DEPARTMENT, "2023-01-31", "pass"),
        (DEPARTMENT, "2023-02-01", "fail"),
        (("central", "department", "示例部"), "2023-02-01", "fail"),
        (("city", "department", "示例市国有资产监督管理委员会"), "2023-02-01", "fail"),
        (COUNTY, "2023-03-31", "pass"),
        (COUNTY, "2023-04-01", "fail"),
        (OFFICE, "2023-03-31", "pass"),
        (OFFICE, "2023-04-01", "fail"),
        (("province", "government", "示例省人民政府"), "2023-04-01", "fail"),
        (TOWN, "2023-06-01", None),
        (("township", "street", "示例街道办事处"), "2023-06-01", None),
        (("county", "zone", "示例经济开发区管委会"), "2023-06-01", None),
        (("county", "department", "示例高新技术产业开发区管委会城市管理局"), "2023-06-01", None),
        (("county", "department", "示例市公安局示例分局"), "2023-06-01", None),
        (("county", "government", "示例县公积金管理中心"), "2023-06-01", None),
        (("county", "government", "示例市示例新区人民政府"), "2023-06-01", "fail"),
        (("county", "institution", "示例县公积金管理中心"), "2023-06-01", None),
        (("township", "department", "示例镇财政所"), "2023-06-01", None),
        (("township", "office", "示例镇党政办公室"), "2023-06-01", None),
    ],
)
def test_each_kind_of_body_has_its_own_date(who: Who, day: str, wanted: str | None) -> None:
    """Departments by 31 January, governments and their offices by 31 March; for all others the law sets none."""
    assert status(who, report(day)) == wanted


@pytest.mark.parametrize("who", [DEPARTMENT, COUNTY, TOWN])
def test_before_the_new_regulation_there_was_one_date(who: Who) -> None:
    """Reports for 2018 were due before the new Regulation was in force: 31 March (a Sunday then) for everybody."""
    assert status(who, report("2019-03-31", year=2018)) == "pass"
    assert status(who, report("2019-04-03", year=2018)) == "fail"
    assert status(who, report("2015-04-02", year=2014)) == "fail"


def test_the_sentence_has_both_dates() -> None:
    """A late report is told with its day, the day it was due, for whom, and how late; a warning, never an error."""
    [found] = judged(DEPARTMENT, report("2023-02-20"))
    assert found.message == "落款日期 2023-02-20 晚于部门年度报告的法定期限 2023-01-31，迟 20 天"
    assert (found.expected, found.actual, found.severity) == ("2023-01-31", "2023-02-20", "warning")
    assert found.id == "punctuality-published"


@pytest.mark.parametrize("basis", ["stamp", "meta", "file", "place", None])
def test_a_date_of_the_site_accuses_nobody(basis: str | None) -> None:
    """A page may have been moved: a late stamp is unknown, with the reason; an early one is in time all the same."""
    [found] = judged(DEPARTMENT, report("2023-06-15", basis))
    assert found.status == "unknown"
    assert "网站迁移" in found.message
    assert "2023-06-15" in found.message
    assert "2023-01-31" in found.message
    assert status(DEPARTMENT, report("2023-01-15", basis)) == "pass"


@pytest.mark.parametrize(
    ("file", "wanted"), [("docx", "fail"), ("pdf", "fail"), ("html", "unknown"), ("txt", "unknown")]
)
def test_a_date_below_the_title_counts_only_in_documents(file: str, wanted: str) -> None:
    """On a page, or in a copy of one, the date below the title may be the site's."""
    assert status(DEPARTMENT, report("2023-02-20", "line", file=file)) == wanted


def test_what_the_maintainer_recorded_counts() -> None:
    [found] = judged(DEPARTMENT, report("2023-02-20", "sidecar"))
    assert found.status == "fail"
    assert found.message.startswith("旁注里的公布日期 2023-02-20")


@pytest.mark.parametrize(
    ("year", "day", "wanted"),
    [
        (2020, "2021-02-01", "unknown"),  # 31 January 2021 was a Sunday
        (2020, "2021-02-02", "fail"),
        (2021, "2022-02-07", "unknown"),  # the holidays of the Spring Festival began on 31 January 2022
        (2021, "2022-02-08", "fail"),
        (2019, "2020-02-10", "unknown"),
        (2024, "2025-02-05", "unknown"),
        (2022, "2023-02-01", "fail"),
    ],
)
def test_a_deadline_on_a_holiday_is_left_open(year: int, day: str, wanted: str) -> None:
    """Until the first working day after it nothing is said: the Regulation does not tell whether the date moves."""
    assert status(DEPARTMENT, report(day, year=year)) == wanted


@pytest.mark.parametrize("day", ["2022-01-20", "2022-12-31", "2024-01-20"])
def test_an_impossible_date_is_no_lateness(day: str) -> None:
    """A date before the year was over, or more than a year late, is a slip in the date or the year: unknown."""
    assert status(DEPARTMENT, report(day)) == "unknown"


def test_a_revised_report_is_not_late() -> None:
    """A correction is published later than what it corrects; an agency's name is no correction."""
    revised = report("2023-05-20").model_copy(update={"title": "示例县财政局2022年政府信息公开工作年度报告（更正）"})
    assert status(DEPARTMENT, revised) == "unknown"
    named = report("2023-05-20").model_copy(update={"title": "示例县城市更新局2022年政府信息公开工作年度报告"})
    assert status(("county", "department", "示例县城市更新局"), named) == "fail"


def test_without_a_date_nothing_is_judged() -> None:
    """No date read: unknown with why; nothing where only tables were kept, nor where no kind of body is known."""
    [found] = judged(DEPARTMENT, report(None, None))
    assert found.status == "unknown"
    assert "没有读到公布日期" in found.message
    excerpt = report(None, None)
    excerpt = excerpt.model_copy(update={"source": excerpt.source.model_copy(update={"excerpt": True})})
    assert judged(DEPARTMENT, excerpt) == []
    assert list(check_punctuality(Case(report("2023-06-01"), Body(None, "示例县财政局")))) == []


def test_a_weekend_moves_only_the_grace() -> None:
    due = deadline(body(COUNTY), 2023)
    assert due is not None
    assert (due.day, due.grace) == (date(2024, 3, 31), date(2024, 4, 1))

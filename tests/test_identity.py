"""Who reports on which year: the shapes of titles, and which evidence for the year counts first."""

import io
import re
from pathlib import Path
from random import Random

import docx
import pytest
from fictional import read_bytes, read_printed
from samples import AGENCY, SHAPES, make_sample
from sheet import lay_out
from writers import WRITERS

from generator.demo.writers.tabs import as_tabs
from generator.errors import Refusal
from generator.parse import parse
from generator.readers import read
from generator.report import Report
from generator.title import parse_title


@pytest.mark.parametrize(
    ("printed", "agency", "year"),
    [
        ("示例县青山镇人民政府2021年政府信息公开工作年度报告", "示例县青山镇人民政府", 2021),
        ("示例县人民政府办公室 2021 年政府信息公开工作年度报告", "示例县人民政府办公室", 2021),
        ("2021年示例县政府信息公开工作年度报告", "示例县", 2021),
        ("2022年度示例县商务局政府信息公开工作年度报告", "示例县商务局", 2022),
        ("示例县青山镇2023年度政府信息公开工作年度报告", "示例县青山镇", 2023),
        ("示例县青山镇2023年政府信息公开年度报告", "示例县青山镇", 2023),
        ("示例县青山镇2017年政府信息公开年度报告", "示例县青山镇", 2017),
        ("示例县青山镇2016年政务信息公开年度报告", "示例县青山镇", 2016),
        ("示例县青山镇政府信息公开工作年度报告", "示例县青山镇", None),
        ("示例市人民政府2019年政府信息公开工作年度报告（图片版）", "示例市人民政府", 2019),
        ("2023年政府信息公开工作年度报告-示例县商务局", None, 2023),
        ("示例县商务局2023年政府信息公开工作年度报告——示例县商务局", "示例县商务局", 2023),
        ("示例县青山镇二〇二二年政府信息公开工作年度报告", "示例县青山镇", 2022),
        ("示例县青山镇２０２２年政府信息公开工作年度报告", "示例县青山镇", 2022),
        ("\ufeff示例县\u3000青山镇\xa02022年\t政府信息公开工作年度报告", "示例县青山镇", 2022),
        ("2022年示例县青山镇2023年政府信息公开工作年度报告", "示例县青山镇", None),
        ("示例县青山镇22年政府信息公开工作年度报告", "示例县青山镇", None),
        ("示例市人民政府2024年政府信息公开工作年度报告", "示例市人民政府", 2024),
        ("示例县城关街道办事处2022年政府信息公开工作年度报告", "示例县城关街道办事处", 2022),
        ("示例科技产业园管理委员会2022年度政府信息公开工作年度报告", "示例科技产业园管理委员会", 2022),
        ("示例縣青山鎮2020年政府信息公開工作年度報告", "示例縣青山鎮", 2020),
        ("示例县公安局青山分局 2 0 2 2 年政府信息公开工作年度报告", "示例县公安局青山分局", 2022),
        ("2022年政府信息公开工作年度报告", None, 2022),
        ("政府信息公开工作年度报告", None, None),
        ("2023年示例县人民政府信息公开工作年度报告", "示例县人民政府", 2023),
        ("示例縣人民政府信息公開工作年度報告", "示例縣人民政府", None),
        ("关于示例县2023年政府信息公开工作年度报告", "示例县", 2023),
        ("示例县教育局关于2023年政府信息公开工作年度报告", "示例县教育局", 2023),
        ("（示例县教育局）2023年政府信息公开工作年度报告", "示例县教育局", 2023),
        ("示例县2021年至2023年政府信息公开工作年度报告", "示例县", None),
        ("示例县2023年政府信息公开工作年度报告-示例县商务局", None, 2023),
        ("示例县2023年度政府信息公开工作年度报告（县教育局）", None, 2023),
        ("示例县教育局2023年政府信息公开工作年度报告-示例县人民政府", "示例县教育局", 2023),
        ("关于公布示例县2023年政府信息公开工作年度报告", None, 2023),
        ("首页-政务公开-示例县2023年政府信息公开工作年度报告", None, 2023),
        ("全县2023年政府信息公开工作年度报告", None, 2023),
        ("革局2023年政府信息公开工作年度报告", None, 2023),
        ("县政府办2023年政府信息公开工作年度报告", "县政府办", 2023),
        ("示例县民政局2022-2023年政府信息公开工作年度报告", "示例县民政局", None),
        ("示例县民政局2022、2023年政府信息公开工作年度报告", "示例县民政局", None),
        ("示例县民政局2O23年政府信息公开工作年度报告", None, None),
        ("示例县民政局二O二三年度政府信息公开工作年度报告", "示例县民政局", 2023),
        ("示例县民政局2023政府信息公开工作年度报告", "示例县民政局", 2023),
        ("2023示例县民政局政府信息公开工作年度报告", "示例县民政局", 2023),
        ("示例县民政局（2023年度）政府信息公开工作年度报告", "示例县民政局", 2023),
        ("示例县民政局20023年政府信息公开工作年度报告", None, None),
        ("附件1示例县民政局2023年政府信息公开工作年度报告", "示例县民政局", 2023),
        ("关于示例县民政局2023年政府信息公开工作年度报告的公示", "示例县民政局", 2023),
        ("【年报】示例县民政局2023年政府信息公开工作年度报告", "示例县民政局", 2023),
        ("示例县2023年政府信息公开工作年报", "示例县", 2023),
        ("关于2023年示例县民政局政府信息公开工作年度报告", "示例县民政局", 2023),
        ("示例县人民政府信息公开工作2023年年度报告", "示例县人民政府", 2023),
        ("示例县民政局政府信息公开2023年度报告", "示例县民政局", 2023),
        ("示例县民政局2022年政府信息公开2023年度报告", "示例县民政局", None),
        ("示例县12345热线办公室2023年政府信息公开工作年度报告", "示例县12345热线办公室", 2023),
        ("一图读懂示例县民政局2023年政府信息公开工作年度报告", None, 2023),
    ],
)
def test_a_title_names_body_and_year(printed: str, agency: str | None, year: int | None) -> None:
    """Each shape of title seen in real reports gives its body and its year, and None for what it does not say."""
    title = parse_title(printed)
    assert title is not None
    assert (title.agency, title.year) == (agency, year)


@pytest.mark.parametrize(
    "printed",
    [
        "2022年上半年政府信息公开数据统计", "示例县政府信息公开制度", "一、总体情况", "2022年政府网站工作年度报表", "",
        "关于做好2022年政府信息公开工作年度报告编制工作的通知", "示例县政府信息公开年报", "政府信息公开年报",
        "关于对示例县民政局2023年政府信息公开工作年度报告的公示",
    ],
)  # fmt: skip
def test_what_is_no_annual_report_has_no_title(printed: str) -> None:
    """Half-year figures, rules, notices and other papers are not taken for an annual report."""
    assert parse_title(printed) is None


def titled(head: str, overview: str = "", name: str = "示例.txt", tail: str = "") -> Report:
    """A report with its own title line, text of the first section and last lines."""
    text = as_tabs(lay_out(make_sample(("2021", False), 1)))
    body = text.partition("\n")[2].replace("一、总体情况\n", f"一、总体情况\n\n{overview}\n", 1)
    return read_printed(f"{head}\n{body}\n{tail}\n", name)


PERIOD = "统计期限为2021年1月1日至2021年12月31日。"
YEARLESS = "示例县青山镇政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("head", "overview", "name", "year", "basis"),
    [
        (f"{AGENCY}2022年政府信息公开工作年度报告", "", "2020.txt", 2022, "title"),
        (YEARLESS, f"{PERIOD}2020年受理3件。", "2019.txt", 2021, "period"),
        (YEARLESS, "自2021年1月1日起至12月31日止。", "示例.txt", 2021, "period"),
        (YEARLESS, "2021年，本镇收到申请3件，2021年全部办结。", "2019.txt", 2021, "text"),
        (YEARLESS, "2021年收到3件，比2020年多1件。", "青山镇2019.txt", 2019, "file"),
        (YEARLESS, "根据2019年4月3日修订的《条例》编制。", "示例.txt", None, None),
        (YEARLESS, "根据2019年修订的《条例》编制。2021年收到3件。", "示例.txt", 2021, "text"),
        (YEARLESS, "", "青山镇2022年1月20日.txt", None, None),
        (YEARLESS, "", "20210101.txt", None, None),
        (YEARLESS, "", "示例.txt", None, None),
    ],
)
def test_the_year_is_taken_from_the_best_evidence(
    head: str, overview: str, name: str, year: int | None, basis: str | None
) -> None:
    """Title, then period, then the only year of 总体情况, then the file's name; else none, and a notice."""
    report = titled(head, overview, name)
    assert (report.year, report.basis.year) == (year, basis)
    assert ("year-missing" in {notice.code for notice in report.notices}) == (year is None)


def test_a_title_against_its_period_is_a_conflict() -> None:
    """Where title and period disagree the title counts, and a notice says both."""
    report = titled(f"{AGENCY}2022年政府信息公开工作年度报告", PERIOD)
    assert (report.year, report.basis.year) == (2022, "title")
    [notice] = [notice for notice in report.notices if notice.code == "year-conflict"]
    assert "2022" in notice.message
    assert "2021" in notice.message


@pytest.mark.parametrize("year", ["1998", "2099", "0022"])
def test_a_year_that_cannot_be_is_not_taken(year: str) -> None:
    """A year before the regulation or in the future is None, with a notice."""
    report = titled(f"{AGENCY}{year}年政府信息公开工作年度报告")
    assert report.year is None
    assert {"year-range", "year-missing"} <= {notice.code for notice in report.notices}


def test_the_newest_possible_year_is_that_of_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """With SOURCE_DATE_EPOCH set the same file is read the same way in any year."""
    head = f"{AGENCY}2022年政府信息公开工作年度报告"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1640995200")  # 2022-01-01
    assert titled(head).year == 2022
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1640995199")
    assert titled(head).year is None


def test_a_title_wrapped_over_lines_is_one_title() -> None:
    """A title on two or three lines is joined."""
    report = titled(f"{AGENCY}\n2022年政府信息公开\n工作年度报告")
    assert (report.agency.name, report.year) == (AGENCY, 2022)
    assert report.title == f"{AGENCY}2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "above",
    ["政府信息公开年报", "分享到微信", "正文", "关闭窗口", "示例县人民政府门户网站", "法定主动公开内容", "办事大厅",
     "各乡镇", "政务服务中心", "透明政府", "特色小镇", "（公开版）"],
)  # fmt: skip
def test_a_menu_above_a_title_without_a_name_is_no_body(above: str) -> None:
    """The name is who signs, or none; the title is what it was without the line above."""
    head = f"首页\n{above}\n2023年政府信息公开工作年度报告"
    alone = titled(head)
    assert (alone.agency.name, alone.title) == (None, "2023年政府信息公开工作年度报告")
    assert "agency-missing" in {notice.code for notice in alone.notices}
    assert titled(head, tail="示例县财政局\n2024年1月15日").agency.name == "示例县财政局"


def test_a_body_above_a_title_without_a_name_gives_way_to_who_signs() -> None:
    """The name of the site stands there too; the office that signs for its government is no other body."""
    head = "示例县人民政府\n2023年政府信息公开工作年度报告"
    assert titled(head, tail="示例县财政局\n2024年1月15日").agency.name == "示例县财政局"
    assert titled(head, tail="示例县人民政府办公室\n2024年1月15日").agency.name == "示例县人民政府"
    assert titled(head).agency.name == "示例县人民政府"
    meta = '<meta name="ArticleTitle" content="示例县财政局2023年政府信息公开工作年度报告">'
    assert page(meta, head.replace("\n", "</p><p>")).agency.name == "示例县财政局"


@pytest.mark.parametrize(
    "head",
    [
        "示例县发展和改\n革局2023年政府信息公开工作年度报告",
        "示例县发展和改革局\n2023年\n政府信息公开工作年度报告",
        "示例县发展和改革局2023年\n政府信息公开工作年度报告",
        "一、总体情况\n示例县财政局2022年政府信息公开工作年度报告\n示例县发展和改革局\n2023年政府信息公开工作年度报告",
        "示例县财政局2022年政府信息公开工作年度报告\n一、总体情况\n示例县发展和改革局2023年政府信息公开工作年度报告",
        "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
        "示例县发展和改革局2023年政府信息公开工作年度报告",
        "示例县发展和改革局2023年政府信息公开工作年度报告\n发布日期：2024-01-05\n政府信息公开工作年度报告",
    ],
)
def test_the_title_is_found_among_menus_and_links(head: str) -> None:
    """Broken lines, links to other reports and lists of the headings do not hide it and are no second report."""
    report = titled(head)
    assert (report.agency.name, report.year) == ("示例县发展和改革局", 2023)


def test_a_title_joined_to_the_path_of_the_page_is_a_title() -> None:
    """The path ends in the title where no title stands below it; a title below counts, with its own name or none."""
    path = "首页>>法定主动公开内容>>示例县民政局2023年政府信息公开工作年度报告"
    report = titled(path)
    assert (report.agency.name, report.year) == ("示例县民政局", 2023)
    column = "首页>>示例县2023年政府信息公开工作年度报告"
    assert titled(f"{column}\n2023年政府信息公开工作年度报告").agency.name is None
    assert titled(f"{column}\n示例县民政局2023年政府信息公开工作年度报告").agency.name == "示例县民政局"


def test_a_list_of_links_above_a_title_without_a_name_gives_none() -> None:
    """The nearest link is another's report."""
    links = "\n".join(f"示例县{name}2023年政府信息公开工作年度报告" for name in ("财政局", "民政局"))
    report = titled(f"{links}\n返回\n2023年政府信息公开工作年度报告")
    assert (report.agency.name, report.year) == (None, 2023)


def test_a_link_at_the_end_of_the_page_is_no_title() -> None:
    """The first section may be called otherwise; what stands below it names no report."""
    text = as_tabs(lay_out(make_sample(("2021", False), 1))).replace("一、总体情况", "一、基本情况")
    report = read_printed(f"{text}\n示例县财政局2019年政府信息公开工作年度报告\n")
    assert report.agency.name == AGENCY
    assert report.year != 2019


@pytest.mark.parametrize(
    ("head", "tail", "published"),
    [
        (YEARLESS, "示例县青山镇人民政府\n2022年1月20日", "2022-01-20"),
        (YEARLESS, "二〇二二年一月二十日", "2022-01-20"),
        (YEARLESS, "二〇二一年十二月三十一日", "2021-12-31"),
        (f"{YEARLESS}\n发布日期：2022-01-20 来源：示例网", "", "2022-01-20"),
        (f"{YEARLESS}\n（2022年1月20日）", "", "2022-01-20"),
        (YEARLESS, "2022年2月30日", None),
        (YEARLESS, "", None),
        (
            YEARLESS,
            "示例县青山镇人民政府\n2022年1月20日\n友情链接\n示例网\n网站地图\n今天是\n2025年3月4日",
            "2022-01-20",
        ),
        (YEARLESS, "今天是\n2025年3月4日", None),
        (YEARLESS, "示例县青山镇人民政府\n2025年3月4日\n星期二", None),
        (YEARLESS, "示例县财政局\n2022年1月20日\n示例县民政局\n2022年1月21日", None),
        (YEARLESS, "示例县青山镇人民政府\n2022年1月20日\n示例县民政局\n2022年1月21日", "2022-01-20"),
        (f"2025年6月3日\n{YEARLESS}", "", None),
        (f"成文日期：2021-12-31\n发布日期：2022-01-20\n{YEARLESS}", "", "2022-01-20"),
        (f"发布日期：2022-01-21\n{YEARLESS}", "示例县青山镇人民政府\n2022年1月20日", "2022-01-20"),
    ],
)
def test_the_date_of_publication_is_the_signed_or_stamped_one(head: str, tail: str, published: str | None) -> None:
    """A date alone on a line or a stamp is taken; an impossible one is not, and none is made up."""
    assert titled(head, tail=tail).published == published


def page(head: str, title: str, body: str = "") -> Report:
    """A report as a web page: ``head`` of the page, title line, and what stands below it."""
    rows = "<tr><th>信息内容</th><th>本年制发件数</th><th>本年废止件数</th><th>现行有效件数</th></tr>"
    table = f"<table>{rows}<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr></table>"
    return read_bytes(
        f"<html><head>{head}</head><body><p>{title}</p>{table}{body}<p>政府信息公开</p></body></html>".encode(),
        "示例.html",
    )


def test_a_page_tells_of_itself_what_its_text_does_not() -> None:
    """Body, year and date from ``<meta>`` where nothing better says them; each with its basis."""
    meta = '<meta name="ArticleTitle" content="示例县商务局2022年政府信息公开工作年度报告">'
    report = page(f'{meta}<meta name="PubDate" content="2023-01-20 10:20">', "年度报告")
    assert (report.agency.name, report.year, report.published) == ("示例县商务局", 2022, "2023-01-20")
    assert (report.basis.agency, report.basis.year, report.basis.published) == ("meta", "meta", "meta")


def test_a_word_file_may_name_its_report_in_the_page_header() -> None:
    """The header of the pages names body and year where the text does not; its words are no text of the report."""
    document = docx.Document(io.BytesIO(WRITERS["docx"].write(lay_out(make_sample(("2021", False), 1)), Random(0))))
    for paragraph in document.paragraphs:
        if "年度报告" in paragraph.text:
            paragraph.text = ""
    document.sections[0].header.paragraphs[0].text = f"{AGENCY}2022年政府信息公开工作年度报告"
    out = io.BytesIO()
    document.save(out)
    report = read_bytes(out.getvalue(), "示例.docx")
    assert (report.agency.name, report.year, report.basis.year) == (AGENCY, 2022, "meta")
    assert not any("年度报告" in text for text in report.texts.values())


def test_the_hidden_title_of_a_word_file_names_nobody() -> None:
    """It is left over from the report that the file was made from; body and year stay missing, with notices."""
    document = docx.Document(io.BytesIO(WRITERS["docx"].write(lay_out(make_sample(("2021", False), 1)), Random(0))))
    document.core_properties.title = "示例县教育局2021年政府信息公开工作年度报告"
    for paragraph in document.paragraphs:
        if "年度报告" in paragraph.text:
            paragraph.text = "政府信息公开工作年度报告"
    out = io.BytesIO()
    document.save(out)
    report = read_bytes(out.getvalue(), "示例.docx")
    assert (report.agency.name, report.year) == (None, None)
    assert {"agency-missing", "year-missing"} <= {notice.code for notice in report.notices}


def test_a_title_of_two_years_is_said() -> None:
    """The period may tell the year; a notice says what the title names."""
    report = titled("示例县民政局2022-2023年政府信息公开工作年度报告", PERIOD)
    [notice] = [notice for notice in report.notices if notice.code == "year-conflict"]
    assert "2022、2023" in notice.message
    later = titled("示例县民政局2021年政府信息公开工作年度报告（2022年1月）", PERIOD)
    assert "year-conflict" not in {notice.code for notice in later.notices}


def test_what_is_signed_comes_before_what_the_page_says() -> None:
    """A page moved between sites carries the date of that; the signature is the report's own."""
    report = page(
        '<meta name="PubDate" content="2024-06-15">',
        f"{AGENCY}2022年政府信息公开工作年度报告",
        f"<p>{AGENCY}</p><p>2023年1月20日</p>",
    )
    assert (report.published, report.basis.published) == ("2023-01-20", "signature")


def test_the_signature_names_the_body_where_the_title_does_not() -> None:
    """A title without a name, and a name above the last date."""
    report = titled("2022年政府信息公开工作年度报告", tail="示例县青山镇人民政府\n2023年1月20日")
    assert (report.agency.name, report.basis.agency) == ("示例县青山镇人民政府", "signature")


@pytest.mark.parametrize("foot", ["版权所有 示例县人民政府", "示例县人民政府办公室主办", "技术支持 示例县大数据中心"])
def test_the_foot_of_a_page_signs_nothing(foot: str) -> None:
    """Who runs the site is not who reports, and the date beside is the site's."""
    report = titled("2022年政府信息公开工作年度报告", tail=f"{foot}\n2023年1月20日")
    assert (report.agency.name, report.published) == (None, None)


def test_the_table_above_a_report_tells_its_date() -> None:
    """索引号 and 发布日期 stand in a table that is none of the form's."""
    index = "<table><tr><td>索引号</td><td>000000000/2024-00001</td><td>公开日期</td><td>2023-01-20</td></tr></table>"
    report = page("", f"{AGENCY}2022年政府信息公开工作年度报告</p>{index}<p>")
    assert (report.published, report.basis.published) == ("2023-01-20", "stamp")


@pytest.mark.parametrize("day", ["2019年1月20日", "2022年1月1日", "2030年1月20日"])
def test_a_date_far_from_its_year_is_not_taken(day: str) -> None:
    """A report on 2022 dated 2019, the first day of 2022 or 2030: no date, and a notice says which was read."""
    report = titled(f"{AGENCY}2022年政府信息公开工作年度报告", tail=f"示例县青山镇人民政府\n{day}")
    assert (report.published, report.basis.published) == (None, None)
    [notice] = [notice for notice in report.notices if notice.code == "date-doubtful"]
    assert day[:4] in notice.message


BUREAU = "示例县发展和改革局2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("head", "tail", "published"),
    [
        (BUREAU, "示例县发展和改革局\u30002023年1月23日", "2023-01-23"),
        (BUREAU, "示例县民政局\u30002023年1月23日", None),
        (BUREAU, "示例县发展和改革局\n2023.1.23", "2023-01-23"),
        (BUREAU, "示例县发改局\n2023年元月23日", "2023-01-23"),
        (f"{BUREAU}\n[2023-01-22]", "", "2023-01-22"),
        (f"{BUREAU}\n时间：2023-01-22 10:00", "", "2023-01-22"),
        (f"来源：示例县发展和改革局 2023-01-22 10:00\n{BUREAU}", "", "2023-01-22"),
        (f"2023-01-22\n{BUREAU}", "", None),
        (f"《条例》公布日期：2023-04-03\n{BUREAU}", "", None),
        (f"发布日期：2019-01-20\n发布日期：2023-01-20\n{BUREAU}", "", "2023-01-20"),
        (BUREAU, "示例县人民政府办公室主办\n2024年1月1日", None),
        (BUREAU, "国务院\n2023年4月3日", None),
        (f"发布日期：2023-01-22\n{BUREAU}", "示例县人民政府\n2023年2月1日", "2023-01-22"),
    ],
)
def test_a_date_is_taken_where_it_can_only_be_the_reports(head: str, tail: str, published: str | None) -> None:
    """Name and date on one line, in figures, under the title or behind its source; not that of a law or a footer."""
    assert titled(head, tail=tail).published == published


def test_a_date_that_another_body_signs_is_doubted() -> None:
    """It is taken where there is no better one, and a notice says who signs; the body's own office is no other."""
    other = titled(BUREAU, tail="示例县人民政府\n2023年2月1日")
    assert other.published == "2023-02-01"
    [notice] = [notice for notice in other.notices if notice.code == "date-doubtful"]
    assert "示例县人民政府" in notice.message
    for signer in ("示例县发展和改革局办公室", "示例县发改局"):
        report = titled(BUREAU, tail=f"{signer}\n2023年2月1日")
        assert "date-doubtful" not in {notice.code for notice in report.notices}


def test_the_date_alone_does_not_make_a_year() -> None:
    """A report published in 2023 is on 2022 most likely, which is not good enough; the notice tells the date."""
    report = titled(YEARLESS, tail="示例县青山镇人民政府\n2023年1月20日")
    assert report.year is None
    [notice] = [notice for notice in report.notices if notice.code == "year-missing"]
    assert "2023-01-20" in notice.message


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2022年上半年政府信息公开数据统计", "不满一年的统计"),
        ("2022年上半年示例县政府信息公开工作报告", "不满一年的统计"),
        ("示例县2022年度上半年政府信息公开工作年度报告", "不满一年的统计"),
        ("示例县2023年第一季度政府信息公开工作报告", "不满一年的统计"),
        ("示例县1-6月政府信息公开工作报告", "不满一年的统计"),
        ("示例县2023年一至六月政府信息公开工作报告", "不满一年的统计"),
        ("示例县3月份政府信息公开工作报告", "不满一年的统计"),
        ("示例县2022年第三季度政府信息公开统计表", "不满一年的统计"),
        ("示例县政府网站工作年度报表（2022年度）", "政府网站工作年度报表"),
        ("关于做好2022年政府信息公开工作年度报告编制和发布工作的通知", "关于年度报告的通知"),
        ("示例县商务局政府信息公开指南", "信息公开的制度或指南"),
        ("示例县2022年政府信息公开工作要点", "工作要点、方案或计划"),
    ],
)
def test_a_near_miss_is_refused_by_name(title: str, kind: str) -> None:
    """Papers near to an annual report and none: the refusal says which paper it is."""
    with pytest.raises(Refusal, match=f"「{re.escape(title)}」是{kind}，不是年度报告") as refused:
        read_printed(f"{title}\n\n一、总体情况\n\n政府信息公开。\n")
    assert refused.value.code == "not-a-report"


@pytest.mark.parametrize(
    "head",
    [
        "示例县\n2022年上半年\n政府信息公开工作报告",
        "2022年上半年\n示例县政府信息公开工作报告",
        "示例县政府信息公开工作报告\n（2022年1月至6月）",
        "政府信息公开工作年度报告\n示例县2022年第三季度政府信息公开情况",
    ],
)
def test_part_of_a_year_is_refused_wherever_it_says_so(head: str) -> None:
    """Complete tables and the words of a report's title do not make a half-year a year."""
    with pytest.raises(Refusal, match="是不满一年的统计，不是年度报告"):
        titled(head)
    meta = '<meta name="ArticleTitle" content="示例县2022年上半年政府信息公开工作情况">'
    with pytest.raises(Refusal, match="是不满一年的统计，不是年度报告"):
        page(meta, "政府信息公开工作年度报告")


@pytest.mark.parametrize(
    "head",
    [
        "示例县教育局2023年1-12月政府信息公开工作年度报告",
        "示例县教育局2023年1月1日至12月31日政府信息公开工作年度报告",
        "示例县教育局2023年政府信息公开工作年度报告\n（2024年1月）",
    ],
)
def test_months_of_a_whole_year_are_a_year(head: str) -> None:
    """The twelve months, and the month of publication, are no part of a year."""
    report = titled(head)
    assert (report.agency.name, report.year) == ("示例县教育局", 2023)


def test_a_period_that_is_no_year_is_said() -> None:
    """A title of a year over statistics of six months: one of them is wrong."""
    half = titled(f"{AGENCY}2023年政府信息公开工作年度报告", "统计期限为2023年1月1日至2023年6月30日。")
    [notice] = [notice for notice in half.notices if notice.code == "year-conflict"]
    assert "2023年1月1日至2023年6月30日" in notice.message
    whole = titled(f"{AGENCY}2021年政府信息公开工作年度报告", PERIOD)
    assert "year-conflict" not in {notice.code for notice in whole.notices}


def test_a_report_before_2019_is_kept_as_text() -> None:
    """There was no national form then: no table is read, all the text is kept, and a notice says so."""
    head = f"{AGENCY}2016年政府信息公开工作年度报告"
    report = read_printed(f"{head}\n\n一、概述\n\n本年度收到申请3件。\n\n统计指标\t单位\t统计数\n申请总数\t件\t3\n")
    assert (report.form, report.cells, report.year) == (None, {}, 2016)
    assert "form-pre-2019" in {notice.code for notice in report.notices}
    assert "本年度收到申请3件。" in report.texts["text"]


def test_running_text_is_kept_by_section() -> None:
    """Text under a heading is kept under its key, and a cross reference to a heading does not start a section."""
    reference = "报告由总体情况、主动公开政府信息情况等部分组成。"
    report = titled(YEARLESS, f"{reference}\n第二段。", tail="没有需要报告的事项。")
    assert report.texts == {"overview": f"{reference}\n第二段。", "other": "没有需要报告的事项。"}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_form_is_told_by_its_labels_not_by_the_year(shape: tuple[str, bool]) -> None:
    """A report on another year than its form was made for is still read by its own tables."""
    sample = make_sample(shape, 2)
    for year in (2019, 2023):
        assert read_printed(as_tabs(lay_out(sample._replace(year=year)))).form == shape[0]


def test_tables_of_another_form_than_due_are_said() -> None:
    """A report on 2022 over the tables of 2019, or one that cites the notice of 2019 over the tables of 2021."""
    late = read_printed(as_tabs(lay_out(make_sample(("2019", False), 1)._replace(year=2022))))
    [notice] = [notice for notice in late.notices if notice.code == "form-disagrees"]
    assert "2022 年度应使用2021 年格式" in notice.message
    cited = titled(f"{AGENCY}2022年政府信息公开工作年度报告", "根据国办公开办函〔2019〕60 号编制。")
    [notice] = [notice for notice in cited.notices if notice.code == "form-disagrees"]
    assert "国办公开办函〔2019〕60号" in notice.message
    right = titled(f"{AGENCY}2022年政府信息公开工作年度报告", "根据国办公开办函〔2021〕30号编制。")
    assert "form-disagrees" not in {notice.code for notice in right.notices}


def test_two_reports_in_one_file_are_not_mixed() -> None:
    """Each with its own title and first section: whose figures would they be? A title that is repeated is no second."""
    one = as_tabs(lay_out(make_sample(("2021", False), 1)))
    with pytest.raises(Refusal, match="一个文件里有 2 份报告") as refused:
        read_printed(f"{one}\n\n{one.replace(AGENCY, '示例县白石镇人民政府')}")
    assert refused.value.code == "multiple-reports"
    title = one.partition("\n")[0]
    assert read_printed(one.replace("一、总体情况\n", f"一、总体情况\n\n{title}\n", 1)).agency.name == AGENCY


def test_two_reports_with_wrapped_titles_are_not_mixed() -> None:
    """Whether names or years differ, and over how many lines the titles are set."""
    one = as_tabs(lay_out(make_sample(("2021", False), 1)))
    title, _, body = one.partition("\n")
    for second in ("示例县白石镇人民政府\n2022年政府信息公开工作年度报告", "2018年政府信息公开工作年度报告"):
        with pytest.raises(Refusal, match="一个文件里有 2 份报告"):
            read_printed(f"{title}\n{body}\n\n{second}\n{body}")


def test_no_statutory_table_is_said() -> None:
    """A titled report without any table has no form, and a notice says so."""
    report = read_printed(f"{AGENCY}2022年政府信息公开工作年度报告\n\n一、总体情况\n\n本年度没有申请。\n")
    assert (report.form, report.cells, report.year) == (None, {}, 2022)
    assert "form-missing" in {notice.code for notice in report.notices}


def test_a_wrapped_title_in_a_file_with_an_ending_in_capitals(tmp_path: Path) -> None:
    """The ending of a file's name counts in any case."""
    path = tmp_path / "示例.TXT"
    path.write_text(as_tabs(lay_out(make_sample(("2021", False), 1))), "utf-8")
    assert parse(read(path)).source.format == "txt"


def test_a_county_market_office_signs() -> None:
    """县市 in 示例县市场监督管理局 is not 县市, counties and cities: such an office signs like any other."""
    printed = as_tabs(lay_out(make_sample(("2021", False), 3)._replace(year=2022)))
    report = read_printed(f"{printed}\n{AGENCY}\n2023年1月20日\n".replace(AGENCY, "示例县市场监督管理局"))
    assert (report.published, report.basis.published) == ("2023-01-20", "signature")

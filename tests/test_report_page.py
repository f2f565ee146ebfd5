"""The page of one report: what it says of figures that it cannot show, and that what was read of it stands there."""

from pathlib import Path

import yaml
from fictional import read_printed, report_text, write_report
from lxml import html

from generator.checks import judge
from generator.pipeline import gather
from generator.report import Cell
from generator.site.build import build
from generator.site.model import Archive

PAGE = "a/shili-xian/2022.md"


def archive_with(content: Path, text: str, sidecar: str = "") -> Archive:
    """The fictional archive with that text as the report of 示例县 on 2022."""
    path = write_report(content, "shili-xian", 2022, text)
    path.with_suffix(".yml").write_text(sidecar or "{}\n", "utf-8")
    return gather(content, content.parent / "no-config", 1, lambda *_: None)


def pages_of(archive: Archive) -> dict[str, html.HtmlElement]:
    return {page.path: html.fromstring(page.data.decode()) for page in build(archive) if page.path.endswith(".md")}


def printed() -> str:
    return report_text(2022, "示例县人民政府", seed=4)


def cards(page: html.HtmlElement) -> dict[str, str]:
    return {card[0].text_content(): card[1].text_content() for card in page.xpath("//dl[@class='nb-figures']/div")}


# --- blank is what was read as blank ----------------------------------------------------------------------------------


def test_a_card_calls_blank_only_what_was_read_as_blank(content: Path) -> None:
    """A blank cell is 空白; one that could not be read is 没有读到, with what is printed; so is a table not there."""
    text = printed().replace("行政许可\t0", "行政许可\t约1200余").replace("行政处罚\t0", "行政处罚\t")
    page = pages_of(archive_with(content, text.partition("\n四、政府")[0]))[PAGE]
    shown = cards(page)
    assert (shown["行政许可"], shown["行政处罚"]) == ("没有读到", "空白")
    assert shown["行政复议"] == "没有读到"
    assert "约1200余" in page.xpath("//dl[@class='nb-figures']//span[@title]/@title")[0]
    assert "未填" not in page.text_content()


def test_no_finding_calls_blank_what_was_not_read() -> None:
    """A sum whose total is blank says 空白, one whose total was not read 没有读到."""
    report = read_printed(printed())
    path = "requests/new/total"
    for cell, said in (
        (Cell(value=None, raw="", place=""), "总计 空白"),
        (Cell(value=None, raw="约54万", place=""), "总计 没有读到"),
    ):
        changed = report.model_copy(update={"cells": {**report.cells, path: cell}})
        [found] = [one for one in judge(changed) if one.check == "requests-row-total" and path in one.right + one.left]
        assert (found.status, said in found.message) == ("unknown", True), found.message


def test_the_agency_page_does_not_say_who_left_a_chart_empty(content: Path) -> None:
    """Without the figures no chart of shares is drawn, and the reason names what was not read too."""
    text = printed()
    text = text[: text.index("三、收到")] + text[text.index("四、政府") :]
    page = pages_of(archive_with(content, text))["a/shili-xian/index.md"].text_content()
    assert "没有读到，画不出比例" in page
    assert "没有填写" not in page


# --- what was read stands on the page ---------------------------------------------------------------------------------


def test_the_text_before_the_first_heading_is_shown(content: Path) -> None:
    """Who made the report, for which period, with address and telephone: above 一、, in the words that were read."""
    said = "本报告由本机关编制，统计期限为2022年1月1日至2022年12月31日，电话：0000-1234567，*甲* <b>乙</b>。"
    page = pages_of(archive_with(content, printed().replace("\n一、总体", f"\n{said}\n一、总体", 1)))[PAGE]
    [found] = [part for part in page.xpath("//p") if "0000-1234567" in part.text_content()]
    assert found.text_content() == said
    whole = page.text_content()
    assert whole.index("## 核对结果") < whole.index("## 开头的说明") < whole.index(said) < whole.index("## 二、")


def test_a_corrected_figure_keeps_the_mark_of_what_is_printed(content: Path) -> None:
    """A wrong total with a correction: the printed one is struck through and has its ✗; the corrected one has none."""
    correction = {"cell": "disputes/cases/review.total", "from": "7", "to": "198510", "reason": "录入有误"}
    sidecar = yaml.safe_dump({"corrections": [{**correction, "evidence": "来函", "date": "2024-05-01"}]})
    page = pages_of(archive_with(content, printed().replace("\t198510\t", "\t7\t"), sidecar))[PAGE]
    [cell] = page.xpath("//td[contains(@class, 'nb-corrected')]")
    assert cell.text_content().strip() == "7✗ 198510"
    assert "nb-fail" in cell.get("class").split()
    assert cell.xpath("a/@href")[0].removeprefix("#") in page.xpath("//li/@id")
    assert cell.xpath("del/following-sibling::*[1]")[0].tag == "a"

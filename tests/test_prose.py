"""Running text against itself and its body: each slip is said, and what only looks like one is not."""

from pathlib import Path

import pytest
from fictional import read_printed, report_text
from samples import as_report, cell_of, make_sample
from wordings import NO_SLIPS, SLIPS

from generator.checks import judge
from generator.checks.case import Body, case_of
from generator.checks.prose import CHECKS, check_prose
from generator.form import load_form
from generator.parse import parse
from generator.readers import read
from generator.report import Agency, Finding, Region, Report

FORM = load_form("2021")
TOWN = "示例县青山镇人民政府"


def report(agency: str = TOWN, year: int = 2022, **texts: str) -> Report:
    made = make_sample(("2021", False), 41).report(**dict.fromkeys(REGULATIONS, 0))
    title = f"{agency}{year}年政府信息公开工作年度报告"
    return made.model_copy(
        update={"year": year, "title": title, "texts": texts, "agency": Agency(id=None, name=agency)}
    )


REGULATIONS = [path for path in FORM.facts if path.startswith("documents/regulation/")]


def failed(made: Report, check: str) -> list[str]:
    return [f.actual or f.quote or f.message for f in found(made, check) if f.status == "fail"]


def found(made: Report, check: str) -> list[Finding]:
    assert check in {one.id for one in CHECKS}
    return [finding for finding in check_prose(case_of(made)) if finding.check == check]


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。", False),
        ("统计期限为20221月1日至202212月31日。", False),
        ("统计期限为二〇二二年1月1日至12月31日。", False),
        ("统计期限自2021年1月1日起至2021年12月31日止。", True),
        ("统计期限自2022年1月1日起至2022年6月30日止。", True),
        ("统计期限自2022年3月1日起至2022年12月31日止。", True),
    ],
)
def test_the_period_of_statistics_is_the_whole_year(text: str, fails: bool) -> None:
    """Also where extraction lost 年; another year or a part of the year fails."""
    assert [f.status for f in found(report(overview=text), "prose-period")] == ["fail" if fails else "pass"]


def test_a_period_before_the_first_heading_is_read_and_checked() -> None:
    """Most reports say it there; menus, titles and lines of contact above it are no running text."""
    text = report_text(2022, seed=4).replace(
        "一、总体情况", "网站首页\n\n本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。\n\n一、总体情况", 1
    )
    made = read_printed(text)
    assert made.texts["preamble"] == "本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。"
    failing = {f.id for f in check_prose(case_of(made)) if f.status == "fail"}
    assert {"prose-period-1", "prose-year-period"} <= failing


def test_other_spans_of_time_are_no_period_of_statistics() -> None:
    """A campaign of half a year says nothing about the figures."""
    for lead in ("", "根据统计，"):
        assert found(report(overview=f"{lead}2022年3月1日至2022年6月30日开展专项整治。"), "prose-period") == []


def test_the_year_of_the_title_is_that_of_the_period_and_of_the_text() -> None:
    """A period of another year fails; so does an overview that tells of last year only."""
    assert failed(report(overview="统计期限自2021年1月1日起至2021年12月31日止。"), "prose-year")[0] == "2021"
    assert failed(report(overview="2021年，我镇认真做好公开工作。全年发布信息20条。"), "prose-year") == ["2021"]
    assert failed(report(overview="2022年，我镇认真做好公开工作，比2021年更好。"), "prose-year") == []
    assert failed(report(overview="2021年，我镇认真贯彻条例。\n2022年受理申请0件。"), "prose-year") == []
    assert failed(report(overview="2023年，我镇将继续努力。"), "prose-year") == []
    assert failed(report(overview="2021年以来，我镇认真贯彻条例。2022年受理申请0件。"), "prose-year") == []
    assert failed(report(overview="根据2019年修订的条例，我镇认真做好公开工作。"), "prose-year") == []
    assert failed(report(overview="我镇认真做好公开工作。"), "prose-year") == []


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("2022年，我镇将继续加大公开力度。", ["2022"]),
        ("针对以上问题，2021年我镇将进一步加大公开力度。", ["2021"]),
        ("2022年工作思路", ["2022"]),
        ("2023年，我镇将继续加大公开力度。", []),
        ("2023年工作思路和计划安排", []),
        ("2022年，我镇将政府信息公开纳入考核。", []),
        ("到2022年，我镇将继续加大公开力度。", []),
        ("下一步，我镇将继续加大公开力度。", []),
    ],
)
def test_a_plan_is_for_a_year_to_come(text: str, fails: list[str]) -> None:
    """Only what is said to be a plan, with its year, is looked at."""
    assert failed(report(problems=text), "prose-plan") == fails


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("为推进公开工作，白云镇多次召开会议。", ["白云镇"]),
        ("2022年，白云镇认真贯彻条例。白云镇积极公开。", ["白云镇"]),
        ("2022年，我局认真贯彻条例。", ["我局"]),
        ("2022年，青山镇认真贯彻条例，我镇积极公开，全镇严格落实。", []),
        ("紧紧围绕镇党委中心工作，各乡镇积极配合，特色小镇加强建设，推进城镇全面发展。", []),
        ("与白云镇结对共建，白云镇积极参与。", []),
        ("按照《白云镇积极公开办法》，白云镇、青山镇按照分工落实。", []),
        ("示例县认真指导，县政府多次召开会议，白云村积极公开。", []),
    ],
)
def test_another_township_that_acts_is_named(text: str, names: list[str]) -> None:
    """A text copied from another township tells of that one; partners, parents and lists do not count."""
    assert failed(report(overview=text), "prose-place") == names


def test_another_county_that_acts_is_named_only_where_the_own_place_is_known() -> None:
    """The city above a county is no stranger; without knowing it nothing is said."""
    text = "2022年，白云县认真贯彻条例。示例市高度重视，青山区积极公开，开发区不断努力。"
    made = report("示例市青山区人民政府", overview=text)
    assert failed(made, "prose-place") == []
    region = Region(code="999902", name="示例省示例市青山区", level="county", basis="registry")
    assert failed(made.model_copy(update={"region": region}), "prose-place") == ["白云县"]


def test_reports_of_cities_and_departments_may_tell_of_others() -> None:
    """What a city's counties do, and whom a department works with, is their business."""
    text = "2022年，白云县认真贯彻条例，白云镇积极公开。"
    assert found(report("示例市人民政府", overview=text), "prose-place") == []
    assert found(report("示例县农业局", overview=text), "prose-place") == []


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("2022年，XX镇认真贯彻条例。", True),
        ("全年公开信息××条。", True),
        ("20XX年，我镇认真贯彻条例。", True),
        ("（文字描述，收取信息处理费情况在此处报告。）", True),
        ("某某局认真贯彻条例。", True),
        ("（此处填写主要做法）", True),
        ("详见 www.example.test/xx/xxgk，附XXGK目录。", False),
        ("在张某某申请公开一案中，我镇依法答复。", False),
        ("型号为AXX3的设备已公示。", False),
    ],
)
def test_what_a_template_left_is_seen(text: str, fails: bool) -> None:
    """Placeholders and instructions, not names made anonymous or letters of an address."""
    assert [f.status for f in found(report(overview=text), "prose-placeholder")] == ["fail" if fails else "pass"]


def test_a_missing_section_is_said_where_the_file_has_all_the_rest() -> None:
    """Not where several are gone, which is the file's loss; unknown where its words stand elsewhere."""
    both = {"overview": "2022年，我镇认真公开。", "other": "无。"}
    assert [f.where for f in found(report(**both), "prose-section") if f.status == "fail"] == ["problems"]
    assert [f.status for f in found(report(**both | {"overview": "还存在一些问题。"}), "prose-section")] == ["unknown"]
    assert found(report(overview="2022年，我镇认真公开。"), "prose-section") == []
    assert [f.status for f in found(report(**both, problems="不足。"), "prose-section")] == ["pass"]


@pytest.mark.parametrize(
    ("agency", "level", "fails"),
    [(TOWN, "township", True), ("示例县", "county", True), ("示例市", "city", False), ("示例省", "province", False)],
)
def test_regulations_are_made_by_cities_and_above(agency: str, level: str, fails: bool) -> None:
    """A township or a county with regulations has filled in the wrong row."""
    made = report(agency, overview="无。").model_copy(update={"cells": {REGULATIONS[2]: cell_of(6)}})
    case = case_of(made)._replace(body=Body(None, agency, level=level))  # type: ignore[arg-type]
    found = [f for f in check_prose(case) if f.check == "prose-regulation"]
    assert [f.status for f in found] == (["fail"] if fails else [])
    assert all(f.left == [REGULATIONS[2]] and "6" in f.message for f in found)


def test_tables_without_any_figure_are_said_to_be_blank() -> None:
    """All cells blank; one printed figure, or a stroke for none, is not nothing."""
    blank = as_report(FORM, dict.fromkeys(FORM.facts, cell_of(None)))
    assert [f.status for f in found(blank, "prose-blank")] == ["fail"]
    one = blank.model_copy(update={"cells": {**blank.cells, "requests/new/total": cell_of(0)}})
    assert found(one, "prose-blank") == []


def test_the_processing_fee_is_stated_or_not_known() -> None:
    """A bare 无 may mean that none was taken: that is not known, and no slip."""
    assert [f.status for f in found(report(other="未收取信息处理费。"), "prose-fee")] == ["pass"]
    assert [f.status for f in found(report(other="无。"), "prose-fee")] == ["unknown"]


def test_an_excerpt_is_only_asked_about_its_tables() -> None:
    """Without the running text nothing about the text is said."""
    made = report(overview="2021年，XX镇认真公开。")
    region = Region(code="999902", name="示例省示例市示例县", level="township", basis="registry")
    source = made.source.model_copy(update={"excerpt": True})
    excerpt = made.model_copy(update={"source": source, "region": region})
    assert {f.check for f in check_prose(case_of(excerpt))} == {"prose-regulation"}


def test_a_level_that_nobody_knows_is_not_guessed() -> None:
    """Of a body without name and place nothing is said about regulations."""
    made = report().model_copy(update={"agency": Agency(id=None, name=None), "cells": {REGULATIONS[0]: cell_of(1)}})
    assert found(made, "prose-regulation") == []


# Real report → what is known to be wrong in it (domain.md §3.2); everything else that reads well must pass.
KNOWN = {
    "002_b5c9219cd1b511cc.txt": [("prose-place", "城关镇")],
    "hongze-2023.pdf": [("disputes-total", "0"), ("disputes-total", "0")],
    "shanghai-bgt-2019.html": [("told-granted-partial", "258")],
    "hunan-hengdong-yanglin-2023-on-2019-template.txt": [("prose-regulation", "3")],
}


def test_of_the_real_reports_only_the_known_slips_fail(corpus: Path) -> None:
    """Another town's name, two totals of 0, a text that contradicts its table, a town's regulations; nothing else."""
    files = [path for folder in ("seeds", "found") for path in sorted((corpus / folder).iterdir())]
    files += sorted((corpus / "partial").glob("*.txt"))
    wrong = {path.name: [(f.check, f.actual) for f in judge(parse(read(path))) if f.status == "fail"] for path in files}
    assert {name: found for name, found in wrong.items() if found} == KNOWN


def test_a_text_full_of_placeholders_does_not_flood_the_page() -> None:
    """Twenty findings of a kind say enough."""
    assert len(found(report(overview="XX镇公开信息。" * 5000), "prose-placeholder")) == 20


# --- many ways to slip, and to look as if ----------------------------------------------------------------------------


def in_section(section: str, sentence: str) -> Report:
    """A sound report on 2022 with one sentence more in a section."""
    texts = {
        "overview": "2022年，我镇认真做好公开工作。",
        "problems": "我镇公开还不够及时。",
        "other": "未收取信息处理费。",
    }
    said = sentence.format_map({"us": "青山镇", "our": "镇", "year": 2022, "last": 2021, "next": 2023})
    return report(**texts | {section: f"{texts[section]}\n{said}"})


def slips(made: Report) -> set[str]:
    return {finding.check for finding in check_prose(case_of(made)) if finding.status == "fail"}


@pytest.mark.parametrize(
    ("check", "section", "sentence"), [(check, where, one) for check, (where, said) in SLIPS.items() for one in said]
)
def test_a_slip_is_seen_however_it_is_made(check: str, section: str, sentence: str) -> None:
    """A wrong period says the wrong year as well; else each is seen by its own check alone."""
    found = slips(in_section(section, sentence))
    assert check in found
    assert found <= {check, "prose-year"}


@pytest.mark.parametrize(("section", "sentence"), [(where, one) for where, said in NO_SLIPS.items() for one in said])
def test_what_only_looks_like_a_slip_raises_nothing(section: str, sentence: str) -> None:
    """Partners, plans kept, periods in other shapes, names made anonymous."""
    assert slips(in_section(section, sentence)) == set()


def test_the_county_above_is_strange_only_where_the_township_is_never_named() -> None:
    """我县 may be the county that a township lies in; a text that never says 我镇 was taken from the county."""
    assert failed(report(overview="2022年，我县认真贯彻条例。我县积极公开。"), "prose-place") == ["我县"]
    assert failed(report(overview="2022年，我县认真贯彻条例。我镇积极公开。"), "prose-place") == []

"""Column names decide: a header that nobody can read, or that names another unit, gives no figure to any column."""

from pathlib import Path

import pytest

from generator.ingest import read_report
from generator.report import Report

TEXT = """示例县青山镇人民政府2022年政府信息公开工作年度报告

一、总体情况

一年来的工作。

二、主动公开政府信息情况

第二十条第（一）项
信息内容\t本年制发件数\t本年废止件数\t现行有效件数
规章\t1\t2\t3
第二十条第（五）项
信息内容\t本年处理决定数量
行政许可\t5
第二十条第（六）项
信息内容\t本年处理决定数量
行政处罚\t6
行政强制\t7
第二十条第（八）项
信息内容\t本年收费金额（单位：万元）
行政事业性收费\t8.5

三、收到和处理政府信息公开申请情况

\t\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计
一、本年新收政府信息公开申请数量\t\t1\t2\t3\t4\t5\t6\t21
\t1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请\t0\t0\t0\t0\t0\t0\t0
\t3.其他\t1\t0\t0\t0\t0\t0\t1
"""
REGULATION = [f"documents/regulation/{column}" for column in ("issued", "repealed", "in_force")]
PERSON_TO_TOTAL = [f"requests/new/{c}" for c in ("person", "org.business", "org.research", "org.other", "total")]


def _read(folder: Path, *changes: tuple[str, str]) -> Report:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "r.txt"
    file.write_text(text, "utf-8")
    return read_report(file)


def _values(report: Report, paths: list[str]) -> list[object]:
    return [report.value(path) for path in paths]


def _codes(report: Report) -> set[str]:
    return {notice.code for notice in report.notices}


@pytest.mark.parametrize(
    "header",
    [
        "信息内容\t现行有效文件\t本年制发文件\t本年废止文件",
        "信息内容\t本年制发件数\t本年废止件数\t历年制发总数",
        "信息内容\t上年结转件数\t本年废止件数\t现行有效件数",
    ],
)
def test_a_strange_column_name_voids_its_table_only(tmp_path: Path, header: str) -> None:
    """Columns of other names may stand in another order or mean another thing: null, and one notice."""
    report = _read(tmp_path, ("信息内容\t本年制发件数\t本年废止件数\t现行有效件数", header))
    assert _values(report, REGULATION) == [None] * 3
    assert report.value("licensing/licence/decisions") == 5
    assert [notice.code for notice in report.notices if "规章和" in notice.message].count("column-order") == 1


def test_last_years_figures_are_not_this_years(tmp_path: Path) -> None:
    """上年处理决定数量 is another column, alone or beside the year's own."""
    header = "信息内容\t本年处理决定数量\n行政许可\t5"
    alone = _read(tmp_path, (header, "信息内容\t上年处理决定数量\n行政许可\t5"))
    beside = _read(tmp_path, (header, "信息内容\t上年处理决定数量\t本年处理决定数量\n行政许可\t5\t"))
    assert [one.value("licensing/licence/decisions") for one in (alone, beside)] == [None, None]


@pytest.mark.parametrize("first", ["合计", "小计"])
def test_columns_of_people_go_by_their_names(tmp_path: Path, first: str) -> None:
    """合计 before the parts is an order of its own; 小计 is no column of the form."""
    strange = f"\t\t{first}\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他"
    report = _read(tmp_path, ("\t\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计", strange))
    wanted = [2, 3, 4, 21, 1] if first == "合计" else [None] * 5
    assert _values(report, PERSON_TO_TOTAL) == wanted


@pytest.mark.parametrize("header", ["类别\t数据1\t数据2\t数据3", "本年\t本年\t现行有效件数\n制发件数\t废止件数\t"])
def test_made_up_and_wrapped_names_cost_nothing(tmp_path: Path, header: str) -> None:
    """数据1 names nothing (沭阳县 2025); a name may be wrapped over two rows (徐闻县司法局)."""
    report = _read(tmp_path, ("信息内容\t本年制发件数\t本年废止件数\t现行有效件数", header))
    assert _values(report, REGULATION) == [1, 2, 3]


@pytest.mark.parametrize("unit", ["单位：元", "元", "单位：亿元", "千元"])
def test_money_in_another_unit_is_not_taken(tmp_path: Path, unit: str) -> None:
    """The form wants 万元: a figure in 元 would be wrong by ten thousand, and nothing is converted."""
    report = _read(tmp_path, ("（单位：万元）", f"（{unit}）"))
    assert report.value("fees/fee/amount") is None
    assert report.cells["fees/fee/amount"].raw == "8.5"
    assert _codes(report) & {"unit-conflict", "column-order"}


def test_a_unit_told_beside_the_table_counts(tmp_path: Path) -> None:
    """So does a line under the table."""
    report = _read(tmp_path, ("（单位：万元）", ""), ("8.5\n", "8.5\n\n注：收费金额单位为元。\n"))
    assert report.value("fees/fee/amount") is None
    assert "unit-conflict" in _codes(report)


def test_counts_in_ten_thousands_are_not_taken(tmp_path: Path) -> None:
    report = _read(tmp_path, ("本年处理决定数量\n行政许可", "本年处理决定数量（万件）\n行政许可"))
    assert report.value("licensing/licence/decisions") is None


def test_a_table_of_the_reports_own_in_running_text_is_not_read(tmp_path: Path) -> None:
    """A list of powers in 总体情况 has rows of the same names; the statutory table is read as it stands."""
    own = "一年来的工作。\n\n类别\t事项数\n行政许可\t33\n行政处罚\t210\n"
    report = _read(tmp_path, ("一年来的工作。\n", own))
    assert _values(report, ["licensing/licence/decisions", "enforcement/penalty/decisions"]) == [5, 6]


def test_a_label_that_says_little_needs_its_group(tmp_path: Path) -> None:
    """3.其他 after a row of another group is not 其他处理's: it may be half of a wrapped label."""
    near = _read(tmp_path)
    far = _read(tmp_path, ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.属于国家秘密"))
    assert [one.value("requests/outcome.other.rest/total") for one in (near, far)] == [1, None]
    assert "label-conflict" in _codes(far)


def test_a_note_that_narrows_a_row_makes_it_another(tmp_path: Path) -> None:
    """行政许可（不予许可的） is a part of the decisions, not all of them."""
    report = _read(tmp_path, ("行政许可\t5", "行政许可（不予许可的）\t5"))
    assert report.value("licensing/licence/decisions") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("信息内容\t本年处理决定数量\n行政许可", "信息内容\t2021年处理决定数量\n行政许可"),
        ("信息内容\t本年处理决定数量\n行政许可", "信息内容\t本年处理决定数量（2021）\n行政许可"),
        ("行政许可\t5", "行政许可（2021年）\t5"),
        ("信息内容\t本年处理决定数量\n行政许可", "信息内容\t本年处理决定数量（截至6月底）\n行政许可"),
        ("信息内容\t本年处理决定数量\n行政许可", "信息内容\t本年处理决定数量（同比增减%）\n行政许可"),
    ],
)
def test_a_label_of_another_time_is_another_label(tmp_path: Path, old: str, new: str) -> None:
    """2021年处理决定数量 in the report for 2022: the figure is not this year's."""
    assert _read(tmp_path, (old, new)).value("licensing/licence/decisions") is None


@pytest.mark.parametrize("caption", ["2021年主动公开情况表：", "附：示例县教育局主动公开情况"])
def test_a_table_under_a_caption_of_another_is_not_read(tmp_path: Path, caption: str) -> None:
    """An annex with last year's or another body's table fills no gap of this report's."""
    table = TEXT[TEXT.index("第二十条第（五）项") : TEXT.index("第二十条第（六）项")]
    report = _read(
        tmp_path, (table, ""), ("\t3.其他\t1\t0\t0\t0\t0\t0\t1\n", f"\n六、其他需要报告的事项\n\n{caption}\n{table}")
    )
    assert report.value("licensing/licence/decisions") is None
    assert "table-foreign" in _codes(report)


def test_last_years_table_beside_this_years_voids_nothing(tmp_path: Path) -> None:
    """A comparison of the report's own, with years for columns, is left aside; the statutory table counts."""
    own = "\t2021年\t2022年\n一、本年新收政府信息公开申请数量\t7\t9\n\n"
    report = _read(tmp_path, ("三、收到和处理政府信息公开申请情况\n\n", f"三、收到和处理政府信息公开申请情况\n\n{own}"))
    assert _values(report, PERSON_TO_TOTAL) == [1, 2, 3, 6, 21]


@pytest.mark.parametrize("heading", ["", "事项\t数量\n"])
def test_a_list_without_a_header_of_the_form_fills_no_gap(tmp_path: Path, heading: str) -> None:
    """Where the file prints the headers of the tables beside it, rows without any are a list of the report's own."""
    block = TEXT[TEXT.index("第二十条第（五）项") : TEXT.index("三、收到")]
    report = _read(
        tmp_path, (block, ""), ("一年来的工作。", f"一年来的工作。\n\n{heading}行政许可\t33\n行政处罚\t44\n")
    )
    assert _values(report, ["licensing/licence/decisions", "enforcement/penalty/decisions"]) == [None, None]


@pytest.mark.parametrize(
    "unit", ["单位：人民币元", "美元", "人民币：元", "以元为单位", "元/万元", "元人民币", "百万", "圆", "亿元"]
)
def test_every_way_to_say_another_unit_is_heard(tmp_path: Path, unit: str) -> None:
    assert _read(tmp_path, ("（单位：万元）", f"（{unit}）")).value("fees/fee/amount") is None


@pytest.mark.parametrize("label", ["行政事业性收费（单位：元）", "行政事业性收费（以元计）"])
def test_the_unit_may_stand_in_the_row(tmp_path: Path, label: str) -> None:
    assert _read(tmp_path, ("行政事业性收费\t", f"{label}\t")).value("fees/fee/amount") is None


def test_a_unit_elsewhere_says_nothing_about_a_header_that_tells_its_own(tmp_path: Path) -> None:
    """单位：元 over a table of the report's own, or beside the tables: the header of the fees says 万元."""
    report = _read(tmp_path, ("一年来的工作。", "一年来的工作。\n\n单位：元"), ("8.5\n", "8.5\n\n单位：元\n"))
    assert str(report.value("fees/fee/amount")) == "8.5"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\t自然人\t", "\t自然人（公民）\t"),
        ("\t其他\t总计", "\t其它\t总计"),
        ("\t社会公益组织\t", "\t社会公益性组织\t"),
        ("本年制发件数", "本年度制发件数（件）"),
        ("信息内容\t本年制发", "内容\t本年制发"),
    ],
)
def test_words_that_mean_the_same_cost_nothing(tmp_path: Path, old: str, new: str) -> None:
    """Slips and notes that leave the meaning alone; nothing of the table is lost for them."""
    report = _read(tmp_path, (old, new))
    assert _values(report, [*REGULATION, *PERSON_TO_TOTAL]) == [1, 2, 3, 1, 2, 3, 6, 21]

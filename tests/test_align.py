"""Rows that lost or gained fields: a figure is laid under its own column or under none."""

from pathlib import Path

import pytest

from generator.ingest import read_report
from generator.report import Report

ROOT = Path(__file__).parents[1]
CONTENT = sorted((ROOT / "content" / "reports").rglob("*.txt"))
COLUMNS = ("person", "org.business", "org.research", "org.nonprofit", "org.legal", "org.other", "total")
HEAD = """示例县青山镇人民政府2022年政府信息公开工作年度报告

一、总体情况

二、主动公开政府信息情况

信息内容\t本年制发件数\t本年废止件数\t现行有效件数
规章\t0\t0\t0

三、收到和处理政府信息公开申请情况

"""
PADDED = """（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）\t\t\t申请人情况\t\t\t\t\t\t
\t\t\t自然人\t法人或其他组织\t\t\t\t\t总计
\t\t\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t
"""


def _read(folder: Path, table: str, header: str = PADDED) -> list[object]:
    file = folder / "r.txt"
    file.write_text(HEAD + header + table + "\n", "utf-8")
    report = read_report(file)
    return [report.value(f"requests/new/{column}") for column in COLUMNS]


def _values(report: Report) -> dict[str, object]:
    return {path: cell.value for path, cell in report.cells.items()}


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("一、本年新收政府信息公开申请数量\t\t\t1\t2\t3\t4\t5\t6\t21", [1, 2, 3, 4, 5, 6, 21]),
        ("一、本年新收政府信息公开申请数量\t\t\t258\t12\t\t\t1\t1\t", [258, 12, None, None, 1, 1, None]),
        ("一、本年新收政府信息公开申请数量\t\t\t258\t12\t\t\t1\t1", [None] * 7),
        ("一、本年新收政府信息公开申请数量\t\t\t1\t2\t3\t4\t5\t6", [None] * 7),
        ("一、本年新收政府信息公开申请数量\t\t\t1\t2\t0\t0\t0\t3", [None] * 7),
        ("一、本年新收政府信息公开申请数量\t\t\t1\t2\t3\t4\t5\t6\t", [None] * 7),
        ("一、本年新收政府信息公开申请数量\t\t\t\t1\t2\t3\t4\t5\t6\t21", [1, 2, 3, 4, 5, 6, 21]),
        ("一、本年新收政府信息公开申请数量\t1\t2\t3\t4\t5\t6\t21", [1, 2, 3, 4, 5, 6, 21]),
        ("一、本年新收政府信息公开申请数量\t\t\t", [None] * 7),
    ],
)
def test_padding_behind_a_label_is_no_column(tmp_path: Path, row: str, wanted: list[object]) -> None:
    """Fields of a merged label are never taken for blanks; where they cannot be told apart nothing is taken."""
    assert _read(tmp_path, row) == wanted


def test_missing_column_shifts_nothing(tmp_path: Path) -> None:
    """A table that lost a whole column, header and all, gives no figure to the wrong column."""
    header = PADDED.replace("\t科研机构", "").replace("\t\t总计", "\t总计")
    assert _read(tmp_path, "一、本年新收政府信息公开申请数量\t\t\t1\t2\t4\t5\t6\t18", header) == [None] * 7


def test_a_column_that_the_header_leaves_out_makes_the_table_uncertain(tmp_path: Path) -> None:
    """A header with a hole fits no row, not even one that has a spare field: which column is gone shows only there."""
    file = tmp_path / "r.txt"
    file.write_text(
        HEAD + PADDED.replace("科研机构", "") + "一、本年新收政府信息公开申请数量\t\t\t2\t3\t4\t5\t6\t20\t\n", "utf-8"
    )
    report = read_report(file)
    assert [report.value(f"requests/new/{column}") for column in COLUMNS] == [None] * 7
    assert "表格「收到和处理政府信息公开申请情况」的列名里没有「法人或其他组织 › 科研机构」，整张表没有采用" in [
        notice.message for notice in report.notices
    ]


@pytest.mark.parametrize(("person", "wanted"), [("自然人", [1, 2, 3, 4, 5, 6, 21]), ("自然口", [None] * 7)])
def test_a_total_may_stand_apart_but_every_column_needs_its_name(
    tmp_path: Path, person: str, wanted: list[object]
) -> None:
    """总计 in the row of the spanner says nothing about the columns named below it (seed 003); a strange name does."""
    header = PADDED.replace("\t总计", "\t").replace("人情况\t\t\t\t\t\t", "人情况\t\t\t\t\t\t总计")
    row = "一、本年新收政府信息公开申请数量\t\t\t1\t2\t3\t4\t5\t6\t21"
    assert _read(tmp_path, row, header.replace("自然人", person)) == wanted


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [("|3||||6||", [None] * 7), ("||3||||3|6", [None, 3, None, None, None, 3, 6])],
)
def test_a_real_cell_behind_a_label_is_a_column_unless_the_total_is_printed(
    tmp_path: Path, figures: str, wanted: list[object]
) -> None:
    """A web page's row that lost a label cell and carries a spare one is as wide as the header: nothing is taken."""
    rows = [line.split("\t") for line in PADDED.strip("\n").split("\n")]
    row = ["一、本年新收政府信息公开申请数量", "", *figures.split("|")][:10]
    cells = ("".join(f"<td>{cell}</td>" for cell in [*line, *[""] * (10 - len(line))]) for line in [*rows, row])
    table = "<table>" + "".join(f"<tr>{tds}</tr>" for tds in cells) + "</table>"
    file = tmp_path / "r.html"
    paragraphs = "".join(f"<p>{line}</p>" for line in HEAD.split("\n") if "\t" not in line)
    marker = "<table><tr><td>信息内容</td><td>本年制发件数</td></tr></table>"
    file.write_text(paragraphs + marker + table, "utf-8")
    report = read_report(file)
    assert [report.value(f"requests/new/{column}") for column in COLUMNS] == wanted


DISPUTES = """
四、政府信息公开行政复议、行政诉讼情况

行政复议\t\t\t\t\t行政诉讼\t\t\t\t\t\t\t\t\t
结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t未经复议直接起诉\t\t\t\t\t复议后起诉\t\t\t\t
\t\t\t\t\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计
"""


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("0 0 _ 0 0 0 0 _ 0 0 1 0 0 1 2", True),
        ("0 0 0 0 0 0 _ 0 0 1 0 0 1 2 _", False),  # the third field is gone and a spare one stands behind
        ("_ 0 0 _ 0 0 0 0 _ 1 1 0 0 1 2", True),  # a sum that fails by itself is the agency's
        ("_ 1 0 0 _ 1 0 0 _ 0 0 1 0 0 1", False),  # the last field of a sum is gone, the spare one stands before
    ],
)
def test_sums_tell_that_a_row_of_many_blanks_slid(tmp_path: Path, row: str, read: bool) -> None:
    """Where the sums hold only with the row slid back by one field, none of its figures is taken."""
    file = tmp_path / "r.txt"
    file.write_text(HEAD + DISPUTES + row.replace("_", "").replace(" ", "\t") + "\n", "utf-8")
    cells = [cell for path, cell in read_report(file).cells.items() if path.startswith("disputes/")]
    printed = [None if field == "_" else int(field) for field in row.split()]
    assert [cell.value for cell in cells] == (printed if read else [None] * 15)


@pytest.mark.parametrize("file", CONTENT, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_trimming_lines_never_moves_a_figure(tmp_path: Path, file: Path) -> None:
    """White space cut off at line ends may cost figures, but none turns up in another place."""
    whole = _values(read_report(file))
    cut = tmp_path / "r.txt"
    cut.write_text("\n".join(line.rstrip() for line in file.read_text("utf-8").split("\n")), "utf-8")
    for path, value in _values(read_report(cut)).items():
        assert value in (None, whole.get(path)), path


def test_a_sentence_with_a_bar_stays_text(tmp_path: Path) -> None:
    """Running text that holds a | is kept as text."""
    file = tmp_path / "r.txt"
    file.write_text(HEAD.replace("一、总体情况\n", "一、总体情况\n示例镇甲|乙两项工作。\n"), "utf-8")
    assert "甲|乙" in read_report(file).texts["overview"]


def test_two_figures_in_one_cell_void_a_row_with_an_empty_one(tmp_path: Path) -> None:
    """Where a cell swallowed its neighbour, those behind it may have moved up: nothing of the row is certain."""
    file = tmp_path / "r.txt"
    file.write_text(HEAD.replace("规章\t0\t0\t0", "规章\t3 46\t5\t"), "utf-8")
    report = read_report(file)
    assert [report.value(f"documents/regulation/{column}") for column in ("issued", "repealed", "in_force")] == [
        None
    ] * 3
    file.write_text(HEAD.replace("规章\t0\t0\t0", "规章\t3 46\t5\t6"), "utf-8")
    assert read_report(file).value("documents/regulation/in_force") == 6

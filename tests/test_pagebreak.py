"""Rows and tables that a page end or headings cut in pieces: put together when nothing else is possible."""

from generator.column_groups import whole_tables
from generator.document import Block, Grid, GridCell, Paragraph, Place
from generator.form import load_form
from generator.settle import TablesRead
from generator.tables import read_tables

FORM = load_form("2021")
HEADER = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def row(page: int, *texts: str) -> tuple[GridCell, ...]:
    return tuple(GridCell(text, Place(page=page, row=1, column=i)) for i, text in enumerate(texts, start=1))


def broken(upper: tuple[str, ...], lower: tuple[str, ...], pages: tuple[int, int] = (1, 2)) -> TablesRead:
    return read_tables([Grid((row(pages[0], *upper), row(pages[1], *lower)))], FORM)


def figures(read: TablesRead, path: str) -> list[object]:
    return [cell.value for fact, cell in read.cells.items() if fact.startswith(f"requests/{path}/")]


def test_a_label_broken_by_the_page_end_is_put_together() -> None:
    """Half a label on either page, the figures on one: one row."""
    upper = ("", "（五）不予处理", "5.要求行政机关确认或重新出", "1", "0", "0", "0", "0", "0", "1")
    lower = ("", "", "具已获取信息", "", "", "", "", "", "", "")
    assert figures(broken(upper, lower), "outcome.rejected.reissue") == [1, 0, 0, 0, 0, 0, 1]


def test_the_label_of_a_group_may_be_broken() -> None:
    """The row is known by its own label; what stands before it is the rest of its group's."""
    read = broken(("理结果", "法提供", "3.补正后申请内容仍不明确", "2", "0", "0", "0", "0", "0", "2"), ("",) * 10)
    assert figures(read, "outcome.unavailable.unclear") == []  # two unknown words: it could be anything
    read = broken(("", "法提供", "3.补正后申请内容仍不明确", "2", "0", "0", "0", "0", "0", "2"), ("",) * 10)
    assert figures(read, "outcome.unavailable.unclear") == [2, 0, 0, 0, 0, 0, 2]


def test_rows_of_one_page_are_never_put_together() -> None:
    """Without a page end between them two rows are two rows."""
    upper = ("", "", "5.要求行政机关确认或重新出", "1", "0", "0", "0", "0", "0", "1")
    assert figures(broken(upper, ("", "", "具已获取信息", *[""] * 7), (1, 1)), "outcome.rejected.reissue") == []


def test_figures_in_both_halves_are_not_joined() -> None:
    """1 and 5 are not 15: halves that both have figures are no halves."""
    upper = ("", "", "5.要求行政机关确认或重新出", "1", "0", "0", "0", "0", "0", "1")
    lower = ("", "", "具已获取信息", "5", "", "", "", "", "", "5")
    assert figures(broken(upper, lower), "outcome.rejected.reissue") == []


def merged(cells: tuple[GridCell, ...], *columns: int) -> tuple[GridCell, ...]:
    return tuple(cell._replace(merged=i in columns) for i, cell in enumerate(cells))


def test_the_halves_of_a_merged_label_are_no_figures() -> None:
    """A label over two columns is repeated in the second one, on either page."""
    label = ("（二）部分公开（区分处理的，只", "计这一情形，不计其他情形）")
    upper = merged(row(1, "", label[0], label[0], "1", "0", "0", "0", "0", "0", "1"), 2)
    lower = merged(row(2, "", label[1], label[1], *[""] * 7), 2)
    assert figures(read_tables([Grid((upper, lower))], FORM), "outcome.partial") == [1, 0, 0, 0, 0, 0, 1]


def test_a_figure_broken_by_the_page_end_is_not_read() -> None:
    """164 with a 0 below it on the next page may be 1640; a row with a label of its own is another row."""
    upper = ("", "（七）总计", "", "4", "0", "0", "0", "0", "160", "164")
    assert figures(broken(upper, ("",) * 9 + ("0",)), "outcome.total") == [4, 0, 0, 0, 0, 160, None]
    lower = ("四、结转下年度继续办理", "", "", "0", "0", "0", "0", "0", "0", "0")
    assert figures(broken(upper, lower), "outcome.total") == [4, 0, 0, 0, 0, 160, 164]


def test_the_header_of_a_broken_table_is_put_together() -> None:
    """总计, merged downwards and alone legible beside broken words, is no row （七）总计 of another table."""
    head = row(1, "行政复议", *[""] * 4, "行政诉讼", *[""] * 9)
    groups = row(1, *HEADER, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4)
    upper = merged(row(1, *[""] * 4, "总计", *["结", "结", "其", "尚", "总"] * 2), 0, 1, 2, 3, 4)
    upper = tuple(cell._replace(place=groups[4].place) if i == 4 else cell for i, cell in enumerate(upper))
    lower = row(2, *[""] * 5, *["果维持", "果纠正", "他结果", "未审结", "计"] * 2)
    requests = Grid((row(1, "", "（七）总计", "", "4", "0", "0", "0", "0", "160", "164"),))
    for rows in ((head, groups, upper, lower), (head, groups, upper)):
        read = read_tables([requests, Grid((*rows, row(2, *["1", "0", "0", "0", "1"] * 3)))], FORM)
        assert figures(read, "outcome.total") == [4, 0, 0, 0, 0, 160, 164]
        assert [cell.value for path, cell in read.cells.items() if path.startswith("disputes/")] == [1, 0, 0, 0, 1] * 3


def pieces(*named: tuple[str, tuple[str, ...]]) -> list[Block]:
    found: list[Block] = []
    for heading, values in named:
        found += [Paragraph(heading, Place()), Grid((row(0, *HEADER), row(0, *values)), "fields")]
    return found


def disputes(blocks: list[Block]) -> list[object]:
    read = read_tables(whole_tables(blocks, FORM), FORM)
    return [cell.value for fact, cell in read.cells.items() if fact.startswith("disputes/")]


REVIEW = ("行政复议", ("1", "0", "0", "0", "1"))
DIRECT = ("行政诉讼（未经复议直接起诉）", ("2", "0", "0", "0", "2"))
AFTER = ("行政诉讼（复议后起诉）", ("3", "0", "0", "0", "3"))


def test_a_table_in_three_pieces_is_one_table() -> None:
    """Each piece stands under the name of its group of columns; their order on the page does not matter."""
    expected = [1, 0, 0, 0, 1, 2, 0, 0, 0, 2, 3, 0, 0, 0, 3]
    assert disputes(pieces(REVIEW, DIRECT, AFTER)) == expected
    assert disputes(pieces(AFTER, REVIEW, DIRECT)) == expected


def test_pieces_that_are_not_whole_stay_open() -> None:
    """One missing, one twice, one without a figure: which figures belong where is not certain."""
    for blocks in (
        pieces(REVIEW, DIRECT),
        pieces(REVIEW, DIRECT, AFTER, DIRECT),
        pieces(REVIEW, DIRECT, ("行政诉讼（复议后起诉）", ("3", "0", "", "0", "3"))),
    ):
        assert set(disputes(blocks)) == {None}

"""PDF: what the geometry of a page says, and what it must not be taken to say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.document import Grid, Paragraph
from generator.errors import Refusal
from generator.readers import layout, read, rules
from generator.readers.layout import Box, Mark
from generator.readers.overleaf import in_order

PAGE = Box(0, 0, 600, 800)


def printed(text: str, x: float, y: float, size: float = 10) -> Iterator[Mark]:
    """The glyphs of ``text``, set solid from ``x`` on."""
    for i, char in enumerate(text):
        yield Mark(char, Box(x + i * size, y, x + (i + 1) * size, y + size), size)


def text_of(*marks: Iterator[Mark]) -> list[str]:
    return [line.text for line in layout.text_lines(mark for part in marks for mark in part)]


def boxes(*lines: tuple[float, float, float, float]) -> list[list[Box]]:
    return rules.tables([rules.edge(*line) for line in lines])


def a_file(path: Path, content: str, pages: int = 1) -> Path:
    """A PDF of Latin text, written by hand: ``content`` is the drawing of each page."""
    stream = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
    kids = " ".join(f"{5 + i} 0 R" for i in range(pages))
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> "
        "/ExtGState << /G << /ca 0 >> /H << /ca 1 >> >> >> >>"
    )
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>", stream,
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *[page] * pages]  # fmt: skip
    body, offsets = "%PDF-1.4\n", []
    for number, thing in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{thing}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_text(f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}", "latin-1")
    return path


def words(path: Path) -> str:
    return " ".join(block.text for block in read(path).blocks if isinstance(block, Paragraph))


def test_a_small_raised_mark_does_not_become_a_digit() -> None:
    """15 with a note mark 2 is not 152."""
    assert text_of(printed("15", 0, 100), printed("2", 20, 99, size=6)) == ["15[2]"]


def test_figures_printed_over_one_another_are_not_read_as_one() -> None:
    """Two figures in one place are no figure: the text says that something was lost."""
    [line] = text_of(printed("1", 0, 100), printed("7", 2, 100))
    assert "\ufffd" in line


def test_spaced_characters_are_words_and_spaced_figures_are_not_joined() -> None:
    """Chinese set wide is still one word; 1 and 2 with a gap stay two figures."""
    assert text_of(printed("电", 0, 100), printed("话", 16, 100)) == ["电话"]
    assert text_of(printed("1", 0, 100), printed("2", 16, 100)) == ["1 2"]


def test_a_table_broken_by_the_page_is_closed() -> None:
    """The last row of a page has no rule below it: the ends of the upright rules are where it ends."""
    [cells] = boxes((0, 0, 300, 0), (0, 20, 300, 20), *((x, 0, x, 40) for x in (0, 100, 200, 300)))
    assert Box(100, 20, 200, 40) in cells


def test_a_table_without_rules_at_its_sides_is_closed() -> None:
    """So are the outermost columns of a table that has none at its sides."""
    [cells] = boxes(*((0, y, 300, y) for y in (0, 20, 40)), (100, 0, 100, 40), (200, 0, 200, 40))
    assert Box(0, 0, 100, 20) in cells
    assert Box(200, 20, 300, 40) in cells


def test_two_tables_stay_two() -> None:
    """Two open tables under one another, of one width: the rules that close them do not join them."""
    first = (*((0, y, 300, y) for y in (0, 20, 40)), (100, 0, 100, 40), (200, 0, 200, 40))
    second = (*((0, y, 300, y) for y in (90, 110, 130)), (100, 90, 100, 130), (200, 90, 200, 130))
    assert [len(cells) for cells in boxes(*first, *second)] == [6, 6]


def test_a_cell_over_several_columns_is_one_cell() -> None:
    """Spans are those of the rules; the places that a cell covers repeat it."""
    [cells] = boxes(
        (0, 0, 200, 0), (0, 20, 200, 20), (0, 40, 200, 40), (0, 0, 0, 40), (200, 0, 200, 40), (100, 20, 100, 40)
    )
    grid = layout.grid(layout.Table(cells, [*printed("总计", 10, 5), *printed("7", 110, 25)], 1, 1))
    assert [[(cell.text, cell.merged) for cell in row] for row in grid.rows] == [
        [("总计", False), ("总计", True)],
        [("", False), ("7", False)],
    ]


def test_nothing_printed_in_a_table_is_lost() -> None:
    """Where a rule was not drawn the place is a cell of its own."""
    level = ((0, 0, 300, 0), (0, 20, 300, 20), (0, 40, 200, 40))
    upright = (*((x, 0, x, 40) for x in (0, 100, 200)), (300, 0, 300, 20))
    [cells] = boxes(*level, *upright)
    grid = layout.grid(layout.Table(cells, [*printed("9", 250, 25)], 1, 1))
    assert "9" in [cell.text for row in grid.rows for cell in row]


def tables_on(page: int, cells: list[list[Box]], *marks: Iterator[Mark]) -> list[layout.Table | layout.PageText]:
    return layout.page(page, PAGE, cells, [mark for part in marks for mark in part])


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def test_a_figure_that_runs_over_a_rule_is_no_figure() -> None:
    """111 set wider than its cell is not 1 in the one and 11 in the next cell; a label may fill its cell."""
    level = [(0, y, 300, y) for y in (0, 20, 40)]
    cells = boxes(*level, *((x, 0, x, 40) for x in (0, 100, 200, 300)))
    [table] = tables_on(1, cells, printed("111", 194, 5), printed("三件", 80, 25), printed("3", 100, 25))
    assert isinstance(table, layout.Table)
    assert texts(layout.grid(table)) == [["", "\ufffd1", "\ufffd11"], ["三件", "3", ""]]


def test_a_figure_cut_by_the_edge_of_the_paper_is_no_figure() -> None:
    """Of 701317 only 701 is on the page."""
    [line] = tables_on(1, [], printed("701317", 570, 400))
    assert isinstance(line, layout.PageText)
    assert "\ufffd" in line.line.text


def test_a_table_that_runs_off_the_paper_is_known() -> None:
    """Its last column is beyond the margin and has no rule at its end; one that is only set open is inside it."""
    edges = [
        rules.edge(*line) for line in [*((40, y, 590, y) for y in (0, 20, 40)), (40, 0, 40, 40), (400, 0, 400, 40)]
    ]
    [table] = rules.tables(edges)
    assert Box(400, 0, 590, 20) in rules.cut_cells(edges, table, limit=560)
    assert rules.cut_cells(edges, table, limit=590) == []
    [read] = layout.page(1, PAGE, [table], printed("701", 550, 5), rules.cut_cells(edges, table, limit=560))
    assert isinstance(read, layout.Table)
    assert "\ufffd" in texts(layout.grid(read))[0][1]


def test_a_table_that_goes_on_overleaf_has_the_columns_of_both_pages() -> None:
    """Rows merged on one page have as many fields as those on the next, where more rules are drawn."""
    level = [(0, y, 300, y) for y in (0, 20, 40)]
    above = tables_on(1, boxes(*level, *((x, 0, x, 40) for x in (0, 200, 300))), printed("甲", 5, 5))
    below = tables_on(2, boxes(*level, *((x, 0, x, 40) for x in (0, 100, 200, 300))), printed("7", 250, 5))
    one, two = (block for block in layout.blocks([*above, *below]) if isinstance(block, Grid))
    assert [(cell.text, cell.merged) for cell in one.rows[0]] == [("甲", False), ("甲", True), ("", False)]
    assert texts(two)[0] == ["", "", "7"]


def test_neither_running_heads_nor_label_rests_part_a_table_from_its_rest() -> None:
    """What every page repeats but for its figures is given once; a label's rest beside the table follows it."""
    cells = boxes(
        *((x, y, x + 200, y) for x in (100,) for y in (300, 320)), *((x, 300, x, 320) for x in (100, 200, 300))
    )
    pages = [
        part
        for number in (1, 2)
        for part in tables_on(number, cells, printed(f"示例第{number}版", 90, 20), printed("办理结果", 50, 305))
    ]
    kinds = [type(block).__name__ for block in layout.blocks(in_order(pages))]
    assert kinds == ["Paragraph", "Grid", "Grid", "Paragraph", "Paragraph"]


def test_the_widest_of_short_lines_is_not_a_full_one() -> None:
    """A title, a heading and a sentence, none of which fills the measure, stay what they are."""
    lines = ("甲乙丙丁戊己庚辛壬癸报告", "总体情况", "子丑寅卯。", "主动公开情况")
    marks = (mark for i, text in enumerate(lines) for mark in printed(text, 90, 100 + 12 * i))
    found = [block.text for block in layout.blocks(layout.page(1, PAGE, [], marks)) if isinstance(block, Paragraph)]
    assert found == list(lines)


def test_a_numbered_heading_begins_a_paragraph() -> None:
    """Even below a line that fills the measure."""
    full = "甲乙丙丁戊己庚辛壬癸子丑"
    lines = (full, full, full, "二、子丑寅卯")
    marks = (mark for i, text in enumerate(lines) for mark in printed(text, 90, 100 + 12 * i))
    found = [block.text for block in layout.blocks(layout.page(1, PAGE, [], marks)) if isinstance(block, Paragraph)]
    assert found == [3 * full, "二、子丑寅卯"]


def test_page_numbers_are_no_text_and_figures_are_no_page_numbers() -> None:
    """- 4 - at the foot of a page goes; the same in the middle stays."""
    parts = layout.page(4, PAGE, [], [*printed("-4-", 280, 770), *printed("12", 280, 400)])
    assert [part.line.text for part in parts if isinstance(part, layout.PageText)] == ["12"]


def test_lines_of_a_paragraph_are_joined_over_the_page_end() -> None:
    """A line that fills the measure goes on in the next one, on the next page too; an indent begins a paragraph."""
    one = layout.page(1, PAGE, [], [*printed("一二三四五六七八", 20, 700), *printed("甲乙丙丁戊己庚辛壬癸", 0, 712)])
    two = layout.page(
        2,
        PAGE,
        [],
        [*printed("子丑寅卯。", 0, 100), *printed("辰巳", 20, 112), *printed("午未申酉戌亥天地玄黄", 0, 400)],
    )
    texts = [block.text for block in layout.blocks([*one, *two]) if isinstance(block, Paragraph)]
    assert texts[0] == "一二三四五六七八甲乙丙丁戊己庚辛壬癸子丑寅卯。"
    assert texts[1] == "辰巳"


def test_a_row_without_rules_is_given_in_pieces() -> None:
    """Figures behind wide gaps may be a row: its pieces stand alone, for the parser to believe or not."""
    parts = layout.page(1, PAGE, [], [*printed("行政许可", 0, 400), *printed("550", 120, 400)])
    assert [block.text for block in layout.blocks(parts) if isinstance(block, Paragraph)] == ["行政许可", "550"]


def test_white_and_tiny_figures_are_not_read(tmp_path: Path) -> None:
    """What a reader of the page cannot see is not what the agency reported, and it is said that it was there."""
    seen, white, tiny = (
        f"{colour} g BT /F {size} Tf 50 {y} Td ({text}) Tj ET "
        for colour, size, y, text in ((0, 12, 700, "seen " * 8), (1, 12, 600, "99"), (0, 1, 500, "88"))
    )
    path = a_file(tmp_path / "r.pdf", seen + white + tiny)
    document = read(path)
    assert "seen" in words(path)
    assert "99" not in words(path)
    assert "88" not in words(path)
    assert [remark.code for remark in document.remarks] == ["hidden-text"]


def test_bold_made_by_printing_twice_is_read_once(tmp_path: Path) -> None:
    """A glyph printed again half a point further is the same glyph: 7 is not 77."""
    twice = "".join(f"BT /F 12 Tf {x} 700 Td (7) Tj ET " for x in (50, 50.4))
    path = a_file(tmp_path / "r.pdf", f"BT /F 12 Tf 50 600 Td ({'seen ' * 8}) Tj ET {twice}")
    assert words(path).split()[0] == "7"


def test_a_figure_that_is_struck_out_is_spoilt(tmp_path: Path) -> None:
    """12 with a line through it before 15 is not 1215; a line below is no line through, and words stay words."""
    shown = "".join(
        f"BT /F 12 Tf 50 {y} Td ({text}) Tj ET " for y, text in ((700, "1215"), (600, "34"), (500, "word" * 5))
    )
    path = a_file(tmp_path / "r.pdf", shown + "50 703 m 63 703 l S 50 598 m 63 598 l S 50 503 m 150 503 l S")
    assert words(path).split() == ["\ufffd1\ufffd215", "34", "word" * 5]


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("(7) Tj 3 Tr (8) Tj 0 Tr (9157) Tj ET", "7\ufffd89157"),
        ("(7) Tj ET q BT 7 Tr /F 12 Tf 57 600 Td (8) Tj ET Q BT /F 12 Tf 64 600 Td (9157) Tj ET", "7\ufffd89157"),
        ("(7) Tj /G gs (8) Tj /H gs (9157) Tj ET", "7\ufffd89157"),
        ("(789157) Tj ET 1 g 57 598 6 12 re f 0 g", "7\ufffd89157"),
        ("(7) Tj 0.97 g (8) Tj 0 g (9157) Tj ET", "7\ufffd89157"),
        ("(7) Tj 0.02 0 0 0 k (8) Tj 0 g (9157) Tj ET", "7\ufffd89157"),
        ("(7) Tj 1 Tz (8) Tj 100 Tz (9157) Tj ET", "7\ufffd89157"),
        ("(7) Tj 4 Ts (8) Tj 0 Ts (9157) Tj ET", "7\ufffd8\ufffd9157"),
        ("(7 9157) Tj ET", "7 9157"),
        ("-1 0 0 -1 90 600 Tm (69) Tj ET", "\ufffd9\ufffd6"),
        ("(7) Tj ET /OC /O BDC BT /F 12 Tf 57 600 Td (8) Tj ET EMC BT /F 12 Tf 64 600 Td (9157) Tj ET", "7\ufffd89157"),
    ],
)
def test_what_may_not_be_seen_as_it_stands_is_no_part_of_a_figure(tmp_path: Path, drawn: str, shown: str) -> None:
    """Not painted, painted over, pale, flat, raised, upside down, on a layer; and a space parts two figures."""
    path = a_file(tmp_path / "r.pdf", f"BT /F 12 Tf 50 700 Td ({'seen ' * 8}) Tj ET BT /F 12 Tf 50 600 Td {drawn}")
    assert words(path).rpartition("seen")[2].strip() == shown


@pytest.mark.parametrize(
    "drawn",
    [
        "1 g 40 590 200 30 re f 0 g BT /F 12 Tf 50 600 Td (79157) Tj ET",
        "BT /F 12 Tf 50 600 Td (79157) Tj ET 1 g 40 560 200 30 re f 0 g BT /F 12 Tf 50 570 Td (sum) Tj ET",
        "BT /F 12 Tf 50 600 Td 0.3 g 3.4 Tc (79157) Tj ET",
        "BT /F 12 Tf 50 600 Td (7) Tj 0.5 Ts (9157) Tj ET",
        "BT /F 12 Tf 50 600 Td [(7) 20 (9) -20 (157)] TJ ET",
        "BT /F 12 Tf 50 600 Td (79157) Tj ET 50 598 40 12 re S 0.9 0.2 0.2 rg 45 595 5 5 re f",
    ],
)
def test_what_is_painted_in_its_own_order_is_seen(tmp_path: Path, drawn: str) -> None:
    """Grounds before their text, cell by cell; spaced and kerned digits, grey ones, frames around them."""
    path = a_file(tmp_path / "r.pdf", f"BT /F 12 Tf 50 700 Td ({'seen ' * 8}) Tj ET {drawn}")
    assert words(path).rpartition("seen")[2].split()[0] == "79157"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.7\n" + b"\0" * 50, "corrupt-file"), (b"%PDF-1.4\n%%EOF\n", "corrupt-file")],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, content: bytes, code: str) -> None:
    """Whatever the library makes of it, the maintainer reads what, where and what to do."""
    path = tmp_path / "r.pdf"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.code == code


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    """A book is no annual report."""
    with pytest.raises(Refusal, match="101 页") as refused:
        read(a_file(tmp_path / "r.pdf", "", pages=101))
    assert refused.value.code == "too-large"


def test_the_place_of_a_figure_names_its_page(corpus: Path) -> None:
    """Page, table, row and field lead to the printed figure."""
    document = read(corpus / "found" / "hongze-2023.pdf")
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    [place] = {cell.place for grid in grids for row in grid.rows for cell in row if cell.text == "7730.28"}
    assert str(place).startswith("第3页 表1 ")

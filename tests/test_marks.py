"""What stands beside a figure without being part of it: struck out, raised, hidden, a picture. It never joins it."""

import io
import zipfile

import pytest

from generator.document import Content, Grid
from generator.errors import Refusal
from generator.normalize import number
from generator.readers import docx, html, text

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def last_row(content: Content) -> list[str]:
    [grid] = [block for block in content.blocks if isinstance(block, Grid)]
    return [cell.text for cell in grid.rows[-1]]


def page(rows: str, head: str = "") -> list[str]:
    """The last row of the table of a page."""
    first = "<tr><td>政府信息公开</td><td>本年处理决定数量</td></tr>"
    return last_row(html.read(f"<head>{head}</head><table>{first}{rows}</table>".encode(), "r.html"))


def in_page(markup: str, head: str = "") -> str:
    return page(f"<tr><td>行政许可</td><td>{markup}</td></tr>", head)[-1]


def in_word(inside: str, styles: str = "") -> str:
    """The text of a table's cell that holds ``inside``."""
    return word_rows(f"<w:tr><w:tc><w:p/></w:tc><w:tc><w:p>{inside}</w:p></w:tc></w:tr>", styles)[-1]


def word_rows(row: str, styles: str = "") -> list[str]:
    """The last row of a table of ``row``s."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body><w:tbl>{row}</w:tbl></w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {_W}>{styles}</w:styles>")
    return last_row(docx.read(out.getvalue(), "r.docx"))


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def symbol(char: str) -> str:
    return f'<w:r><w:sym w:font="Symbol" w:char="{char}"/></w:r>'


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<s>12</s>15", "[12]15"),
        ("<del>3</del><ins>5</ins>", "[3]5"),
        ('<p style="text-decoration:line-through">7</p>8', "[7]\n8"),
        ('5<span style="vertical-align:super;font-size:8pt">1</span>', "5[1]"),
        ('5<span style="position:relative;top:-4px;mso-text-raise:4pt">2</span>', "5[2]"),
        ('<span style="font-size:0">4</span>6', "[4]6"),
        ('<span style="opacity: 0.0;">4</span>6', "[4]6"),
        ('<span style="mso-hide:all">4</span>6', "[4]6"),
        ('1<input value="5">', "1\ufffd"),
        ("1<img src=5.png>", "1\ufffd"),
        ("<textarea>3</textarea>2", "\ufffd2"),
        ("\xad8", "\xad8"),
        ('12<span style="display:inline-block;width:0;overflow:hidden">4</span>', "12[4]"),
        ('<span style="position:absolute; left:-999px">9</span>12', "[9]12"),
        ('<span style="color: #FFF">9</span>12', "[9]12"),
        ('<font color="#ffffff">9</font>12', "[9]12"),
        ('<span style="font-size:1px">9</span>12', "[9]12"),
        ('<span style="text-indent:-999px;display:block">9</span>12', "[9]12"),
        ('<span style="clip:rect(0, 0, 0, 0)">9</span>12', "[9]12"),
        ("<span class=sr-only>9</span>12", "[9]12"),
        ("<bdo dir=rtl>12</bdo>", "[12]"),
        ('<span style="direction:rtl;unicode-bidi:bidi-override">12</span>', "[12]"),
        ("&#8238;12&#8236;", "\ufffd12\u202c"),
        ('<span style="vertical-align:1px">5</span>1', "[5]1"),
        ('<span style="vertical-align:1px">5</span><span style="vertical-align:2px">1</span>', "[5][1]"),
        ('<span style="vertical-align:4pt">1</span>', "[1]"),
    ],
)
def test_what_is_no_part_of_a_figure_on_a_page_spoils_it(markup: str, shown: str) -> None:
    """Struck out, raised, perhaps unseen, not text: a person asks, a program says null."""
    assert in_page(markup) == shown
    assert number(shown, "change").problem == "number-invalid"


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<input type="hidden" value="5">1', "1"),
        ('1<img src=5.png style="display:none">', "1"),
        ("<s>无</s>5", "5"),
        ('<span style="font-size:10.5pt;vertical-align:baseline;mso-text-raise:0pt">15</span>', "15"),
        ('<span style="opacity:0.9">1</span>5', "15"),
        ('<span style="vertical-align:-0.5pt">15</span>', "15"),
        ('<span style="mso-text-raise:-1.5pt;position:relative;top:1.5pt">1</span>' * 2, "11"),
        ('<p style="font-size:0"><span style="font-size:14px">15</span></p>', "15"),
        ('<p style="color:#fff"><span style="color:#333">15</span></p>', "15"),
        ('<p style="background:#036"><span style="color:white">15</span></p>', "15"),
        ('<p style="text-indent:-21pt">15</p>', "15"),
        ("15<img src=sp.gif width=0 height=0>", "15"),
        ('15<img src=sp.gif style="width:0;height:0">', "15"),
    ],
)
def test_what_only_looks_like_it_leaves_the_figure_alone(markup: str, shown: str) -> None:
    """Styles that change nothing, fields that nobody sees, words struck out beside a figure."""
    assert in_page(markup) == shown


def test_a_picture_in_a_label_is_no_digit() -> None:
    """A logo beside words does not spoil them."""
    assert in_page("<img src=a.png>示例省示例市2022年政府信息公开工作年度报告").startswith("示例省")


def test_a_class_that_hides_makes_a_figure_unsure() -> None:
    """Which rule of a page wins is not worked out: neither 15 nor 195."""
    sheet = "<style>p{margin:0} td .hide, .x{display:none} .a:after{display:none} .b{color:red}</style>"
    assert in_page('1<span class="y hide">9</span>5', sheet) == "1[9]5"
    assert in_page('1<span class="a b">9</span>5', sheet) == "195"


def test_a_class_hides_where_its_rule_says() -> None:
    """A rule for another part of the page leaves a cell alone; beside a figure, a script may still bring it there."""
    sheet = "<style>.hide td, .phone .con { display: none } .con { color: #fff; background: #036 }</style>"
    assert page('<tr><td class="con">行政许可</td><td class="con">15</td></tr>', sheet)[-1] == "15"
    assert in_page('1<span class="con">5</span>', sheet) == "1[5]"
    assert in_page('<p class="phone"><span class="con">5</span></p>', sheet) == "[5]"


def test_letters_that_nobody_sees_are_no_figure() -> None:
    """White on white, in a cell or a row, unless what is inside says otherwise."""
    assert page("<tr><td>行政许可</td><td style=color:#fff>9</td></tr>")[-1] == "[9]"
    assert page("<tr style=color:#fff><td>行政许可</td><td>9</td></tr>")[-1] == "[9]"
    assert page("<tr style=color:#fff bgcolor=#003366><td>行政许可</td><td>9</td></tr>")[-1] == "9"
    assert page("<tr style=color:#fff><td>行政许可</td><td style=color:red>9</td></tr>")[-1] == "9"


def test_letters_without_size_around_a_whole_table_are_those_of_its_cells() -> None:
    """Sites set them to nothing to close gaps, and give the cells a size in a style sheet of their own."""
    data = "政府信息公开<table style=font-size:0><tr><td>行政许可</td><td>9</td></tr></table>".encode()
    assert last_row(html.read(data, "r.html"))[-1] == "9"


@pytest.mark.parametrize("veil", ["<body style=visibility:hidden>", '<body><div style="display: none">'])
def test_a_page_that_a_script_shows_is_read(veil: str) -> None:
    """It is said so; where a page shows something else instead, its hidden tables are not read."""
    table = "<table><tr><td>行政许可</td><td>9<span hidden>3</span></td></tr></table>"
    content = html.read(f"{veil}政府信息公开{table}".encode(), "r.html")
    assert last_row(content)[-1] == "9"
    assert [remark.code for remark in content.remarks] == ["hidden-text"]
    with pytest.raises(Refusal, match="都设为不显示"):
        html.read(f"{'政府信息公开' * 60}<div hidden>{table}</div>".encode(), "r.html")


@pytest.mark.parametrize("place", ["<tr style=display:none>", "<tbody hidden><tr>"])
def test_a_hidden_row_is_not_read(place: str) -> None:
    """Hidden rows are no rows, like hidden cells."""
    row = f"{place}<td>行政许可</td><td>77</td></tr>"
    assert page(row) == ["政府信息公开", "本年处理决定数量"]


def test_a_cell_that_is_not_drawn_keeps_its_column() -> None:
    """``visibility: hidden`` leaves an empty cell: the next figure does not move."""
    row = '<tr><td>规章</td><td style="visibility:hidden">9</td><td>3</td></tr>'
    assert page(row) == ["规章", "", "3"]


@pytest.mark.parametrize(
    "row",
    [
        "<tr style='text-decoration:line-through'><td>规章</td><td>7</td></tr>",
        "<tr style='mso-hide:all'><td>7</td></tr>",
    ],
)
def test_a_style_of_a_row_is_one_of_its_cells(row: str) -> None:
    """A row struck out is not a row of figures."""
    assert page(row)[-1] == "[7]"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (run("12", "<w:strike/>") + run("15"), "[12]15"),
        (run("12", "<w:dstrike/>") + run("15"), "[12]15"),
        (run("5") + run("1", '<w:vertAlign w:val="superscript"/>'), "5[1]"),
        (run("5") + run("1", '<w:rStyle w:val="note"/>'), "5[1]"),
        (run("1") + symbol("F035"), "1\ufffd"),
        (symbol("F02D") + run("8"), "\ufffd8"),
        (run("1") + "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f></m:oMath>", "1\ufffd"),
        ("<w:r><w:softHyphen/></w:r>" + run("8"), "\xad8"),
        (run("1") + "<w:r><w:pict/></w:r>", "1\ufffd"),
        (run("1", "<w:webHidden/>") + run("5"), "[1]5"),
        (run("1", "<w:specVanish/>") + run("5"), "[1]5"),
        (run("1", '<w:color w:val="FFFFFF"/>') + run("5"), "[1]5"),
        (run("1", '<w:sz w:val="2"/>') + run("5"), "[1]5"),
        (run("1", '<w:position w:val="-2"/>') + run("5"), "[1]5"),
        (run("1", '<w:position w:val="12"/>'), "[1]"),
        (f'<w:bdo w:val="rtl">{run("12")}</w:bdo>', "[12]"),
        (run("\u202e12"), "\ufffd12"),
    ],
)
def test_what_is_no_part_of_a_figure_in_word_spoils_it(inside: str, shown: str) -> None:
    """As on a page; a style counts like what is set by hand."""
    base = '<w:style w:styleId="base"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    assert in_word(inside, f'{base}<w:style w:styleId="note"><w:basedOn w:val="base"/></w:style>') == shown
    assert number(shown, "change").problem == "number-invalid"


@pytest.mark.parametrize(
    ("inside", "value"),
    [
        (run("1", '<w:vanish w:val="0"/>') + run("5", '<w:strike w:val="false"/>'), 15),
        (run("1", "<w:vanish/>") + run("5"), 5),
        (run("1", '<w:position w:val="-2"/>') + run("5", '<w:position w:val="-2"/>'), 15),
        (run("15", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="003366"/>'), 15),
        ('<w:pPr><w:shd w:fill="003366"/></w:pPr>' + run("15", '<w:color w:val="FFFFFF"/>'), 15),
        (run("15", '<w:color w:val="FF0000"/><w:sz w:val="21"/>'), 15),
        ("<w:r><w:noBreakHyphen/></w:r>" + run("8"), -8),
        ("<m:oMath><m:r><m:t>−</m:t></m:r></m:oMath>" + run("8"), -8),
        (run("1") + "<m:oMathPara><m:oMath><m:r><m:t>5</m:t></m:r></m:oMath></m:oMathPara>", 15),
    ],
)
def test_signs_and_digits_of_word_are_all_read(inside: str, value: int) -> None:
    """A hyphen that does not break, a formula of one row, "hidden: no": none of it is lost."""
    assert number(in_word(inside), "change").value == value


@pytest.mark.parametrize("gone", ["<w:hidden/>", '<w:del w:id="1" w:author="a"/>'])
def test_a_hidden_or_deleted_row_of_word_is_not_read(gone: str) -> None:
    """Nor does what a row begins that is not there go on below it."""
    first = f"<w:tr><w:tc><w:p>{run('规章')}</w:p></w:tc><w:tc><w:p>{run('3')}</w:p></w:tc></w:tr>"
    cells = f"<w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr><w:p>{run('7')}</w:p></w:tc>" * 2
    row = f"<w:tr><w:trPr>{gone}</w:trPr>{cells}</w:tr>"
    below = "<w:tr>" + "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" * 2 + "</w:tr>"
    assert word_rows(first + row) == ["规章", "3"]
    assert word_rows(first + row + below) == ["", ""]
    assert word_rows(first + row.replace(gone, gone.replace("/>", ' w:val="0"/>')))[-1] == "7"


@pytest.mark.parametrize(
    ("field", "shown"),
    [("79157\x07", "79157"), ("79157\x07\x07", "79157"), ("7\x079157", "7\x079157"), ("7\x019157", "7\x019157")],
)
def test_the_end_of_a_cell_within_a_line_joins_no_figures(field: str, shown: str) -> None:
    """Word's dumps end cells with a control character; between two figures it parts two cells."""
    rows = f"政府信息公开\t本年处理决定数量\n行政许可\t{field}\n"
    assert last_row(text.read(rows.encode(), "r.txt"))[-1] == shown
    assert (number(shown).problem == "number-invalid") == (shown != "79157")

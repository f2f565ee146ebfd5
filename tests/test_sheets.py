"""What a spreadsheet shows is what is read: formats of text, zeros left out, conditions, fonts, cells out of order."""

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule, IconSetRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from test_formats import converted
from test_hazards import changed

from generator.document import Grid
from generator.errors import Refusal
from generator.normalize import number
from generator.readers import xls, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def book_of(change: Callable[[Any], None] = lambda _: None) -> bytes:
    """A spreadsheet of one row: a label, and a cell that ``change`` is told of."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["规章", 15])
    change(sheet["B1"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shown(data: bytes, read: Callable[..., Any] = xlsx.read) -> str:
    [grid] = [block for block in read(data, "r.xlsx").blocks if isinstance(block, Grid)]
    return grid.rows[-1][-1].text if len(grid.rows[-1]) > 1 else ""


def in_cell(markup: str, texts: str = "") -> str:
    """What is read of the cell B1, written by hand; ``texts``: those that all cells share."""
    cell = re.compile(rb'<c r="B1".*?</c>')
    data = changed(book_of(), SHEET, lambda xml: cell.sub(markup.encode(), xml))
    if not texts:
        return shown(data)
    told = f'<Override PartName="/xl/texts.xml" ContentType="{SHARED_STRINGS}"/></Types>'.encode()
    part = f'<sst xmlns="{SHEET_MAIN_NS}">{texts}</sst>'.encode()
    return shown(
        changed(data, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", told), **{"xl/texts.xml": part})
    )


@pytest.mark.parametrize(
    ("style", "value", "read"),
    [
        ('0;0;0;@"0"', "15", '15（格式 0;0;0;@"0"）'),
        (";;;", "15", "15（格式 ;;;）"),
        ('@"万"', "15", '15（格式 @"万"）'),
        ("@", "15", "15"),
        ("0;0;0;_ @_ ", "15", "15"),
        ('0";"0', "15", "15"),
        ('"第"@"号"', "行政规范性文件", "行政规范性文件"),
        ("[White]-0;[White]-0", -8, "-8（格式 [White]-0;[White]-0）"),
        ('0";"0', 15, '15（格式 0";"0）'),
        ("0;-0;0;@", 15, "15"),
    ],
)
def test_a_format_may_add_to_a_text_or_hide_it(style: str, value: str | int, read: str) -> None:
    """As it may with a number: 15 shown as 150 is neither."""

    def write(cell: Any) -> None:
        cell.value, cell.number_format = value, style

    assert shown(book_of(write)) == read


def test_a_format_that_only_some_languages_have_shows_no_figure() -> None:
    """Number 31 is a date in Chinese, and nothing to the library: 45000 would be read for 2023年3月15日."""

    def style(cell: Any) -> None:
        cell.value, cell.number_format = 45000, "0.00"

    data = changed(book_of(style), "xl/styles.xml", lambda xml: xml.replace(b'numFmtId="2"', b'numFmtId="31"'))
    assert number(shown(data)).problem == "number-invalid"
    lost = changed(book_of(style), "xl/styles.xml", lambda xml: xml.replace(b'numFmtId="2"', b'numFmtId="999"'))
    assert number(shown(lost)).problem == "number-invalid"


def no_zeros(cell: Any) -> None:
    cell.value = 0
    cell.parent.sheet_view.showZeros = False


def test_zeros_that_a_sheet_does_not_show_are_blank(tmp_path: Any) -> None:
    """A setting of the sheet; in old files too."""
    assert shown(book_of(no_zeros)) == ""
    assert shown(book_of(lambda cell: setattr(cell, "value", 0))) == "0"
    assert shown(converted(tmp_path, book_of(no_zeros), ".xlsx", "xls"), xls.read) == ""


def conditional(cell: Any, formula: str = "15", **style: Any) -> None:
    rule = CellIsRule(operator="equal", formula=[formula])
    rule.dxf = DifferentialStyle(**style)
    cell.parent.conditional_formatting.add("B1:B9", rule)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        (lambda cell: conditional(cell, font=Font(color="FFFFFF")), "[15]"),
        (lambda cell: conditional(cell, formula="0", font=Font(color="FFFFFF")), "15"),
        (lambda cell: conditional(cell, formula="A1", font=Font(color="FFFFFF")), "[15]"),
        (lambda cell: conditional(cell, font=Font(strike=True)), "[15]"),
        (lambda cell: conditional(cell, numFmt=NumberFormat(numFmtId=200, formatCode=";;;")), "[15]"),
        (lambda cell: conditional(cell, font=Font(color="FF0000"), fill=PatternFill(bgColor="FFFF00")), "15"),
        (
            lambda cell: cell.parent.conditional_formatting.add(
                "A1:B1", IconSetRule("3Arrows", "percent", [0, 33, 67], showValue=False)
            ),
            "[15]",
        ),
        (lambda cell: setattr(cell, "alignment", Alignment(horizontal="fill")), "[15]"),
        (lambda cell: setattr(cell, "alignment", Alignment(horizontal="center")), "15"),
        (lambda cell: setattr(cell, "font", Font(name="Wingdings")), "[15]"),
        (lambda cell: setattr(cell, "font", Font(sz=1)), "[15]"),
        (lambda cell: cell.parent.column_dimensions.__getitem__("B").__setattr__("width", 0.1), ""),
    ],
)
def test_what_a_sheet_may_show_otherwise_is_no_figure(change: Callable[[Any], None], read: str) -> None:
    """Conditions that hide or rewrite, figures repeated, fonts of pictures, letters and columns that nobody sees."""
    assert shown(book_of(change)) == read


def test_old_sheets_show_no_more_than_new_ones(tmp_path: Any) -> None:
    """Repeated, in pictures, as text with more beside it."""
    for number_, change in enumerate(
        [
            lambda cell: setattr(cell, "alignment", Alignment(horizontal="fill")),
            lambda cell: setattr(cell, "font", Font(name="Wingdings")),
            lambda cell: (setattr(cell, "value", "15"), setattr(cell, "number_format", '0;0;0;@"0"')),
        ]
    ):
        folder = tmp_path / str(number_)
        folder.mkdir()
        assert number(shown(converted(folder, book_of(change), ".xlsx", "xls"), xls.read)).problem == "number-invalid"


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ('<c r="B1"><v>7<?x y?>9157</v></c>', "79157"),
        ('<c r="B1" t="inlineStr"><is><t>7<!--x-->9157</t></is></c>', "79157"),
        (
            '<c r="B1" t="inlineStr"><is><r><t>7</t></r><r><t>9157</t></r><rPh sb="0" eb="1"><t>3</t></rPh></is></c>',
            "79157",
        ),
        ('<c r="B1" t="inlineStr"><is><t>7</t><rPh sb="0" eb="1"><t>9</t></rPh></is></c>', "7"),
        ('<c r="B1"><v>1.5E1</v></c>', "15"),
        ('<c r="B1"><v/></c>', ""),
        ('<c r="B1" t="str"><f>A1</f><v>15</v></c>', "15"),
    ],
)
def test_what_shows_nothing_in_a_cell_changes_nothing(markup: str, read: str) -> None:
    """Instructions, comments, pieces with fonts of their own, readings over the characters."""
    assert in_cell(markup) == read


@pytest.mark.parametrize(
    "markup",
    [
        '<c r="B1"><v>7<z/>9157</v></c>',
        '<c r="B1" t="inlineStr"><is><t>7<z/>9157</t></is></c>',
        '<c r="B1" t="inlineStr"><is><t>7</t><t>9157</t></is></c>',
        '<c r="B1" t="inlineStr"><is><t>7</t><r><t>9157</t></r></is></c>',
        '<c r="B1" t="inlineStr"><is><r><t>7</t><t>9157</t></r></is></c>',
        '<c r="B1" t="inlineStr"><is><t>7x005F_9157</t></is></c>',
        '<c r="B1" t="inlineStr"><is><t>7</t></is><v>9</v></c>',
        '<c r="B1"><v>7</v><v>9157</v></c>',
        '<c r="B1"><v>7_9157</v></c>',
        '<c r="B1"><v>７</v></c>',
        '<c r="B1"><v>nan</v></c>',
        '<c r="B1" t="s"><v>-1</v></c>',
        '<c r="B1" t="e"><v>15</v></c>',
        '<c r="B1" t="x"><v>15</v></c>',
        '<c r="B1"><v>7</v></c><c r="B1"><v>9157</v></c>',
        '<c r="B7"><v>15</v></c>',
        '<x r="B1"><v>15</v></x>',
    ],
)
def test_a_cell_that_is_not_as_it_must_be_refuses_the_file(markup: str) -> None:
    """The library would read a figure that Excel does not show; the sentence says which cell."""
    with pytest.raises(Refusal, match=r"B[17] 格") as refused:
        in_cell(markup)
    assert refused.value.code == "corrupt-file"


def test_a_shared_text_that_is_not_as_it_must_be_refuses_the_file() -> None:
    """Texts stand apart from their cells."""
    cell = '<c r="B1" t="s"><v>0</v></c>'
    assert in_cell(cell, "<si><r><t>7</t></r><r><t>9157</t></r></si>") == "79157"
    with pytest.raises(Refusal, match="有的格"):
        in_cell(cell, "<si><t>7<z/>9157</t></si>")


def test_what_a_merged_cell_covers_is_not_shown() -> None:
    """Only its first cell is, in the text of a row too."""
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    data = changed(book_of(), SHEET, lambda xml: xml.replace(b"</sheetData>", merged))
    assert shown(data) == "规章"

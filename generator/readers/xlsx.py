"""Excel files: every sheet as rows of cells, each figure as the sheet shows it.

A cell that shows something else than what is stored (dates, shares, fractions) is given in a form that is no figure;
a formula counts by the result that was saved with it, and without one it stays a formula.
"""

import io
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import column_index_from_string

from generator.document import Block, Content, Grid, GridCell, Place, Remark, Row
from generator.errors import Refusal
from generator.normalize import skeleton
from generator.readers import marks, package, sheetxml

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 30, 2_000, 60
_MOST_CELLS = 100_000  # of one sheet, empty ones included
_CELL = re.compile(rb"<(?:\w{1,20}:)?c[\s/>]")
_MERGED = re.compile(rb"mergeCell\s[^>]{0,80}?ref\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_WORKBOOK = "xl/workbook.xml"
# Room of a character's width (_x), filling with spaces (* ), a space: nothing of it is part of the figure.
_ROOM = r"(?:_.|\* |\\ )*"
_DIGITS = r"(?:#,##)?0(?P<decimals>\.0+)?"
_PLAIN_FORMAT = re.compile(rf"{_ROOM}{_DIGITS}{_ROOM} *")  # 0, 0.00, #,##0, _ * #,##0_
_MINUS_FORMAT = re.compile(
    rf"(?:\[(?!white|白)[A-Za-z\u4e00-\u9fff]+\])?{_ROOM}(?:\\?-|\"-\"){_DIGITS}{_ROOM} *", re.IGNORECASE
)  # -0, [Red]\-0.00
_DASH_FORMAT = re.compile(rf"{_ROOM}(?:\\?-|\"-\")\?*{_ROOM} *")  # nothing shown as a dash: _ * "-"??_
_SECTION = re.compile(r"(?:\"[^\"]*\"|[\\_*].|[^;])*", re.DOTALL)  # of a format; what is quoted parts none
_TEXT_FORMAT = re.compile(rf"General|{_ROOM}@{_ROOM} *")
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "equal": operator.eq,
    "notEqual": operator.ne,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
}
_CONSTANT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")
_UNKNOWN = "内置格式"  # one that a language has of its own, nearly always a date
LEAST_HEIGHT = 2  # points: in a lower row, nobody sees a figure; nor in letters as small
_LEAST_WIDTH = 0.5  # characters: in such a column, nobody sees a figure


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of an Excel file.

    Raises Refusal ``corrupt-file``, ``encrypted``, ``zip-bomb``, ``xml-entity`` or ``too-large``.
    """
    found = package.parts(data, shown, "Excel", _WORKBOOK)
    for name, part in found.items():
        if name.startswith("xl/worksheets/"):
            _check_sheet(part, shown)
    sheetxml.check(found, shown)
    book = _load(data, shown, data_only=True)
    # Formulas are looked at only where there are some: it costs a second reading.
    has_formulas = any(b"<f" in part for name, part in found.items() if name.startswith("xl/worksheets/"))
    formulas = _load(data, shown, data_only=False) if has_formulas else None
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if len(sheets) > MOST_SHEETS:
        raise Refusal("too-large", f"表格文件有 {len(sheets)} 张工作表", shown, "请核对是不是年度报告")
    blocks: list[Block] = []
    hidden = len(book.worksheets) - len(sheets)
    for number, sheet in enumerate(sheets, start=1):
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            size = f"工作表有 {sheet.max_row} 行 {sheet.max_column} 列"
            raise Refusal("too-large", size, shown, "请删去多余的行列后再放入")
        twin = formulas[sheet.title] if formulas else None
        rows, unseen = _rows(sheet, twin, number)
        hidden += unseen
        blocks.extend(in_blocks(rows))
    remarks = (Remark("hidden-text", f"文件里有 {hidden} 处隐藏的工作表、行或列，没有读取"),) if hidden else ()
    return Content(tuple(blocks), remarks)


def _check_sheet(part: bytes, shown: str) -> None:
    """Refuse a sheet before the library lays out all its cells, those of merged areas one by one."""
    merged = _MERGED.findall(part)
    areas = sum((int(bottom) - int(top) + 1) * _columns(left, right) for left, top, right, bottom in merged)
    cells = len(_CELL.findall(part))
    if cells > _MOST_CELLS or areas > _MOST_CELLS:
        size = f"工作表有 {max(cells, areas)} 格"
        raise Refusal("too-large", size, shown, "请删去多余的行列后再放入")


def _columns(left: bytes, right: bytes) -> int:
    first, last = (int(column_index_from_string(name.decode())) for name in (left, right))
    return last - first + 1


def in_blocks(rows: list[Row]) -> list[Block]:
    """Return rows as grids, parted where a row is empty."""
    blocks: list[Block] = []
    run: list[Row] = []
    for row in [*rows, ()]:
        if any(cell.text.strip() for cell in row):
            run.append(row)
        elif run:
            blocks.append(Grid(tuple(run), "fields"))
            run = []
    return blocks


def _load(data: bytes, shown: str, data_only: bool) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that it does not know
            return openpyxl.load_workbook(io.BytesIO(data), data_only=data_only, keep_links=False, rich_text=True)
    except MemoryError:
        raise
    except Exception as error:  # the library raises whatever a broken file makes of its code
        raise Refusal("corrupt-file", "Excel 文件损坏", shown, "请用 Excel 打开后另存为 .xlsx") from error


def _rows(sheet: Any, twin: Any, number: int) -> tuple[list[Row], int]:
    """The visible rows of one sheet with merged cells repeated, and how many rows and columns are hidden."""
    anchors = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1)
        for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1)
    }
    lost_rows = {i for i in range(1, sheet.max_row + 1) if _is_hidden_row(sheet, i)}
    lost_columns = {
        i
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden or dimension.width < _LEAST_WIDTH
        for i in range(dimension.min or 1, min(dimension.max or 1, MOST_COLUMNS) + 1)
    }
    unsure = _restyled(sheet)
    views = sheet.views.sheetView
    without_zeros = bool(views) and views[0].showZeros is False
    rows = []
    for r in range(1, sheet.max_row + 1):
        if r in lost_rows:
            continue
        cells = []
        for c in range(1, sheet.max_column + 1):
            if c in lost_columns:
                continue
            row, column = anchors.get((r, c), (r, c))
            cell = sheet.cell(row, column)
            text = _shown(cell, twin.cell(row, column) if twin else None)
            if without_zeros and _is_number(cell.value) and not cell.value:
                text = ""
            if any(_covers(area, row, column) and _may_apply(rule, cell.value) for area, rule in unsure):
                text = marks.aside(text)
            cells.append(GridCell(text, Place(table=number, row=row, column=column), (row, column) != (r, c)))
        rows.append(tuple(cells))
    return rows, len(lost_rows) + len(lost_columns)


def _is_hidden_row(sheet: Any, row: int) -> bool:
    if row not in sheet.row_dimensions:
        return bool(sheet.sheet_format.zeroHeight)
    dimension = sheet.row_dimensions[row]
    return bool(dimension.hidden) or (dimension.height is not None and dimension.height < LEAST_HEIGHT)


def _restyled(sheet: Any) -> list[tuple[Any, Any]]:
    """The areas of a sheet in which a condition may let figures look otherwise or vanish, each with its rule."""
    conditions = ((area, rule) for area in sheet.conditional_formatting for rule in area.rules)
    return [(part, rule) for area, rule in conditions if _restyles(rule) for part in area.cells.ranges]


def _covers(area: Any, row: int, column: int) -> bool:
    return bool(area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col)


def _may_apply(rule: Any, value: object) -> bool:
    """Say whether a condition may hold for a cell; only the comparison with a number is worked out."""
    compared = _COMPARISONS.get(rule.operator) if rule.type == "cellIs" and len(rule.formula) == 1 else None
    if compared is None or not isinstance(value, int | float) or not _CONSTANT.fullmatch(rule.formula[0]):
        return True
    return compared(value, float(rule.formula[0]))


def _restyles(rule: Any) -> bool:
    if any(picture is not None and picture.showValue is False for picture in (rule.iconSet, rule.dataBar)):
        return True
    if rule.dxf is None:
        return False
    font = rule.dxf.font
    faint = font is not None and (font.strike or (font.color is not None and _is_white(font.color)))
    return bool(rule.dxf.numFmt is not None or faint)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _format_of(cell: Any) -> str:
    """The format of a cell's figure; of those that only some languages have, a name that shows no figure."""
    key = cell._style.numFmtId  # the library gives General for what it does not know
    if key < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(key, f"{_UNKNOWN} {key}"))
    try:
        return str(cell.number_format or "General")
    except IndexError:
        return f"{_UNKNOWN} {key}"


def _shown(cell: Any, formula: Any) -> str:
    value = cell.value
    if value is None:
        return str(formula.value) if formula is not None and formula.data_type == "f" else ""
    shown = written(_inside(cell, value), _format_of(cell)) if not _is_number(value) else _inside(cell, value)
    repeated = cell._style.alignmentId and cell.alignment.horizontal == "fill"  # 5 again and again fills the cell
    return marks.aside(shown) if repeated else shown


def _inside(cell: Any, value: Any) -> str:
    """The text of a cell that holds a ``value``, as its fonts leave it."""
    bare = _is_bare(cell.fill)
    if isinstance(value, list):  # text whose parts have fonts of their own
        parts = [(part.text, part.font) if isinstance(part, TextBlock) else (part, cell.font) for part in value]
        return marks.settled("".join(_in_font(text, font, bare) for text, font in parts))
    if not _is_number(value):
        return marks.settled(_in_font(str(value), cell.font, bare))
    return _in_font(figure(value, _format_of(cell)), cell.font, bare)


def _in_font(text: str, font: Any, bare: bool) -> str:
    white = bare and font.color is not None and _is_white(font.color)
    name = font.rFont if isinstance(font, InlineFont) else font.name
    return in_font(text, font.strike, font.vertAlign, white or is_unseen(name or "", font.sz))


def _is_bare(fill: Any) -> bool:
    """Say whether a cell has no colour of its own under its letters."""
    return fill.fill_type is None or (fill.fill_type == "solid" and _is_white(fill.fgColor))


def _is_white(colour: Any) -> bool:
    """Say whether a colour is white: written so, or as the first of the theme, which paper has."""
    if colour.type == "theme":
        return colour.theme == 0 and not colour.tint
    if colour.type == "indexed":
        return colour.indexed in (1, 9)
    return marks.is_pale(str(colour.rgb)[-6:])


def in_font(text: str, struck: object, raised: object, unseen: bool) -> str:
    """Return ``text`` as its font leaves it: struck out, raised (a note mark) or white on white, it is no figure."""
    if struck:
        return marks.struck(text)
    return marks.aside(text) if unseen or (raised and raised != "baseline") else text


def is_unseen(font: str, points: float | None) -> bool:
    """Say whether letters of a font and size show something else than themselves, or nothing."""
    return marks.is_pictorial(font) or (points is not None and points < LEAST_HEIGHT)


def written(text: str, style: str) -> str:
    """Return what a sheet shows for a text: a style may put words or digits beside it, or hide it.

    Such a style is given with the text where that may be a figure, so that nobody takes it for one.
    """
    sections = _sections(style)
    own = sections[3] if len(sections) > 3 else sections[-1]
    if _TEXT_FORMAT.fullmatch(own if len(sections) > 3 or "@" in own else "@"):
        return text
    return f"{text}（格式 {style}）" if text and len(skeleton(text)) <= marks.FEW else text


def _sections(style: str) -> list[str]:
    """The parts of a format: for what is positive, negative, nothing, and a text."""
    found, at = [], 0
    while True:
        match = _SECTION.match(style, at)
        end = match.end() if match else at
        found.append(style[at:end])
        if style[end : end + 1] != ";":
            return [*found, style[end:]] if end < len(style) else found
        at = end + 1


def figure(value: int | float, style: str = "General") -> str:
    """Return the text that a sheet shows for a number: 16.0 as 16, the decimals of a plain format as it has them.

    A style that shows another text (a share, a date, words) gives both, which nobody can take for a figure.
    """
    # More than 15 digits are never shown: they are what a sum in binary fractions leaves behind.
    exact = Decimal(value if isinstance(value, int) else f"{value:.15g}")
    plain = str(int(exact)) if exact == exact.to_integral_value() and abs(exact) < 10**15 else f"{exact:f}"
    if style in ("General", "@"):
        return plain
    sections = _sections(style)  # the first for all that have none of their own
    section = 1 if exact < 0 else 2 if exact == 0 else 0
    own = section < len(sections)
    if own and exact == 0 and _DASH_FORMAT.fullmatch(sections[section]):
        return "-"
    pattern = _MINUS_FORMAT if own and exact < 0 else _PLAIN_FORMAT
    match = pattern.fullmatch(sections[section] if own else sections[0])
    if match is None:
        return f"{plain}（格式 {style}）"
    decimals = len(match["decimals"] or ".") - 1
    rounded = f"{exact:.{decimals}f}"
    return rounded if Decimal(rounded) == exact else f"{plain}（显示为 {rounded}）"

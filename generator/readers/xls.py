"""Legacy Excel files (.xls), through xlrd: values, formats, fonts, merged cells, and what the sheet hides."""

import io
from typing import Any

import xlrd

from generator.document import Block, Content, GridCell, Place, Remark, Row
from generator.errors import Refusal
from generator.readers import marks
from generator.readers.xlsx import (
    LEAST_HEIGHT,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    figure,
    in_blocks,
    in_font,
    is_unseen,
    written,
)

_POINT = 20  # of the unit in which heights are given
_FILL = 4  # an alignment that shows a text again and again until the cell is full
_WHITE = (255, 255, 255)
_NOTHING = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of an .xls file; raises Refusal ``corrupt-file``, ``encrypted`` or ``too-large``."""
    try:
        log = io.StringIO()  # else it prints
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=log)
        return _content(book, shown)
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # the library raises whatever a broken file makes of its code
        if "encrypted" in str(error):
            raise Refusal("encrypted", "Excel 文件加了密码", shown, "请去掉密码后再放入") from error
        raise Refusal("corrupt-file", "Excel 文件损坏", shown, "请用 Excel 打开后另存为 .xlsx") from error


def _content(book: Any, shown: str) -> Content:
    sheets = [sheet for sheet in book.sheets() if sheet.visibility == 0]
    if len(sheets) > MOST_SHEETS:
        raise Refusal("too-large", f"表格文件有 {len(sheets)} 张工作表", shown, "请核对是不是年度报告")
    blocks: list[Block] = []
    hidden = book.nsheets - len(sheets)
    for number, sheet in enumerate(sheets, start=1):
        height, width = _size(sheet)
        if height > MOST_ROWS or width > MOST_COLUMNS:
            size = f"工作表有 {height} 行 {width} 列"
            raise Refusal("too-large", size, shown, "请删去多余的行列后再放入")
        rows, unseen = _rows(book, sheet, number, height, width)
        hidden += unseen
        blocks.extend(in_blocks(rows))
    remarks = (Remark("hidden-text", f"文件里有 {hidden} 处隐藏的工作表、行或列，没有读取"),) if hidden else ()
    return Content(tuple(blocks), remarks)


def _size(sheet: Any) -> tuple[int, int]:
    """How many rows and columns hold something; cells with nothing but a format do not count."""
    held = [(r, c) for r in range(sheet.nrows) for c, kind in enumerate(sheet.row_types(r)) if kind not in _NOTHING]
    return max((r + 1 for r, _ in held), default=0), max((c + 1 for _, c in held), default=0)


def _rows(book: Any, sheet: Any, number: int, height: int, width: int) -> tuple[list[Row], int]:
    """The visible rows of one sheet with merged cells repeated, and how many rows and columns are hidden."""
    anchors = {
        (row, column): (top, left)
        for top, bottom, left, right in sheet.merged_cells
        for row in range(top, min(bottom, height))
        for column in range(left, min(right, width))
    }
    lost_rows = {r for r in range(height) if _is_hidden_row(sheet, r)}
    columns = sheet.colinfo_map
    lost_columns = {c for c in range(width) if c in columns and (columns[c].hidden or not columns[c].width)}
    rows = []
    for r in range(height):
        if r in lost_rows:
            continue
        cells = []
        for c in range(width):
            if c in lost_columns:
                continue
            row, column = anchors.get((r, c), (r, c))
            place = Place(table=number, row=row + 1, column=column + 1)
            text = "" if _is_unshown_zero(sheet, row, column) else _shown(book, sheet, row, column)
            cells.append(GridCell(text, place, (row, column) != (r, c)))
        rows.append(tuple(cells))
    return rows, len(lost_rows) + len(lost_columns)


def _is_hidden_row(sheet: Any, row: int) -> bool:
    info = sheet.rowinfo_map.get(row)
    return bool(info.hidden or 0 <= info.height < LEAST_HEIGHT * _POINT) if info else bool(sheet.default_row_hidden)


def _is_unshown_zero(sheet: Any, row: int, column: int) -> bool:
    if sheet.show_zero_values or column >= sheet.row_len(row):
        return False
    cell = sheet.cell(row, column)
    return bool(cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) and not cell.value)


def _shown(book: Any, sheet: Any, row: int, column: int) -> str:
    if column >= sheet.row_len(row):
        return ""
    cell = sheet.cell(row, column)
    style = book.xf_list[cell.xf_index]
    if cell.ctype in _NOTHING:
        return ""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(cell.value))
    # Those that only some languages have, nearly all of dates, have no format that the library knows.
    shape = book.format_map[style.format_key].format_str or f"内置格式 {style.format_key}"
    if cell.ctype == xlrd.XL_CELL_TEXT:
        changes = sheet.rich_text_runlist_map.get((row, column), [])  # from which character on another font holds
    else:
        cell.value, changes = figure(cell.value, shape), []
    starts = [(0, style.font_index), *changes]
    ends = [start for start, _ in changes] + [len(cell.value)]
    parts = ((cell.value[start:end], book.font_list[font]) for (start, font), end in zip(starts, ends, strict=True))
    bare = _is_bare(book, style.background)
    text = marks.settled("".join(_in_font(book, text, font, bare) for text, font in parts))
    text = written(text, shape) if cell.ctype == xlrd.XL_CELL_TEXT else text
    return marks.aside(text) if style.alignment.hor_align == _FILL else text


def _in_font(book: Any, text: str, font: Any, bare: bool) -> str:
    unseen = bare and book.colour_map.get(font.colour_index) == _WHITE
    return in_font(text, font.struck_out, font.escapement, unseen or is_unseen(font.name, font.height / _POINT))


def _is_bare(book: Any, ground: Any) -> bool:
    """Say whether a cell has no colour of its own under its letters."""
    if not ground.fill_pattern:
        return True
    return bool(ground.fill_pattern == 1 and book.colour_map.get(ground.pattern_colour_index) == _WHITE)

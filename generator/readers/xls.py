"""Legacy Excel files (.xls), through calamine: it knows values and merged cells, but not how a number is shown."""

import io
from collections.abc import Sequence

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from generator.document import Block, Content, GridCell, Place, Remark, Row
from generator.errors import Refusal
from generator.readers.xlsx import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, figure, in_blocks


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of an .xls file; raises Refusal ``corrupt-file``, ``encrypted`` or ``too-large``."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        hidden = len(book.sheet_names) - len(sheets)
        if len(sheets) > MOST_SHEETS:
            raise Refusal("too-large", f"表格文件有 {len(sheets)} 张工作表", shown, "请核对是不是年度报告")
        blocks: list[Block] = []
        for number, name in enumerate(sheets, start=1):
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
                size = f"工作表有 {sheet.total_height} 行 {sheet.total_width} 列"
                raise Refusal("too-large", size, shown, "请删去多余的行列后再放入")
            values = sheet.to_python(skip_empty_area=False)
            blocks.extend(in_blocks(_rows(values, sheet.merged_cell_ranges or [], number)))
    except PasswordError as error:
        raise Refusal("encrypted", "Excel 文件加了密码", shown, "请去掉密码后再放入") from error
    except (CalamineError, ValueError, OSError) as error:
        raise Refusal("corrupt-file", "Excel 文件损坏", shown, "请用 Excel 打开后另存为 .xlsx") from error
    remarks = (Remark("hidden-text", f"文件里有 {hidden} 张隐藏的工作表，没有读取"),) if hidden else ()
    return Content(tuple(blocks), remarks)


def _rows(
    values: Sequence[Sequence[object]], merged: list[tuple[tuple[int, int], tuple[int, int]]], number: int
) -> list[Row]:
    anchors = {
        (row, column): (top, left)
        for (top, left), (bottom, right) in merged
        for row in range(top, min(bottom, MOST_ROWS) + 1)
        for column in range(left, min(right, MOST_COLUMNS) + 1)
    }
    rows = []
    for r, line in enumerate(values):
        cells = []
        for c in range(len(line)):
            row, column = anchors.get((r, c), (r, c))
            place = Place(table=number, row=row + 1, column=column + 1)
            cells.append(GridCell(_shown(values[row][column]), place, (row, column) != (r, c)))
        rows.append(tuple(cells))
    return rows


def _shown(value: object) -> str:
    return figure(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

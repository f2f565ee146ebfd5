"""Spreadsheets: one worksheet, headings in merged rows, figures as numbers or as text."""

import io
import re
from random import Random

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sheet import Block, Placed, pieces, placed

_WIDTH = 10  # columns that a heading is merged over


def as_xlsx(blocks: list[Block], random: Random) -> bytes:
    """A spreadsheet; an empty row behind every heading and table."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    at = 1
    for block in blocks:
        if isinstance(block, str):
            page.cell(at, 1, block)
            page.merge_cells(start_row=at, start_column=1, end_row=at, end_column=_WIDTH)
            at += 1
            continue
        for piece in pieces(block):
            rows = placed(piece)
            for row in rows:
                for one in row:
                    _set(page, at, one, random)
                at += 1
            at += 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _set(page: Worksheet, row: int, one: Placed, random: Random) -> None:
    """Set one cell with its spans; a plain figure is a number half of the time."""
    if not one.down:
        return
    text, column = one.slot.text, one.column + 1
    value: str | int | float = text
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", text, re.ASCII) and random.random() < 0.5:
        value = float(text) if "." in text else int(text)
    if text:
        page.cell(row, column, value)
    if one.down > 1 or one.slot.across > 1:
        last_row, last_column = row + one.down - 1, column + one.slot.across - 1
        page.merge_cells(start_row=row, start_column=column, end_row=last_row, end_column=last_column)

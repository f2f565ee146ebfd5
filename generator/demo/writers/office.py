"""Word files and spreadsheets, written as the XML that they are: a library's own take ten times as long, and put the
time of day and their version in.

Members are stored, not compressed: zlib does not promise the same bytes on every machine, and this does.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import escape
from random import Random

from generator.demo.sheet import Block, Placed, Text, pieces, placed

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_WIDTH = 10  # columns of a spreadsheet that a heading or a paragraph is merged over


def as_docx(blocks: list[Block], random: Random) -> bytes:
    """A Word file: tables with gridSpan and vMerge, text in runs, one paragraph for each block."""
    body = "".join(
        _paragraph(block, bold=not isinstance(block, Text))
        if isinstance(block, str)
        else "".join(_word_table(placed(piece)) + _paragraph("") for piece in pieces(block))
        for block in blocks
    )
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return _package({"word/document.xml": (document, "wordprocessingml.document.main")}, "word/document.xml")


def _paragraph(text: str, bold: bool = False) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in text.split("\n"))
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f"<w:p><w:r>{weight}{lines}</w:r></w:p>" if text else "<w:p/>"


def _word_table(rows: list[list[Placed]]) -> str:
    trs = "".join(f"<w:tr>{''.join(map(_word_cell, row))}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid/>{trs}</w:tbl>"


def _word_cell(one: Placed) -> str:
    span = f'<w:gridSpan w:val="{one.slot.across}"/>' if one.slot.across > 1 else ""
    merge = '<w:vMerge w:val="restart"/>' if one.down > 1 else "" if one.down else "<w:vMerge/>"
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(one.slot.text)}</w:tc>"


def as_xlsx(blocks: list[Block], random: Random) -> bytes:
    """A spreadsheet of one worksheet: headings and text in merged rows, figures as numbers, an empty row between."""
    rows: list[str] = []
    merged: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            rows.append(_sheet_cell(1, len(rows) + 1, block))
            merged.append(f"A{len(rows)}:{_letter(_WIDTH)}{len(rows)}")
            continue
        for piece in pieces(block):
            for row in placed(piece):
                at = len(rows) + 1
                rows.append("".join(_sheet_cell(one.column + 1, at, one.slot.text) for one in row if one.down))
                merged.extend(_merges(row, at))
            rows.append("")
    data = "".join(f'<row r="{i}">{cells}</row>' for i, cells in enumerate(rows, start=1))
    merges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    page = f'<worksheet xmlns="{_SHEET}"><sheetData>{data}</sheetData><mergeCells>{merges}</mergeCells></worksheet>'
    book = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="年度报告" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts = {
        "xl/workbook.xml": (book, "spreadsheetml.sheet.main"),
        "xl/worksheets/sheet1.xml": (page, "spreadsheetml.worksheet"),
    }
    links = {"xl/_rels/workbook.xml.rels": _links("worksheet", "worksheets/sheet1.xml")}
    return _package(parts, "xl/workbook.xml", links)


def _sheet_cell(column: int, row: int, text: str) -> str:
    place = f"{_letter(column)}{row}"
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", text, re.ASCII):
        return f'<c r="{place}"><v>{text}</v></c>'
    return (
        f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text, quote=False)}</t></is></c>'
        if text
        else ""
    )


def _merges(row: list[Placed], at: int) -> Iterator[str]:
    for one in row:
        if one.down > 1 or (one.down and one.slot.across > 1):
            last = f"{_letter(one.column + one.slot.across)}{at + one.down - 1}"
            yield f"{_letter(one.column + 1)}{at}:{last}"


def _letter(column: int) -> str:
    """The name of a column among the first 26."""
    return chr(ord("A") + column - 1)


def _links(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_RELATIONS}">{one}</Relationships>'


def _package(parts: Mapping[str, tuple[str, str]], main: str, links: Mapping[str, str] | None = None) -> bytes:
    kinds = "".join(
        f'<Override PartName="/{name}" ContentType="{_KIND}.{kind}+xml"/>' for name, (_, kind) in parts.items()
    )
    of_links = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}">{of_links}{kinds}</Types>',
        "_rels/.rels": _links("officeDocument", main),
        **{name: text for name, (text, _) in parts.items()},
        **(links or {}),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        for name, text in members.items():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.create_system = 3  # else it tells on which system it was written
            package.writestr(member, _HEAD + text)
    return file.getvalue()

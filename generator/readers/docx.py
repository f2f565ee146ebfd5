"""Word files, read from their XML: cells with their spans, changes as accepted, hidden text left out."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lxml import etree

from generator.document import Block, Content, Grid, GridCell, Paragraph, Place, Remark, Row, join_split_tables
from generator.errors import Refusal
from generator.readers import package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MOST_COLUMNS, _MOST_ROWS = 60, 500
_BODY = "word/document.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META_PARTS = re.compile(r"(?P<core>docProps/core\.xml)|word/header\d*\.xml")
_MOST_HEADERS, _LONGEST_HEADER = 20, 200
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
# What holds no printed text: deletions, the old place of moved text, fields' code, drawings' fallbacks, properties.
_SKIPPED = frozenset(
    [f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "tblPr", "trPr", "tcPr")]
    + [f"{_W}sectPr", f"{_MC}Fallback"]
)


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of a Word file.

    Raises Refusal ``corrupt-file``, ``encrypted``, ``zip-bomb``, ``xml-entity`` or ``too-large``.
    """
    parts = package.parts(data, shown, "Word", _BODY)
    root = _xml(parts[_BODY], shown)
    body = root.find(f"{_W}body")
    if body is None:
        raise Refusal("corrupt-file", "Word 文件里没有正文", shown, "请用 Word 打开后另存为 .docx")
    reader = _Reader(shown)
    blocks = join_split_tables(list(reader.blocks(body)))
    remarks = []
    if next(root.iter(f"{_W}ins", f"{_W}del", f"{_W}moveTo"), None) is not None:
        remarks.append(Remark("tracked-changes", "文件里有修订记录，按全部接受后的样子读取"))
    if reader.hidden:
        remarks.append(Remark("hidden-text", f"文件里有 {reader.hidden} 处隐藏文字，没有读取"))
    return Content(blocks, tuple(remarks), tuple(_meta(parts)))


def _meta(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The file's title and what stands in its page headers: they may name the report where its text does not."""
    for name in sorted(parts):
        found = _META_PARTS.fullmatch(name)
        try:
            root = etree.fromstring(parts[name], _PARSER) if found else None
        except etree.XMLSyntaxError:
            continue
        if root is None or found is None:
            continue
        texts = root.iter(f"{_DC}title") if found["core"] else root.iter(f"{_W}p")
        for element in islice(texts, _MOST_HEADERS):
            text = "".join(element.itertext()).strip()
            if 0 < len(text) <= _LONGEST_HEADER:
                yield "title" if found["core"] else "header", text


def _xml(data: bytes, shown: str) -> Any:
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Refusal("corrupt-file", "Word 文件的内容损坏", shown, "请用 Word 打开后另存为 .docx") from error


class _Reader:
    """Walks one document; counts its tables and its hidden runs."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.tables = 0
        self.lines = 0
        self.hidden = 0

    def blocks(self, element: Any) -> Iterator[Block]:
        """Yield paragraphs and grids under ``element``; content controls and the like are seen through."""
        for child in element:
            if child.tag in _SKIPPED:
                continue
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            else:
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text = self._text(element)
        if text.strip():
            self.lines += 1
            yield Paragraph(text, Place(row=self.lines))
        for box in element.iter(f"{_W}txbxContent"):
            if not any(parent.tag in _SKIPPED for parent in box.iterancestors()):
                yield from self.blocks(box)

    def _table(self, table: Any) -> Iterator[Block]:
        if next(table.iterdescendants(f"{_W}tbl"), None) is not None:  # a frame around the real tables
            for cell in table.iter(f"{_W}tc"):
                if cell.getparent().getparent() is table:
                    yield from self.blocks(cell)
            return
        self.tables += 1
        rows: list[Row] = []
        above: dict[int, GridCell] = {}
        for number, tr in enumerate(table.iter(f"{_W}tr"), start=1):
            if number > _MOST_ROWS:
                raise Refusal("too-large", f"表格超过 {_MOST_ROWS} 行", self.shown, "请核对是不是年度报告")
            rows.append(self._row(tr, number, above))
        yield Grid(tuple(rows))

    def _row(self, tr: Any, number: int, above: dict[int, GridCell]) -> Row:
        cells: list[GridCell] = []

        def place() -> Place:
            return Place(table=self.tables, row=number, column=len(cells) + 1)

        for _ in range(_number(tr.find(f"{_W}trPr/{_W}gridBefore"), 0)):
            cells.append(GridCell("", place()))
        for tc in tr.iter(f"{_W}tc"):
            start, across = len(cells), _number(tc.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            merge = tc.find(f"{_W}tcPr/{_W}vMerge")
            if start + across > _MOST_COLUMNS:
                raise Refusal("too-large", f"表格超过 {_MOST_COLUMNS} 列", self.shown, "请核对是不是年度报告")
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue" and start in above:
                cell = above[start]._replace(merged=True)
            else:
                text = "\n".join(self._text(paragraph) for paragraph in tc.iter(f"{_W}p"))
                cell = GridCell(text.strip("\n"), place())
                above.pop(start, None)
                if merge is not None:
                    above[start] = cell
            cells.append(cell)
            cells.extend(cell._replace(merged=True) for _ in range(across - 1))
        return tuple(cells)

    def _text(self, paragraph: Any) -> str:
        """The text of one paragraph, without that of text boxes in it, which come after it on their own."""
        parts: list[str] = []

        def walk(node: Any) -> None:
            for child in node:
                tag = child.tag
                if tag in _SKIPPED or tag == f"{_W}txbxContent":
                    continue
                if tag == f"{_W}r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
                    self.hidden += bool("".join(child.itertext()).strip())
                elif tag == f"{_W}t":
                    parts.append(child.text or "")
                elif tag in (f"{_W}br", f"{_W}cr"):
                    parts.append("\n")
                elif tag == f"{_W}tab":
                    parts.append(" ")
                else:
                    walk(child)

        walk(paragraph)
        return "".join(parts)


def _number(element: Any, default: int) -> int:
    given = element.get(f"{_W}val", "") if element is not None else ""
    return min(int(given), _MOST_COLUMNS) if given.isascii() and given.isdigit() and len(given) < 6 else default

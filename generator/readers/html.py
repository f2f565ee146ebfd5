"""Web pages as saved from government sites: text in reading order, tables with their spans laid out.

Layout tables (those that hold other tables, or a single column) are only frames. Inline elements join without a
separator, because editors split a number over several of them; block elements and line breaks separate.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree, html

from generator.document import Block, Content, Grid, GridCell, Paragraph, Place, Row
from generator.errors import Refusal
from generator.normalize import tidy
from generator.readers.text import decode

_MOST_COLUMNS, _MOST_ROWS = 60, 500
_MOST_META, _LONGEST_META = 60, 300
# fmt: off
_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "head", "select", "option", "textarea", "button", "svg", "iframe",
    "object",
})
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
})
# fmt: on
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_FOLDED = re.compile(r"[\r\n\t ]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of a page.

    Raises Refusal ``encoding-error``, ``not-a-report``, ``corrupt-file`` or ``too-large``.
    """
    declared = _CHARSET.search(data)
    text = decode(data, shown, declared[1].decode("ascii").lower() if declared else None)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, remove_comments=True))
    except (etree.ParserError, ValueError) as error:
        raise Refusal("corrupt-file", "网页的结构读不了", shown, "请从原网页重新保存") from error
    blocks = tuple(_Page(shown).blocks(root))
    # libxml2 drops what is nested too deep without a word: a page that lost its tables must not pass for a short one.
    if text.lower().count("<table") and not any(isinstance(block, Grid) for block in blocks):
        raise Refusal("corrupt-file", "网页里有表格，却一张也没有读出", shown, "请从原网页重新保存")
    return Content(blocks, meta=tuple(_meta(root)))


def _meta(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What a page says of itself: its ``<meta name>`` elements and its ``<title>``, as far as they are short."""
    for element in islice(root.iter("meta", "title"), _MOST_META):
        name = "title" if element.tag == "title" else element.get("name") or ""
        text = (element.text or "") if element.tag == "title" else element.get("content") or ""
        if name and text.strip() and len(name) <= _LONGEST_META and len(text) <= _LONGEST_META:
            yield name.strip(), tidy(text)


class _Page:
    """Walks one page; counts its tables."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.tables = 0
        self.lines = 0

    def blocks(self, element: html.HtmlElement) -> Iterator[Block]:
        """Yield paragraphs and grids under ``element`` in reading order."""
        pending: list[str] = []
        for part in self._parts(element):
            if isinstance(part, str):
                pending.append(part)
                continue
            yield from self._paragraphs(pending)
            pending = []
            if part is not None:
                yield part
        yield from self._paragraphs(pending)

    def _paragraphs(self, pending: list[str]) -> Iterator[Paragraph]:
        text = "".join(pending)
        if text.strip():
            self.lines += 1
            yield Paragraph(text, Place(row=self.lines))

    def _parts(self, element: html.HtmlElement) -> Iterator[str | Grid | None]:
        """Yield text, grids, and None where a block begins or ends."""
        if _skipped(element):
            return
        if element.tag == "table" and not _frame(element):
            yield self._grid(element)
            return
        block = not _inline(element)
        if block:
            yield None
        if element.text:
            yield _flow(element.text)
        for child in element:
            yield from self._parts(child)
            if child.tail:
                yield _flow(child.tail)
        if block:
            yield None

    def _grid(self, table: html.HtmlElement) -> Grid:
        """Lay out the cells of ``table`` on a grid: a spanning cell is repeated, its repetitions marked merged."""
        self.tables += 1
        rows: list[Row] = []
        carried: dict[int, tuple[GridCell, int]] = {}  # column → (cell, rows still to fill) from row spans above
        for number, tr in enumerate(table.iter("tr"), start=1):
            if number > _MOST_ROWS:
                raise Refusal("too-large", f"表格超过 {_MOST_ROWS} 行", self.shown, "请核对是不是年度报告")
            rows.append(self._row(tr, number, carried))
        return Grid(tuple(rows))

    def _row(self, tr: html.HtmlElement, number: int, carried: dict[int, tuple[GridCell, int]]) -> Row:
        row: dict[int, GridCell] = {}
        for column, (cell, left) in list(carried.items()):
            row[column] = cell
            if left > 1:
                carried[column] = (cell, left - 1)
            else:
                del carried[column]
        column = 0
        for td in tr:
            if td.tag not in ("td", "th") or _skipped(td):
                continue
            while column in row:
                column += 1
            across, down = _span(td, "colspan"), _span(td, "rowspan")
            if column + across > _MOST_COLUMNS:
                raise Refusal("too-large", f"表格超过 {_MOST_COLUMNS} 列", self.shown, "请核对是不是年度报告")
            cell = GridCell(_cell_text(td), Place(table=self.tables, row=number, column=column + 1))
            copy = cell._replace(merged=True)
            for i in range(column, column + across):
                row[i] = cell if i == column else copy
                if down > 1:
                    carried[i] = (copy, down - 1)
            column += across
        blank = GridCell("", Place(table=self.tables, row=number))
        return tuple(row.get(i, blank) for i in range(max(row, default=-1) + 1))


def _skipped(element: html.HtmlElement) -> bool:
    tag, style = element.tag, element.get("style")
    if not isinstance(tag, str) or tag in _SKIPPED or element.get("hidden") is not None:
        return True
    return style is not None and _HIDDEN.search(style) is not None


def _inline(element: html.HtmlElement) -> bool:
    """Say whether an element stands in the line; Office's own (<o:p>, <st1:chmetcnv>) do, around parts of figures."""
    return element.tag in _INLINE or ":" in element.tag


def _frame(table: html.HtmlElement) -> bool:
    """Say whether a table only arranges the page: it holds another table, or all its rows have one cell."""
    if next(table.iterdescendants("table"), None) is not None:
        return True
    return all(sum(cell.tag in ("td", "th") for cell in tr) <= 1 for tr in table.iter("tr"))


def _span(td: html.HtmlElement, name: str) -> int:
    given = td.get(name)
    if given is None:
        return 1
    given = given.strip()
    return max(1, min(int(given), _MOST_ROWS)) if given.isascii() and given.isdigit() and len(given) < 10 else 1


def _flow(text: str) -> str:
    """Fold the line ends of the source, which mean nothing between elements."""
    return text if text.isalnum() else _FOLDED.sub(" ", text)


def _cell_text(element: html.HtmlElement) -> str:
    """The text of a cell: blocks on lines of their own; a raised mark in brackets, lest it join the figure."""
    if not len(element) and not _skipped(element):
        return _flow(element.text or "").strip()
    parts: list[str] = []

    def walk(node: html.HtmlElement) -> None:
        if _skipped(node):
            return
        raised = node.tag in ("sup", "sub")
        edge = "" if _inline(node) else "\n"
        parts.append("[" if raised else edge)
        if node.text:
            parts.append(_flow(node.text))
        for child in node:
            walk(child)
            if child.tail:
                parts.append(_flow(child.tail))
        parts.append("]" if raised else edge)

    walk(element)
    return re.sub(r" *\n[\n ]*", "\n", "".join(parts).replace("[]", "")).strip("\n ")

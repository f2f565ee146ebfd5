"""Web pages as saved from government sites: text in reading order, tables with their spans laid out.

Layout tables (those that hold other tables, or a single column) are only frames. Inline elements join without a
separator, because editors split a number over several of them; block elements and line breaks separate.
"""

import re
from collections.abc import Collection, Iterator
from itertools import groupby, islice
from typing import NamedTuple

from lxml import etree, html

from generator.document import Block, Content, Grid, GridCell, Paragraph, Place, Remark, Row
from generator.errors import Refusal
from generator.normalize import tidy
from generator.readers import marks
from generator.readers.styles import PLAIN, Look, Styles
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
    "label", "mark", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
})
# What shows something that is no text of the page.
_OBJECTS = frozenset({
    "audio", "button", "canvas", "embed", "iframe", "img", "input", "object", "select", "svg", "textarea", "video",
})
# fmt: on
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_FOLDED = re.compile(r"[\r\n\t ]+")
_ASIDE = frozenset({"raised", "unsure"})
_UNSEEN = frozenset({"gone", "blank"})
_IN_LINE = frozenset({"raised", "shifted"})  # what happens only to what stands in a line
_SHORT = 300  # characters: more than a page shows beside a report that it hides
_UNVEILED = Remark("hidden-text", "网页把正文设为不显示，多半由脚本打开，按显示的样子读取")
_DOT = re.compile(r"\s*0*1?(?:\.0+)?\s*(?:px)?\s*")  # the size of a picture that nobody sees


class _Seen(NamedTuple):
    """Whether letters show at some place of a page, by the styles around them (see Look)."""

    tiny: bool = False
    pale: bool = False
    ground: bool = False

    def within(self, look: Look) -> "_Seen":
        """The same inside an element that looks like this."""
        if look is PLAIN:
            return self
        told = zip(self, (look.tiny, look.pale, look.ground), strict=True)
        return _Seen(*(outer if inner is None else inner for outer, inner in told))

    @property
    def faint(self) -> bool:
        return self.tiny or (self.pale and not self.ground)


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of a page.

    Raises Refusal ``encoding-error``, ``not-a-report``, ``corrupt-file`` or ``too-large``.
    """
    declared = _CHARSET.search(data)
    text = decode(data, shown, declared[1].decode("ascii").lower() if declared else None)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    root = _tree(text, shown)
    styles = Styles(root)
    blocks = tuple(_Page(shown, styles).blocks(root))
    if "<table" not in text.lower() or _has_grid(blocks):
        return Content(blocks, meta=tuple(_meta(root)))
    return Content(_unveiled(root, styles, blocks, shown), (_UNVEILED,), tuple(_meta(root)))


def fragment(text: str, shown: str, tables: int) -> tuple[list[Block], int]:
    """Return the blocks of a piece of a page before which ``tables`` tables stand, and how many those are after it."""
    root = _tree(text, shown)
    page = _Page(shown, Styles(root))
    page.tables = tables
    return list(page.blocks(root)), page.tables


def _tree(text: str, shown: str) -> html.HtmlElement:
    try:
        return html.document_fromstring(text, parser=html.HTMLParser(no_network=True, remove_comments=True))
    except (etree.ParserError, ValueError) as error:
        raise Refusal("corrupt-file", "网页的结构读不了", shown, "请从原网页重新保存") from error


def _unveiled(root: html.HtmlElement, styles: Styles, seen: tuple[Block, ...], shown: str) -> tuple[Block, ...]:
    """The blocks of a page that shows none of its tables because one element around them all is hidden.

    Where almost nothing else is to be seen, a script shows it, and it is read as if it were shown. ``seen`` is what is
    to be seen without.
    """
    around = [set(table.iterancestors()) for table in root.iter("table")]
    shared = set.intersection(*around) if around else set()
    veils = {one for one in shared if not _UNSEEN.isdisjoint(styles.of(one).effects)}
    if not veils:  # libxml2 drops what is nested too deep without a word: such a page must not pass for a short one
        raise Refusal("corrupt-file", "网页里有表格，却一张也没有读出", shown, "请从原网页重新保存")
    rest = sum(len(block.text) for block in seen if isinstance(block, Paragraph))
    blocks = tuple(_Page(shown, styles, veils).blocks(root)) if rest <= _SHORT else ()
    if not _has_grid(blocks):
        raise Refusal("corrupt-file", "网页里的表格都设为不显示，没有读取", shown, "请核对原网页，保存看得到表格的样子")
    return blocks


def _has_grid(blocks: tuple[Block, ...]) -> bool:
    return any(isinstance(block, Grid) for block in blocks)


def _meta(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """What a page says of itself: its ``<meta name>`` elements and its ``<title>``, as far as they are short."""
    for element in islice(root.iter("meta", "title"), _MOST_META):
        name = "title" if element.tag == "title" else element.get("name") or ""
        text = (element.text or "") if element.tag == "title" else element.get("content") or ""
        if name and text.strip() and len(name) <= _LONGEST_META and len(text) <= _LONGEST_META:
            yield name.strip(), tidy(text)


class _Page:
    """Walks one page; counts its tables."""

    def __init__(self, shown: str, styles: Styles, veils: Collection[html.HtmlElement] = ()) -> None:
        self.shown = shown
        self.styles = styles
        self.veils = veils  # elements to be read although they are hidden
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
        if self._skipped(element):
            return
        if element.tag == "table" and not _frame(element):
            yield self._grid(element)
            return
        look = self._look(element)
        block = not _inline(element) or "apart" in look.effects
        aside = bool(look.effects & _ASIDE) or "shifted" in look.effects or _Seen().within(look).faint
        marked = "struck" in look.effects or (aside and not block)
        if marked and next(element.iter("table"), None) is None:
            text = marks.aside(
                self._cell_text(element, look, _Seen())
            )  # in running text there is always something beside it
            yield from (None, text, None) if block else (text,)
            return
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
        outside = [self._look(one) for one in (table, *table.iterancestors())]
        struck = frozenset(effect for look in outside for effect in look.effects if effect == "struck")
        # Sizes and colours around a whole table part no figure from another: that of letters counts from its rows on.
        around = _Seen(ground=next((look.ground for look in outside if look.ground is not None), False))
        for number, tr in enumerate(table.iter("tr"), start=1):
            if number > _MOST_ROWS:
                raise Refusal("too-large", f"表格超过 {_MOST_ROWS} 行", self.shown, "请核对是不是年度报告")
            body, look = self._look(tr.getparent()), self._look(tr)
            effects = look.effects | body.effects | struck
            seen = (around if tr.getparent() is table else around.within(body)).within(look)
            if "gone" not in effects:
                rows.append(self._row(tr, number, carried, effects, seen))
        return Grid(tuple(rows))

    def _row(
        self,
        tr: html.HtmlElement,
        number: int,
        carried: dict[int, tuple[GridCell, int]],
        effects: frozenset[str],
        seen: _Seen,
    ) -> Row:
        """Lay out one row; ``effects`` and ``seen`` are what the styles around its cells do to them all."""
        row: dict[int, GridCell] = {}
        for column, (cell, left) in list(carried.items()):
            row[column] = cell
            if left > 1:
                carried[column] = (cell, left - 1)
            else:
                del carried[column]
        column = 0
        for td in tr:
            if td.tag not in ("td", "th") or "gone" in (look := self._look(td)).effects:
                continue
            while column in row:
                column += 1
            across, down = _span(td, "colspan"), _span(td, "rowspan")
            if column + across > _MOST_COLUMNS:
                raise Refusal("too-large", f"表格超过 {_MOST_COLUMNS} 列", self.shown, "请核对是不是年度报告")
            text = "" if "blank" in effects else _applied(self._cell_text(td, look, seen), effects)
            cell = GridCell(text, Place(table=self.tables, row=number, column=column + 1))
            copy = cell._replace(merged=True)
            for i in range(column, column + across):
                row[i] = cell if i == column else copy
                if down > 1:
                    carried[i] = (copy, down - 1)
            column += across
        blank = GridCell("", Place(table=self.tables, row=number))
        return tuple(row.get(i, blank) for i in range(max(row, default=-1) + 1))

    def _look(self, element: html.HtmlElement) -> Look:
        """What the styles do to the text of ``element``; only what stands in a line can be raised."""
        look = self.styles.of(element)
        if not look.effects or _inline(element):
            return look
        return look._replace(effects=look.effects - _IN_LINE)

    def _skipped(self, element: html.HtmlElement) -> bool:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return True
        return not _UNSEEN.isdisjoint(self.styles.of(element).effects) and element not in self.veils

    def _cell_text(self, element: html.HtmlElement, look: Look, seen: _Seen) -> str:
        """The text of a cell: blocks on lines of their own, what is no part of a figure marked as such.

        ``look`` is its own, ``seen`` tells whether letters show where it stands.
        """
        seen = seen.within(look)
        if not len(element) and not look.effects and not seen.faint:
            return marks.settled(_flow(element.text or "").strip())
        parts: list[str] = []

        def walk(node: html.HtmlElement, look: Look, seen: _Seen) -> None:
            if node.tag in _OBJECTS and _is_shown(node, look):
                parts.append(marks.OBJECT)
            if node.tag in _SKIPPED or not _UNSEEN.isdisjoint(look.effects):
                return
            apart = "apart" in look.effects and not look.effects & _ASIDE
            edge = "" if _inline(node) and not apart else "\n"
            parts.append(edge)
            start = len(parts)
            flow = _faint if seen.faint else _flow
            if node.text:
                parts.append(flow(node.text))
            for child in node:
                if isinstance(child.tag, str):
                    own = self._look(child)
                    walk(child, own, seen if own is PLAIN else seen.within(own))
                if child.tail:
                    parts.append(flow(child.tail))
            if look.effects:
                parts[start:] = _marked(parts[start:], node, look.effects)
            parts.append(edge)

        walk(element, look, seen)
        return re.sub(r" *\n[\n ]*", "\n", marks.settled(_joined(parts))).strip("\n ")


class _Shifted(str):
    """A piece of a cell's text off the line; ``level`` is the same for all that stand equally high."""

    level = ""


def _marked(parts: list[str], node: html.HtmlElement, effects: frozenset[str]) -> list[str]:
    """The parts of ``node`` as its styles leave them."""
    if "struck" in effects or effects & _ASIDE:
        return [_applied(_joined(parts), effects)]
    if "shifted" not in effects:
        return parts
    shifted = [_Shifted(part) for part in parts]
    for piece, part in zip(shifted, parts, strict=True):
        piece.level = f"{node.get('style')} {node.get('class')} {node.get('id')} {_level(part)}"
    return list(shifted)


def _joined(parts: list[str]) -> str:
    """The text of all parts; where they stand on different levels, those off the line are marked as no part of it."""
    text = "".join(parts)
    if not any(isinstance(part, _Shifted) for part in parts):
        return text
    if len({_level(part) for part in parts if part.strip()}) <= 1:
        return text
    runs = ((level, "".join(run)) for level, run in groupby(parts, _level))
    return "".join(marks.aside(run) if level else run for level, run in runs)


def _level(part: str) -> str:
    return part.level if isinstance(part, _Shifted) else ""


def _is_shown(thing: html.HtmlElement, look: Look) -> bool:
    """Say whether a picture, a form field or the like shows anything: some are hidden, some too small to see."""
    if not _UNSEEN.isdisjoint(look.effects) or "flat" in look.effects:
        return False
    if thing.tag == "input" and (thing.get("type") or "").strip().lower() == "hidden":
        return False
    sizes = [thing.get("width"), thing.get("height")] if thing.tag == "img" else [None]
    return not all(size is not None and size.strip() and _DOT.fullmatch(size) for size in sizes)


def _applied(text: str, effects: frozenset[str]) -> str:
    """What the styles leave of ``text``: a raised mark in brackets, lest it join the figure, and so on."""
    if "struck" in effects:
        return marks.struck(text)
    return marks.aside(text) if effects & _ASIDE else text


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
    if not (given.isascii() and given.isdigit()):
        return 1
    return max(1, min(int(given.lstrip("0")[:9] or 0), _MOST_ROWS))  # nine digits are more than enough


def _flow(text: str) -> str:
    """Fold the line ends of the source, which mean nothing between elements."""
    return text if text.isalnum() else _FOLDED.sub(" ", text)


def _faint(text: str) -> str:
    """What nobody may see: in brackets, lest it join a figure."""
    return marks.aside(_flow(text))

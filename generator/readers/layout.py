"""From marks on a page to rows and paragraphs: what printed pages and pictures of pages have in common.

Nothing here knows PDF or recognition: it takes glyphs and ruled cells, each with its box in points from the page's
upper left corner, and gives blocks. What cannot be laid out surely gets a form that the parser will not believe.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from generator.document import Block, Grid, GridCell, Paragraph, Place, Row
from generator.normalize import plain

_SNAP = 1.5  # points by which the ends of one rule may differ
_WIDE = 1.0  # times the glyphs' size: a gap that parts two fields of a line
_GAP = 0.3  # times the size: a gap that is a space
_RAISED = 0.75  # a glyph smaller than this beside its neighbours is a note mark, not a digit of the figure
_SAME_SIZE = 0.25  # share by which type of one size may seem to differ on a scan
_OVERLAP = 0.5  # share of a glyph that another one covers: printed over one another, neither can be read
_FIGURE = re.compile(r"[+-]?[0-9][0-9,.]*|/|-|—")
_PAGE_NUMBER = re.compile(r"[-—–·]?\s*(?:第\s*)?\d{1,3}\s*页?(?:\s*[/,，]?\s*共?\s*\d{1,3}\s*页?)?\s*[-—–·]?")
_HAN = re.compile(r"[\u2018-\u201f\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_MARGIN = 0.12  # share of a page's height, at either end, where page numbers stand
_SPOILT = "\ufffd"
_ITEM = re.compile(r"[一二三四五六七八九十]{1,3}、")  # the heading of a section begins a paragraph
_TOGETHER = 3  # lines that end at one place: no accident
_SHIFTED = 0.12  # times the size: a digit that stands so much higher or lower than the one before it
_TOUCH = 0.08  # times the size: glyphs nearer than this are of one word


class Box(NamedTuple):
    """A rectangle; ``top`` is above ``bottom``."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        return max(self.x1 - self.x0, 0) * max(self.bottom - self.top, 0)

    def holds(self, point: tuple[float, float]) -> bool:
        return self.x0 <= point[0] <= self.x1 and self.top <= point[1] <= self.bottom


class Mark(NamedTuple):
    """A piece of text on the page: a glyph, or a line that was recognised. ``size`` is the height of its type."""

    text: str
    box: Box
    size: float


class TextLine(NamedTuple):
    """One line of text, its pieces parted at wide gaps."""

    pieces: tuple[str, ...]
    box: Box
    size: float

    @property
    def text(self) -> str:
        return _joined(self.pieces)


def text_lines(marks: Iterable[Mark]) -> list[TextLine]:
    """Return the lines that ``marks`` stand in, from top to bottom.

    A note mark (raised, smaller) is put in brackets; marks printed over one another make the piece unreadable.
    """
    given = list(marks)
    spaces = [mark.box for mark in given if mark.text and not mark.text.strip()]
    return [_line(row, spaces) for row in _lines(given)]


def _lines(marks: Iterable[Mark]) -> list[list[Mark]]:
    """The marks that stand on one line, from left to right; lines from top to bottom."""
    rows: list[list[Mark]] = []
    for mark in sorted((mark for mark in marks if mark.text.strip()), key=lambda mark: mark.box.centre[1]):
        if rows and mark.box.centre[1] - rows[-1][0].box.centre[1] < 0.5 * max(rows[-1][0].size, mark.size):
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return [sorted(row, key=lambda mark: mark.box.x0) for row in rows]


def _line(marks: Sequence[Mark], spaces: Sequence[Box] = ()) -> TextLine:
    size = max(mark.size for mark in marks)
    pieces: list[str] = []
    before: Mark | None = None
    for mark in marks:
        text = mark.text if mark.size >= _RAISED * size else f"[{mark.text}]"
        gap = mark.box.x0 - before.box.x1 if before else 0.0
        of_figure = before is not None and mark.text[-1:].isdigit() and before.text[-1:].isdigit()
        if before is None or gap > _WIDE * size:
            pieces.append(text)
        elif gap < -_OVERLAP * min(mark.box.x1 - mark.box.x0, before.box.x1 - before.box.x0):
            pieces[-1] += _SPOILT + text
        elif gap > _GAP * size or (of_figure and gap > _TOUCH * size and _holds_one(before, mark, spaces)):
            pieces[-1] = _joined((pieces[-1], text))
        elif of_figure and mark.size == before.size and abs(mark.box.bottom - before.box.bottom) > _SHIFTED * size:
            pieces[-1] += _SPOILT + text  # off the line, and no smaller: a power, or a slip
        else:
            pieces[-1] += text
        before = mark
    return TextLine(tuple(pieces), _around([mark.box for mark in marks]), size)


def _holds_one(left: Mark, right: Mark, spaces: Sequence[Box]) -> bool:
    """Say whether a space stands between two marks: 7 9157 is not 79157, however narrow the font's space is."""
    top, bottom = min(left.box.top, right.box.top), max(left.box.bottom, right.box.bottom)
    between = Box(left.box.x1 - _TOUCH * left.size, top, right.box.x0 + _TOUCH * left.size, bottom)
    return any(between.holds(space.centre) for space in spaces)


def _joined(pieces: Iterable[str]) -> str:
    """Join pieces of one line: a gap between two Chinese characters is only spacing, any other is a space."""
    joined = ""
    for piece in pieces:
        tight = not joined or (_HAN.match(joined[-1]) and _HAN.match(piece[:1]))
        joined += piece if tight else f" {piece}"
    return joined


class Table(NamedTuple):
    """A ruled table as it stands on its page: its ruled cells, and what is printed inside its outline."""

    cells: Sequence[Box]
    marks: Sequence[Mark]
    page: int
    number: int

    @property
    def columns(self) -> list[float]:
        """Where its columns begin and end."""
        return _edges(edge for cell in self.cells for edge in (cell.x0, cell.x1))


def grid(table: Table, columns: Sequence[float] = ()) -> Grid:
    """Return the Grid of one ruled table, on ``columns`` where other parts of it, on other pages, show more of them.

    A place that no ruled cell covers (a rule was not drawn) is a cell of its own, so that nothing printed is lost.
    """
    cells = table.cells
    xs = columns or table.columns
    ys = _edges(edge for cell in cells for edge in (cell.top, cell.bottom))
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for cell in cells:
        top, left = _nearest(ys, cell.top), _nearest(xs, cell.x0)
        bottom, right = _nearest(ys, cell.bottom), _nearest(xs, cell.x1)
        for slot in ((r, c) for r in range(top, bottom) for c in range(left, right)):
            owner.setdefault(slot, (top, left))
    held: dict[tuple[int, int], list[Mark]] = {}
    for mark in table.marks:
        x, y = mark.box.centre
        slot = (_between(ys, y), _between(xs, x))
        held.setdefault(owner.get(slot, slot), []).append(mark)
    texts = {slot: "\n".join(line.text for line in text_lines(inside)) for slot, inside in held.items()}
    rows: list[Row] = []
    for r in range(len(ys) - 1):
        first = [owner.get((r, c), (r, c)) for c in range(len(xs) - 1)]
        rows.append(
            tuple(
                GridCell(
                    texts.get(slot, ""),
                    Place(table.page, table.number, row=slot[0] + 1, column=slot[1] + 1),
                    slot != (r, c),
                )
                for c, slot in enumerate(first)
            )
        )
    return Grid(tuple(rows))


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _between(edges: Sequence[float], value: float) -> int:
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


class PageText(NamedTuple):
    """A line of running text, where it stands, the outline of all running text of its page, and that of the page."""

    line: TextLine
    place: Place
    frame: Box
    outline: Box


def page(
    number: int, outline: Box, tables: Sequence[Sequence[Box]], marks: Iterable[Mark], cut: Sequence[Box] = ()
) -> list[Table | PageText]:
    """Return what stands on a page from top to bottom: its tables, and its lines without the page number.

    ``tables`` are the ruled cells of each table, from top to bottom; ``cut`` those that one may not see all of. What
    stands off the page is not read, but spoils the figure that it is the rest of.
    """
    frames = [_around(cells) for cells in tables]
    inside: list[list[Mark]] = [[] for _ in tables]
    loose: list[list[Mark]] = [[] for _ in range(len(tables) + 1)]  # above each table, and below the last one
    for mark in _spoilt_where_torn(marks, outline, [cell for cells in tables for cell in cells], cut):
        point = mark.box.centre
        home = next((i for i, frame in enumerate(frames) if frame.holds(point)), None)
        if home is not None:
            inside[home].append(mark)
        else:
            loose[sum(frame.top < point[1] for frame in frames)].append(mark)
    parts = [[line for line in text_lines(part) if not _is_page_number(line, outline)] for part in loose]
    printed = [line.box for part in parts for line in part]
    text_frame = _around(printed) if printed else outline
    found: list[Table | PageText] = []
    for i, part in enumerate(parts):
        found.extend(
            PageText(line, Place(page=number, line=len(found) + count), text_frame, outline)
            for count, line in enumerate(part, start=1)
        )
        if i < len(tables):
            found.append(Table(tables[i], inside[i], number, i + 1))
    return found


def _spoilt_where_torn(marks: Iterable[Mark], outline: Box, cells: Sequence[Box], cut: Sequence[Box]) -> Iterator[Mark]:
    """Yield the marks of a page; where a rule or the page's edge parts glyphs that touch, both are marked unreadable.

    A figure too wide for its cell runs into the next one, or off the page: what is left of it is another figure.
    """
    given = list(marks)
    yield from (mark for mark in given if not mark.text.strip())
    for line in _lines(given):
        torn = _torn(line, outline, cells)
        for i, mark in enumerate(line):
            point = mark.box.centre
            if outline.holds(point):
                spoilt = i in torn or any(cell.holds(point) for cell in cut)
                yield mark._replace(text=_SPOILT + mark.text) if spoilt else mark


def _torn(line: Sequence[Mark], outline: Box, cells: Sequence[Box]) -> set[int]:
    """Which figures of a line stand at a break: the next one touches them, and is in another cell or off the page."""
    top, bottom = (edge(mark.box.centre[1] for mark in line) for edge in (min, max))
    beside = [cell for cell in cells if cell.top <= bottom and top <= cell.bottom]
    edges = sorted({edge for box in (outline, *beside) for edge in (box.x0, box.x1)})
    columns = [bisect_right(edges, mark.box.centre[0]) for mark in line]
    torn = {i for i, mark in enumerate(line) if mark.box.x0 < outline.x0 or mark.box.x1 > outline.x1}
    for i, (left, right) in enumerate(pairwise(line)):
        if _HAN.match(left.text) or _HAN.match(right.text):
            continue  # a label may fill its cell to the rule
        free = columns[i] == columns[i + 1] or right.box.x0 - left.box.x1 >= _TOUCH * right.size
        if not free and _home(left, outline, beside) != _home(right, outline, beside):
            torn |= {i, i + 1}
    return torn


def _home(mark: Mark, outline: Box, cells: Sequence[Box]) -> Box | None:
    """The cell that a mark stands in, else the page; None off it."""
    return next((box for box in (*cells, outline) if box.holds(mark.box.centre)), None)


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.top for box in boxes),
        max(box.x1 for box in boxes),
        max(box.bottom for box in boxes),
    )


def _is_page_number(line: TextLine, outline: Box) -> bool:
    """Say whether a line at the head or the foot of a page is nothing but its number."""
    return is_outer(line, outline) and _PAGE_NUMBER.fullmatch(plain(line.text).strip()) is not None


def is_outer(line: TextLine, outline: Box) -> bool:
    """Say whether a line stands at the head or the foot of its page."""
    height = outline.bottom - outline.top
    return not height * _MARGIN < line.box.centre[1] - outline.top < height * (1 - _MARGIN)


def blocks(parts: Iterable[Table | PageText]) -> Iterator[Block]:
    """Yield the blocks of all pages; lines are joined as far as indents and line ends show that they belong together.

    A line with figures behind wide gaps may be a row of a table without rules: its pieces become paragraphs of their
    own, which the parser takes for a row only where labels and sums bear it out.
    """
    held: Paragraph | None = None
    before: PageText | None = None
    for part in _framed(list(parts)):
        if held and isinstance(part, PageText) and before and _goes_on(before, part):
            held = held._replace(text=_joined((held.text, part.line.text)))
            before = part
            continue
        if held:
            yield held
        held = before = None
        if isinstance(part, Grid):
            yield part
            continue
        pieces = part.line.pieces
        if len(pieces) > 1 and all(_FIGURE.fullmatch(plain(piece)) for piece in pieces[1:]):
            yield from (Paragraph(piece, part.place) for piece in pieces)
        else:
            held, before = Paragraph(part.line.text, part.place), part
    if held:
        yield held


def _framed(parts: Sequence[Table | PageText]) -> Iterator[Grid | PageText]:
    """Yield the tables as grids, on the columns of all pages that they stand on, and lines in the document's frame."""
    frame = _frame([part for part in parts if isinstance(part, PageText)])
    runs: list[list[Table]] = []
    for part in parts:
        if isinstance(part, PageText):
            runs.append([])
        elif runs and runs[-1] and _broken_by_page(runs[-1][-1], part):
            runs[-1].append(part)
        else:
            runs.append([part])
    texts = iter(part for part in parts if isinstance(part, PageText))
    for run in runs:
        if not run:
            text = next(texts)
            yield text._replace(frame=frame(text))
        columns = _edges(edge for table in run for edge in table.columns)
        yield from (grid(table, columns) for table in run)


def _broken_by_page(above: Table, below: Table) -> bool:
    """Say whether two tables with nothing between them are one that goes on overleaf.

    They end together at the right. At the left one of them may lack a column: a label merged over many rows, and
    broken by the page end, has no rules on the pages that it only runs through.
    """
    if above.page == below.page or abs(above.columns[-1] - below.columns[-1]) > _SNAP:
        return False
    return any(
        min(abs(whole - part.columns[0]) for whole in other.columns) <= _SNAP
        for part, other in ((above, below), (below, above))
    )


def _frame(texts: Sequence[PageText]) -> Callable[[PageText], Box]:
    """Return what tells the frame that a line had to keep to.

    A page tells it by itself where several lines end together at the right; else the whole document does, and if not
    even that, its margins are taken for equally wide: the widest of a few short lines is not a full one.
    """
    pages: dict[int, list[PageText]] = {}
    for text in texts:
        pages.setdefault(text.place.page, []).append(text)
    told = {page for page, lines in pages.items() if _end_together(lines)}
    shared = _around([lines[0].frame for lines in pages.values()]) if pages else None
    sure = _end_together(texts)

    def frame(text: PageText) -> Box:
        if text.place.page in told or shared is None:
            return text.frame
        edge = text.outline.x1 - (shared.x0 - text.outline.x0)
        return shared if sure else shared._replace(x1=max(shared.x1, edge))

    return frame


def _end_together(texts: Sequence[PageText]) -> bool:
    right = max((text.line.box.x1 for text in texts), default=0.0)
    return sum(text.line.box.x1 > right - text.line.size for text in texts) >= _TOGETHER


def _goes_on(before: PageText, after: PageText) -> bool:
    size = before.line.size
    full = before.line.box.x1 > before.frame.x1 - 1.5 * size
    flush = after.line.box.x0 < after.frame.x0 + size
    near = before.place.page != after.place.page or after.line.box.top - before.line.box.bottom < 2.5 * size
    item = _ITEM.match(after.line.text) is not None
    return full and flush and near and not item and abs(size - after.line.size) < _SAME_SIZE * size

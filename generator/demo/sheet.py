"""A report as a clerk sees it: headings, and the statutory tables as cells that span columns and rows.

Every writer prints from here, and the tests' quirks spoil what is here. Labels and geometry come from the form.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from generator.form import Form, Item, Table, load_form

Value = int | Decimal | None  # a figure; None is printed as nothing


class Slot(NamedTuple):
    """One cell: ``across`` columns wide; ``merged`` goes on with the cell above it. ``fact`` is what it holds."""

    text: str
    across: int = 1
    merged: bool = False
    fact: str | None = None
    label: bool = False


class Line(NamedTuple):
    """One row: ``path`` is the table and row that its figures belong to, None for headers. No slots: a gap."""

    slots: list[Slot]
    path: str | None = None


class Placed(NamedTuple):
    """A slot on the grid: its first column, and how many rows it spans; 0 where it goes on with the cell above."""

    slot: Slot
    column: int
    down: int


class Text(str):
    """A paragraph of running text; any other string among the blocks is a heading."""

    __slots__ = ()


Block = str | list[Line]


def lay_out(form: Form, cells: Mapping[str, Value], title: str, collapsed: bool) -> list[Block]:
    """Return the report as headings and tables, in statutory order; ``cells`` must hold every figure of the form.

    With ``collapsed``, groups of rows that may be one row are one.
    """
    blocks: list[Block] = [title]
    for section in form.sections:
        blocks.append(section.label)
        if section.tables:
            blocks.append(sheet(form, section.tables, cells, collapsed))
    return blocks


def sheet(form: Form, tables: tuple[str, ...], cells: Mapping[str, Value], collapsed: bool) -> list[Line]:
    """Return the ``tables`` of one section, one below the other, filled with ``cells``."""
    return [
        line._replace(slots=[slot._replace(text=show(cells[slot.fact])) if slot.fact else slot for slot in line.slots])
        for line in _blank_sheet(form.id, tables, collapsed)
    ]


@lru_cache(maxsize=64)
def _blank_sheet(form_id: str, tables: tuple[str, ...], collapsed: bool) -> list[Line]:
    form = load_form(form_id)
    found = [form.table(key) for key in tables]
    width = max(_labels(table) + len(table.column_leaves) for table in found)
    return [line for table in found for line in _table(table, width, collapsed)]


def pieces(lines: list[Line]) -> Iterator[list[Line]]:
    """The tables that ``lines`` make: a gap ends one."""
    piece: list[Line] = []
    for line in [*lines, Line([])]:
        if line.slots:
            piece.append(line)
        elif piece:
            yield piece
            piece = []


def placed(piece: list[Line]) -> list[list[Placed]]:
    """Every slot of a table with its place; one that goes on with nothing above it is a cell of its own."""
    rows: list[list[Placed]] = []
    for line in piece:
        above = {cell.column: cell for cell in rows[-1]} if rows else {}
        row: list[Placed] = []
        column = 0
        for slot in line.slots:
            over = above.get(column)
            joined = slot.merged and over is not None and over.slot.across == slot.across and _spans(over.slot)
            row.append(Placed(slot, column, 0 if joined else 1))
            column += slot.across
        rows.append(row)
    return [[cell._replace(down=_down(rows, i, cell)) for cell in row] for i, row in enumerate(rows)]


def _spans(slot: Slot) -> bool:
    return slot.merged or slot.label


def _down(rows: list[list[Placed]], i: int, cell: Placed) -> int:
    if not cell.down:
        return 0
    down = 1
    while i + down < len(rows) and any(one.column == cell.column and not one.down for one in rows[i + down]):
        down += 1
    return down


def _labels(table: Table) -> int:
    """How many columns hold labels of rows."""
    return _depth(table.rows) if table.row_leaves[0].item.label else 0


def _table(table: Table, width: int, collapsed: bool) -> Iterator[Line]:
    """The rows of ``table``; where its sheet is wider the last column is stretched, as the form prints it."""
    labels = _labels(table)
    stretch = width - labels - len(table.column_leaves)
    if table.label != table.title:
        yield Line([Slot(table.label, width, label=True)])
    levels: list[list[Slot]] = [[] for _ in range(_depth(table.columns))]
    _head(table.columns, 0, levels)
    if table.spanner:
        levels.insert(0, [Slot(table.spanner, len(table.column_leaves), label=True)])
    for i, level in enumerate(levels):
        corner = [Slot(table.corner if i == 0 else "", labels, merged=i > 0, label=True)] if labels else []
        yield _stretched(Line(corner + level), stretch)
    for line in _body(table, table.rows, (), [], labels, collapsed):
        yield _stretched(line, stretch)


def _stretched(line: Line, by: int) -> Line:
    last = line.slots[-1]
    return line._replace(slots=[*line.slots[:-1], last._replace(across=last.across + by)])


def _head(items: tuple[Item, ...], level: int, levels: list[list[Slot]]) -> None:
    for item in items:
        levels[level].append(Slot(item.label, _width(item), label=True))
        if item.items:
            _head(item.items, level + 1, levels)
        else:
            for deeper in levels[level + 1 :]:
                deeper.append(Slot("", merged=True))


def _body(
    table: Table, items: tuple[Item, ...], trail: tuple[Item, ...], lead: list[Slot], labels: int, collapsed: bool
) -> Iterator[Line]:
    for item in items:
        here = (*trail, item)
        path = f"{table.key}/" + ".".join(part.key for part in here)
        if item.items and not (collapsed and item.collapsible):
            below = [*lead, Slot(item.label, label=True)]
            yield from _body(table, item.items, here, below, labels, collapsed)
        else:
            own = [Slot(item.label, labels - len(trail), label=True)] if labels else []
            facts = [f"{path}/{column.path}" for column in table.column_leaves]
            yield Line([*lead, *own, *(Slot("", fact=fact) for fact in facts)], path)
        lead = [Slot("", merged=True) for _ in lead]


def _depth(items: tuple[Item, ...]) -> int:
    return 1 + max((_depth(item.items) for item in items if item.items), default=0)


def _width(item: Item) -> int:
    return sum(_width(child) for child in item.items) or 1


def show(value: Value) -> str:
    """A figure as printed."""
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)


def flat(text: str) -> str:
    """A cell's text for layouts whose cells cannot hold a line break."""
    return text.replace("\n", "")

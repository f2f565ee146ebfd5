"""From rows to cells: the rows of one table laid under its columns, checked against one another, read as figures.

A row that is there twice with different figures, or does not show which field belongs where, gives None and a notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from generator.align import Line, RowSum, align, row_sums
from generator.document import GridCell, Place
from generator.form import Fact, Leaf, Table
from generator.normalize import number, tidy
from generator.report import Cell, Leftover, Notice

_EVEN_ROWS = 5  # so many rows of one width are no accident


class RowRead(NamedTuple):
    """One row of figures: which row of the table it is, its fields, and where it stands."""

    leaf: Leaf
    line: Line
    place: Place

    @property
    def values(self) -> list[GridCell]:
        return self.line.values


@dataclass
class TableRead:
    """All that was seen of one table before it is settled."""

    table: Table
    rows: dict[str, list[RowRead]] = field(default_factory=dict)
    order: tuple[Leaf, ...] | None = ()
    named: set[str] = field(default_factory=set)
    headed: bool = False  # whether a header that can be this table's was seen
    last: Leaf | None = None
    units: dict[str, str] = field(default_factory=dict)  # columns whose figures the file gives in another unit
    told: set[str] = field(default_factory=set)  # columns whose header gives the form's own unit
    noted: dict[str, str] = field(default_factory=dict)  # columns with another unit in a note beside the table
    strange: Place | None = None  # where rows stood under a header that nobody can read


@dataclass
class TablesRead:
    """The tables of a report: cells by fact path, what was not understood, and what to know about the reading."""

    cells: dict[str, Cell] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def settle(read: TableRead, result: TablesRead) -> None:
    """Turn the rows of one table into cells."""
    table = read.table
    read.units.update((path, said) for path, said in read.noted.items() if path not in read.told)
    if read.strange and not read.rows:
        message = f"表格「{table.title}」的列名与法定格式不同，分不清哪一列是哪一项，没有采用"
        result.notices.append(Notice(code="column-order", message=message, place=str(read.strange)))
    if not read.rows:
        message = f"表格「{table.title}」只有表头，读不到数字" if read.named else f"没有找到表格「{table.title}」"
        result.notices.append(Notice(code="table-missing", message=message))
        return
    lost = _lost_column(table, read.named)
    if lost or read.order is None:
        read.order = None
        why = f"列名里没有「{lost.label}」" if lost else "列名与法定格式不同，分不清哪一列是哪一项"
        result.notices.append(Notice(code="column-order", message=f"表格「{table.title}」的{why}，整张表没有采用"))
    for path, said in read.units.items():
        name, due = table.column(path).item.name.partition("（")[0], table.unit_of(table.column(path))
        message = f"「{name}」文件里的单位写的是「{said}」，格式规定的是「{due}」：不换算，这一栏没有采用"
        result.notices.append(Notice(code="unit-conflict", message=message))
    _drop_subtotals(read, result)
    layout = _Layout.of(read)
    for leaf in (*table.row_leaves, *table.collapsible_rows):
        rows = read.rows.get(leaf.path, [])
        if rows:
            _settle_row(read, layout, leaf, rows, result)
        elif not leaf.item.collapsible and not _inside_collapsed(leaf, read):
            message = f"表格「{table.title}」里没有找到「{leaf.label or table.title}」这一行"
            result.notices.append(Notice(code="row-missing", fact=f"{table.key}/{leaf.path}", message=message))


def _lost_column(table: Table, named: set[str]) -> Leaf | None:
    """Return a column that no header names though they name another one of its group.

    The last one may go unnamed (seed 000), a total may stand apart from the rest (seed 003), and a whole group may
    be missing: its header may be broken beyond recognition.
    """
    leaves = table.column_leaves
    totals = {leaf.path for leaf in leaves if leaf.item.total}
    groups = {path.rpartition(".")[0] for path in named - totals}
    unnamed = (leaf for leaf in leaves[:-1] if leaf.path not in named)
    return next((leaf for leaf in unnamed if leaf.path.rpartition(".")[0] in groups), None)


def _inside_collapsed(leaf: Leaf, read: TableRead) -> bool:
    return any(
        leaf.path.startswith(f"{group.path}.") and group.path in read.rows for group in read.table.collapsible_rows
    )


def _drop_subtotals(read: TableRead, result: TablesRead) -> None:
    """A group row with figures beside its own rows is a subtotal that no form has."""
    for group in read.table.collapsible_rows:
        if group.path in read.rows and any(path.startswith(f"{group.path}.") for path in read.rows):
            for row in read.rows.pop(group.path):
                _leave_values(row, row.values, result)


class _Layout(NamedTuple):
    """What holds for all rows of a table: its columns as printed, the sums along them, whether all are as wide."""

    columns: Sequence[Leaf]
    sums: Sequence[RowSum]
    even: bool
    known: bool

    @classmethod
    def of(cls, read: TableRead) -> "_Layout":
        own = read.table.column_leaves
        columns = read.order or own
        widths = [len(row.values) for rows in read.rows.values() for row in rows]
        even = len(widths) >= _EVEN_ROWS and set(widths) == {len(columns)}
        return cls(columns, row_sums(read.table) if columns == own else (), even, read.order is not None)

    def aligned(self, row: RowRead) -> list[GridCell | None] | None:
        return align(row.line._replace(even=self.even), len(self.columns), self.sums) if self.known else None


def _settle_row(read: TableRead, layout: _Layout, leaf: Leaf, rows: list[RowRead], result: TablesRead) -> None:
    columns = layout.columns
    aligned = [layout.aligned(row) for row in rows]
    fact = f"{read.table.key}/{leaf.path}"
    name = leaf.label or read.table.title
    if len(rows) > 1:
        texts = {tuple(tidy(cell.text) if cell else "" for cell in cells) if cells else None for cells in aligned}
        places = "、".join(str(row.place) for row in rows)
        if len(texts) > 1 or None in texts:
            message = f"「{name}」出现 {len(rows)} 次而且数字不同（{places}），都没有采用"
            result.notices.append(Notice(code="row-duplicate", fact=fact, message=message, place=str(rows[0].place)))
            for row in rows:
                _leave_values(row, row.values, result)
            aligned = [None]
        else:
            message = f"「{name}」出现 {len(rows)} 次，数字相同（{places}）"
            result.notices.append(Notice(code="row-duplicate", fact=fact, message=message, place=str(rows[0].place)))
    elif not layout.known:
        _leave_values(rows[0], rows[0].values, result)  # one notice on the table says why
    elif aligned[0] is None or len(rows[0].values) < len(columns):
        _note_width(rows[0], aligned[0], name, fact, len(columns), result)
    cells = aligned[0] or [None] * len(columns)
    unread = tidy(" ".join(cell.text for row in rows for cell in row.values if cell not in cells))
    if None in cells and not unread:
        return  # the file has the row's label but shows nothing of its cells
    for column, cell in zip(columns, cells, strict=True):
        path = f"{fact}/{column.path}"
        if cell is None:
            result.cells[path] = Cell(value=None, raw=unread, place=str(rows[0].place))
        elif column.path in read.units:
            result.cells[path] = Cell(value=None, raw=tidy(cell.text)[:200], place=str(cell.place))
        else:
            result.cells[path] = _cell(Fact(path, read.table, leaf, column), cell, result)


def _note_width(
    row: RowRead, aligned: list[GridCell | None] | None, name: str, fact: str, due: int, result: TablesRead
) -> None:
    seen = len(row.values)
    if not seen:
        message = f"「{name}」只有行名，读不到数字，不当作 0"
        result.notices.append(Notice(code="row-width", fact=fact, message=message, place=str(row.place)))
        return
    taken = "只采用了最右一格" if aligned else "这一行没有采用"
    blank = aligned is not None and None not in aligned
    message = f"「{name}」应有 {due} 格，文件里有 {seen} 格" + ("，其余为空白" if blank else f"，{taken}")
    if seen == due and row.line.kind == "lines":
        message = f"「{name}」原文一格一行，分不出行，这几个数相加又不合，{taken}"
    elif seen == due:
        message = f"「{name}」一端有一格空着，其余各格相加又不合，可能错了位，{taken}"
    result.notices.append(Notice(code="row-width", fact=fact, message=message, place=str(row.place)))
    if not blank:
        _leave_values(row, row.values[:-1] if aligned else row.values, result)


def _leave_values(row: RowRead, values: Sequence[GridCell], result: TablesRead) -> None:
    text = tidy(" ".join(cell.text for cell in values))
    if text:
        result.leftovers.append(Leftover(text=text[:500], place=str(row.place)))


def _cell(fact: Fact, cell: GridCell, result: TablesRead) -> Cell:
    item = fact.column.item
    unit = fact.table.unit_of(fact.column)
    parsed = number(cell.text, item.number, (*item.units, *((unit,) if unit else ())))
    raw = tidy(cell.text)
    if parsed.problem:
        shown = raw if len(raw) <= 40 else f"{raw[:40]}…"
        where = f"{fact.row.label or fact.table.title} × {fact.column.label}"
        message = f"「{where}」印作「{shown}」，{_PROBLEMS[parsed.problem]}，记为空"
        result.notices.append(Notice(code=parsed.problem, fact=fact.path, message=message, place=str(cell.place)))
        raw = raw[:200]
    return Cell(value=parsed.value, raw=raw, place=str(cell.place))


_PROBLEMS = {
    "number-invalid": "不是一个明确的数",
    "number-negative": "数量不能为负",
    "number-outlier": "位数过多",
}

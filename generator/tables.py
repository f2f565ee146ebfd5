"""Statutory tables out of a Document: rows are found by their labels, columns by the header, never by position alone.

Every row of a recognised table ends as cells or as a leftover. Where a row does not show which of its fields belongs
to which column, the cells are None and a ``row-width`` notice says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from generator.align import Header, Line, align, row_sums
from generator.document import Document, Grid, GridCell, Kind, Place, Row
from generator.form import Fact, Form, Leaf, Table
from generator.normalize import number, printed_keys, tidy
from generator.report import Cell, Leftover, Notice

_EVEN_ROWS = 5  # so many rows of one width are no accident


class _RowRead(NamedTuple):
    """One row of figures: which row of the table it is, its fields, and where it stands."""

    leaf: Leaf
    line: Line
    place: Place

    @property
    def values(self) -> list[GridCell]:
        return self.line.values


@dataclass
class _TableRead:
    """All that was seen of one table before it is settled."""

    table: Table
    rows: dict[str, list[_RowRead]] = field(default_factory=dict)
    order: tuple[Leaf, ...] | None = ()
    named: set[str] = field(default_factory=set)


@dataclass
class TablesRead:
    """The tables of a report: cells by fact path, what was not understood, and what to know about the reading."""

    cells: dict[str, Cell] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_tables(document: Document, form: Form) -> TablesRead:
    """Read every table of ``form`` that ``document`` holds."""
    result = TablesRead()
    reads = {table.key: _TableRead(table) for table in form.tables}
    for block in document.blocks:
        if isinstance(block, Grid):
            _read_grid(block, form, reads, result)
    for read in reads.values():
        _settle(read, result)
    return result


def _read_grid(grid: Grid, form: Form, reads: dict[str, _TableRead], result: TablesRead) -> None:
    current: Table | None = None
    header: Header | None = None
    for row in grid.rows:
        if not _filled(row):
            continue
        if (table := _header_of(row, form, current)) is not None:
            header = _note_header(row, reads[table.key], header if table is current else None)
            current = table
            continue
        found = _labelled(row, form, current)
        if isinstance(found, str):
            _leave(row, result, found)
        elif found is not None:
            table, leaf, offset = found
            header = header if table is current else None
            current = table
            _note_row(row, reads[table.key], leaf, offset, header, grid.kind, result)
        elif current is not None and _unlabelled(current) and _has_number(row):
            _note_row(row, reads[current.key], current.row_leaves[0], 0, header, grid.kind, result)
        elif current is not None:
            _leave(row, result)


def _filled(row: Row) -> list[GridCell]:
    return [cell for cell in row if not cell.merged and cell.text.strip()]


def _unlabelled(table: Table) -> bool:
    return len(table.row_leaves) == 1 and not table.row_leaves[0].item.label


def _has_number(row: Row) -> bool:
    return any(number(cell.text, "money").value is not None for cell in _filled(row))


def _header_of(row: Row, form: Form, current: Table | None) -> Table | None:
    """Return the table whose header vocabulary covers every printed cell of ``row``, the current table first."""
    cells = _filled(row)
    for table in [*([current] if current else []), *form.tables]:
        words = [_header_key(table, cell.text) for cell in cells]
        # One cell alone must be unmistakable: 总计 and 其他 are labels of rows too.
        if all(words) and (len(words) > 1 or words[0] in table.header_words or _only_column(table, words[0])):
            return table
    return None


def _header_key(table: Table, text: str) -> str | None:
    known = (key for key in printed_keys(text) if key in table.header_words or key in table.column_names)
    return next(known, None)


def _only_column(table: Table, key: str | None) -> bool:
    return key is not None and key not in table.row_names


def _note_header(row: Row, read: _TableRead, header: Header | None) -> Header | None:
    """Check the order of the columns that this header row names; remember where the last column stands."""
    table = read.table
    columns = [(i, key) for i, cell in enumerate(row) if (key := _column_key(table, cell))]
    if not columns:
        return header
    order, named = _order(table, [key for _, key in columns])
    read.named.update(named)
    if order is None:
        read.order = None
    elif order and read.order is not None:
        read.order = order
    first, last = (
        [i for i, key in columns if leaf.path in table.column_names[key]]
        for leaf in (table.column_leaves[0], table.column_leaves[-1])
    )
    return Header(len(row), min(first, default=None), max(last, default=None)).joined(header)


def _column_key(table: Table, cell: GridCell) -> str | None:
    return None if cell.merged else next((key for key in printed_keys(cell.text) if key in table.column_names), None)


def _order(table: Table, printed: Sequence[str]) -> tuple[tuple[Leaf, ...] | None, list[str]]:
    """Return the order of the leaves and the paths of the columns or groups that a header row names.

    () where ``printed`` keeps the statutory order, the printed order where it is another and complete one, None where
    the order cannot be told.
    """
    names = table.column_names
    levels = list(_levels(table))
    for level in levels:
        if len(named := _matched(printed, level, names)) == len(printed):
            return (), named
    if named := _level_by_level(printed, levels, names):
        return (), named
    leaves = [[leaf for leaf in table.column_leaves if leaf.path in names[key]] for key in printed]
    if all(len(found) == 1 for found in leaves) and len(printed) == len(table.column_leaves):
        order = tuple(found[0] for found in leaves)
        return order if len(set(order)) == len(order) else None, [leaf.path for leaf in order]
    return None, []


def _levels(table: Table) -> Iterator[list[str]]:
    """Yield the orders in which a header row may name columns: each level of the groups, and the leaves."""
    items = [(item.key, item) for item in table.columns]
    while items:
        yield [path for path, _ in items]
        items = [(f"{path}.{child.key}", child) for path, item in items for child in item.items]
    yield [leaf.path for leaf in table.column_leaves]


def _matched(printed: Sequence[str], level: Sequence[str], names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The columns of ``level`` that ``printed`` names in its order, up to the first that it does not."""
    rest = iter(level)
    found: list[str] = []
    for key in printed:
        path = next((path for path in rest if path in names[key]), None)
        if path is None:
            break
        found.append(path)
    return found


def _level_by_level(printed: Sequence[str], levels: list[list[str]], names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The columns that ``printed`` names, if it is one header row after another on a single line; else none."""
    named: list[str] = []
    for level in levels[:-1]:
        named += _matched(printed[len(named) :], level, names)
    return named if len(named) == len(printed) else []


def _labelled(row: Row, form: Form, current: Table | None) -> tuple[Table, Leaf, int] | str | None:
    """Return table, row and the index behind its last label; a sentence where the labels contradict each other;
    None where the row begins with no known label."""
    for table in [*([current] if current else []), *form.tables]:
        leaf, groups, offset = _labels(row, table)
        if leaf is None:
            continue
        strangers = [group for group in groups if group.item not in leaf.trail]
        if strangers:
            return f"「{strangers[0].item.label}」下面不应有「{leaf.item.label}」"
        return table, leaf, offset
    return None


def _labels(row: Row, table: Table) -> tuple[Leaf | None, list[Leaf], int]:
    found: list[Leaf] = []
    offset = 0
    for i, cell in enumerate(row):
        if not cell.text.strip():
            continue
        leaf = table.row(cell.text)
        if leaf is None:
            break
        found.append(leaf)
        offset = i + 1
    return (found[-1], found[:-1], offset) if found else (None, [], 0)


def _note_row(
    row: Row, read: _TableRead, leaf: Leaf, offset: int, header: Header | None, kind: Kind, result: TablesRead
) -> None:
    values = tuple(cell for cell in row[offset:] if not cell.merged)
    if leaf.item.items and not any(cell.text.strip() for cell in values):
        return  # the heading of a group, on a row of its own
    if leaf.item.items and not leaf.item.collapsible:
        _leave(row, result, f"「{leaf.item.label}」没有自己的数字栏")
        return
    place = next((cell.place for cell in _filled(row)), Place())
    read.rows.setdefault(leaf.path, []).append(_RowRead(leaf, Line(row, offset, header, kind), place))


def _leave(row: Row, result: TablesRead, why: str = "") -> None:
    cells = _filled(row)
    place = str(cells[0].place)
    result.leftovers.append(Leftover(text=tidy(" ".join(cell.text for cell in cells)), place=place))
    if why:
        result.notices.append(Notice(code="label-conflict", message=f"{why}，这一行没有采用", place=place))


def _settle(read: _TableRead, result: TablesRead) -> None:
    """Turn the rows of one table into cells."""
    table = read.table
    if not read.rows:
        result.notices.append(Notice(code="table-missing", message=f"没有找到表格「{table.title}」"))
        return
    lost = _lost_column(table, read.named)
    if lost or read.order is None:
        read.order = None
        why = f"列名里没有「{lost.label}」" if lost else "列名次序认不出"
        result.notices.append(Notice(code="column-order", message=f"表格「{table.title}」的{why}，整张表没有采用"))
    _drop_subtotals(read, result)
    for leaf in (*table.row_leaves, *table.collapsible_rows):
        rows = read.rows.get(leaf.path, [])
        if rows:
            _settle_row(read, leaf, rows, result)
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


def _inside_collapsed(leaf: Leaf, read: _TableRead) -> bool:
    return any(
        leaf.path.startswith(f"{group.path}.") and group.path in read.rows for group in read.table.collapsible_rows
    )


def _drop_subtotals(read: _TableRead, result: TablesRead) -> None:
    """A group row with figures beside its own rows is a subtotal that no form has."""
    for group in read.table.collapsible_rows:
        if group.path in read.rows and any(path.startswith(f"{group.path}.") for path in read.rows):
            for row in read.rows.pop(group.path):
                _leave_values(row, row.values, result)


def _settle_row(read: _TableRead, leaf: Leaf, rows: list[_RowRead], result: TablesRead) -> None:
    columns = read.order or read.table.column_leaves
    aligned = [_aligned(row, read, columns) for row in rows]
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
        else:
            result.cells[path] = _cell(Fact(path, read.table, leaf, column), cell, result)


def _aligned(row: _RowRead, read: _TableRead, columns: Sequence[Leaf]) -> list[GridCell | None] | None:
    if read.order is None:
        return None
    every = [one for rows in read.rows.values() for one in rows]
    even = len(every) >= _EVEN_ROWS and all(len(one.values) == len(columns) for one in every)
    sums = row_sums(read.table) if columns == read.table.column_leaves else ()
    return align(row.line._replace(even=even), len(columns), sums)


def _note_width(
    row: _RowRead, aligned: list[GridCell | None] | None, name: str, fact: str, due: int, result: TablesRead
) -> None:
    seen = len(row.values)
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


def _leave_values(row: _RowRead, values: Sequence[GridCell], result: TablesRead) -> None:
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

"""Statutory tables out of a Document: rows are found by their labels, columns by the header, never by position alone.

Every row of a recognised table ends as cells or as a leftover. Where a row does not show which of its fields belongs
to which column, the cells are None and a ``row-width`` notice says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from generator.align import Header, Line
from generator.document import Block, Grid, GridCell, Kind, Place, Row
from generator.form import Form, Leaf, Table
from generator.normalize import number, printed_keys, tidy
from generator.pagebreak import whole_rows
from generator.report import Leftover, Notice
from generator.settle import RowRead, TableRead, TablesRead, settle


def read_tables(blocks: Iterable[Block], form: Form) -> TablesRead:
    """Read every table of ``form`` that ``blocks`` hold."""
    result = TablesRead()
    reads = {table.key: TableRead(table) for table in form.tables}
    for block in blocks:
        if isinstance(block, Grid):
            _read_grid(block, form, reads, result)
    for read in reads.values():
        settle(read, result)
    return result


def _read_grid(grid: Grid, form: Form, reads: dict[str, TableRead], result: TablesRead) -> None:
    current: Table | None = None
    header: Header | None = None
    printed = [row for row in grid.rows if _filled(row)]
    for row in whole_rows(printed, lambda row: _first_labels(row, form), lambda row: _is_header(row, form)):
        if _is_heading(row, form):
            current = header = None
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


def _is_heading(row: Row, form: Form) -> bool:
    """Say whether a row is the heading of a section, as it stands between the tables of a spreadsheet."""
    cells = _filled(row)
    return len(cells) == 1 and any(key in form.section_names for key in printed_keys(cells[0].text))


def _filled(row: Row) -> list[GridCell]:
    return [cell for cell in row if not cell.merged and cell.text.strip()]


def _unlabelled(table: Table) -> bool:
    return len(table.row_leaves) == 1 and not table.row_leaves[0].item.label


def _has_number(row: Row) -> bool:
    return any(number(cell.text, "money").value is not None for cell in _filled(row))


def _header_of(row: Row, form: Form, current: Table | None) -> Table | None:
    """Return the table whose header vocabulary covers every printed cell of ``row``, the current table first."""
    texts = [cell.text for cell in _filled(row)]
    for table in [*([current] if current else []), *form.tables]:
        if all(_header_key(table, text) for text in texts) and (
            len(texts) > 1 or _unmistakable(_header_key(table, texts[0]) or "", table, current)
        ):
            return table
    return None


def _is_header(row: Row, form: Form) -> bool:
    return _header_of(row, form, None) is not None


def _unmistakable(word: str, table: Table, current: Table | None) -> bool:
    """Say whether a word alone on its row is a header's: 总计 and 其他 are labels of rows too, here or just above."""
    rows = {*table.row_names, *(current.row_names if current else ())}
    return word in table.header_words or word not in rows


def _header_key(table: Table, text: str) -> str | None:
    known = (key for key in printed_keys(text) if key in table.header_words or key in table.column_names)
    return next(known, None)


def _note_header(row: Row, read: TableRead, header: Header | None) -> Header | None:
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
        if leaf is None or (current is not None and table is not current and not _is_printed(row, offset)):
            continue
        strangers = [group for group in groups if group.item not in leaf.trail]
        if strangers:
            return f"「{strangers[0].item.label}」下面不应有「{leaf.item.label}」"
        return table, leaf, offset
    return None


def _is_printed(row: Row, offset: int) -> bool:
    """Say whether the last label before ``offset`` stands on this row: a header's 总计, merged downwards, is no row."""
    place = row[offset - 1].place
    return any(cell.place == place and not cell.merged for cell in row[:offset])


def _first_labels(row: Row, form: Form) -> tuple[Leaf | None, list[Leaf], int]:
    return next((found for table in form.tables if (found := _labels(row, table))[0]), (None, [], 0))


def _labels(row: Row, table: Table) -> tuple[Leaf | None, list[Leaf], int]:
    """Return the row that the first cells name, the groups named before it, and the index behind them.

    One unknown word before the label of a row inside a group stands where the group's own label does: it may be half
    of that (the end of a page broke it) or misread.
    """
    found: list[Leaf] = []
    offset = 0
    skipped = 0
    for i, cell in enumerate(row):
        if not cell.text.strip():
            continue
        leaf = table.row(cell.text)
        if leaf is None and (found or (skipped and not cell.merged) or _is_figure(cell)):
            break
        if leaf is None:
            skipped += 1
            continue
        found.append(leaf)
        offset = i + 1
    if not found or (skipped and not _stands_alone(row, found[-1], offset)):
        return None, [], 0
    return found[-1], found[:-1], offset


def _stands_alone(row: Row, leaf: Leaf, offset: int) -> bool:
    """Say whether a label names its row although an unknown word stands before it: all behind it are figures."""
    own = row[offset - 1].place  # of a cell over several columns the last one only repeats it
    nested = len(leaf.trail) > 1 and any(cell.place == own and not cell.merged for cell in row[:offset])
    return nested and all(_is_figure(cell) for cell in row[offset:] if cell.text.strip())


def _is_figure(cell: GridCell) -> bool:
    return number(cell.text, "money").problem is None


def _note_row(
    row: Row, read: TableRead, leaf: Leaf, offset: int, header: Header | None, kind: Kind, result: TablesRead
) -> None:
    values = tuple(cell for cell in row[offset:] if not cell.merged)
    if leaf.item.items and not any(cell.text.strip() for cell in values):
        return  # the heading of a group, on a row of its own
    if leaf.item.items and not leaf.item.collapsible:
        _leave(row, result, f"「{leaf.item.label}」没有自己的数字栏")
        return
    place = next((cell.place for cell in _filled(row)), Place())
    read.rows.setdefault(leaf.path, []).append(RowRead(leaf, Line(row, offset, header, kind), place))


def _leave(row: Row, result: TablesRead, why: str = "") -> None:
    cells = _filled(row)
    place = str(cells[0].place)
    result.leftovers.append(Leftover(text=tidy(" ".join(cell.text for cell in cells)), place=place))
    if why:
        result.notices.append(Notice(code="label-conflict", message=f"{why}，这一行没有采用", place=place))

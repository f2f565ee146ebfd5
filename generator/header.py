"""Header rows: which table they begin, which columns they name and in which order, in which unit its figures are.

A header that cannot be read voids the table: its columns may stand in another order or mean another thing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from generator.align import Header
from generator.document import GridCell, Row
from generator.form import Form, Leaf, Table
from generator.normalize import number, other_unit, printed_keys, skeleton, squeeze
from generator.settle import TableRead


def filled(row: Row) -> list[GridCell]:
    """The printed cells of a row; repetitions of merged ones are none."""
    return [cell for cell in row if not cell.merged and cell.text.strip()]


def is_figure(cell: GridCell) -> bool:
    """Say whether a cell is a figure or says that it has none."""
    return number(cell.text, "money").problem is None


def header_of(row: Row, form: Form, current: Table | None) -> Table | None:
    """Return the table whose header vocabulary covers every printed cell of ``row``, the current table first."""
    texts = [cell.text for cell in filled(row)]
    for table in [*([current] if current else []), *form.tables]:
        if all(_header_key(table, text) for text in texts) and (
            len(texts) > 1 or _unmistakable(_header_key(table, texts[0]) or "", table, current)
        ):
            return table
    return None


def _unmistakable(word: str, table: Table, current: Table | None) -> bool:
    """Say whether a word alone on its row is a header's: 总计 and 其他 are labels of rows too, here or just above."""
    rows = {*table.row_names, *(current.row_names if current else ())}
    return word in table.header_words or word not in rows


def _header_key(table: Table, text: str) -> str | None:
    known = (key for key in printed_keys(text) if key in table.header_words or key in table.column_names)
    return next(known, None)


def note_header(row: Row, read: TableRead, header: Header | None) -> Header | None:
    """Check the order of the columns that this header row names; remember where the last column stands."""
    table = read.table
    columns = [(i, key) for i, cell in enumerate(row) if (key := _column_key(table, cell))]
    if not columns:
        return header
    for cell in filled(row):
        for path in table.column_names.get(_column_key(table, cell) or "", ()):
            if said := other_unit(cell.text, _unit_of(table, path)):
                read.units[path] = said
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


def _unit_of(table: Table, path: str) -> str:
    """The unit in which the form wants the figures of a column; empty for a group of columns, or where it says none."""
    return next((table.unit_of(leaf) for leaf in table.column_leaves if leaf.path == path), "")


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


def may_be_header(row: Row) -> bool:
    """Say whether an unknown row may be meant as a header: words without a figure, not only one in front.

    Headers that a program made up (类别, 数据1, 数据2) name nothing.
    """
    cells = filled(row)
    named = [cell for cell in cells if cell is not row[0] and not _NAMES_NOTHING.fullmatch(squeeze(cell.text))]
    return bool(named) and not (len(cells) > 1 and named == cells[:1]) and not any(map(is_figure, cells))


_LONGEST_NOTE = 60
_NAMES_NOTHING = re.compile(r"(?:数据|列|栏|字段|[Cc]olumn)?[0-9]{1,2}|数据|数量|数值|总计")


def doubt_columns(read: TableRead, strange: Sequence[Row]) -> None:
    """Void the columns of a table that begins with a header nobody can read, unless known words name them all.

    Columns that go by other names may stand in another order, or mean another thing (上年处理决定数量).
    """
    if read.rows or all(leaf.path in read.named for leaf in read.table.column_leaves):
        return
    if not all(_pieces_of_header(row, read.table) for row in strange):
        read.order = None


def _pieces_of_header(row: Row, table: Table) -> bool:
    """Say whether a row holds beginnings or ends of column names in their order: a header wrapped over several rows."""
    words = [key for cell in filled(row) if (key := skeleton(cell.text)) and not _beside_columns(key, table)]
    names = table.column_names
    return any(
        _in_order(words, [[key for key, paths in names.items() if path in paths] for path in level])
        for level in _levels(table)
    )


def _beside_columns(word: str, table: Table) -> bool:
    """Say whether a word is one of the header's that name no column, or that with a slip of the pen (申靖人情况)."""
    return word in table.header_words or bool(get_close_matches(word, table.header_words, 1, 0.8))


def _in_order(words: Sequence[str], names: Sequence[Sequence[str]]) -> bool:
    rest = iter(names)
    return all(
        any(any(name.startswith(word) or name.endswith(word) for name in column) for column in rest) for word in words
    )


def note_unit(text: str, reads: Iterable[TableRead]) -> None:
    """Remember a note such as 单位：元 beside a table whose sums of money the form wants in another unit."""
    if "元" not in text or len(text) > _LONGEST_NOTE:
        return
    for read in reads:
        for leaf in read.table.column_leaves:
            if len(leaf.item.units) == 1 and (said := other_unit(text, leaf.item.units[0])):
                read.units[leaf.path] = said

"""Header rows: which table they begin, which columns they name and in which order, in which unit its figures are.

A header that cannot be read voids the table: its columns may stand in another order or mean another thing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from generator.align import Header
from generator.document import GridCell, Row
from generator.form import Form, Leaf, Table
from generator.normalize import number, other_unit, printed_keys, squeeze
from generator.settle import TableRead


def filled(row: Row) -> list[GridCell]:
    """The printed cells of a row; repetitions of merged ones are none."""
    return [cell for cell in row if not cell.merged and cell.text.strip()]


def is_figure(cell: GridCell) -> bool:
    """Say whether a cell is a figure or says that it has none."""
    return number(cell.text, "money").problem is None


def header_of(row: Row, form: Form, current: Table | None) -> Table | None:
    """Return the table whose header vocabulary covers every printed cell of ``row``, the current table first."""
    cells = filled(row)
    if cells and is_figure(cells[-1]):
        return None  # as most rows end
    for table in [*([current] if current else []), *form.tables]:
        keys = [_header_key(table, cell.text) for cell in cells]
        if len(keys) > 1 and keys[0] is None and cells[0] is row[0] and not is_figure(cells[0]):
            keys = keys[1:]  # the corner names no column: 内容, 项目, 类别
        if all(keys) and (len(keys) > 1 or _unmistakable(keys[0] or "", table, current)):
            return table
    return None


def covers(row: Row, table: Table) -> bool:
    """Say whether a header row names columns of ``table``: 本年处理决定数量 is the header of two tables."""
    return any(_column_key(table, cell) for cell in filled(row))


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
            note_unit(cell.text, read, path)
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


def may_be_header(row: Row) -> bool:
    """Say whether an unknown row may be meant as a header: words without a figure, not only one in front.

    Headers that a program made up (类别, 数据1, 数据2) name nothing.
    """
    cells = filled(row)
    named = [cell for cell in cells if cell is not row[0] and not _NAMES_NOTHING.fullmatch(squeeze(cell.text))]
    return bool(named) and not (len(cells) > 1 and named == cells[:1]) and not any(map(is_figure, cells))


_NAMES_NOTHING = re.compile(r"(?:数据|列|栏|字段|[Cc]olumn)?[0-9]{1,2}|总计")


def is_strange(read: TableRead, strange: Sequence[Row], year: int | None) -> bool:
    """Say whether rows stand under a header nobody can read; not where known words name all columns of their table.

    Columns that go by other names may stand in another order, or mean another thing (上年处理决定数量). A title of
    another year than the report's makes them that year's.
    """
    if any(names_other_year(cell.text, year) for row in strange for cell in filled(row)):
        return True
    if read.rows or all(leaf.path in read.named for leaf in read.table.column_leaves):
        return False
    return not all(_pieces_of_header(row, read.table) for row in strange)


def names_other_year(text: str, year: int | None) -> bool:
    """Say whether a line names years, and not that of the report; days such as 2022年3月1日 are none."""
    years = {int(found) for found in _YEARS.findall(squeeze(text))} if year and "年" in text else set()
    return bool(years) and year not in years


_YEARS = re.compile(r"((?:19|20)[0-9]{2})年(?![0-9]{1,2}月)")


def _pieces_of_header(row: Row, table: Table) -> bool:
    """Say whether a row holds beginnings or ends of column names in their order: a header wrapped over several rows."""
    keys = (next(iter(printed_keys(cell.text)), "") for cell in filled(row))
    words = [key for key in keys if key and not _beside_columns(key, table)]
    names = table.column_names
    return any(
        _in_order(words, [[key for key, paths in names.items() if path in paths] for path in level])
        for level in _levels(table)
    )


def _beside_columns(word: str, table: Table) -> bool:
    """Say whether a word is one of the header's that name no column, or that with a slip of the pen (申靖人情况)."""
    if word in table.header_words or get_close_matches(word, table.header_words, 1, 0.8):
        return True  # or the rest of one, broken off by the end of a page
    return len(word) >= _REST and any(name.endswith(word) or name.startswith(word) for name in table.header_words)


_REST = 4


def _in_order(words: Sequence[str], names: Sequence[Sequence[str]]) -> bool:
    rest = iter(names)
    return all(
        any(any(name.startswith(word) or name.endswith(word) for name in column) for column in rest) for word in words
    )


def note_unit(text: str, read: TableRead, path: str) -> None:
    """Remember the unit that a header gives the figures of a column: the form's own, or another, which voids it."""
    if "元" not in text and "（" not in text and "(" not in text:
        return
    due = read.table.unit_of(read.table.column(path)) if path in _leaf_paths(read.table) else ""
    if not due:
        return
    if said := other_unit(text, due):
        read.units[path] = said
    elif due in squeeze(text):
        read.told.add(path)


def note_units_beside(text: str, reads: Iterable[TableRead]) -> None:
    """The same from a note beside a table (单位：元), for sums of money whose header does not tell the unit itself."""
    if not _UNIT_NOTE.search(squeeze(text)) or len(text) > _LONGEST_NOTE:
        return
    for read in reads:
        for leaf in read.table.column_leaves:
            if len(leaf.item.units) == 1 and (said := other_unit(text, leaf.item.units[0])):
                read.noted.setdefault(leaf.path, said)


_LONGEST_NOTE = 60
_UNIT_NOTE = re.compile(r"单位|金额[:为]|^[件项个次条份宗起万元、;/,]+$")


def _leaf_paths(table: Table) -> set[str]:
    return {leaf.path for leaf in table.column_leaves}

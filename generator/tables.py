"""Statutory tables out of a Document: rows are found by their labels, columns by the header, never by position alone.

Every row of a recognised table ends as cells or as a leftover. Where a row does not show which of its fields belongs
to which column, the cells are None and a ``row-width`` notice says so.
"""

from collections.abc import Iterable

from generator.align import Header, Line
from generator.document import Block, Grid, Kind, Place, Row
from generator.form import Form, Leaf, Section, Table
from generator.header import doubt_columns, filled, header_of, is_figure, may_be_header, note_header, note_unit
from generator.normalize import number, printed_keys, skeleton, tidy, without_enumerator
from generator.pagebreak import whole_rows
from generator.report import Leftover, Notice
from generator.settle import RowRead, TableRead, TablesRead, settle


def read_tables(blocks: Iterable[Block], form: Form) -> TablesRead:
    """Read every table of ``form`` that ``blocks`` hold.

    A table in a section of running text that has no header of the form is one of the report's own (行政许可 33 项 of a
    list of powers): its rows count only for tables of which nothing else is there.
    """
    result = TablesRead()
    reads = {table.key: TableRead(table) for table in form.tables}
    in_text = False
    aside: list[Grid] = []
    for block in blocks:
        if isinstance(block, Grid):
            headings = [section for row in block.rows if (section := _heading(row, form))]
            in_text = headings[-1].text if headings else in_text
            if in_text and not headings and not any(header_of(row, form, None) for row in block.rows if filled(row)):
                aside.append(block)
            else:
                _read_grid(block, form, reads, result)
            continue
        in_text = section.text if (section := _section(block.text, form)) else in_text
        note_unit(block.text, reads.values())
    missing = {key: read for key, read in reads.items() if not read.rows and not read.named}
    for grid in aside:
        _read_grid(grid, form, missing, result)
    for read in reads.values():
        settle(read, result)
    return result


def _read_grid(grid: Grid, form: Form, reads: dict[str, TableRead], result: TablesRead) -> None:
    current: Table | None = None
    header: Header | None = None
    strange: list[Row] = []  # rows above the figures that may be a header nobody can read
    below = False  # whether figures came since
    rows = [row for row in grid.rows if filled(row)]
    for row in whole_rows(
        rows, lambda row: _first_labels(row, form), lambda row: header_of(row, form, None) is not None
    ):
        if len(printed := filled(row)) == 1:
            note_unit(printed[0].text, reads.values())
        if _heading(row, form):
            current = header = None
            strange = []
            continue
        if (table := header_of(row, form, current)) is not None and table.key in reads:
            strange = [] if below else strange
            below = False
            header = note_header(row, reads[table.key], header if table is current else None)
            current = table
            continue
        found = _labelled(row, form, current)
        if isinstance(found, str):
            _leave(row, result, found)
        elif found is not None and found[0].key in reads:
            table, leaf, offset = found
            header = header if table is current else None
            current = table
            if _stray(reads[table.key], leaf, row[:offset]):
                _leave(row, result, f"「{tidy(row[offset - 1].text)}」不在它该在的位置")
                continue
            reads[table.key].last = leaf
            doubt_columns(reads[table.key], strange)
            below = True
            _note_row(row, reads[table.key], leaf, offset, header, grid.kind, result)
        elif current is not None and _unlabelled(current) and _has_number(row):
            doubt_columns(reads[current.key], strange)
            below = True
            _note_row(row, reads[current.key], current.row_leaves[0], 0, header, grid.kind, result)
        else:
            if may_be_header(row):
                strange = [row] if below else [*strange, row]
                below = False
            if current is not None:
                _leave(row, result)


def _stray(read: TableRead, leaf: Leaf, labels: Row) -> bool:
    """Say whether a label that says little (3.其他) stands apart: its group is named neither before it nor above.

    Such a one may be half of another label (2.其他法律行政法规禁止公开, wrapped) or a row that the form does not have.
    """
    if len(leaf.trail) < 2 or leaf.item.total or len(skeleton(without_enumerator(leaf.item.label))) > 2:
        return False
    group = leaf.trail[:-1]
    named = any((found := read.table.row(cell.text)) and found.trail == group for cell in labels)
    return not named and (read.last is None or read.last.trail[: len(group)] != group)


def _heading(row: Row, form: Form) -> Section | None:
    """The section that a row is the heading of, as it stands between the tables of a spreadsheet."""
    cells = filled(row)
    return _section(cells[0].text, form) if len(cells) == 1 else None


_LONGEST_HEADING = 60


def _section(text: str, form: Form) -> Section | None:
    if len(text) > _LONGEST_HEADING:
        return None
    return next((form.section_names[key] for key in printed_keys(text) if key in form.section_names), None)


def _unlabelled(table: Table) -> bool:
    return len(table.row_leaves) == 1 and not table.row_leaves[0].item.label


def _has_number(row: Row) -> bool:
    """Say whether a row without a label holds figures, be they spoilt ones (7[1]); a note is a single cell of words."""
    cells = filled(row)
    return any(number(cell.text, "money").value is not None for cell in cells) or (
        len(cells) > 1 and all(any(char.isdigit() for char in cell.text) for cell in cells)
    )


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
        if leaf is None and (found or (skipped and not cell.merged) or is_figure(cell)):
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
    return nested and all(is_figure(cell) for cell in row[offset:] if cell.text.strip())


def _note_row(
    row: Row, read: TableRead, leaf: Leaf, offset: int, header: Header | None, kind: Kind, result: TablesRead
) -> None:
    values = tuple(cell for cell in row[offset:] if not cell.merged)
    if leaf.item.items and not any(cell.text.strip() for cell in values):
        return  # the heading of a group, on a row of its own
    if leaf.item.items and not leaf.item.collapsible:
        _leave(row, result, f"「{leaf.item.label}」没有自己的数字栏")
        return
    place = next((cell.place for cell in filled(row)), Place())
    read.rows.setdefault(leaf.path, []).append(RowRead(leaf, Line(row, offset, header, kind), place))


def _leave(row: Row, result: TablesRead, why: str = "") -> None:
    cells = filled(row)
    place = str(cells[0].place)
    result.leftovers.append(Leftover(text=tidy(" ".join(cell.text for cell in cells)), place=place))
    if why:
        result.notices.append(Notice(code="label-conflict", message=f"{why}，这一行没有采用", place=place))

"""Statutory tables out of a Document: rows are found by their labels, columns by the header, never by position alone.

Every row of a recognised table ends as cells or as a leftover. Where a row does not show which of its fields belongs
to which column, the cells are None and a ``row-width`` notice says so.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product

from generator.align import Header, Line
from generator.document import Block, Grid, Kind, Place, Row
from generator.form import Form, Leaf, Section, Table
from generator.header import (
    covers,
    filled,
    header_of,
    is_figure,
    is_strange,
    may_be_header,
    names_other_year,
    note_header,
    note_unit,
    note_units_beside,
)
from generator.normalize import number, printed_keys, skeleton, squeeze, tidy, without_enumerator
from generator.pagebreak import whole_rows
from generator.report import Leftover, Notice
from generator.settle import RowRead, TableRead, TablesRead, settle


def read_tables(blocks: Iterable[Block], form: Form, year: int | None = None) -> TablesRead:
    """Read every table of ``form`` that ``blocks`` hold, of the report for ``year``.

    A table under a caption of another year (附：2022年…) is not this report's. One in a section of running text is most
    likely one of the report's own (a list of powers with 行政许可 33 项, last year's figures): its rows count only for
    tables of which nothing else is there.
    """
    result = TablesRead()
    reads = {table.key: TableRead(table) for table in form.tables}
    section: Section | None = None
    captions: list[str] = []  # the lines since the last table
    foreign = ""  # the caption in a section of text that gives what follows to another year or body
    aside: list[Grid] = []
    for block in blocks:
        if isinstance(block, Grid):
            headings = [found for row in block.rows if (found := _heading(row, form))]
            section = headings[-1] if headings else section
            in_text = section is not None and section.text and not headings
            caption = next((one for one in captions[-_FEW:] if _is_of_another(one, year, in_text)), foreign)
            foreign = caption if in_text else ""
            captions = []
            if caption:
                _leave_grid(block, caption, form, result)
            elif in_text:
                aside.append(block)
            else:
                _read_grid(block, form, year, reads, result)
            continue
        if found := _section(block.text, form):
            section, foreign, captions = found, "", []
        elif block.text.strip():
            captions.append(block.text)
        if section is None or not section.text:
            note_units_beside(block.text, reads.values())
    for grid in aside:
        has_header = any(header_of(row, form, None) for row in grid.rows if filled(row))
        open_ones = {key: one for key, one in reads.items() if not one.rows and (has_header or not one.named)}
        _read_grid(grid, form, year, open_ones, result)
    for section in form.sections:
        _drop_headless([reads[key] for key in section.tables], result)
    for read in reads.values():
        settle(read, result)
    return result


def _drop_headless(reads: list[TableRead], result: TablesRead) -> None:
    """Leave rows that stand under no header at all where the file prints the headers of the tables beside them.

    They may be of a list of the report's own that has the same names (行政许可 33 项 of a list of powers).
    """
    if not any(read.headed for read in reads):
        return
    for read in reads:
        if read.rows and not read.headed:
            for rows in read.rows.values():
                for row in rows:
                    _leave(row.line.cells, result)
            read.strange = next(iter(read.rows.values()))[0].place
            read.rows.clear()


_LONGEST_CAPTION = 60


def _is_of_another(caption: str, year: int | None, in_text: bool) -> bool:
    """Say whether the line above a table gives it to another year, or makes it an annex in a section of text."""
    text = squeeze(caption)
    if len(text) > _LONGEST_CAPTION or text.endswith(("。", ";")):
        return False
    return names_other_year(text, year) or (in_text and text.startswith("附"))


def _leave_grid(grid: Grid, caption: str, form: Form, result: TablesRead) -> None:
    """Leave out a table that is not this report's; said where it looks like one of the form's."""
    rows = [row for row in grid.rows if filled(row)]
    if any(header_of(row, form, None) or _first_labels(row, form)[0] for row in rows):
        message = f"「{tidy(caption)}」下面的表格不是本年度报告的表格，没有采用"
        result.notices.append(Notice(code="table-foreign", message=message, place=str(filled(rows[0])[0].place)))


def _read_grid(grid: Grid, form: Form, year: int | None, reads: Mapping[str, TableRead], result: TablesRead) -> None:
    reader = _GridReader(form, year, reads, result, grid.kind)
    rows = [row for row in grid.rows if filled(row)]
    labels, is_header = partial(_first_labels, form=form), partial(_is_header, form=form)
    for row in whole_rows(rows, labels, is_header):
        reader.read(row)


def _is_header(row: Row, form: Form) -> bool:
    return header_of(row, form, None) is not None


@dataclass
class _GridReader:
    """Goes down the rows of one grid: headers, rows with a label, rows of figures alone, and what is none of these."""

    form: Form
    year: int | None
    reads: Mapping[str, TableRead]
    result: TablesRead
    kind: Kind
    current: Table | None = None
    header: Header | None = None
    strange: list[Row] = field(default_factory=list)  # rows above the figures that may be a header nobody can read
    below: bool = False  # whether figures came since
    nameless: bool = False  # whether a header names nothing: 类别, 数据1, 数据2

    def read(self, row: Row) -> None:
        """Take one row."""
        for cell in printed if len(printed := filled(row)) <= _FEW else ():
            note_units_beside(cell.text, self.reads.values())
        if _heading(row, self.form):
            self.current = self.header = None
            self.strange = []
        elif (table := header_of(row, self.form, self.current)) is not None and table.key in self.reads:
            self._header_row(row, table)
        elif isinstance(found := _labelled(row, self.form, self.current), str):
            _leave(row, self.result, found)
        elif found is not None and found[0].key in self.reads:
            self._labelled_row(row, *found)
        elif self.current is not None and _unlabelled(self.current) and _has_number(row):
            self._figures(row, self.current, self.current.row_leaves[0], 0)
        else:
            self._unknown_row(row)

    def _header_row(self, row: Row, table: Table) -> None:
        self.strange = [] if self.below else self.strange
        self.below = False
        for read in self.reads.values():
            read.headed = read.headed or covers(row, read.table)
        self.header = note_header(row, self.reads[table.key], self.header if table is self.current else None)
        self.current = table

    def _labelled_row(self, row: Row, table: Table, leaf: Leaf, offset: int) -> None:
        self.header = self.header if table is self.current else None
        self.current = table
        read = self.reads[table.key]
        if _stray(read, leaf, row[:offset]):
            _leave(row, self.result, f"「{tidy(row[offset - 1].text)}」不在它该在的位置")
            return
        for cell, column in product(row[:offset], table.column_leaves):
            if column.item.units and leaf.item.label:
                note_unit(cell.text, read, column.path)
        self._figures(row, table, leaf, offset)

    def _figures(self, row: Row, table: Table, leaf: Leaf, offset: int) -> None:
        self.below = True
        read = self.reads[table.key]
        if is_strange(read, self.strange, self.year):
            read.strange = filled(row)[0].place
            _leave(row, self.result)
            return
        read.headed = read.headed or self.nameless or bool(self.strange)
        read.last = leaf
        _note_row(row, read, leaf, offset, self.header, self.kind, self.result)

    def _unknown_row(self, row: Row) -> None:
        cells = filled(row)
        if may_be_header(row) or names_other_year(cells[0].text, self.year):
            self.strange = [row] if self.below else [*self.strange, row]
            self.below = False
        elif any(map(is_figure, cells)):
            self.strange = []  # that header was of these figures, which are nobody's
        else:
            self.nameless = self.nameless or len(cells) > 1
        if self.current is not None:
            _leave(row, self.result)


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
_FEW = 3


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
        if leaf is None and _OTHER_TIME.search(cell.text):
            return None, [], 0  # 上年度办理结果 is no group of the form
        if leaf is None:
            skipped += 1
            continue
        found.append(leaf)
        offset = i + 1
    if not found or (skipped and not _stands_alone(row, found[-1], offset)):
        return None, [], 0
    return found[-1], found[:-1], offset


_OTHER_TIME = re.compile("[上去]一?年|历年|累计")


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

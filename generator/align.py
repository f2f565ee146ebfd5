"""Which field of a row belongs to which column. Where more than one answer is possible there is none: never a guess."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from generator.document import GridCell, Kind, Row
from generator.form import Leaf, Table
from generator.normalize import number

_TWO_FIGURES = re.compile(r"[\d/—–－-][^\d.,]*\s[^\d]*[\d/—–－-]")  # a stroke may stand for a figure


class Header(NamedTuple):
    """Where a table's columns stand in its header rows: their width, and the index of the first and last column."""

    width: int
    first: int | None
    last: int | None

    def joined(self, other: "Header | None") -> "Header":
        """This header row together with the one above it; rows of another width have another geometry."""
        if other is None or other.width != self.width:
            return self
        firsts = [first for first in (self.first, other.first) if first is not None]
        lasts = [last for last in (self.last, other.last) if last is not None]
        return Header(self.width, min(firsts, default=None), max(lasts, default=None))


class Line(NamedTuple):
    """A row to be laid out: all its cells, the index behind its last label, the header above it, and its ``kind``.

    ``even`` says that every row of its table has as many fields behind its label as there are columns.
    """

    cells: Row
    offset: int
    header: Header | None
    kind: Kind
    even: bool = False

    @property
    def values(self) -> list[GridCell]:
        """The fields behind the label; repetitions of merged cells are none."""
        return [cell for cell in self.cells[self.offset :] if not cell.merged]


class RowSum(NamedTuple):
    """A sum that the form declares along a row, by column index: ``parts`` add up to ``total``."""

    parts: tuple[int, ...]
    total: int


def align(line: Line, due: int, sums: Sequence[RowSum]) -> list[GridCell | None] | None:
    """Lay the fields of a row on ``due`` columns; None where more than one way is open. ``sums`` are the form's own.

    Real cells (web pages, Word) are the columns when there are as many. Fields between tabs or bars may also be the
    padding of a merged label, and trailing ones may have been trimmed: they are laid under the header's columns when
    row and header are equally wide, or taken when exactly ``due`` of them stand printed side by side. A short row
    gives its last field only, when it stands under the header's last column (总计) and all else is blank or 0 (seeds
    001, 002): then it is the total whichever field was lost. Lines without rows must add up besides.
    """
    values = line.values
    found: list[GridCell | None] | None = None
    if line.kind == "lines":
        found = _only_window(values, due, sums)
    elif line.kind == "cells" and len(values) == due:
        found = [*values]
    elif values:
        found = _under_header(line, due) or _side_by_side(values, due) or _certain(line, due)
    if found is None or _lost_a_field(found, sums) or _holds_two(found):
        return None
    return found


def _only_window(values: Sequence[GridCell], due: int, sums: Sequence[RowSum]) -> list[GridCell | None] | None:
    """The one stretch of ``due`` fields that adds up and leaves nothing but blanks (padding of labels) outside."""
    starts = [i for i in range(len(values) - due + 1) if _empty([*values[:i], *values[i + due :]])]
    found = [values[i : i + due] for i in starts if sums_hold(values[i : i + due], sums)]
    return [*found[0]] if len(found) == 1 else None


def row_sums(table: Table) -> tuple[RowSum, ...]:
    """Return the sums that the form declares along the rows of ``table``."""
    found = []
    for rule in table.rules:
        for group in rule.within if rule.is_sum and rule.along == "rows" else ():
            lead = f"{group}." if group else ""
            left, right = ([_indices(table, lead + name) for name in side] for side in rule.sides())
            found.append(RowSum(tuple(i for part in left for i in part), right[0][0]))
    return tuple(found)


def sums_hold(values: Sequence[GridCell], sums: Sequence[RowSum]) -> bool:
    """Say whether every sum of the form holds for ``values`` as they stand, blanks as 0; True without a sum."""
    return _hold(_figures(values), sums)


def _figures(cells: Sequence[GridCell]) -> list[int | Decimal]:
    """The figures as they stand, 0 for what is none."""
    return [number(cell.text).value or 0 for cell in cells]


def _hold(figures: Sequence[int | Decimal], sums: Sequence[RowSum]) -> bool:
    whole = [one for one in sums if max(*one.parts, one.total) < len(figures)]
    return len(whole) == len(sums) and all(sum(figures[i] for i in one.parts) == figures[one.total] for one in whole)


def _indices(table: Table, path: str) -> list[int]:
    def under(leaf: Leaf) -> bool:
        return leaf.path == path or leaf.path.startswith(f"{path}.")

    return [i for i, leaf in enumerate(table.column_leaves) if under(leaf)]


def _under_header(line: Line, due: int) -> list[GridCell | None] | None:
    """The fields under the header's columns, when the row is as wide as the header and all other fields are empty."""
    header, cells = line.header, line.cells
    if header is None or header.first is None or header.last is None or len(cells) != header.width:
        return None
    if header.last - header.first + 1 != due or line.offset > header.first:
        return _total_alone(line, due) if len(line.values) < due else None
    run = cells[header.first : header.last + 1]
    others = [*cells[line.offset : header.first], *cells[header.last + 1 :]]
    open_ends = _empty(run[-1:]) and (line.kind == "cells" or _empty(run[:1]))
    if line.offset < header.first and open_ends and not _nothing_but_zero(line.values):
        return None  # the field behind the label may as well be a column, and the last one the spare
    return None if any(cell.merged for cell in run) or not _empty(others) else [*run]


def _side_by_side(values: Sequence[GridCell], due: int) -> list[GridCell | None] | None:
    printed = [i for i, cell in enumerate(values) if cell.text.strip()]
    if len(printed) == due == printed[-1] - printed[0] + 1:
        return [*values[printed[0] : printed[-1] + 1]]
    return None


def _certain(line: Line, due: int) -> list[GridCell | None] | None:
    """As many fields as columns where none of them can be padding; or a row without any figure."""
    values, header = line.values, line.header
    beyond = header is not None and header.first is not None and line.offset > header.first
    if len(values) == due and (beyond or line.even):
        return [*values]
    return [*values[:due]] if len(values) >= due and _empty(values) else None


def _total_alone(line: Line, due: int) -> list[GridCell | None] | None:
    values, header = line.values, line.header
    if header is None or header.last != len(line.cells) - 1 or len(values) < 2 or not _nothing_but_zero(values[:-1]):
        return None
    rest = GridCell("", values[0].place) if _empty(values[:-1]) else None
    return [*[rest] * (due - 1), values[-1]]


def _lost_a_field(values: Sequence[GridCell | None], sums: Sequence[RowSum]) -> bool:
    """Say whether a row of the right width may be one that was shifted: it lost a field and carries a spare one.

    A total is empty and one of its parts is the sum of the others: that part is the total. Or a field at an edge is
    empty and the form's sums do not hold, while all other fields are printed, or the sums hold once the row is slid
    back. Not where every figure is 0.
    """
    cells = [cell for cell in values if cell is not None]
    if len(cells) < max(4, len(values)) or _nothing_but_zero(cells):
        return False
    blank = [not cell.text.strip() for cell in cells]
    figures = _figures(cells)
    if any(blank[one.total] and _holds_its_sum([figures[i] for i in one.parts]) for one in sums):
        return True
    if not (blank[0] or blank[-1]) or (sums and _hold(figures, sums)):
        return False
    return sum(blank) == 1 or any(sums and _hold(slid, sums) for slid in _slid_back(figures, blank))


def _holds_two(values: Sequence[GridCell | None]) -> bool:
    """Say whether one cell holds two figures while another is empty: the ones behind it may have moved up."""
    texts = [cell.text for cell in values if cell is not None]
    return any(_TWO_FIGURES.search(text) for text in texts) and not all(text.strip() for text in texts)


def _slid_back(figures: list[int | Decimal], blank: Sequence[bool]) -> Iterator[list[int | Decimal]]:
    """Yield the row with the spare field at an edge taken off and put in wherever one may have been lost."""
    for i in range(len(figures)):
        if blank[-1]:
            yield [*figures[:i], 0, *figures[i:-1]]
        if blank[0]:
            yield [*figures[1 : i + 1], 0, *figures[i + 1 :]]


def _holds_its_sum(figures: Sequence[int | Decimal]) -> bool:
    """Say whether one of ``figures`` is the sum of the others, and these are not all 0."""
    return any(0 < figure == sum(figures) - figure for figure in figures)


def _empty(cells: Sequence[GridCell]) -> bool:
    return not any(cell.text.strip() for cell in cells)


def _nothing_but_zero(cells: Sequence[GridCell]) -> bool:
    return all(not cell.text.strip() or number(cell.text).value == 0 for cell in cells)

"""Which field of a row belongs to which column. Where more than one answer is possible there is none: never a guess."""

from collections.abc import Sequence
from typing import NamedTuple

from generator.document import GridCell
from generator.form import Leaf, Table
from generator.normalize import number


class Header(NamedTuple):
    """A header row's geometry: how wide its row is and at which index the table's last column stands."""

    width: int
    last: int


class RowSum(NamedTuple):
    """A sum that the form declares along a row, by column index: ``parts`` add up to ``total``."""

    parts: tuple[int, ...]
    total: int


def align(
    values: Sequence[GridCell], due: int, offset: int, width: int, header: Header | None, sums: Sequence[RowSum]
) -> list[GridCell | None] | None:
    """Lay the fields behind a row's label on ``due`` columns; None where more than one way is open.

    ``offset`` is the index of the first field in its row, ``width`` the row's, ``header`` the geometry of a header
    row of the same width (or None), ``sums`` the form's own.

    - As many fields as columns: they are the columns, unless the row looks as if it had lost a field.
    - More: the one run of ``due`` fields outside which all is empty; of several, the one that ends under the
      header's last column.
    - Fewer: only the field under the header's last column (总计) may be taken, and only when nothing else is printed
      or all else is 0 (seeds 001 and 002): then it is the total whichever field was lost.
    """
    if len(values) == due:
        return None if _lost_a_field(values, sums) else list(values)
    if len(values) > due:
        return _window(values, due, offset, header)
    if not values:
        return None  # a label and nothing behind it: the figures may stand on other lines
    if _empty(values):
        return [GridCell("", values[0].place)] * due
    if header and header.last == width - 1 and len(values) > 1 and _nothing_but_zero(values[:-1]):
        rest = GridCell("", values[0].place) if _empty(values[:-1]) else None
        return [*[rest] * (due - 1), values[-1]]
    return None


def row_sums(table: Table) -> tuple[RowSum, ...]:
    """Return the sums that the form declares along the rows of ``table``."""
    found = []
    for rule in table.rules:
        for group in rule.within if rule.along == "rows" else ():
            lead = f"{group}." if group else ""
            left, right = ([_indices(table, lead + name) for name in side] for side in rule.sides())
            found.append(RowSum(tuple(i for part in left for i in part), right[0][0]))
    return tuple(found)


def sums_hold(values: Sequence[GridCell], sums: Sequence[RowSum]) -> bool:
    """Say whether every sum of the form holds for ``values`` as they stand, blanks as 0; True without a sum."""
    figures = [number(cell.text).value or 0 for cell in values]
    whole = [one for one in sums if max(*one.parts, one.total) < len(figures)]
    return len(whole) == len(sums) and all(sum(figures[i] for i in one.parts) == figures[one.total] for one in whole)


def _indices(table: Table, path: str) -> list[int]:
    def under(leaf: Leaf) -> bool:
        return leaf.path == path or leaf.path.startswith(f"{path}.")

    return [i for i, leaf in enumerate(table.column_leaves) if under(leaf)]


def _window(values: Sequence[GridCell], due: int, offset: int, header: Header | None) -> list[GridCell | None] | None:
    fits = [i for i in range(len(values) - due + 1) if _empty(values[:i]) and _empty(values[i + due :])]
    if header and len(fits) > 1:
        fits = [i for i in fits if offset + i + due - 1 == header.last] or fits
    runs = {tuple(cell.text.strip() for cell in values[i : i + due]) for i in fits}
    return list(values[fits[0] : fits[0] + due]) if len(runs) == 1 else None


def _lost_a_field(values: Sequence[GridCell], sums: Sequence[RowSum]) -> bool:
    """Say whether a row with one empty field at an edge and all others printed may be a row that was shifted.

    A row that lost its first field and carries a spare one at its end has the right width and every figure in the
    wrong column. It is believed when the form's sums hold for it, or when every figure is 0.
    """
    blank = [not cell.text.strip() for cell in values]
    if len(values) < 4 or sum(blank) != 1 or not (blank[0] or blank[-1]) or _nothing_but_zero(values):
        return False
    figures = [number(cell.text).value for cell in values]
    checked = [one for one in sums if figures[one.total] is not None]
    return not checked or any(sum(figures[i] or 0 for i in one.parts) != figures[one.total] for one in checked)


def _empty(cells: Sequence[GridCell]) -> bool:
    return not any(cell.text.strip() for cell in cells)


def _nothing_but_zero(cells: Sequence[GridCell]) -> bool:
    return all(not cell.text.strip() or number(cell.text).value == 0 for cell in cells)

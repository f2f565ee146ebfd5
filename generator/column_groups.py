"""Tables printed in pieces, one for each group of columns, under headings of their own (沭阳县 2025: table four).

Only a whole set of pieces is put together; a set with a piece missing, twice, or of another width stays as it is.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from generator.document import Block, Grid, GridCell, Paragraph
from generator.form import Form, Leaf, Table
from generator.normalize import label_keys, printed_keys, skeleton

_LONGEST_HEADING = 40


class _Piece(NamedTuple):
    """The header and the figures of one group of columns."""

    header: list[GridCell]
    figures: list[GridCell]


def whole_tables(blocks: Sequence[Block], form: Form) -> tuple[Block, ...]:
    """Return ``blocks`` with the pieces of every one-row table of ``form`` made one table."""
    for table in form.tables:
        if len(table.row_leaves) == 1 and all(len(leaf.trail) > 1 for leaf in table.column_leaves):
            blocks = _joined(blocks, table)
    return tuple(blocks)


def _joined(blocks: Sequence[Block], table: Table) -> Sequence[Block]:
    groups = [tuple(leaves) for _, leaves in groupby(table.column_leaves, key=lambda leaf: leaf.trail[:-1])]
    pieces: dict[int, tuple[int, _Piece]] = {}
    for i, (heading, block) in enumerate(pairwise(blocks)):
        if not isinstance(heading, Paragraph) or not isinstance(block, Grid):
            continue
        named = [g for g, leaves in enumerate(groups) if _names(heading.text, leaves)]
        piece = _piece(block, groups[named[0]]) if len(named) == 1 else None
        if piece is None:
            continue
        if named[0] in pieces:
            return blocks
        pieces[named[0]] = (i + 1, piece)
    if len(pieces) < len(groups):
        return blocks
    ordered = [pieces[g][1] for g in range(len(groups))]
    header = tuple(cell for piece in ordered for cell in piece.header)
    figures = tuple(cell for piece in ordered for cell in piece.figures)
    whole = Grid((header, figures))
    taken = [at for at, _ in pieces.values()]
    return [whole if i == min(taken) else block for i, block in enumerate(blocks) if i == min(taken) or i not in taken]


def _names(heading: str, leaves: Sequence[Leaf]) -> bool:
    """Say whether a heading is the name of the group of ``leaves``, alone or behind the groups that hold it."""
    trail = leaves[0].trail[:-1]
    known = {*label_keys(trail[-1].label), skeleton("".join(item.label for item in trail))}
    return len(heading) <= _LONGEST_HEADING and any(key in known for key in printed_keys(heading)[:1])


def _piece(grid: Grid, leaves: Sequence[Leaf]) -> _Piece | None:
    """Return what ``grid`` shows of its group, when it is nothing but the columns of its group and one row."""
    rows = [_printed(row) for row in grid.rows]
    rows = [row for row in rows if row]
    if len(rows) != 2 or any(len(row) != len(leaves) for row in rows):
        return None
    keys = [set(label_keys(leaf.item.label)) for leaf in leaves]
    header = all(set(printed_keys(cell.text)) & known for cell, known in zip(rows[0], keys, strict=True))
    return _Piece(rows[0], rows[1]) if header else None


def _printed(row: Iterable[GridCell]) -> list[GridCell]:
    return [cell for cell in row if not cell.merged and cell.text.strip()]

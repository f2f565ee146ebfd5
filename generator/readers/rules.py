"""Ruled tables: from the rules drawn on a page to the cells that they enclose. pdfplumber does the geometry."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges
from pdfplumber.utils.clustering import cluster_objects

from generator.readers.layout import Box

Edge = dict[str, Any]  # pdfplumber's: x0, top, x1, bottom, and an orientation, v or h

_NEAR = 3.0  # points by which rules that meet may miss one another
_TOGETHER = 3  # rules that end at one height: no accident
_SIDES = {"x": ("x0", "x1"), "y": ("top", "bottom")}


def tables(edges: Sequence[Edge]) -> list[list[Box]]:
    """Return the cells of each ruled table, tables from top to bottom; a frame with one column is no table."""
    merged = _merged(edges)
    upright = [edge for edge in merged if edge["orientation"] == "v"]
    level = [edge for edge in merged if edge["orientation"] == "h"]
    closed = _merged([*merged, *_closing_rules(upright, level, "x", "y"), *_closing_rules(level, upright, "y", "x")])
    cells = intersections_to_cells(edges_to_intersections(closed, _NEAR, _NEAR))
    found = [[Box(*map(float, cell)) for cell in table] for table in cells_to_tables(cells)]
    found = [table for table in found if len({round(cell.x0) for cell in table}) > 1]
    return sorted(found, key=lambda table: (min(cell.top for cell in table), min(cell.x0 for cell in table)))


def cut_cells(edges: Sequence[Edge], table: Sequence[Box], limit: float) -> list[Box]:
    """Return the last column of a table that runs over the right margin, ``limit``, and has no rule at its end.

    It ran off the paper: what can be seen of the figures there may be half of them (Chromium prints no glyph beyond
    the margin). Inside the margin a table without a rule at its side is only set so.
    """
    right = max(cell.x1 for cell in table)
    top, bottom = min(cell.top for cell in table), max(cell.bottom for cell in table)
    upright = (one for one in edges if one["orientation"] == "v" and one["height"] > _NEAR)
    beside = (one for one in upright if one["top"] < bottom and top < one["bottom"])
    if right <= limit + _NEAR or any(one["x0"] > right - _NEAR for one in beside):
        return []
    last = [cell for cell in table if cell.x1 > right - _NEAR]
    return [*last, Box(max(cell.x0 for cell in last), top, right, bottom)]


def edge(x0: float, top: float, x1: float, bottom: float) -> Edge:
    """Make a rule: level where it is wider than high, else upright."""
    orientation = "h" if x1 - x0 > bottom - top else "v"
    size = {"width": x1 - x0, "height": bottom - top}
    return {"x0": x0, "top": top, "x1": x1, "bottom": bottom, **size, "orientation": orientation}


def _merged(edges: Sequence[Edge]) -> list[Edge]:
    straight = [one for one in edges if one["orientation"]]  # slanted strokes and points are no rules
    merged: list[Edge] = merge_edges(straight, _NEAR, _NEAR, _NEAR, _NEAR)
    return merged


def _closing_rules(edges: Sequence[Edge], others: Sequence[Edge], across: str, along: str) -> Iterator[Edge]:
    """Yield a rule wherever ``edges`` end together, from end to end, as far as one of the ``others`` spans the gap.

    A table broken by the end of a page has no rule there, an open one none at its sides: its outermost cells would be
    lost. Where a rule is drawn already it is the same one. ``across`` and ``along`` are x and y or y and x.
    """
    first, last = _SIDES[across]
    for side in _SIDES[along]:
        for group in cluster_objects(list(edges), side, tolerance=_NEAR):
            if len(group) < _TOGETHER:
                continue
            at = sum(one[side] for one in group) / len(group)
            for start, end in pairwise(sorted(one[first] for one in group)):
                if any(other[first] < start + _NEAR and other[last] > end - _NEAR for other in others):
                    yield edge(**dict.fromkeys(_SIDES[along], at), **{first: start, last: end})

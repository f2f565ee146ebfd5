"""Text with bars between cells: what copying a web page's table leaves."""

from collections.abc import Callable

from generator.demo.sheet import Block, Line, flat


def as_bars(blocks: list[Block]) -> str:
    """``a | b |``: one row a line and a bar behind every cell; a cell goes on below as an empty one, spans are lost."""
    return _printed(blocks, lambda line: [flat(slot.text) for slot in line.slots])


def as_padded_bars(blocks: list[Block]) -> str:
    """``a | b | |``: the same with an empty field for every further column that a cell spans."""
    return _printed(blocks, fields)


def fields(line: Line) -> list[str]:
    """The row as fields, one for each column."""
    return [field for slot in line.slots for field in (flat(slot.text), *[""] * (slot.across - 1))]


def _printed(blocks: list[Block], row: Callable[[Line], list[str]]) -> str:
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"{block}\n")
            continue
        parts.extend("".join(f"{field} | " for field in row(line)).rstrip() + "\n" for line in block)
    return "".join(parts)

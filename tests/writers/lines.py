"""Text that lost its rows: one cell a line, in three ways that real pages were copied."""

from sheet import Block


def as_bar_ends(blocks: list[Block]) -> str:
    """Every cell on a line of its own with a bar behind it; the bars of merged cells follow the row's last one."""
    return _printed(blocks, "{} |\n", "|")


def as_bar_lines(blocks: list[Block]) -> str:
    """Every cell on a line, the bar on the next one."""
    return _printed(blocks, "{}\n|\n", "")


def as_cell_lines(blocks: list[Block]) -> str:
    """Every cell on a line with an empty line behind it."""
    return _printed(blocks, "{}\n\n", "")


def _printed(blocks: list[Block], cell: str, rest: str) -> str:
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"{block}\n")
            continue
        for line in block:
            slots = [slot for slot in line.slots if not slot.merged]
            spanned = sum(slot.across - 1 for slot in slots) * rest
            parts.extend(cell.format(slot.text) for slot in slots)
            parts.append(f"{spanned}\n" if spanned else "")
    return "".join(parts)

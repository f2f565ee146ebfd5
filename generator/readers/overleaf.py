"""What page ends put between the rows of a table: running heads and feet, and the rest of labels beside it."""

from collections.abc import Sequence

from generator.normalize import skeleton
from generator.readers.layout import PageText, Table, is_outer


def in_order(parts: Sequence[Table | PageText]) -> list[Table | PageText]:
    """The parts of all pages, so that nothing but text parts a table from its rest overleaf.

    A line that every page repeats at its head or foot is given once, before all others. What stands beside a table
    (the rest of a merged label, without rules) follows it.
    """
    heads = [(_head(part), part) for part in parts if isinstance(part, PageText)]
    pages = {part.place.page if isinstance(part, PageText) else part.page for part in parts}
    found = {head: {part.place.page for other, part in heads if other == head} for head, _ in heads if head}
    running = {head for head, on in found.items() if len(pages) > 1 and on == pages}
    ordered = list({head: part for head, part in reversed(heads) if head in running}.values())
    kept: list[Table | PageText] = []
    beside: list[Table | PageText] = []
    for part in parts:
        last = kept[-1] if kept else None
        if isinstance(part, PageText) and _head(part) in running:
            continue
        if isinstance(part, PageText) and isinstance(last, Table) and _is_beside(part, last):
            beside.append(part)
            continue
        if isinstance(part, PageText):
            kept += beside
            beside = []
        kept.append(part)
    return [*ordered, *kept, *beside]


def _head(part: PageText) -> tuple[str, int] | None:
    """The letters of a line at the head or the foot of its page, and its height there."""
    letters = skeleton(part.line.text) if is_outer(part.line, part.outline) else ""
    return (letters, round(part.line.box.top)) if letters else None


def _is_beside(text: PageText, table: Table) -> bool:
    middle = text.line.box.centre[1]
    return text.place.page == table.page and middle < max(cell.bottom for cell in table.cells)

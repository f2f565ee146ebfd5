"""Rows that the end of a page broke: half of the label stands on one page and half on the next.

Nothing on the page says so. Two halves are one row when only together their labels are known, and no column has a
figure in both.
"""

from collections.abc import Callable, Iterator, Sequence

from generator.document import GridCell, Row
from generator.form import Leaf

# What a row's first cells name, and the index behind them; (None, …) where they name nothing.
Labels = Callable[[Row], tuple[Leaf | None, list[Leaf], int]]


def whole_rows(rows: Sequence[Row], labels: Labels) -> Iterator[Row]:
    """Yield ``rows`` with broken ones put together; all others are left as they are."""
    held: Row | None = None
    for row in rows:
        joined = _joined(held, row, labels) if held is not None else None
        if joined is None and held is not None:
            yield held
        held = joined or row
    if held is not None:
        yield held


def _joined(above: Row, below: Row, labels: Labels) -> Row | None:
    if len(above) != len(below) or not above or above[-1].place.page == below[0].place.page:
        return None
    joined = tuple(_both(*halves) for halves in zip(above, below, strict=True))
    leaf, _, offset = labels(joined)
    if leaf is None or leaf.item.items or leaf in (labels(above)[0], labels(below)[0]):
        return None
    twice = any(
        upper.text.strip() and lower.text.strip() for upper, lower in zip(above[offset:], below[offset:], strict=True)
    )
    return None if twice else joined


def _both(upper: GridCell, lower: GridCell) -> GridCell:
    if upper.merged or not upper.text.strip():
        return lower if lower.text.strip() else upper
    return upper if lower.merged else upper._replace(text=upper.text + lower.text)

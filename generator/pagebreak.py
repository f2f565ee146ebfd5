"""Rows that the end of a page broke: half of the label stands on one page and half on the next.

Nothing on the page says so. Two halves are one row when only together their labels are known, and no column has a
figure in both. A row of a header is one when only together its words are. Where the label is whole on the first page,
what stands without a label on the next one is the rest of its figures: these cannot be read.
"""

from collections.abc import Callable, Iterator, Sequence

from generator.document import GridCell, Row
from generator.form import Leaf

# What a row's first cells name, and the index behind them; (None, …) where they name nothing.
Labels = Callable[[Row], tuple[Leaf | None, list[Leaf], int]]
IsHeader = Callable[[Row], bool]

_SPOILT = "\ufffd"


def whole_rows(rows: Sequence[Row], labels: Labels, is_header: IsHeader) -> Iterator[Row]:
    """Yield ``rows`` with broken ones put together; all others are left as they are."""
    held: Row | None = None
    page: int | None = None
    for row in rows:
        overleaf = held is not None and page != row[0].place.page
        joined = _joined(held, row, labels, is_header) if held is not None and overleaf else None
        if joined is None and held is not None:
            yield held
        held = joined or row
        page = row[-1].place.page
    if held is not None:
        yield held


def _joined(above: Row, below: Row, labels: Labels, is_header: IsHeader) -> Row | None:
    if len(above) != len(below):
        return None
    joined = tuple(_both(*halves) for halves in zip(above, below, strict=True))
    if is_header(joined):
        return None if is_header(above) or is_header(below) else joined
    if is_header(below):
        return None  # printed again on every page
    leaf, _, offset = labels(joined)
    whole = labels(above)[0]
    if leaf is None or leaf.item.items or leaf == labels(below)[0] or (leaf == whole and labels(below)[0]):
        return None
    figures = [["" if cell.merged else cell.text.strip() for cell in half[offset:]] for half in (above, below)]
    if leaf != whole or not any(figures[0]):
        twice = any(upper and lower for upper, lower in zip(*figures, strict=True))
        return None if twice else joined
    rest = (_torn(*halves) for halves in zip(above[offset:], below[offset:], strict=True))
    return (*above[:offset], *rest) if any(figures[1]) else None


def _both(upper: GridCell, lower: GridCell) -> GridCell:
    if upper.merged or not upper.text.strip():
        return lower if lower.text.strip() else upper
    return upper if lower.merged else upper._replace(text=upper.text + lower.text)


def _torn(upper: GridCell, lower: GridCell) -> GridCell:
    """A figure with its rest on the next page: 164 above and 0 below are no number."""
    return upper._replace(text=f"{upper.text}\n{_SPOILT}{lower.text}") if lower.text.strip() else upper

"""Tables that lost their rows: one cell a line, nothing to show where a row ends (pages copied as text, some PDFs).

Only labels can anchor such a table: a row is a known label and what stands between it and the next one. Empty lines
mean nothing here, so a row that does not have exactly its figures stays open (``align`` says None).
"""

import re
from collections.abc import Iterator, Sequence

from generator.document import Block, Document, Grid, GridCell, Paragraph, join_split_tables
from generator.form import Form
from generator.normalize import number, plain, printed_keys

_LONGEST = 60  # characters of a line that can be a cell: longer ones are running text
_ENOUGH = 3  # labels standing alone before lines are taken for a table
# What may go on in the same row: a group's label before a row's, figures behind either; all else begins anew.
_FOLLOWS = {
    "header": ("header",),
    "group": ("group", "row", "value"),
    "row": ("value",),
    "value": ("value",),
    "text": (),
}
_LONG, _MOST_KINDS = 9, 20_000
_WRAPPED = 3  # lines that a label may be broken over


def regroup(document: Document, form: Form) -> tuple[Block, ...]:
    """Return the blocks of ``document`` with every run of one-cell lines that holds labels turned into rows."""
    words = _words_of(form)
    blocks: list[Block] = []
    run: list[GridCell] = []
    for block in (*document.blocks, None):
        cells = _single_cells(block)
        if cells is not None:
            run.extend(cells)
            continue
        blocks.extend(_rows_or_lines(run, words))
        run = []
        if block is not None:
            blocks.append(block)
    return join_split_tables(blocks)


_known: dict[str, "_Words"] = {}


def _words_of(form: Form) -> "_Words":
    """The words of a form, gathered once."""
    if form.id not in _known:
        _known[form.id] = _Words(form)
    return _known[form.id]


_SPACED = re.compile(r"(?P<label>\S.*?[^\d\s.,+-])\s+(?:[\d.,/+-]+\s+)*[\d.,/+-]+\s*")


def spaced_row(text: str) -> str | None:
    """The label of a line on which figures follow it with nothing but spaces between; None for any other line."""
    match = _SPACED.fullmatch(plain(text).strip()) if len(text) <= _LONGEST * 2 else None
    return match["label"] if match else None


class _Words:
    """The labels of a form: of rows, of headers, of sections."""

    def __init__(self, form: Form) -> None:
        names = [(key, leaf) for table in form.tables for key, leaf in table.row_names.items()]
        self.rows = {key for key, _ in names}
        self.groups = {key for key, leaf in names if leaf.item.items}
        self.headers = {key for table in form.tables for key in (*table.column_names, *table.header_words)}
        self.sections = form.section_names.keys()
        self._kinds: dict[tuple[str, bool], str] = {}  # the same few hundred lines fill all reports

    def kind(self, text: str, in_header: bool) -> str:
        """Say what a line is: ``group``, ``row``, ``header``, ``value`` or ``text``; 其他 depends on the place."""
        if text.isascii() and text.isdigit() and (len(text) == 1 or (text[0] != "0" and len(text) < _LONG)):
            return "value"  # what most lines are needs no rules
        if (text, in_header) not in self._kinds:
            if len(self._kinds) > _MOST_KINDS:
                self._kinds.clear()
            self._kinds[text, in_header] = self._told(text, in_header)
        return self._kinds[text, in_header]

    def _told(self, text: str, in_header: bool) -> str:
        keys = list(printed_keys(text))
        if spaced_row(text):
            return "text"  # a whole row on one line: nothing shows which figure is in which column
        if not keys:
            return "value" if _is_figure(text) else "text"
        row = any(key in self.rows for key in keys)
        header = any(key in self.headers for key in keys)
        if any(key in self.sections for key in keys) and not row:
            return "text"
        if row and not (header and in_header):
            return "group" if any(key in self.groups for key in keys) else "row"
        if header:
            return "header"
        return "value" if _is_figure(text) else "text"


def _is_figure(text: str) -> bool:
    """Say whether a line is nothing but a figure or a blank mark; a page number such as - 4 - is neither."""
    if text and text[0].isalpha():
        return False
    readings = (number(text, "change"), number(text, "money", ("万元", "元", "件", "项")))
    return any(reading.problem is None for reading in readings)


def _single_cells(block: Block | None) -> list[GridCell] | None:
    """The lines of a block that may be cells of a broken table, or None."""
    if isinstance(block, Paragraph):
        text = block.text.strip().strip("|").strip()
        return [GridCell(text, block.place)][: bool(text)] if len(text) <= _LONGEST else None
    if isinstance(block, Grid) and block.kind == "lines":
        return [cell for row in block.rows for cell in row]  # blank ones too: each is known to be a cell
    if isinstance(block, Grid):
        rows = [[cell for cell in row if cell.text.strip()] for row in block.rows]
        return [cell for row in rows for cell in row] if all(len(row) <= 1 for row in rows) else None
    return None


def _rows_or_lines(run: Sequence[GridCell], words: _Words) -> Iterator[Block]:
    cells = list(_unwrapped(run, words))
    if sum(words.kind(cell.text, False) == "row" for cell in cells) < _ENOUGH:
        for cell in run:
            yield Paragraph(cell.text, cell.place)
        return
    row: list[GridCell] = []
    state = "text"  # what the row in hand ends in: header, row (a label), value, text
    for cell in cells:
        kind = words.kind(cell.text, state == "header")
        if kind == "value" and state == "text":
            kind = "text"
        if kind not in _FOLLOWS[state]:
            yield from _flush(row, state)
            row = []
        row.append(cell)
        state = kind
    yield from _flush(row, state)


def _flush(row: list[GridCell], state: str) -> Iterator[Block]:
    if row and state == "text":
        yield from (Paragraph(cell.text, cell.place) for cell in row)
    elif row:
        yield Grid((tuple(row),), "lines")


def _unwrapped(cells: Sequence[GridCell], words: _Words) -> Iterator[GridCell]:
    """Join lines that only together make a label."""
    i = 0
    while i < len(cells):
        joined = cells[i]
        if words.kind(joined.text, False) == "text":
            for count in range(2, _WRAPPED + 1):
                parts = cells[i : i + count]
                text = "".join(part.text for part in parts)
                plain = all(words.kind(part.text, False) == "text" for part in parts)
                if len(parts) == count and plain and words.kind(text, False) != "text":
                    joined = GridCell(text, cells[i].place)
                    i += count - 1
                    break
        yield joined
        i += 1

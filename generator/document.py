"""What a file looks like once its format is forgotten: paragraphs and grids of cells, in order.

Readers make Documents; the parser reads them and never learns which format they came from.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple


class Place(NamedTuple):
    """Where in the file something stands; counted from 1, 0 where the format has no such thing."""

    page: int = 0
    table: int = 0
    line: int = 0
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        """The place as a person would say it: 第3页 表2 第5行第2格; for text files 第91行第3格."""
        parts = (f"第{self.page}页 " if self.page else "", f"表{self.table} " if self.table else "")
        line = f"第{self.line or self.row}行" if self.line or self.row else ""
        return "".join(parts) + line + (f"第{self.column}格" if self.column else "")


class Paragraph(NamedTuple):
    """Running text between tables."""

    text: str
    place: Place


class GridCell(NamedTuple):
    """One cell. ``merged`` marks the repetition of a cell that spans rows or columns: its text is not printed again."""

    text: str
    place: Place
    merged: bool = False


Row = tuple[GridCell, ...]
Kind = Literal["cells", "fields", "lines"]


class Grid(NamedTuple):
    """Rows that stand together. Rows may differ in width: files lose and gain cells.

    ``kind`` is how far their cells can be trusted: ``cells`` of a real table, ``fields`` between separators (some are
    padding, some may have been trimmed), ``lines`` put together without anything that showed where a row ends.
    """

    rows: tuple[Row, ...]
    kind: Kind = "cells"

    @property
    def place(self) -> Place:
        return next((cell.place for row in self.rows for cell in row), Place())


Block = Paragraph | Grid


class Remark(NamedTuple):
    """What a reader wants known about a file as a whole: a notice code and a Chinese sentence."""

    code: str
    message: str


class Content(NamedTuple):
    """What a reader makes of a file's bytes.

    ``meta`` holds what the file says of itself outside its text, as (name, text) pairs in the file's order: the
    ``<meta>`` elements of a page, the properties of a Word file. ``recognised`` says that the text was read off
    pictures, so that no figure of it is certain.
    """

    blocks: tuple[Block, ...]
    remarks: tuple[Remark, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()
    recognised: bool = False


class Document(NamedTuple):
    """A file as read: ``format`` is its kind (txt, html …), ``path`` as shown to people, ``sha256`` of its bytes.

    The rest is the ``Content`` that its reader made of it.
    """

    path: str
    format: str
    sha256: str
    blocks: tuple[Block, ...]
    remarks: tuple[Remark, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()
    recognised: bool = False

    def paragraphs(self) -> Iterator[Paragraph]:
        """All running text, in order; a row with one printed cell reads as a line, as titles in spreadsheets stand."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block
                continue
            for row in block.rows:
                printed = [cell for cell in row if not cell.merged and cell.text.strip()]
                if len(printed) == 1:
                    yield Paragraph(printed[0].text, printed[0].place)


def join_split_tables(blocks: list[Block]) -> tuple[Block, ...]:
    """Return ``blocks`` with grids that follow one another directly made one: a blank line may split a table."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Grid) and isinstance(last, Grid) and block.kind == last.kind:
            joined[-1] = last._replace(rows=last.rows + block.rows)
        else:
            joined.append(block)
    return tuple(joined)

"""Text files: rows of cells parted by tabs or by ``|`` (Markdown included), or Word dumps with one cell a line.

A Word dump prints every cell on a line of its own behind a tab, goes on without a tab where the cell holds a line
break, and ends a row with an empty line; merged cells leave lone tabs. Both layouts may stand in one file.
"""

import codecs
import re

from generator.document import Block, Content, Grid, GridCell, Paragraph, Place, Row, join_split_tables
from generator.errors import Refusal
from generator.normalize import plain, simplified, squeeze
from generator.readers import marks

_LINE_END = re.compile(r"\r\n|\r|\n")
_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]{0,80}\]")
# Word's own marks: manual line break, page break; and the end of a cell, where it ends a line. Elsewhere it stands
# between two cells, and like other control characters stays, to spoil what it touches.
_WORD_MARKS = str.maketrans({"\x0b": "\n", "\x0c": "\n"})
_CELL_END = re.compile(r"\x07+(?=\s|\Z)")
_MARKDOWN_HEADING = re.compile(r"^ {0,3}#{1,6}\s+")
_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*$")  # the line under a Markdown header
_SENTENCE = re.compile(r"[。；！？]")
_CELL_LINE = re.compile(r"([^|]*)\|[\s|]*")  # one cell and the bar behind it; further bars are padding
_CELL_LINES = 0.6  # share of such lines among those with text, where every cell stands on a line of its own
_LABEL_AND_FIGURE = re.compile(r"[^|]*[^|\s][^|]*\|\s*(?:[+-]?[0-9][0-9,.]*|[/-])\s*")
_BOMS = (  # UTF-32's first: that of UTF-16 begins it
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Every report says this somewhere; the wrong encoding never does.
_PROOF = re.compile("政府信息公开|政府资讯公开|政务信息公开|总体情况")
# Undeclared Big5 must say more: these headings of the statute, in the characters that it is written with.
_BIG5_PROOF = ("總體情況", "主動公開政府信息", "政府信息公開")
_LOST = re.compile(r"\ufffd|锟斤拷|\?{6,}")


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of a text file; raises Refusal ``encoding-error`` or ``not-a-report``."""
    return Content(blocks(decode(data, shown)))


def blocks(text: str, first: int = 1) -> tuple[Block, ...]:
    """Return the blocks of ``text``, whose first line is line ``first`` of its file."""
    return join_split_tables(_blocks(_LINE_END.split(_CELL_END.sub("", text).translate(_WORD_MARKS)), first))


def decode(data: bytes, shown: str, declared: str | None = None) -> str:
    """Decode strictly: byte order mark, else UTF-8, GB18030, UTF-16, Big5, the first that yields a report's words.

    ``declared`` is the charset that a page claims, tried after UTF-8 only when it is one that none of these cover.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(_try(data[len(bom) :], encoding), shown)
    decoded = [text for encoding in _order(declared) if (text := _try(data, encoding))]
    proved = next((text for text in decoded if _proved(text)), None)
    if proved is None:
        proved = _undeclared_big5(data)
    if proved is None and _try(data, "utf-8"):
        raise Refusal("not-a-report", "读不到「政府信息公开」字样，不像年度报告", shown, "请核对文件内容")
    return _checked(proved, shown)


def _proved(text: str) -> bool:
    squeezed = squeeze(text)
    return bool(_PROOF.search(squeezed) or _PROOF.search(simplified(squeezed)))


def _undeclared_big5(data: bytes) -> str | None:
    text = _try(data, "big5hkscs")
    return text if text and all(proof in squeeze(text) for proof in _BIG5_PROOF) else None


def _order(declared: str | None) -> tuple[str, ...]:
    # gb2312 and gbk mean gb18030: pages use characters that only it has. Big5 overlaps with it, so it must be declared
    # or, where no other encoding yields anything, prove itself.
    return (
        "utf-8",
        *(["big5hkscs"] if declared in ("big5", "big5-hkscs") else []),
        "gb18030",
        "utf-16-le",
        "utf-16-be",
    )


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str | None, shown: str) -> str:
    if text is None:
        raise Refusal("encoding-error", "文字编码认不出或有损坏的字节", shown, "请从原网页重新保存为 UTF-8 文本")
    if _LOST.search(text):
        raise Refusal("encoding-error", "文中有乱码或丢失的字（�、??????）", shown, "请从原网页重新保存为 UTF-8 文本")
    if not _proved(text):
        raise Refusal("not-a-report", "读不到「政府信息公开」字样，不像年度报告", shown, "请核对文件内容")
    return text


def _blocks(lines: list[str], first: int) -> list[Block]:
    """Cut the lines into chunks at empty lines and read each chunk in the layout that it shows."""
    blocks: list[Block] = []
    chunk: list[tuple[int, str]] = []
    for number, line in enumerate([*lines, ""], start=first):
        if line.strip(" \u3000\xa0") or "\t" in line:
            chunk.append((number, line))
        elif chunk:
            blocks.extend(_chunk(chunk))
            chunk = []
    return blocks


def _chunk(chunk: list[tuple[int, str]]) -> list[Block]:
    first = next((i for i, (_, line) in enumerate(chunk) if "\t" in line), len(chunk))
    blocks: list[Block] = [_paragraph(*line) for line in chunk[:first]]
    rest = chunk[first:]
    if not rest and _is_cell_a_line([line for _, line in chunk]):
        return list(join_split_tables([_cell_line(*line) for line in chunk]))
    if not rest:
        return list(
            join_split_tables([_pipe_row(*line) or _paragraph(*line) for line in chunk if not _RULE.match(line[1])])
        )
    if any("\t" in line.lstrip("\t") or line.startswith("\t\t") for _, line in rest):
        return blocks + _tab_rows(rest)
    return [*blocks, Grid((_word_row(rest),))]


def _tab_rows(chunk: list[tuple[int, str]]) -> list[Block]:
    """One line, one row; a line without a tab between rows is running text."""
    blocks: list[Block] = []
    for number, line in chunk:
        if "\t" not in line:
            blocks.append(_paragraph(number, line))
            continue
        fields = line.split("\t")
        row = tuple(GridCell(_clean(field), Place(line=number, column=i)) for i, field in enumerate(fields, start=1))
        blocks.append(Grid((row,), "fields"))
    return list(join_split_tables(blocks))


def _pipe_row(number: int, line: str) -> Grid | None:
    """One line, one row, its cells parted by ``|``; a bar at either end is the table's edge.

    None for running text that happens to hold a bar: sentences, and two words that are no label and figure.
    """
    body = line.strip()
    if "|" not in body or (_SENTENCE.search(body) and not body.startswith("|")):
        return None
    if body.count("|") < 2 and not _LABEL_AND_FIGURE.fullmatch(plain(body)):
        return None
    fields = body.removesuffix("|").split("|")
    cells = (GridCell(_clean(field), Place(line=number, column=i)) for i, field in enumerate(fields, start=1))
    return Grid((tuple(cells),), "fields")


def _is_cell_a_line(lines: list[str]) -> bool:
    """Say whether each cell stands on a line of its own with a bar behind it; elsewhere a lone bar parts two cells."""
    printed = [line for line in lines if line.strip("| \u3000\xa0")]
    return sum(_CELL_LINE.fullmatch(line) is not None for line in printed) > max(_CELL_LINES * len(printed), 2)


def _cell_line(number: int, line: str) -> Block:
    """One line, one cell: nothing shows where a row ends, but a lone bar is a blank cell; several are padding."""
    match = _CELL_LINE.fullmatch(line)
    if match is None:
        return _paragraph(number, line)
    text = _clean(match[1]).strip()
    cells = (GridCell(text, Place(line=number)),) if text or line.count("|") == 1 else ()
    return Grid((cells,), "lines")


def _paragraph(number: int, line: str) -> Paragraph:
    return Paragraph(_MARKDOWN_HEADING.sub("", _clean(line)), Place(line=number))


def _word_row(chunk: list[tuple[int, str]]) -> Row:
    """All lines up to the empty one are one row: a line behind a tab opens a cell, any other goes on with it."""
    cells: list[GridCell] = []
    for number, line in chunk:
        if line.startswith("\t"):
            cells.append(GridCell(_clean(line[1:]), Place(line=number, column=len(cells) + 1)))
        else:
            cells[-1] = cells[-1]._replace(text=f"{cells[-1].text}\n{_clean(line)}")
    return tuple(cells)


def _clean(text: str) -> str:
    return marks.settled(_BOOKMARK.sub("", text))

"""Text files, whose tables may be those of web pages: many converters write Markdown that way, to keep the spans."""

import re
from collections.abc import Iterator

from generator.document import Block, Content
from generator.readers import html, text

_TABLE = re.compile(r"<(/?)table\b[^<>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINE_TAGS = re.compile(r"</?(?:p|div|center|section|article|html|body|h[1-6]|br|hr)\b[^<>]*>", re.IGNORECASE)
# What may hide or strike out a table from outside: only a page can be read with that.
_AROUND = re.compile(
    r"<(?:s|del|strike|template|script|style|noscript|svg|object|details|bdo)\b"
    r"|<[a-z][^<>]*(?:hidden|display|visibility|opacity|line-through|color|override)",
    re.IGNORECASE,
)


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of a text file, in its order; raises Refusal like ``text.read`` and ``too-large``."""
    decoded = text.decode(data, shown)
    bare = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), decoded) if "<" in decoded else decoded
    spans = _tables(bare)
    if not spans or _AROUND.search("".join(piece for piece, is_table in _pieces(bare, spans) if not is_table)):
        return Content(text.blocks(decoded))
    return Content(tuple(_blocks(bare, spans, shown)))


def _blocks(whole: str, spans: list[tuple[int, int]], shown: str) -> Iterator[Block]:
    line, tables = 1, 0
    for piece, is_table in _pieces(whole, spans):
        if is_table:
            found, tables = html.fragment(piece, shown, tables)
            yield from found
        else:
            yield from text.blocks(_LINE_TAGS.sub(" ", piece), line)
        line += piece.count("\n")


def _pieces(whole: str, spans: list[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The text cut at its tables, and whether a piece is one."""
    at = 0
    for start, end in spans:
        yield whole[at:start], False
        yield whole[start:end], True
        at = end
    yield whole[at:], False


def _tables(whole: str) -> list[tuple[int, int]]:
    """Where outermost tables begin and end; none where their tags do not match."""
    spans: list[tuple[int, int]] = []
    depth = start = 0
    for tag in _TABLE.finditer(whole):
        if not depth:
            start = tag.start()
        depth += -1 if tag[1] else 1
        if depth < 0:
            return []
        if not depth:
            spans.append((start, tag.end()))
    return [] if depth else spans

"""Markdown, as converters make it: it has no spans, and wants a header that statutory tables do not have."""

from collections.abc import Callable, Iterator

from generator.demo.sheet import Block, Line, Text, flat, pieces
from generator.demo.writers.pipes import fields


def as_markdown(blocks: list[Block]) -> str:
    """Every table with the rule under its first row."""
    return _printed(blocks, _piecewise)


def as_ruled(blocks: list[Block]) -> str:
    """A rule under every row."""
    return _printed(blocks, lambda block: "".join(_row(row) + _rule(len(row)) for row in map(fields, block) if row))


def as_invented(blocks: list[Block]) -> str:
    """Groups of rows as headings, each with a table of its own whose header was made up: 类别, 数据1, 数据2 …"""
    return _printed(blocks, lambda block: "".join(_invented(block)) if any(map(_groups, block)) else _piecewise(block))


def _printed(blocks: list[Block], table: Callable[[list[Line]], str]) -> str:
    return "\n".join(_line(block) if isinstance(block, str) else table(block) for block in blocks)


def _line(text: str) -> str:
    return f"{text}\n" if isinstance(text, Text) else f"## {text}\n"


def _piecewise(block: list[Line]) -> str:
    """A table, or the tables that gaps make of it: header, rule, rows."""
    tables = ([fields(line) for line in piece] for piece in pieces(block))
    return "\n".join(_row(rows[0]) + _rule(len(rows[0])) + "".join(map(_row, rows[1:])) for rows in tables)


def _row(row: list[str]) -> str:
    return "| " + " | ".join(row) + " |\n"


def _rule(width: int) -> str:
    return "|" + "---|" * width + "\n"


def _groups(line: Line) -> list[str]:
    """The labels of groups that a row of figures begins with."""
    labels = [slot.text for slot in line.slots if slot.label] if line.path else []
    return [flat(label) for label in labels[:-1] if label]


def _invented(block: list[Line]) -> Iterator[str]:
    begun = False
    for line in block:
        if line.path is None:
            continue
        for group in _groups(line):
            yield f"\n### {group}\n"
            begun = False
        label, *figures = [flat(slot.text) for slot in line.slots if slot.text or not slot.label]
        if not begun:
            header = ["类别", *(f"数据{i}" for i in range(1, len(figures))), "总计"]
            yield "\n" + _row(header) + _rule(len(header))
            begun = True
        yield _row([label, *figures])

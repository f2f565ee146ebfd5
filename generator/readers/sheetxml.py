"""The cells of an Excel file looked at before the library reads them: what it would read as another figure is refused.

It takes the first piece of a text that something stands in, the last of two cells of one name, 1_000 for 1000. Excel
writes none of that, and opens no file that holds it.
"""

import re
from collections.abc import Mapping
from typing import Any

from generator.errors import Refusal
from generator.readers import package

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_HOLDS_CELLS = re.compile(rb"sheetData|<(?:\w{1,20}:)?sst\b")
_NAME = re.compile(r"[A-Z]{1,3}([1-9][0-9]{0,6})")
_NUMBER = r"\s*[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?\s*"
# What may stand in a cell of each type; any text in the others.
_VALUES = {
    "n": re.compile(_NUMBER),
    "s": re.compile(r"\s*[0-9]{1,9}\s*"),
    "b": re.compile(r"\s*[01]\s*"),
    "e": re.compile(r"\s*#.*"),
    "d": re.compile(r"\s*[0-9T:.Z+-]{4,40}\s*"),
    "str": re.compile(r".*", re.DOTALL),
}
_IN_CELL = [f"{_S}{name}" for name in ("f", "v", "is")]
_LEAVES = (f"{_S}v", f"{_S}f", f"{_S}t")
_EXTENSION = f"{_S}extLst"
_ESCAPE = "x005F_"  # the library drops it, wherever it stands


def check(parts: Mapping[str, bytes], shown: str) -> None:
    """Look at all cells and shared texts of a file; raises Refusal ``corrupt-file`` where one is not as it must be."""
    for part in parts.values():
        if not _HOLDS_CELLS.search(part.replace(b"\0", b"")):
            continue
        root = package.tree(part, shown, "Excel")
        for leaf in root.iter(*_LEAVES):
            if len(leaf):
                raise _wrong(_cell_around(leaf), shown)
        for text in root.iter(f"{_S}si", f"{_S}is"):
            if not _is_plain(text):
                raise _wrong(_cell_around(text), shown)
        _check_cells(root, shown)


def _is_plain(text: Any) -> bool:
    """Say whether a text is one piece, or a row of pieces with fonts of their own."""
    own, pieces = text.findall(f"{_S}t"), text.findall(f"{_S}r")
    said = [piece.findall(f"{_S}t") for piece in pieces]
    if len(own) > 1 or (own and pieces) or any(len(one) > 1 for one in said):
        return False
    return not any(_ESCAPE in (one.text or "") for one in text.iter(f"{_S}t"))


def _check_cells(root: Any, shown: str) -> None:
    seen: set[str] = set()
    for row in root.iter(f"{_S}row"):
        number = row.get("r")
        for cell in row:
            if cell.tag == _EXTENSION:
                continue
            name = cell.get("r")
            found = _NAME.fullmatch(name) if name else None
            astray = name is not None and (found is None or name in seen or number not in (None, found[1]))
            if cell.tag != f"{_S}c" or astray or not _is_sound(cell):
                raise _wrong(cell, shown)
            if name is not None:
                seen.add(name)


def _is_sound(cell: Any) -> bool:
    held = [child.tag for child in cell if child.tag != _EXTENSION]
    if len(set(held)) < len(held) or not set(held) <= set(_IN_CELL):
        return False
    kind, value = cell.get("t", "n"), cell.findtext(f"{_S}v")
    if kind == "inlineStr":
        return value is None
    return kind in _VALUES and (not value or _VALUES[kind].fullmatch(value) is not None)


def _cell_around(element: Any) -> Any:
    return next((one for one in element.iterancestors(f"{_S}c")), element)


def _wrong(cell: Any, shown: str) -> Refusal:
    name = cell.get("r") or ""
    which = f" {name} 格" if _NAME.fullmatch(name) else "有的格"
    return Refusal("corrupt-file", f"Excel 文件的{which}内容不合规范", shown, "请用 Excel 打开后另存为 .xlsx")

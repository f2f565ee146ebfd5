"""Word files, read from their XML: cells with their spans, changes as accepted, hidden text left out."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from generator.document import Block, Content, Grid, GridCell, Paragraph, Place, Remark, Row, join_split_tables
from generator.errors import Refusal
from generator.readers import marks, package, wordtree
from generator.readers.wordtree import W as _W

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MOST_COLUMNS, _MOST_ROWS = 60, 500
_BODY = "word/document.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META_PARTS = re.compile(r"(?P<core>docProps/core\.xml)|word/header\d*\.xml")
_MOST_HEADERS, _LONGEST_HEADER = 20, 200
# What holds no printed text: deletions, the old place of moved text, fields' code, properties.
_SKIPPED = frozenset(
    [f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "tblPr", "trPr", "tcPr")]
    + [f"{_W}sectPr", "{http://schemas.microsoft.com/office/word/2010/wordml}conflictDel"]
)
# Elements that stand for a character. A symbol of some font is not read: what it shows, only that font knows; nor is
# what Word fills in by itself, the page or the day.
_CHARACTERS = {
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}tab": " ",
    f"{_W}ptab": " ",
    f"{_W}noBreakHyphen": "-",
    f"{_W}softHyphen": "\xad",
    **dict.fromkeys(
        (f"{_W}{part}{form}" for part in ("day", "month", "year") for form in ("Short", "Long")), marks.SPOILT
    ),
    **dict.fromkeys((f"{_W}sym", f"{_W}pgNum"), marks.SPOILT),
}
_BROUGHT_IN = (f"{_W}altChunk", f"{_W}subDoc")  # other files that Word puts in their place
_OBJECTS = frozenset([f"{_W}drawing", f"{_W}pict", f"{_W}object", f"{_W}contentPart"])
_MATH_ROW = frozenset([f"{_M}oMath", f"{_M}oMathPara", f"{_M}r"])  # what prints its parts one behind the other
_EFFECTS = {
    f"{_W}{name}": effect
    for effect, names in {
        "hidden": ["vanish"],
        "struck": ["strike", "dstrike"],
        "raised": ["vertAlign"],
        "unseen": ["webHidden", "specVanish"],  # shown in some views
        "position": ["position"],
        "size": ["sz"],
        "colour": ["color"],
        "ground": ["shd", "highlight"],
        "pictures": ["rFonts"],
        "narrow": ["w"],
        "tight": ["spacing"],
    }.items()
    for name in names
}
_SQUEEZED = {"narrow": 20, "tight": -100}  # per cent of a letter's width, twentieths of a point between letters
_LITTLE = 4  # half points: letters as small as this are not seen, a line shifted by no more is still the line
_RUN_PROPERTIES, _VALUE = f"{_W}rPr", f"{_W}val"
_BLOCK_STYLE, _RUN_STYLE = f"{_W}pPr/{_W}pStyle", f"{_W}rPr/{_W}rStyle"
_OFF = frozenset({"0", "false", "off", "none", "baseline"})
_FILL, _THEMES = f"{_W}fill", (f"{_W}themeColor", f"{_W}themeFill")
_GROUNDS = tuple(f"{_W}{name}/{_W}shd" for name in ("pPr", "tcPr", "tblPr"))
_MOST_BASES = 10
_GONE_ROW = ("hidden", "del")
_MOVED_CELLS = (f"{_W}cellDel", f"{_W}cellMerge")  # tracked changes that leave a row other cells
_LEAST_HEIGHT = 40  # twentieths of a point: in a row that may be no higher, nobody sees a figure
_SHIFTED = "shifted"  # a little off the line, and by how much: only beside other text is that a mark


def read(data: bytes, shown: str, converted: bool = False) -> Content:
    """Return the blocks of a Word file; ``converted`` from another format by another program (see wordtree).

    Raises Refusal ``corrupt-file``, ``encrypted``, ``zip-bomb``, ``xml-entity`` or ``too-large``.
    """
    parts = package.parts(data, shown, "Word", _BODY)
    root, styles = _settled(parts, shown, converted)
    body = root.find(f"{_W}body")
    if body is None:
        raise Refusal("corrupt-file", "Word 文件里没有正文", shown, "请用 Word 打开后另存为 .docx")
    reader = _Reader(shown, {} if styles is None else _style_effects(styles))
    blocks = join_split_tables(list(reader.blocks(body)))
    remarks = []
    if next(root.iter(f"{_W}ins", f"{_W}del", f"{_W}moveTo"), None) is not None:
        remarks.append(Remark("tracked-changes", "文件里有修订记录，按全部接受后的样子读取"))
    if reader.hidden:
        remarks.append(Remark("hidden-text", f"文件里有 {reader.hidden} 处隐藏文字，没有读取"))
    return Content(blocks, tuple(remarks), tuple(_meta(parts, shown)))


def _settled(parts: Mapping[str, bytes], shown: str, converted: bool) -> tuple[Any, Any]:
    """The roots of the text, made plain (see wordtree), and of the styles, None where the file has none."""
    text = package.target(parts, "", "officeDocument", shown, "Word") or _BODY
    if text not in parts:
        raise Refusal("corrupt-file", "Word 文件里没有正文", shown, "请用 Word 打开后另存为 .docx")
    root = package.tree(parts[text], shown, "Word")
    styles, numbering = (
        package.tree(parts[name], shown, "Word") if name in parts else None
        for usual in ("styles", "numbering")
        for name in [package.target(parts, text, usual, shown, "Word") or f"word/{usual}.xml"]
    )
    wordtree.settle(root, converted)
    wordtree.number_lists(root, numbering, styles)
    return root, styles


def _meta(parts: Mapping[str, bytes], shown: str) -> Iterator[tuple[str, str]]:
    """The file's title and what stands in its page headers: they may name the report where its text does not."""
    for name in sorted(parts):
        found = _META_PARTS.fullmatch(name)
        if found is None:
            continue
        try:
            root = package.tree(parts[name], shown, "Word")
        except Refusal:
            continue  # damaged, it names nothing
        texts = root.iter(f"{_DC}title") if found["core"] else root.iter(f"{_W}p")
        for element in islice(texts, _MOST_HEADERS):
            text = "".join(element.itertext()).strip()
            if 0 < len(text) <= _LONGEST_HEADER:
                yield "title" if found["core"] else "header", text


def _own_effects(element: Any) -> dict[str, str]:
    """What the properties of a run or a style do to its text, as far as they say: a word for each, '' for not."""
    found: dict[str, str] = {}
    properties = element.find(_RUN_PROPERTIES)
    for given in properties if properties is not None else ():
        effect = _EFFECTS.get(given.tag)
        if effect is not None:
            # Nearly every run has a size, and of nearly every one it has two digits.
            said = "" if effect == "size" and len(given.get(_VALUE, "")) > 1 else _said(given, effect)
            found[effect] = found.get(effect, "") or said
    if found.get("ground") and "colour" in found and _is_on_its_own_colour(properties):
        found["unseen"] = "on"
    return found


def _is_on_its_own_colour(properties: Any) -> bool:
    """Say whether letters have the colour of what is painted under them."""
    colour, shading, marker = (properties.find(f"{_W}{name}") for name in ("color", "shd", "highlight"))
    under = "" if shading is None else shading.get(_FILL, "")
    painted = "000000" if marker is not None and marker.get(_VALUE) == "black" else under
    return bool(painted) and painted.lower() == colour.get(_VALUE, "").lower()


def _said(given: Any, effect: str) -> str:
    """What one property says; of sizes and colours only what matters."""
    value = given.get(_VALUE, "on").lower()
    if effect == "size":
        return "tiny" if value.isdigit() and int(value) <= _LITTLE else ""
    if effect in _SQUEEZED:
        return "narrow" if value.lstrip("-").isdigit() and int(value) < _SQUEEZED[effect] else ""
    if effect == "colour":
        return "pale" if marks.is_pale(value) or given.get(_THEMES[0]) == "background1" else ""
    if effect == "ground":
        return "ground" if _is_ground(given) else ""
    if effect == "pictures":
        return "pictures" if any(marks.is_pictorial(name) for name in given.attrib.values()) else ""
    return "" if value in _OFF else value


def _is_ground(shading: Any) -> bool:
    """Say whether white letters show on a shading or a highlight."""
    fill = (shading.get(_FILL) or ("auto" if shading.tag == f"{_W}shd" else shading.get(_VALUE, "auto"))).lower()
    if shading.get(_THEMES[1]):
        return str(shading.get(_THEMES[1])) != "background1"
    return fill not in ("auto", "none", "white") and not marks.is_pale(fill)


def _effect_of(run: Any, own: Mapping[str, str]) -> str:
    """The one effect of those on a run that decides how it is read; '' for none."""
    if own.get("struck"):
        return "struck"
    position = own.get("position", "")
    little = position.lstrip("-").isdigit() and int(position.lstrip("-")) <= _LITTLE
    if own.get("raised") or (position and not little):
        return "raised"
    pale = own.get("colour") and not own.get("ground") and not _stands_on_ground(run)
    if pale or any(own.get(effect) for effect in ("unseen", "size", "pictures", *_SQUEEZED)):
        return "unseen"
    return f"{_SHIFTED} {position}" if position else ""


def _stands_on_ground(run: Any) -> bool:
    """Say whether the paragraph, the cell or the table around a run has a colour of its own."""
    shadings = (around.find(path) for around in run.iterancestors() for path in _GROUNDS)
    return any(shading is not None and _is_ground(shading) for shading in shadings)


def _style_effects(root: Any) -> dict[str, dict[str, str]]:
    """The effects of each style of the file, those of the style that it is based on included."""
    styles = {style.get(f"{_W}styleId"): style for style in root.iter(f"{_W}style")}
    own = {name: effects for name, style in styles.items() if (effects := _own_effects(style))}
    if not any(any(effects.values()) for effects in own.values()):
        return {}
    bases = {
        name: base.get(_VALUE) for name, style in styles.items() if (base := style.find(f"{_W}basedOn")) is not None
    }
    found: dict[str, dict[str, str]] = {}
    for name in styles:
        style, effects = name, dict[str, str]()
        for _ in range(_MOST_BASES):
            effects = {**own.get(style, {}), **effects}
            if bases.get(style) not in styles:
                break
            style = bases[style]
        if any(effects.values()):
            found[name] = effects
    return found


class _Reader:
    """Walks one document; counts its tables and its hidden runs."""

    def __init__(self, shown: str, styles: Mapping[str, dict[str, str]]) -> None:
        self.shown = shown
        self.styles = styles
        self.tables = 0
        self.lines = 0
        self.hidden = 0

    def blocks(self, element: Any) -> Iterator[Block]:
        """Yield paragraphs and grids under ``element``; content controls and the like are seen through."""
        for child in element:
            if child.tag in _SKIPPED:
                continue
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            else:
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text = self._text(element)
        if text.strip():
            self.lines += 1
            yield Paragraph(text, Place(row=self.lines))
        for box in element.iter(f"{_W}txbxContent"):
            if not any(parent.tag in _SKIPPED for parent in box.iterancestors()):
                yield from self.blocks(box)

    def _table(self, table: Any) -> Iterator[Block]:
        if next(table.iterdescendants(f"{_W}tbl"), None) is not None:  # a frame around the real tables
            for cell in table.iter(f"{_W}tc"):
                if cell.getparent().getparent() is table and not _row_property(cell.getparent(), *_GONE_ROW):
                    yield from self.blocks(cell)
            return
        self.tables += 1
        rows: list[Row] = []
        above: dict[int, GridCell] = {}
        for number, tr in enumerate(table.iter(f"{_W}tr"), start=1):
            if number > _MOST_ROWS:
                raise Refusal("too-large", f"表格超过 {_MOST_ROWS} 行", self.shown, "请核对是不是年度报告")
            row = self._row(tr, number, above)
            flat = _is_flat(tr)
            if not (flat or _row_property(tr, *_GONE_ROW)):
                rows.append(row)
                continue
            self.hidden += flat or _row_property(tr, "hidden")
            for start in [start for start, cell in above.items() if cell.place.row == number]:
                del above[start]  # what it begins is not shown further down
        yield Grid(tuple(rows))

    def _row(self, tr: Any, number: int, above: dict[int, GridCell]) -> Row:
        cells: list[GridCell] = []

        def place() -> Place:
            return Place(table=self.tables, row=number, column=len(cells) + 1)

        for _ in range(_number(tr.find(f"{_W}trPr/{_W}gridBefore"), 0)):
            cells.append(GridCell("", place()))
        moved = next(tr.iter(*_MOVED_CELLS), None) is not None
        for tc in tr.iter(f"{_W}tc"):
            start, across = len(cells), _number(tc.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            merge = tc.find(f"{_W}tcPr/{_W}vMerge")
            if start + across > _MOST_COLUMNS:
                raise Refusal("too-large", f"表格超过 {_MOST_COLUMNS} 列", self.shown, "请核对是不是年度报告")
            beside = tc.find(f"{_W}tcPr/{_W}hMerge")
            if _goes_on(beside) and cells:
                cell = cells[-1]._replace(merged=True)
            elif _goes_on(merge) and start in above:
                cell = above[start]._replace(merged=True)
            else:
                text = "\n".join(self._text(paragraph, in_cell=True) for paragraph in tc.iter(f"{_W}p"))
                if moved or next(tc.iter(*_BROUGHT_IN), None) is not None:
                    text += marks.OBJECT  # what stands here in the end, only Word knows
                cell = GridCell(marks.settled(text.strip("\n")), place())
                above.pop(start, None)
                if merge is not None:
                    above[start] = cell
            cells.append(cell)
            cells.extend(cell._replace(merged=True) for _ in range(across - 1))
        return tuple(cells)

    def _text(self, paragraph: Any, in_cell: bool = False) -> str:
        """The text of one paragraph, what is struck out or raised marked as such.

        That of text boxes in it comes after it on its own.
        """
        parts: list[tuple[str, str]] = []  # text, and what is done to it
        block_style = self._styled(paragraph, _BLOCK_STYLE)

        def walk(node: Any, effect: str) -> None:
            for child in node:
                tag = child.tag
                if tag in _SKIPPED or tag == f"{_W}txbxContent":
                    continue
                if in_cell and tag in _OBJECTS and _is_in_line(child):
                    parts.append((marks.OBJECT, effect))
                if tag == f"{_W}r":
                    own = {**block_style, **self._styled(child, _RUN_STYLE), **_own_effects(child)}
                    if own.get("hidden"):
                        self.hidden += bool("".join(child.itertext()).strip())
                    else:
                        walk(child, (any(own.values()) and _effect_of(child, own)) or effect)
                elif tag == f"{_W}t":
                    parts.append((child.text or "", effect))
                elif tag in _CHARACTERS:
                    parts.append((_CHARACTERS[tag], effect))
                elif tag == f"{_W}rt":  # small print over a word
                    walk(child, "raised")
                elif tag == f"{_W}bdo" and child.get(_VALUE) == "rtl":  # shown from right to left: 12 as 21
                    walk(child, "unseen")
                elif str(tag).startswith(_M):
                    parts.append((_math(child), effect))
                else:
                    walk(child, effect)

        walk(paragraph, "")
        if not any(effect for _, effect in parts):
            return "".join([text for text, _ in parts])
        effects = {effect for text, effect in parts if text.strip()}
        if len(effects) == 1 and effects.pop().startswith(_SHIFTED):
            return "".join(text for text, _ in parts)
        texts = (("".join(text for text, _ in run), effect) for effect, run in groupby(parts, lambda part: part[1]))
        return "".join(_applied(text, effect) for text, effect in texts)

    def _styled(self, element: Any, path: str) -> dict[str, str]:
        found = element.find(path) if self.styles else None
        return self.styles.get(found.get(_VALUE, ""), {}) if found is not None else {}


def _applied(text: str, effect: str) -> str:
    """What an effect leaves of ``text``."""
    if not effect:
        return text
    return marks.struck(text) if effect == "struck" else marks.aside(text)


def _goes_on(merge: Any) -> bool:
    """Say whether a cell is the continuation of the one before it or above it."""
    return merge is not None and merge.get(_VALUE, "continue") == "continue"


def _is_flat(tr: Any) -> bool:
    """Say whether a row is so low that nothing of it shows."""
    height = tr.find(f"{_W}trPr/{_W}trHeight")
    exact = height is not None and height.get(f"{_W}hRule") == "exact"
    given = height.get(_VALUE, "") if exact else ""
    return given.isascii() and given.isdigit() and int(given[:9]) < _LEAST_HEIGHT


def _row_property(tr: Any, *names: str) -> bool:
    """Say whether a row has one of these properties: hidden, or deleted by a tracked change."""
    found = (tr.find(f"{_W}trPr/{_W}{name}") for name in names)
    return any(given is not None and given.get(_VALUE, "on").lower() not in _OFF for given in found)


def _is_in_line(thing: Any) -> bool:
    """Say whether a picture or the like stands in the line like a character; a seal only lies over the text."""
    if thing.tag == f"{_W}drawing":
        return thing.find(f"{_WP}inline") is not None
    return not any("position:absolute" in (shape.get("style") or "") for shape in thing.iter())


def _math(element: Any) -> str:
    """The text of a formula whose parts stand in one row; fractions, powers and the like cannot be read as a row."""
    if element.tag == f"{_M}t":
        return element.text or ""
    if element.tag in _MATH_ROW:
        return "".join(_math(child) for child in element if child.tag not in _SKIPPED)
    return "" if str(element.tag).endswith("Pr") else marks.SPOILT


def _number(element: Any, default: int) -> int:
    given = element.get(f"{_W}val", "") if element is not None else ""
    return min(int(given), _MOST_COLUMNS) if given.isascii() and given.isdigit() and len(given) < 6 else default

"""PDF files with text: ruled tables as cells, everything else as paragraphs; scanned ones go on to recognition.

pdfplumber finds the rules and the glyphs; scripts, attachments and links of the file are never looked at.
"""

import io
import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import dedupe_chars

from generator.document import Content, Remark, join_split_tables
from generator.errors import Refusal
from generator.normalize import RADICALS
from generator.readers import layout, marks, ocr, rules, unseen
from generator.readers.layout import Box, Mark, PageText, Table
from generator.readers.overleaf import in_order

# Its warnings are about fonts and colours of broken files: nothing that a maintainer can mend.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

_MOST_PAGES = 100
_MOST_GLYPHS = 200_000
_THIN = 3.0  # points: a filled shape thicker than this is a background, not a rule
_SMALLEST = 2.0  # points: smaller glyphs are not there to be read
_FEW = 20  # glyphs on a page that is nothing but a picture (a page number, a stamp)
_NARROWEST = 0.1  # times the size: a digit is about half as wide as high
_PALE = 0.94  # of all the light that there is
_PICTURE = 0.7  # share of the page that a picture covers when the text over it is somebody's recognition
_MIDDLE = (0.6, 0.12)  # times the size, above the base line: a rule between them strikes a glyph out
_WHITE = ((1,), (1, 1, 1), (0, 0, 0, 0))

_Glyphs = list[dict[str, Any]]


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of a PDF.

    Raises Refusal ``corrupt-file``, ``encrypted``, ``too-large``, or ``no-text`` where the pages are pictures and
    cannot be recognised (see ``ocr``).
    """
    with _opened(data, shown) as pages:
        glyphs = [_glyphs(page) for page in pages]
        if sum(map(len, glyphs)) > _MOST_GLYPHS:
            raise Refusal("too-large", f"PDF 里有超过 {_MOST_GLYPHS} 个字", shown, "请核对是不是年度报告")
        if all(_is_picture(page, chars) for page, chars in zip(pages, glyphs, strict=True)):
            return ocr.read(data, shown)
        parts: list[Table | PageText] = []
        hidden = 0
        edges = [_edges(page) for page in pages]
        tables = [rules.tables(drawn) for drawn in edges]
        margin = min((cell.x0 for found in tables for table in found for cell in table), default=0.0)
        judges = unseen.judges(data)
        for number, (page, chars, drawn, found) in enumerate(zip(pages, glyphs, edges, tables, strict=True)):
            strokes = _Strokes(drawn)
            # The recognised text of a scan is never painted, and known to be no more than that.
            judge = judges[number] if number < len(judges) and not _covered(page) else lambda x, y: False
            printed = [
                Mark(_text(char, strokes.cross(char) or _is_odd(char, judge)), _box(char), char["size"])
                for char in chars
                if not _is_hidden(char, page)
            ]
            hidden += len(chars) - len(printed)
            outline = Box(*page.bbox)
            cut = [cell for table in found for cell in rules.cut_cells(drawn, table, outline.x1 - margin)]
            parts.extend(layout.page(page.page_number, outline, found, printed, cut))
        recognised = any(
            any(_is_on(page, char) for char in chars) and _covered(page)
            for page, chars in zip(pages, glyphs, strict=True)
        )
    remarks = [Remark("hidden-text", f"文件里有 {hidden} 个看不见的字，没有读取")] if hidden else []
    return Content(join_split_tables(list(layout.blocks(in_order(parts)))), tuple(remarks), recognised=recognised)


@contextmanager
def _opened(data: bytes, shown: str) -> Iterator[list[Page]]:
    """Give the pages of a PDF; whatever the library says of a broken file becomes one refusal."""
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > _MOST_PAGES:
                count = f"PDF 有 {len(pdf.pages)} 页，超过 {_MOST_PAGES} 页的上限"
                raise Refusal("too-large", count, shown, "请核对是不是年度报告")
            if not pdf.pages:
                raise Refusal("corrupt-file", "PDF 里没有一页", shown, "请重新取得原件")
            yield pdf.pages
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # the library raises whatever its broken input makes of its code
        if isinstance(error, PdfminerException) and isinstance(error.args[0], PDFPasswordIncorrect):
            raise Refusal("encrypted", "PDF 加了密码", shown, "请去掉密码后再放入") from error
        raise Refusal("corrupt-file", "PDF 损坏，读不出来", shown, "请重新取得原件") from error


def _glyphs(page: Page) -> _Glyphs:
    """The upright glyphs, each once: bold is often printed as the same glyph twice."""
    chars: _Glyphs = dedupe_chars(page.chars, tolerance=1, extra_attrs=())
    return [char for char in chars if char["upright"]]


def _box(thing: dict[str, Any]) -> Box:
    return Box(thing["x0"], thing["top"], thing["x1"], thing["bottom"])


def _text(char: dict[str, Any], struck: bool) -> str:
    """The text of a glyph; one with a line through it is there, but can be no part of a figure."""
    text: str = char["text"].translate(RADICALS)
    return marks.SPOILT + text if struck and text.strip() and not text.isalpha() else text


class _Strokes:
    """The level rules of a page, by height, to be asked whether one runs through a glyph."""

    def __init__(self, edges: list[dict[str, Any]]) -> None:
        level = sorted((edge["top"], edge["x0"], edge["x1"]) for edge in edges if edge["orientation"] == "h")
        self.level = level
        self.tops = [top for top, _, _ in level]

    def cross(self, char: dict[str, Any]) -> bool:
        base = char["bottom"] - (char["matrix"][5] - char["y0"])
        upper, lower = (base - share * char["size"] for share in _MIDDLE)
        x, _ = _box(char).centre
        near = self.level[bisect_left(self.tops, upper) : bisect_right(self.tops, lower)]
        return any(x0 <= x <= x1 for _, x0, x1 in near)


def _is_hidden(char: dict[str, Any], page: Page) -> bool:
    """Say whether a glyph cannot be seen: tiny, or white on what is white too."""
    if char["size"] < _SMALLEST:
        return True
    return _is_white(char) and not any(
        rect["fill"] and not _is_white(rect) and _box(rect).holds(_box(char).centre) for rect in page.rects
    )


def _is_odd(char: dict[str, Any], judge: unseen.Judge) -> bool:
    """Say whether it cannot be told what is seen of a glyph: pale, pressed flat, turned over, on a layer of its own.

    Or not painted, or painted over, as ``judge`` says.
    """
    if judge((char["x0"] + char["x1"]) / 2, (char["y0"] + char["y1"]) / 2):
        return True
    across, down = char["matrix"][0], char["matrix"][3]
    flat = char["text"].isdigit() and char["width"] < _NARROWEST * char["size"]
    return flat or across < 0 or down < 0 or char.get("tag") == "OC" or (_is_pale(char) and not _is_white(char))


def _is_pale(char: dict[str, Any]) -> bool:
    """Say whether a colour is nearly that of paper; its numbers are shades of light, or of four inks."""
    given = char.get("non_stroking_color")
    shades = given if isinstance(given, (tuple, list)) else (given,)
    if not shades or not all(isinstance(shade, int | float) for shade in shades):
        return False
    return max(shades) <= 1 - _PALE if len(shades) == 4 else len(shades) in (1, 3) and min(shades) >= _PALE


def _is_white(thing: dict[str, Any]) -> bool:
    colour = thing.get("non_stroking_color")
    return (tuple(colour) if isinstance(colour, (tuple, list)) else (colour,)) in _WHITE


def _is_picture(page: Page, chars: _Glyphs) -> bool:
    """Say whether a page shows no text that could be read (fonts without a mapping give ``(cid:12)`` for a glyph)."""
    shown = [char for char in chars if _is_on(page, char)]
    return sum(not char["text"].startswith("(cid:") for char in shown) < _FEW and bool(page.images or shown)


def _is_on(page: Page, char: dict[str, Any]) -> bool:
    return Box(*page.bbox).holds(_box(char).centre)


def _covered(page: Page) -> bool:
    return any(_box(image).area > _PICTURE * Box(*page.bbox).area for image in page.images)


def _edges(page: Page) -> list[dict[str, Any]]:
    """The rules of a page; shading is none."""
    found: list[dict[str, Any]] = page.filter(lambda thing: not _is_background(thing)).edges
    return found


def _is_background(thing: dict[str, Any]) -> bool:
    filled = thing.get("object_type") == "rect" and thing.get("fill") and not thing.get("stroke")
    return bool(filled) and min(thing["width"], thing["height"]) > _THIN

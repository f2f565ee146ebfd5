"""Where on a PDF's pages text is that is not painted, or painted over: pdfium knows, pdfplumber does not tell."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
from pypdfium2 import raw

_UNPAINTED = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
_OPAQUE, _FAINT = 255, 16  # of 255: how much of what lies under a shape shows no more, and at what ink nothing shows
_PALE = 240  # of 255: as light as paper
_MOST_COVERS = 2_000
_LARGEST = 0.5  # share of the page: what covers more is a ground, whatever the order in which it was painted

Bounds = tuple[float, float, float, float]  # left, bottom, right, top, in points from the page's lower left corner
Judge = Callable[[float, float], bool]


def judges(data: bytes) -> list[Judge]:
    """Return for each page what says whether text at a point (its glyph's centre) may not be seen.

    Empty where pdfium does not open the file. Pages that are turned and drawings inside drawings are not looked at.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return []
    try:
        return [_judge(list(_hidden(page))) if not page.get_rotation() else _judge([]) for page in document]
    finally:
        document.close()


def _judge(areas: list[Bounds]) -> Judge:
    return lambda x, y: any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in areas)


def _hidden(page: pypdfium2.PdfPage) -> Iterator[Bounds]:
    """The bounds of texts that are not painted, and of what pale shapes cover of texts painted before them.

    A table is often painted cell by cell, its ground before its text: that covers nothing.
    """
    width, height = page.get_size()
    left, bottom, _, _ = page.get_mediabox()
    texts: list[Bounds] = []
    covers = 0
    for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH), max_depth=1):
        is_text = thing.type == raw.FPDF_PAGEOBJ_TEXT
        if not is_text and not (covers < _MOST_COVERS and _is_cover(thing)):
            continue
        x0, y0, x1, y1 = thing.get_bounds()
        bounds = x0 - left, y0 - bottom, x1 - left, y1 - bottom
        if is_text:
            texts.append(bounds)
            if _is_unpainted(thing):
                yield bounds
        elif (x1 - x0) * (y1 - y0) < _LARGEST * width * height:
            covers += 1
            yield from (common for text in texts if (common := _common(text, bounds)))


def _common(one: Bounds, other: Bounds) -> Bounds | None:
    """The part that two areas share, if any."""
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, bottom, right, top) if left < right and bottom < top else None


def _is_unpainted(text: Any) -> bool:
    return raw.FPDFTextObj_GetTextRenderMode(text.raw) in _UNPAINTED or _fill(text)[3] <= _FAINT


def _is_cover(shape: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(shape.raw, mode, stroke) or mode.value == raw.FPDF_FILLMODE_NONE:
        return False
    *colour, ink = _fill(shape)
    return ink == _OPAQUE and min(colour) >= _PALE


def _fill(thing: Any) -> tuple[int, int, int, int]:
    """Red, green, blue and ink of what an object is filled with, each up to 255; as printed on paper if unknown."""
    red, green, blue, ink = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(thing.raw, red, green, blue, ink):
        return 0, 0, 0, _OPAQUE
    return red.value, green.value, blue.value, ink.value

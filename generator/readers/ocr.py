"""Scanned PDF files: pages that are pictures, recognised cell by cell (extra ``ocr``: rapidocr and onnxruntime).

What is recognised is never certain: the Content says so, every cell is marked, and no check passes on such cells
before somebody has compared them with the original. A cell that shows ink which cannot be read says so, too: it is
never taken for blank.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pypdfium2

from generator.budget import heavy
from generator.document import Content, Remark, join_split_tables
from generator.errors import Refusal
from generator.readers import layout, rules
from generator.readers.layout import Box, Mark, PageText, Table
from generator.readers.overleaf import in_order

_DPI = 200
_MOST_PAGES = 40
_LARGEST_SIDE = 6000  # pixels
_DARK = 160  # of 255: darker is ink
_RULE = 0.04  # share of the page's width that an unbroken stroke must have to be a rule
_INSET = 3  # pixels of a cell's edge that may still be its rule
_LEAST_INK = 12  # dark pixels of a line; fewer are dust
_SURE = 0.9  # the recogniser's own score for a figure
_UNREAD = "\ufffd"


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of a scanned PDF; raises Refusal ``no-text`` where the extra is not installed."""
    heavy()
    engine = _engine()
    if engine is None:
        hint = "请运行 make ocr（或 pip install 'nianbao[ocr]'）安装识别组件，或改放有文字的版本"
        raise Refusal("no-text", "这份 PDF 是扫描的图片，没有文字", shown, hint)
    parts: list[Table | PageText] = []
    for number, (picture, scale) in enumerate(_pictures(data, shown), start=1):
        parts.extend(_page(engine, picture, scale, number))
    if not any(isinstance(part, Table) for part in parts):
        raise Refusal("no-text", "这份 PDF 是扫描的图片，没有认出表格", shown, "请改放有文字的版本")
    remark = Remark("ocr", "这份 PDF 是扫描件，文字由程序识别，每个数都要对照原件核对")
    return Content(join_split_tables(list(layout.blocks(in_order(parts)))), (remark,), recognised=True)


@cache
def _engine() -> Any:
    """The recogniser with the models of its own package, or None where it is not installed."""
    try:
        from rapidocr import RapidOCR
    except ImportError:
        return None
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    return RapidOCR(params={"Global.log_level": "error", **threads})


def _pictures(data: bytes, shown: str) -> Iterator[tuple[Any, float]]:
    """Yield each page as a grey picture, with the points that one of its pixels stands for."""
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Refusal("corrupt-file", "PDF 损坏，读不出来", shown, "请重新取得原件") from error
    if count > _MOST_PAGES:
        raise Refusal("too-large", f"扫描件有 {count} 页，超过 {_MOST_PAGES} 页的上限", shown, "请核对是不是年度报告")
    for page in document:
        scale = min(_DPI / 72, _LARGEST_SIDE / max(*page.get_size(), 1))
        yield page.render(scale=scale, grayscale=True).to_numpy().squeeze(), 1 / scale


def _page(engine: Any, picture: Any, scale: float, number: int) -> list[Table | PageText]:
    height, width = picture.shape
    outline = Box(0, 0, width * scale, height * scale)
    cells = rules.tables(list(_rules(picture, scale)))
    rest = picture.copy()
    marks: list[Mark] = []
    for cell in (cell for table in cells for cell in table):
        left, top, right, bottom = (round(edge / scale) for edge in cell)
        inside = (slice(max(top + _INSET, 0), bottom - _INSET), slice(max(left + _INSET, 0), right - _INSET))
        marks.extend(_lines(engine, picture[inside], inside, scale))
        rest[max(top - _INSET, 0) : bottom + _INSET, max(left - _INSET, 0) : right + _INSET] = 255
    marks.extend(_text(engine, rest, scale))
    return layout.page(number, outline, cells, marks)


def _rules(picture: Any, scale: float) -> Iterator[rules.Edge]:
    """Yield the rules of a page: long unbroken strokes, each as the line through its middle."""
    import cv2

    ink = (picture < _DARK).astype("uint8")
    length = max(int(picture.shape[1] * _RULE), 20)
    for shape in ((length, 1), (1, length)):
        strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
        count, _, stats, _ = cv2.connectedComponentsWithStats(strokes)
        for x, y, across, down in (stats[i][:4] * scale for i in range(1, count)):
            if shape[1] == 1:
                yield rules.edge(x, y + down / 2, x + across, y + down / 2)
            else:
                yield rules.edge(x + across / 2, y, x + across / 2, y + down)


def _lines(engine: Any, cell: Any, inside: tuple[slice, slice], scale: float) -> Iterator[Mark]:
    """Yield the lines of one cell, each recognised alone: a single digit is easily overlooked on a whole page."""
    for top, bottom in _runs((cell < _DARK).any(axis=1)):
        strip = cell[top:bottom]
        columns = (strip < _DARK).any(axis=0).nonzero()[0]
        if (strip < _DARK).sum() < _LEAST_INK:
            continue
        left, right = int(columns[0]), int(columns[-1]) + 1
        x, y = inside[1].start + left, inside[0].start + top
        box = Box(x * scale, y * scale, (x + right - left) * scale, (y + bottom - top) * scale)
        yield Mark(_recognised(engine, strip[:, left:right]), box, (bottom - top) * scale)


def _runs(filled: Any) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of rows with ink; a gap of two rows inside a character is no end."""
    start = last = None
    for i in filled.nonzero()[0].tolist():
        if start is None or last is None:
            start = i
        elif i - last > 3:
            yield start, last + 1
            start = i
        last = i
    if start is not None and last is not None:
        yield start, last + 1


def _recognised(engine: Any, strip: Any) -> str:
    import cv2

    pad = max(strip.shape[0] // 3, 6)
    padded = cv2.copyMakeBorder(strip, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=255)
    result = engine(cv2.cvtColor(padded, cv2.COLOR_GRAY2BGR), use_det=False, use_cls=False, use_rec=True)
    text = result.txts[0].strip() if result.txts else ""
    sure = bool(result.scores) and result.scores[0] >= _SURE
    figure = any(char.isdigit() for char in text) and not any("\u3400" <= char <= "\u9fff" for char in text)
    return text if text and (sure or not figure) else text + _UNREAD


def _text(engine: Any, picture: Any, scale: float) -> Iterator[Mark]:
    """Yield the lines of running text around the tables."""
    import cv2

    result = engine(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=True)
    if getattr(result, "boxes", None) is None or not result.txts:
        return
    for corners, text in zip(result.boxes, result.txts, strict=True):
        xs, ys = corners[:, 0] * scale, corners[:, 1] * scale
        box = Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
        yield Mark(text, box, box.bottom - box.top)

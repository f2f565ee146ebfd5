"""How fast reports are read, format by format, beside the bare cost of the library that opens the same file.

Medians of one run on one core: machines are shared, so compare within a run only.
"""

import gc
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import docx
import lxml.html
import openpyxl
import pdfplumber
from chromium import find_chromium
from samples import SHAPES, make_sample
from sheet import lay_out
from writers import WRITERS
from writers.pdf import as_pdfs

from generator.parse import parse
from generator.readers import read

REPORTS = 30
LIMITS = {".txt": "5 ms", ".md": "5 ms", ".html": "5 ms", ".htm": "5 ms"}  # our own share; else the library's own time


def html(data: bytes) -> None:
    lxml.html.document_fromstring(data).text_content()


def word(data: bytes) -> None:
    for table in docx.Document(io.BytesIO(data)).tables:
        for row in table.rows:
            _ = [cell.text for cell in row.cells]


def pdf(data: bytes) -> None:
    with pdfplumber.open(io.BytesIO(data)) as file:
        for page in file.pages:
            page.extract_text()
            page.extract_tables()


BARE: dict[str, tuple[str, Callable[[bytes], object]]] = {
    ".txt": ("解码", lambda data: data.decode("utf-8", "replace")),
    ".md": ("解码", lambda data: data.decode("utf-8", "replace")),
    ".html": ("lxml", html),
    ".htm": ("lxml", html),
    ".docx": ("python-docx", word),
    ".pdf": ("pdfplumber", pdf),
    ".xlsx": ("openpyxl", lambda data: openpyxl.load_workbook(io.BytesIO(data))),
}


def milliseconds(action: Callable[[Path], object], files: list[Path]) -> float:
    """The median time of ``action`` on one of ``files``, after a first round that nobody counts."""
    action(files[0])
    gc.collect()
    gc.freeze()  # the libraries' own objects are not to be counted again for every report
    times = []
    for path in files:
        start = time.perf_counter()
        action(path)
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


class Row(NamedTuple):
    """Of one format: milliseconds a report takes, those of the library alone on the same file, and our limit."""

    name: str
    whole: float
    library: str
    base: float
    limit: str


def rows() -> Iterator[Row]:
    """Measure every format."""
    sheets = [lay_out(make_sample(SHAPES[seed % len(SHAPES)], seed)) for seed in range(REPORTS)]
    files = {name: (w.suffix, [w.write(sheet, Random(1)) for sheet in sheets]) for name, w in WRITERS.items()}
    if find_chromium() is not None:
        files["pdf"] = (".pdf", as_pdfs(files["html"][1][:10]))
    for name, (suffix, contents) in files.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{number}{suffix}" for number in range(len(contents))]
            for path, data in zip(paths, contents, strict=True):
                path.write_bytes(data)
            library, bare = BARE[suffix]
            whole = milliseconds(lambda path: parse(read(path)), paths)
            base = milliseconds(lambda path, bare=bare: bare(path.read_bytes()), paths)
        yield Row(name, whole, library, base, LIMITS.get(suffix, f"{base:.1f} ms"))

#!/usr/bin/env python3
# ruff: noqa: E402, S311, T201 — the tests' writers are found by path; the seeds need no secret; it prints
"""How fast reports are read, format by format, beside the bare cost of the library that opens the same file.

usage: make bench. Medians of one run on one core: machines are shared, so compare within a run only.
"""

import gc
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import docx
import lxml.html
import openpyxl
import pdfplumber
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


def main() -> None:
    sheets = [lay_out(make_sample(SHAPES[seed % len(SHAPES)], seed)) for seed in range(REPORTS)]
    files = {name: (w.suffix, [w.write(sheet, Random(1)) for sheet in sheets]) for name, w in WRITERS.items()}
    files["pdf"] = (".pdf", as_pdfs(files["html"][1][:10]))
    print(f"{'格式':<18}{'每份 ms':>10}{'每核每秒':>10}{'库本身 ms':>12}{'自己的 ms':>12}  库、自己一份的上限")
    for name, (suffix, contents) in files.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{number}{suffix}" for number in range(len(contents))]
            for path, data in zip(paths, contents, strict=True):
                path.write_bytes(data)
            library, bare = BARE[suffix]
            whole = milliseconds(lambda path: parse(read(path)), paths)
            base = milliseconds(lambda path, bare=bare: bare(path.read_bytes()), paths)
        limit = LIMITS.get(suffix, f"{base:.1f} ms")
        print(f"{name:<20}{whole:>10.1f}{1000 / whole:>12.0f}{base:>14.2f}{whole - base:>14.1f}  {library}，{limit}")


if __name__ == "__main__":
    main()

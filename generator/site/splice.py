"""Large files put together from pieces that lie elsewhere: in the file as it was before, and in what workers spooled.

So one changed report costs one piece, however long the file; and no piece is ever held in memory with another.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_BLOCK = 1 << 20


class Span(NamedTuple):
    """A piece: where it lies."""

    file: str
    start: int
    length: int


def spliced(path: Path, head: bytes, spans: Iterable[Span]) -> tuple[int, str]:
    """Write ``path`` from ``head`` and ``spans`` (it may itself be among them); return its size and SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    sources: dict[str, int] = {}
    try:
        with temporary.open("xb", buffering=0) as target:
            _all(target.fileno(), head)
            for span in _joined(spans):
                if span.file not in sources:
                    sources[span.file] = os.open(span.file, os.O_RDONLY)
                _copy(sources[span.file], target.fileno(), span)
        with temporary.open("rb") as file:
            mark = hashlib.file_digest(file, "sha256").hexdigest()
        size = temporary.stat().st_size
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
        for source in sources.values():
            os.close(source)
    return size, mark


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours in a file as one."""
    last: Span | None = None
    for span in spans:
        if last and last.file == span.file and last.start + last.length == span.start:
            last = last._replace(length=last.length + span.length)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _copy(source: int, target: int, span: Span) -> None:
    """Copy a piece inside the system where it can; else through our hands."""
    start, left = span.start, span.length
    while left and hasattr(os, "copy_file_range"):
        try:
            done = os.copy_file_range(source, target, left, start)
        except OSError:
            break
        if not done:
            break
        start, left = start + done, left - done
    while left:
        data = os.pread(source, min(left, _BLOCK), start)
        if not data:
            raise OSError(f"{span.file}: shorter than it was")
        _all(target, data)
        start, left = start + len(data), left - len(data)


def _all(target: int, data: bytes) -> None:
    while data:
        data = data[os.write(target, data) :]

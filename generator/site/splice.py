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


def spliced(path: Path, head: bytes, spans: Iterable[Span]) -> str:
    """Write what ``path`` is to hold, from ``head`` and ``spans``, beside it; return its SHA-256.

    ``path`` itself may be among the spans: it stays as it is until ``placed``, so that this can be done once more.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
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
            return hashlib.file_digest(file, "sha256").hexdigest()
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        for source in sources.values():
            os.close(source)


def placed(path: Path) -> None:
    """Put what ``spliced`` wrote in the place of ``path``."""
    _beside(path).replace(path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


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

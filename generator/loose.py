"""Report files outside an archive: single files and folders given on the command line."""

import os
from collections.abc import Iterable
from pathlib import Path

from generator.budget import Budget
from generator.errors import NianbaoError
from generator.ingest import Ingested, Workers, read_files


def gather_loose(paths: Iterable[Path], workers: Workers = 1, budget: Budget | None = None) -> Ingested:
    """Read every given file, and every file in every given folder (sidecars and hidden files left out).

    Raises NianbaoError, before anything is read, where one of ``paths`` does not exist.
    """
    paths = list(paths)
    for path in paths:
        if not os.path.lexists(path):
            raise NianbaoError("没有这个文件或文件夹", str(path), "请检查路径")
    return read_files(list(_files(paths)), workers, budget)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            inside = (file for file in sorted(path.rglob("*")) if not file.is_dir() or file.is_symlink())
            yield from (file for file in inside if file.suffix != ".yml" and not file.name.startswith("."))
        else:
            yield path

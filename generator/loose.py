"""Report files outside an archive: single files and folders given on the command line."""

from collections.abc import Iterable
from pathlib import Path

from generator.budget import Budget
from generator.ingest import Ingested, Workers, read_files


def gather_loose(paths: Iterable[Path], workers: Workers = 1, budget: Budget | None = None) -> Ingested:
    """Read every given file, and every file in every given folder (sidecars and hidden files left out)."""
    return read_files(list(_files(paths)), workers, budget)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            inside = (file for file in sorted(path.rglob("*")) if not file.is_dir() or file.is_symlink())
            yield from (file for file in inside if file.suffix != ".yml" and not file.name.startswith("."))
        else:
            yield path

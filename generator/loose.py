"""Report files outside an archive: single files and folders given on the command line."""

from collections.abc import Iterable
from pathlib import Path

from generator.errors import Refusal
from generator.ingest import read_report
from generator.report import Report


def gather_loose(paths: Iterable[Path]) -> tuple[list[Report], list[Refusal]]:
    """Read every given file, and every file in every given folder (sidecars and hidden files left out)."""
    reports: list[Report] = []
    refused: list[Refusal] = []
    for path in _files(paths):
        try:
            reports.append(read_report(path))
        except Refusal as refusal:
            refused.append(refusal)
    return reports, refused


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            inside = (file for file in sorted(path.rglob("*")) if not file.is_dir() or file.is_symlink())
            yield from (file for file in inside if file.suffix != ".yml" and not file.name.startswith("."))
        else:
            yield path

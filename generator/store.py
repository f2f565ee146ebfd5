"""The JSON store: one byte-stable file per agency-year, written whole or not at all.

Sorted keys, one cell a line, one newline at the end, no timestamps: the same report always gives the same bytes. What
each record was when it was written stands in a list beside them (``checksums``).
"""

import json
import os
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from generator.checksums import SUMS, begin, end, list_of, older_sums
from generator.errors import BuildError, ConfigError, reason
from generator.report import Report

TEMPORARY = ".tmp-"


def to_json(report: Report) -> str:
    """Return the report as the store holds it."""
    record = report.model_dump(mode="json")
    cells = ",\n".join(f"  {_compact(path)}: {_compact(cell)}" for path, cell in sorted(record.pop("cells").items()))
    record["cells"] = None
    lines = (
        f" {_compact(key)}: {f'{{{chr(10)}{cells}{chr(10)} }}' if key == 'cells' else _compact(record[key])}"
        for key in sorted(record)
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


_compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def record_path(store: Path, agency: str, year: int) -> Path:
    """Where the store keeps an agency-year."""
    return store / agency / f"{year}.json"


def load(path: Path) -> Report:
    """Read one record. Raises ConfigError, naming the file, for anything but a whole record of this version."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigError("存档记录读不了或不完整", str(path), "请删除它，再运行一次 nianbao build") from error


def save(store: Path, reports: Iterable[Report], keep: Iterable[tuple[str, int]] = ()) -> int:
    """Make the store hold exactly ``reports``, and of older records those that ``keep`` names.

    Returns how many files were written; unchanged ones are not touched. Raises BuildError when the disk refuses.
    """
    kept = set(keep)
    sums: dict[str, str] = {}
    written = 0
    try:
        for report in reports:
            if report.agency.id is None or report.year is None:
                raise BuildError("没有机关或年度的报告不能存档", report.source.path)
            data = to_json(report).encode()
            path = f"{report.agency.id}/{report.year}.json"
            sums[path] = sha256(data).hexdigest()
            if not _holds(store / path, data):
                begin(store)
                written += write_if_changed(store / path, data)
        _sweep(store, {*sums, *(f"{agency}/{year}.json" for agency, year in kept)})
        seal(store, sums, kept)
    except OSError as error:
        raise BuildError(f"存档写不了（{reason(error)}）", str(store), "请检查磁盘空间和权限") from error
    return written


def seal(store: Path, sums: Mapping[str, str], keep: Iterable[tuple[str, int]]) -> None:
    """Write the list of checksums, last of all: ``sums`` of what was written, and older ones of what was kept."""
    kept = {f"{agency}/{year}.json" for agency, year in keep if record_path(store, agency, year).is_file()}
    write_if_changed(store / SUMS, list_of({**older_sums(store, kept - set(sums)), **sums}))
    end(store)


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _sweep(store: Path, wanted: Collection[str]) -> None:
    """Remove records that are not ``wanted``, temporary files of an interrupted run, and folders left empty."""
    for path in store.glob("*/*.json"):
        if path.relative_to(store).as_posix() not in wanted:
            begin(store)
            path.unlink()
    for folder in sorted(store.glob("*/")) if store.is_dir() else []:
        if not any(folder.iterdir()):
            folder.rmdir()


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write ``data`` to ``path`` in one step (temporary file, sync, rename), only if it differs; say whether."""
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return True

"""New reports into the archive: each file read first, then copied to its place, never over another one."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from generator.archive import AgencyEntry, Entry, Registry, Sidecar, load_registry, same_body, sidecar_text
from generator.errors import NianbaoError, Refusal
from generator.ingest import ingest_one, read_report
from generator.report import Region, Report


class Added(NamedTuple):
    """A file and the place it was copied to, with what was read in it."""

    report: Report
    path: Path


def add(file: Path, content: Path, agency: str | None, year: int | None, source_url: str | None, dry: bool) -> Added:
    """Copy ``file`` to ``content/reports/<agency>/<year>.<format>``, with a sidecar where ``source_url`` is given.

    ``agency`` and ``year`` stand for what the file does not say; what it says otherwise is a refusal. With ``dry``
    nothing is written. Raises Refusal for the file, NianbaoError for what the maintainer has to decide.
    """
    report = read_report(file)
    registry = load_registry(content)
    body = _agency(report, registry, agency, file, content)
    known = year or report.year
    if known is None:
        raise NianbaoError("没有读到报告年度", str(file), "请用 --year 指明，如 --year 2023")
    folder = content / "reports" / body.id
    target = folder / f"{known}.{report.source.format}"
    taken = next((path for path in _same_year(folder, known)), None)
    if taken is not None:
        same = taken.read_bytes() == file.read_bytes()
        why = "这个文件已经在档案里了" if same else f"{body.name} {known} 年已有一份报告"
        raise NianbaoError(why, str(taken), "不用再放" if same else "要换掉它，请先删去旧文件")
    sidecar = _sidecar(source_url) if source_url else None
    _try_in_place(file, body, known, registry, target)
    if not dry:
        _copy(file, target, sidecar)
    return Added(report, target)


def _agency(report: Report, registry: Registry, given: str | None, file: Path, content: Path) -> AgencyEntry:
    """The registered body that ``given`` or the report names."""
    where = str(content / "agencies.yml")
    if given is not None:
        if given not in registry.by_id:
            raise NianbaoError(f"没有登记机关「{given}」", where, "请先登记，或核对 --agency 的代号")
        return registry.by_id[given]
    name = report.agency.name
    if name is None:
        raise NianbaoError("没有读到机关名称", str(file), "请用 --agency 指明机关代号")
    fitting = [entry for entry in registry.agencies if same_body(name, entry)]
    if len(fitting) > 1:
        ids = "、".join(entry.id for entry in fitting)
        raise NianbaoError(f"「{name}」可能是登记过的几个机关（{ids}）", str(file), "请用 --agency 指明是哪一个")
    if not fitting:
        raise NianbaoError(f"「{name}」没有登记", where, f"请先登记，如：{_proposal(name, report.region)}")
    return fitting[0]


def _proposal(name: str, region: Region | None) -> str:
    level, code = (region.level, region.code) if region else ("county", None)
    return f'- {{id: 英文代号, name: {name}, level: {level}, region: "{code or "六位区划代码"}"}}'


def _sidecar(source_url: str) -> Sidecar:
    try:
        return Sidecar(source_url=source_url, retrieved=datetime.now(UTC).date().isoformat())
    except ValidationError as error:
        raise NianbaoError("这不是网址", source_url[:100], "请写以 http:// 或 https:// 开头的原文网址") from error


def _same_year(folder: Path, year: int) -> Iterator[Path]:
    return (path for path in sorted(folder.glob(f"{year}.*")) if path.suffix != ".yml") if folder.is_dir() else iter(())


def _try_in_place(file: Path, body: AgencyEntry, year: int, registry: Registry, target: Path) -> None:
    """Read the file as the archive would: a report on another year or body is refused before anything is written."""
    region = Region(code=body.region, name=registry.region_name(body.region), level=body.level, basis="registry")
    result = ingest_one(Entry(body, year, file.resolve(), target.as_posix(), region))
    if isinstance(result, Refusal):
        raise Refusal(result.code, result.what, str(file), result.hint)


def _copy(file: Path, target: Path, sidecar: Sidecar | None) -> None:
    """Copy beside and rename, so that no half file ever stands in the archive."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".tmp-{os.getpid()}-{target.name}")
        shutil.copyfile(file, beside)
        beside.rename(target)
        if sidecar is not None:
            target.with_suffix(".yml").write_text(sidecar_text(sidecar), "utf-8")
    except OSError as error:
        raise NianbaoError(f"写不进档案（{error.strerror or error}）", str(target), "请检查文件夹和权限") from error

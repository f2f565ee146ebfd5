"""New reports into the archive: each file read first, then copied to its place; another one only makes way if asked."""

import filecmp
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from generator.archive import (
    AgencyEntry,
    Entry,
    Registry,
    Sidecar,
    load_registry,
    load_sidecar,
    same_body,
    sidecar_text,
)
from generator.budget import Budget
from generator.errors import NianbaoError, Refusal, reason
from generator.form import load_forms
from generator.identity import FIRST_YEAR
from generator.ingest import placed, read_safely
from generator.lock import held
from generator.parse import newest_year
from generator.proposal import near_ids, unregistered
from generator.report import BASES, Region, Report

_PATIENCE = 30  # seconds that another addition may take to write its files


class Given(NamedTuple):
    """What the maintainer says of the files: stands for what they do not say themselves.

    ``budget`` is what reading one of them may cost.
    """

    agency: str | None = None
    year: int | None = None
    source_url: str | None = None
    replace: bool = False
    dry: bool = False
    budget: Budget | None = None


class Added(NamedTuple):
    """A file and the place it was copied to, with what was read in it.

    ``replaced`` is the file that made way, ``dropped`` what its sidecar said of that file alone, ``doubts`` what the
    maintainer should look at again.
    """

    report: Report
    path: Path
    replaced: Path | None
    dropped: list[str]
    doubts: list[str]


def add(file: Path, content: Path, given: Given, filled: set[Path]) -> Added:
    """Copy ``file`` to ``content/reports/<agency>/<year>.<format>``, with a sidecar where there is something to say.

    What the file says otherwise than ``given`` is a refusal. ``filled`` are the places that this run has filled, each
    without its ending: they are not replaced by another file of the same run. With ``given.dry`` nothing is written.
    While it is written, another ``add`` to the same archive waits. Raises Refusal for the file, NianbaoError for what
    the maintainer has to decide.
    """
    report = read_safely(file, given.budget)
    registry = load_registry(content)
    _refuse_without_figures(report, given, file)
    with nullcontext() if given.dry else held([content / "reports"], _PATIENCE):
        return _added(report, registry, file, content, given, filled)


def _added(report: Report, registry: Registry, file: Path, content: Path, given: Given, filled: set[Path]) -> Added:
    """Put a file that was read in its place; no other process adds to the archive meanwhile."""
    body = _agency(report, registry, given.agency, file, content)
    year = _year(report, given, file)
    if fault := body.denies(year):
        raise NianbaoError(str(fault), str(content / "agencies.yml"))
    target = content / "reports" / body.id / f"{year}.{report.source.format}"
    old = _standing(target, file, f"{body.name} {year} 年", given.replace and target.with_suffix("") not in filled)
    region = Region(code=body.region, name=registry.region_name(body.region), level=body.level, basis="registry")
    entry = Entry(body, year, target, target.as_posix(), region)
    before, faults = load_sidecar(entry)
    if faults:  # written anew, the sidecar would lose what was not understood
        raise NianbaoError(faults[0].message, faults[0].place, "请先改正旁注，再放入报告")
    sidecar = _of_new_file(before, _read_or_none(old, given.budget), report) if old else before
    _refuse_twice(file, target, "year" in sidecar.confirm)
    dropped = _dropped(before, sidecar)
    sidecar = _with_address(sidecar, given.source_url)
    _try_in_place(report, entry, sidecar, given, file)
    if not given.dry:
        _put(file, report.source.sha256, target, sidecar if sidecar != before else None, old)
    filled.add(target.with_suffix(""))
    return Added(report, target, old, dropped, list(_doubts(report, entry, sidecar)))


def _year(report: Report, given: Given, file: Path) -> int:
    """The year that the file goes under: one that a build takes."""
    year = report.year if given.year is None else given.year
    if year is None:
        raise NianbaoError("没有读到报告年度", str(file), "请用 --year 指明，如 --year 2023")
    if not FIRST_YEAR <= year <= newest_year():
        what = f"--year 给的是 {year}，年度不在 {FIRST_YEAR} 至 {newest_year()} 之间"
        raise NianbaoError(what, str(file), "请核对 --year")
    return year


def _refuse_twice(file: Path, target: Path, is_confirmed: bool) -> None:
    """Refuse a file that stands under another year of the same body: one of the two is wrong, and nobody knows which.

    A sidecar that is there already and confirms the year says that the office published the very same file twice.
    """
    size = file.stat().st_size
    for path in sorted(target.parent.glob("*")) if not is_confirmed else ():
        if path.stem == target.stem or path.suffix == ".yml" or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size == size and filecmp.cmp(path, file, shallow=False):
            what = f"同一个文件已经作为 {path.stem} 年度的报告在档案里（{path}），不能再放到 {target.stem} 年度"
            hint = f"请核对年度，放错的请先移走；若机关两年公布的确是同一个文件，请{_BY_HAND}confirm: [year]"
            raise NianbaoError(what, str(file), hint)


def _doubts(report: Report, entry: Entry, sidecar: Sidecar) -> Iterator[str]:
    """What the file itself says against its year, though not in a place that decides; what the registry says still."""
    if report.year not in (None, entry.year) and "year" not in sidecar.confirm:
        yield f"{BASES[report.basis.year or 'text']}是 {report.year} 年，--year 给的是 {entry.year} 年，请核对原件"
    if any(one.year == entry.year for one in entry.agency.missing):
        yield f"agencies.yml 里，机关「{entry.agency.id}」的 missing 还写着 {entry.year} 年，请删去这一项"


def _refuse_without_figures(report: Report, given: Given, file: Path) -> None:
    """Refuse the blank form, and tables of which nothing could be read; before the national form there were none."""
    if any(cell.value is not None for cell in report.cells.values()):
        return
    first_form = min(form.years[0] for form in load_forms())
    if report.form is None and (given.year or report.year or first_form) < first_form:
        return
    if report.form is None:
        what = next((notice.message for notice in report.notices if notice.code.startswith("form-")), "没有认出表格")
        raise NianbaoError(
            f"一个数也没有读到：{what}", str(file), "表格若是图片，请换有文字的原件，或存成 PDF 按扫描件识别"
        )
    if any(cell.raw.strip() for cell in report.cells.values()):
        raise NianbaoError("表格里一个数也没有读出", str(file), "请用 nianbao inspect 看是哪里读不出，换一份原件")
    hint = "请放入填好的报告；若它确实一个数也没有印，请照 CONTRIBUTING.md 手工放入"
    raise NianbaoError("表格里一个数也没有，像是空白的样表", str(file), hint)


def _agency(report: Report, registry: Registry, given: str | None, file: Path, content: Path) -> AgencyEntry:
    """The registered body that ``given`` or the report names."""
    where = content / "agencies.yml"
    if given is not None and given in registry.by_id:
        return registry.by_id[given]
    name = report.agency.name
    fitting = [entry for entry in registry.agencies if name and same_body(name, entry)]
    ids = "、".join(entry.id for entry in fitting)
    if given is not None and (fitting or name is None):
        hint = f"报告里的「{name}」登记的代号是 {ids}" if fitting else "请先登记，或核对 --agency 的代号"
        if not fitting and (near := near_ids(given, registry)):
            hint += f"；相近的有 {'、'.join(near)}"
        raise NianbaoError(f"没有登记机关「{given}」", str(where), hint)
    if name is None:
        raise NianbaoError("没有读到机关名称", str(file), "请用 --agency 指明机关代号")
    if len(fitting) > 1:
        raise NianbaoError(f"「{name}」可能是登记过的几个机关（{ids}）", str(file), "请用 --agency 指明是哪一个")
    if not fitting:
        raise unregistered(name, report.region, given, registry, where)
    return fitting[0]


def _standing(target: Path, file: Path, whose: str, may_replace: bool) -> Path | None:
    """The file that stands for this agency-year already, if it may make way; raises NianbaoError if it may not."""
    folder = target.parent
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    standing = [path for path in files if path.stem == target.stem and path.suffix != ".yml"]
    if not standing:
        return None
    old, where = standing[0], str(standing[0])
    if len(standing) > 1 or old.is_symlink() or not old.is_file():
        names = "、".join(path.name for path in standing)
        raise NianbaoError(f"{whose}的位置上不是一个普通文件（{names}）", where, "请先手工整理，只留一份")
    if old.read_bytes() == file.read_bytes():
        raise NianbaoError("这个文件已经在档案里了", where, "不用再放")
    if not may_replace:
        hint = "要换掉它，请加 --replace；旁注会留下，只去掉说明旧文件的几项"
        raise NianbaoError(f"{whose}已有一份报告", where, hint)
    return old


def _read_or_none(path: Path, budget: Budget | None) -> Report | None:
    try:
        return read_safely(path, budget)
    except Refusal:
        return None


def _of_new_file(sidecar: Sidecar, old: Report | None, new: Report) -> Sidecar:
    """What of a sidecar still holds when another file takes the place of the one that it was written for.

    Not when that file was fetched, that it was an excerpt (and the note on that), that its scan had been compared. A
    slip of the report's own stays confirmed only where the new file has the very same.
    """
    same_slip = {
        "year": old is not None and old.year == new.year,
        "agency": old is not None and old.agency.name == new.agency.name,
    }
    return sidecar.model_copy(
        update={
            "retrieved": None,
            "excerpt": False,
            "note": "" if sidecar.excerpt else sidecar.note,
            "confirm": [word for word in sidecar.confirm if same_slip.get(word)],
        }
    )


def _dropped(before: Sidecar, after: Sidecar) -> list[str]:
    said = before.model_dump(exclude_defaults=True)
    return [f"{key}: {value}" for key, value in said.items() if value != getattr(after, key)]


def _with_address(sidecar: Sidecar, source_url: str | None) -> Sidecar:
    if not source_url:
        return sidecar
    today = datetime.now(UTC).date().isoformat()
    try:
        return Sidecar.model_validate({**sidecar.model_dump(), "source_url": source_url, "retrieved": today})
    except ValidationError as error:
        raise NianbaoError("这不是网址", source_url[:100], "请写以 http:// 或 https:// 开头的原文网址") from error


def _try_in_place(report: Report, entry: Entry, sidecar: Sidecar, given: Given, file: Path) -> None:
    """Judge the report as the archive would: one on another year or body is refused before anything is written."""
    try:
        placed(report, entry, sidecar)
    except Refusal as refusal:
        if refusal.code == "year-conflict" and given.year:
            what = f"{BASES[report.basis.year or 'title']}写的是 {report.year} 年，--year 给的却是 {given.year}"
            hint = f"请去掉 --year，或改成 --year {report.year}；若是报告自己写错，请{_BY_HAND}confirm: [year]"
        elif refusal.code == "agency-conflict" and given.agency:
            told = f"{BASES[report.basis.agency or 'title']}里的机关「{report.agency.name}」"
            what = f"{told}不是 --agency 给的 {given.agency}（{entry.agency.name}）"
            hint = (
                "请去掉 --agency，或改用那个机关的代号；若是同一机关，请把这个名称加进 agencies.yml 的 aliases；"
                f"若是报告自己写错，请{_BY_HAND}confirm: [agency]"
            )
        else:
            what, hint = refusal.what, refusal.hint
        raise Refusal(refusal.code, what, str(file), hint) from refusal


_BY_HAND = "照 CONTRIBUTING.md 手工放入，旁注里写 "


def _put(file: Path, sha256: str, target: Path, sidecar: Sidecar | None, old: Path | None) -> None:
    """Copy beside and rename: no half file ever stands in the archive, and an old one goes when the new one is there.

    The sidecar first: it may hold less than the old file had, and never blesses a file that it was not written for.
    """
    words = target.with_suffix(".yml")
    beside, words_beside = (path.with_name(f".tmp-{os.getpid()}-{path.name}") for path in (target, words))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, beside)
        if hashlib.sha256(beside.read_bytes()).hexdigest() != sha256:
            raise NianbaoError("文件在读取以后变了", str(file), "请再试一次")
        if sidecar == Sidecar():
            words.unlink(missing_ok=True)
        elif sidecar is not None:
            words_beside.write_text(sidecar_text(sidecar), "utf-8")
            _sync(words_beside)
            words_beside.replace(words)
        _sync(beside)
        beside.replace(target)
        _sync(target.parent)  # the new name is on the disk before the old file goes
        if old is not None and old != target:
            old.unlink()
            _sync(target.parent)
    except OSError as error:
        raise NianbaoError(f"写不进档案（{reason(error)}）", str(target), "请检查文件夹和权限") from error
    finally:
        for left in (beside, words_beside):
            with suppress(OSError):
                left.unlink()


def _sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk: what is added may stand nowhere else."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)

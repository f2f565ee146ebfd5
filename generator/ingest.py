"""Content in, reports out: read and parse every file of the archive, one after the other or in several processes.

A file that cannot be read spoils nothing but itself: it comes back as a Refusal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from generator.archive import Entry, Sidecar, load_sidecar, same_body
from generator.errors import Refusal
from generator.parse import parse
from generator.readers import SUFFIXES, read
from generator.report import Agency, Basis, Cell, Correction, Notice, Report, Review

_WORTH_PROCESSES = 64  # below this many files, starting workers costs more than it saves
_CHUNK = 16


class Ingested(NamedTuple):
    """What became of the archive's files: reports in the order of the entries, and refusals."""

    reports: list[Report]
    refused: list[Refusal]


def ingest(entries: list[Entry], jobs: int = 1, progress: Callable[[int, int], None] | None = None) -> Ingested:
    """Read all ``entries`` with ``jobs`` processes; results do not depend on ``jobs``.

    ``progress`` is called with the number done and the number due.
    """
    reports: list[Report] = []
    refused: list[Refusal] = []

    def gather(results: Iterable[Report | Refusal]) -> None:
        for done, result in enumerate(results, start=1):
            (refused if isinstance(result, Refusal) else reports).append(result)  # type: ignore[arg-type]
            if progress:
                progress(done, len(entries))

    if jobs > 1 and len(entries) >= _WORTH_PROCESSES:
        with ProcessPoolExecutor(jobs) as pool:
            gather(pool.map(ingest_one, entries, chunksize=_CHUNK))
    else:
        gather(map(ingest_one, entries))
    return Ingested(reports, refused)


def read_report(path: Path, shown: str = "") -> Report:
    """Read and parse one file. Raises Refusal, and nothing else: a fault of ours on one file must not stop the rest."""
    shown = shown or str(path)
    try:
        return parse(read(path, shown))
    except Refusal:
        raise
    except Exception as error:
        what = f"读取时出了程序错误（{type(error).__name__}）"
        raise Refusal("internal-error", what, shown, "请把这个文件连同这句话报告给我们") from error


def ingest_one(entry: Entry) -> Report | Refusal:
    """Read one file of the archive; a Refusal is returned, not raised, so that a worker can hand it back."""
    told: list[Notice] = []
    try:
        _check_name(entry)
        sidecar, told = load_sidecar(entry)
        report = placed(read_report(entry.path, entry.shown), entry, sidecar)
        return report.model_copy(update={"notices": [*report.notices, *told]}) if told else report
    except Refusal as refusal:
        # What would have confirmed the report may be the very entry that was left out.
        refusal.hint += "".join(f"；另外，{notice.message}（{notice.place}）" for notice in told)
        return refusal


def placed(report: Report, entry: Entry, sidecar: Sidecar) -> Report:
    """Return ``report`` as the one of its place, with what its sidecar says.

    Raises Refusal ``year-conflict`` or ``agency-conflict`` where the report says otherwise and nothing confirms it.
    """
    _check_place(report, entry, sidecar.confirm)
    source = report.source.model_copy(
        update={
            "url": sidecar.source_url,
            "retrieved": sidecar.retrieved,
            "excerpt": sidecar.excerpt,
            "note": sidecar.note,
        }
    )
    known = {"agency-missing", "year-missing"}  # the place in the archive says both
    return report.model_copy(
        update={
            "agency": Agency(id=entry.agency.id, name=entry.agency.name),
            "year": entry.year,
            "basis": Basis(
                agency=report.basis.agency or "place",
                year=report.basis.year if report.year == entry.year and report.basis.year != "file" else "place",
                published="sidecar" if sidecar.published else report.basis.published,
            ),
            "region": entry.region,
            "published": sidecar.published or report.published,
            "source": source,
            "notices": [notice for notice in report.notices if notice.code not in known],
            "reviews": [Review.model_validate(one.model_dump()) for one in sidecar.reviews],
            "corrections": [Correction.model_validate(one.model_dump()) for one in sidecar.corrections],
            "cells": _compared(report.cells) if "ocr" in sidecar.confirm else report.cells,
        }
    )


def _check_name(entry: Entry) -> None:
    """In the archive a name has to say what its file is: a stray copy (2022.bak, 2022~) must not become a report."""
    if entry.path.suffix.lower() not in SUFFIXES:
        what = f"档案里的文件要有认得的扩展名，「{entry.path.suffix or '无扩展名'}」不是"
        hint = f"请用 nianbao add 放入，或改成 {'、'.join(SUFFIXES)} 之一"
        raise Refusal("unsupported-format", what, entry.shown, hint)


def _compared(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Cells read off a picture that the maintainer has compared with the original, as the sidecar says."""
    return {path: cell.model_copy(update={"ocr": False}) for path, cell in cells.items()}


def _check_place(report: Report, entry: Entry, confirmed: Sequence[str]) -> None:
    """Refuse a report that names another year or another body than its place, unless the sidecar confirms it."""
    where = entry.shown
    told = report.basis.year in ("title", "period")
    if told and report.year != entry.year and "year" not in confirmed:
        word = "标题" if report.basis.year == "title" else "统计期限"
        hint = "请改文件名；若确是报告自己写错，请在旁注里写 confirm: [year]"
        raise Refusal("year-conflict", f"{word}写的是 {report.year} 年，文件却放在 {entry.year} 年", where, hint)
    name = report.agency.name
    if name and not same_body(name, entry.agency) and "agency" not in confirmed:
        hint = (
            "若是同一机关，请把这个名称加进 agencies.yml 的 aliases；若是报告自己写错，请在旁注里写 confirm: [agency]"
        )
        why = f"标题里的机关「{name}」与登记的「{entry.agency.name}」不符"
        raise Refusal("agency-conflict", why, where, hint)

"""Content in, reports out: read and parse every file of the archive, here or wherever an Executor works.

A file that cannot be read, or that takes down, blocks or floods the process that reads it (see ``guard``), spoils
nothing but itself: it comes back as a Refusal.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from threading import Thread, current_thread
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from generator.archive import Entry, Sidecar, load_sidecar, same_body
from generator.budget import Budget
from generator.errors import BuildError, Refusal
from generator.guard import Guard, guarded
from generator.parse import parse
from generator.readers import read
from generator.report import Agency, Basis, Cell, Correction, Notice, Report, Review

Progress = Callable[[int, int], None]
Result = Report | Refusal
Workers = int | Executor
Item = TypeVar("Item", Entry, Path)
_WORTH_PROCESSES = 64  # below this many files, starting workers costs more than it saves
_BATCH = 16  # files that an executor gets at a time


class Ingested(NamedTuple):
    """What became of the archive's files: reports in the order of the entries, and refusals."""

    reports: list[Report]
    refused: list[Refusal]


def ingest(
    entries: Sequence[Entry],
    workers: Workers = 1,
    progress: Progress | None = None,
    budget: Budget | None = None,
) -> Ingested:
    """Read all ``entries``; results stand in their order and do not depend on ``workers``.

    ``workers`` is a number of processes on this machine, or any Executor; of one elsewhere, such as Dask's, the
    machines must see the files under the same paths. ``progress`` is called with the number done and the number due.
    ``budget`` bounds what one file may cost. Raises BuildError where an executor's machines do not see the files.
    """
    results = _gather(ingest_one, entries, workers, progress, budget or Budget())
    reports = [result for result in results if isinstance(result, Report)]
    return Ingested(reports, [result for result in results if isinstance(result, Refusal)])


def read_files(paths: Sequence[Path], workers: Workers = 1, budget: Budget | None = None) -> Ingested:
    """Read files that stand outside an archive, like ``ingest``."""
    results = _gather(read_one, paths, workers, None, budget or Budget())
    reports = [result for result in results if isinstance(result, Report)]
    return Ingested(reports, [result for result in results if isinstance(result, Refusal)])


def read_safely(path: Path, budget: Budget | None = None) -> Report:
    """Read and parse one file in a process of its own, within ``budget``. Raises Refusal, and nothing else."""
    with guarded(budget or Budget()) as guard:
        result = guard.call(read_one, path, str(path))
    if isinstance(result, Refusal):
        raise result
    return result


def _gather(
    job: Callable[[Item], Result],
    items: Sequence[Item],
    workers: Workers,
    progress: Progress | None,
    budget: Budget,
) -> list[Result]:
    results: list[Result] = []
    for batch in _batches(job, items, workers, budget):
        results.extend(batch)
        if progress:
            progress(len(results), len(items))
    return results


def _batches(
    job: Callable[[Item], Result], items: Sequence[Item], workers: Workers, budget: Budget
) -> Iterator[list[Result]]:
    """Yield results in the order of ``items``, some at a time."""
    if isinstance(workers, Executor):
        yield from _elsewhere(job, items, workers, budget)
    elif workers > 1 and len(items) >= _WORTH_PROCESSES:
        yield from _in_processes(job, items, workers, budget)
    else:
        with guarded(budget) as guard:
            for item in items:
                yield [guard.call(job, item, _shown(item))]


def _in_processes(
    job: Callable[[Item], Result], items: Sequence[Item], count: int, budget: Budget
) -> Iterator[list[Result]]:
    """Guarded processes on this machine; a thread waits for each."""
    guards: list[Guard] = [Guard(budget) for _ in range(count)]
    for guard in guards:
        guard.start()  # before there are threads, which is quicker
    idle = [*guards]

    def run(item: Item) -> Result:
        mine = idle.pop()
        try:
            return mine.call(job, item, _shown(item))
        finally:
            idle.append(mine)

    with ThreadPoolExecutor(count) as pool:
        try:
            waiting = iter([pool.submit(run, item) for item in items])
            while batch := list(islice(waiting, _BATCH)):
                yield [future.result() for future in batch]
        finally:  # interrupted, nobody waits for the file at hand
            for guard in guards:
                guard.stop()
            pool.shutdown(cancel_futures=True)
            for guard in guards:
                guard.close()


def _elsewhere(
    job: Callable[[Item], Result], items: Sequence[Item], executor: Executor, budget: Budget
) -> Iterator[list[Result]]:
    """Batches to an executor of whatever kind. What it loses with one of its own workers is read here."""
    batches = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
    futures: list[tuple[Sequence[Item], Future[list[Result]] | None]] = []
    for batch in batches:
        future = None
        with suppress(Exception):  # a broken pool takes nothing more
            future = executor.submit(read_batch, job, batch, budget)
        futures.append((batch, future))
    for batch, future in futures:
        results = _result(future) or read_batch(job, batch, budget)
        for item, result in zip(batch, results, strict=True):
            if isinstance(result, Refusal) and result.code == "no-such-file" and _path(item).exists():
                hint = "请让每台机器在同一路径下看得到内容文件夹（例如共享目录）"
                raise BuildError("分布式的工作进程找不到报告文件", _shown(item), hint)
        yield results
    _dismiss()


def _result(future: "Future[list[Result]] | None") -> list[Result] | None:
    """What a batch gave; None where it was lost."""
    try:
        return future.result() if future is not None else None
    except Exception:  # each kind of executor has its own names for a worker that is gone
        return None


def read_batch(job: Callable[[Item], Result], batch: Sequence[Item], budget: Budget) -> list[Result]:
    """What an executor's worker does with some files: read each of them in a process that can be killed."""
    with _lent(budget) as guard:
        return [guard.call(job, item, _shown(item)) for item in batch]


# Process → thread → its idle guards: a worker that was made as a copy of another process must not take over that
# one's, and the process of a guard ends with the thread that started it (``lifeline``).
_IDLE: dict[int, WeakKeyDictionary[Thread, list[Guard]]] = {}


@contextmanager
def _lent(budget: Budget) -> Iterator[Guard]:
    """Give a guard, one that has served before if there is any: an executor's worker has many batches."""
    idle = _IDLE.setdefault(os.getpid(), WeakKeyDictionary()).setdefault(current_thread(), [])
    try:
        guard = idle.pop()
        guard.limits = budget
    except IndexError:
        guard = Guard(budget)
    yield guard
    idle.append(guard)


def _dismiss() -> None:
    """End the idle guards of this process."""
    for guards in list(_IDLE.pop(os.getpid(), {}).values()):
        for guard in guards:
            guard.close()


def _path(item: Entry | Path) -> Path:
    return item if isinstance(item, Path) else item.path


def _shown(item: Entry | Path) -> str:
    return str(item) if isinstance(item, Path) else item.shown


def read_one(path: Path) -> Result:
    """Read one file outside an archive; a Refusal is returned, not raised."""
    try:
        return read_report(path)
    except Refusal as refusal:
        return refusal


def read_report(path: Path, shown: str = "") -> Report:
    """Read and parse one file. Raises Refusal or MemoryError; a fault of ours is a Refusal, too."""
    shown = shown or str(path)
    try:
        return parse(read(path, shown))
    except (Refusal, MemoryError):  # what to say of too much memory, the guard knows
        raise
    except Exception as error:
        what = f"读取时出了程序错误（{type(error).__name__}）"
        raise Refusal("internal-error", what, shown, "请把这个文件连同这句话报告给我们") from error


def ingest_one(entry: Entry) -> Result:
    """Read one file of the archive; a Refusal is returned, not raised, so that a worker can hand it back."""
    told: list[Notice] = []
    try:
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

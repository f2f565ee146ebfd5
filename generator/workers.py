"""Work that needs no results of its own kind, spread over processes that were forked from this one."""

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

from generator.cache import Cache
from generator.errors import BuildError
from generator.lifeline import process_pool

T_co = TypeVar("T_co", covariant=True)
_FORK = "fork" in multiprocessing.get_all_start_methods()
_WORTH = 4  # chunks below which one process is quicker


class Work(Protocol[T_co]):
    """What is done for each name. ``started`` is called once in each process that was forked."""

    def started(self, number: int) -> None:
        """Take note of being in another process."""

    def __call__(self, name: str) -> T_co:
        """Do it."""


_work: list[Work[Any]] = []  # what forked processes find here is theirs: nothing has to be sent


def spread(
    cache: Cache, work: Work[T_co], names: Sequence[str], jobs: int, chunk: int, progress: Callable[[int, int], None]
) -> Iterator[T_co]:
    """Yield ``work(name)`` for all names, in any order, with ``jobs`` processes where that pays.

    Raises BuildError when a process dies.
    """
    parts = [names[start : start + chunk] for start in range(0, len(names), chunk)]
    if jobs < 2 or not _FORK or len(parts) < _WORTH:
        for number, name in enumerate(names, start=1):
            yield work(name)
            progress(number, len(names))
        return
    _work[:] = [work]
    gc.freeze()  # what is there stays where it is: pages that nobody writes to are shared
    ready = 0
    try:
        cache.close()  # SQLite must not have a file open when a process is forked
        counter = multiprocessing.get_context("fork").Value("i", 0)
        with process_pool(jobs, _started, counter) as pool:
            for future in as_completed([pool.submit(_part, part) for part in parts]):
                results = future.result()
                ready += len(results)
                progress(ready, len(names))
                yield from results
    except BrokenProcessPool as error:
        hint = "多半是内存不够：请加 --jobs 1 再运行一次"
        raise BuildError("一个生成网页的进程意外退出", "", hint) from error
    finally:
        gc.unfreeze()
        _work.clear()


def _started(number: Any) -> None:
    gc.set_threshold(
        20_000, 20, 50
    )  # what was there is frozen; of what is made here much is garbage that refers to itself
    with number.get_lock():
        number.value += 1
        _work[0].started(number.value)


def _part(names: Sequence[str]) -> list[Any]:
    return [_work[0](name) for name in names]

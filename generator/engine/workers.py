"""Work fanned out over the cores: forked processes that know all that the parent knows; results in order."""

import gc
import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from generator.errors import BuildError
from generator.lifeline import process_pool

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 40
_WORTH_PROCESSES = 150  # below this many items, starting workers costs more than it saves
_task: Callable[[Any], Any] | None = None  # what forked workers do; they find it here, so nothing of it is sent


def spread(task: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[R]:
    """Yield ``task(item)`` for each item, in order. What the task raises is raised here.

    Raises BuildError when a worker dies. Threads do not survive a fork, so a program that has any works alone.
    """
    global _task  # noqa: PLW0603 — the only way to hand something to a forked worker unpickled
    alone = jobs < 2 or len(items) < _WORTH_PROCESSES or threading.active_count() > 1
    if alone or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(task, items)
        return
    _task = task
    gc.freeze()  # what the workers share with the parent stays shared
    try:
        with process_pool(jobs) as pool:
            yield from pool.map(_run, items, chunksize=_CHUNK)
    except BrokenProcessPool as error:
        hint = "多半是内存不够：请用较小的 --jobs 再试"
        raise BuildError("制作网页的一个进程意外结束，网站没有更新", hint=hint) from error
    finally:
        gc.unfreeze()
        _task = None


def _run(item: Any) -> Any:
    assert _task is not None  # noqa: S101 — set before the fork
    return _task(item)

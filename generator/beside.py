"""One thing done in another process while this one goes on; no thread is needed, so this one may go on forking."""

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, NoReturn, TypeVar

from generator.lifeline import die_with_parent, uninterrupted

T = TypeVar("T")
_FORK = "fork" in multiprocessing.get_all_start_methods()


class Beside(Generic[T]):
    """A ``job`` begun in a forked process, where ``jobs`` allow two; leaving the context ends what nobody waits for.

    What it returns must be what pickle can carry. Where no process can be had, or it does not come to an end, the job
    is done here when its result is asked for: it must be one that can be done twice. It must not use an open cache,
    for SQLite forbids that of a forked process.
    """

    def __init__(self, job: Callable[[], T], jobs: int) -> None:
        self._job, self._child, self._line = job, 0, -1
        if jobs < 2 or not _FORK or threading.active_count() > 1:
            return
        # Held back: a signal that the child took before it has ended our clearing up for it would clear up for us.
        with suppress(OSError), uninterrupted():
            self._line, writing = os.pipe()
            self._child = os.fork()
            if not self._child:
                _do(job, writing)
            os.close(writing)

    def result(self) -> T:
        """What the job returned; to be asked for once. Raises what it raised."""
        if not self._child:
            return self._job()
        with os.fdopen(self._line, "rb") as line:
            said = line.read()
        self._line = -1
        if self._ended() or not said:
            return self._job()
        found: T = pickle.loads(said)  # noqa: S301 — our own words
        return found

    def _ended(self) -> int:
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return status

    def __enter__(self) -> "Beside[T]":
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            with suppress(OSError):
                os.kill(self._child, signal.SIGKILL)
            self._ended()
        if self._line >= 0:
            os.close(self._line)


def _do(job: Callable[[], Any], line: int) -> NoReturn:
    """In the forked process: do it, tell it, and end without touching anything that is the other's."""
    code = 1
    try:
        die_with_parent()
        with os.fdopen(line, "wb") as out:
            out.write(pickle.dumps(job()))
        code = 0
    finally:
        os._exit(code)

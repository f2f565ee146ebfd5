"""Processes end with the one that started them, and that one ends in an orderly way when it is told to (SIGTERM).

A worker that outlives its build goes on writing to folders that the next build has already taken. So every process of
ours calls ``die_with_parent`` first of all. Linux then ends it with its parent, whatever it is doing; elsewhere a
thread looks every now and then whether the parent is still there.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Protocol
from weakref import WeakSet

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_PATIENCE = 2  # seconds for the threads of a pool to end once its processes did
_AGAIN = 0.05  # seconds until what was lost is raised again
_LOOK = 0.2  # seconds between two looks at who the parent is, where the system does not tell
TERMINATED = 128 + signal.SIGTERM  # what a shell takes a process for that was ended by SIGTERM


class Terminated(KeyboardInterrupt):
    """SIGTERM came. Whatever gives way to Ctrl+C gives way to it, too."""


class _Closable(Protocol):
    def close(self) -> None: ...


class _Forks:
    """What forked processes have to know of the process that they were forked from."""

    parent = 0
    keep: "WeakSet[Any]" = WeakSet()

    @classmethod
    def before(cls) -> None:
        cls.parent = os.getpid()

    @classmethod
    def after(cls) -> None:
        for thing in list(cls.keep):
            with suppress(OSError):
                thing.close()
        cls.keep.clear()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(before=_Forks.before, after_in_child=_Forks.after)


def keep_from_children(thing: _Closable) -> None:
    """Close an open file or line in every process forked from now on.

    For locks and for our ends of lines to other processes: who held them, too, would keep the lock after our death,
    and nobody would see the end of the line.
    """
    _Forks.keep.add(thing)


def die_with_parent(parent: int | None = None) -> None:
    """Let this process end as soon as its parent does; it ends at once where the parent is gone already.

    To be called first of all. ``parent`` is the id of whoever started it, which a forked process knows by itself.
    Linux takes for the parent the very thread that started us: a process that is to outlive a thread must not be
    started by it. Ctrl+C is left to the parent; SIGTERM ends this process and runs no handler of the parent's.
    """
    if sys.platform == "win32":
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = _Forks.parent if parent is None else parent
    if not _told_by_the_system():
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it went before we had asked
        os.kill(os.getpid(), signal.SIGKILL)


def _told_by_the_system() -> bool:
    """Ask Linux to kill this process when its parent ends; say whether it will."""
    if sys.platform != "linux":
        return False
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def process_pool(jobs: int, begin: Callable[..., None] | None = None, *given: Any) -> Iterator[ProcessPoolExecutor]:
    """Give ``jobs`` processes that end with this one; ``begin(*given)`` is called in each of them.

    When the block is left by an exception, or a signal, they are ended at once: nobody waits for what they do.
    """
    forks = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forks else "spawn")
    others, threads = set(multiprocessing.active_children()), set(threading.enumerate())
    pool = ProcessPoolExecutor(jobs, context, _begun, (os.getpid(), begin, given))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)  # first, or the pool would complain of its dead
        _end(set(multiprocessing.active_children()) - others)
        for thread in set(threading.enumerate()) - threads:  # the pool's own: without them we may fork again
            thread.join(_PATIENCE)
        raise
    pool.shutdown()


def _begun(parent: int, begin: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    die_with_parent(parent)
    if begin:
        begin(*given)


def _end(processes: "set[multiprocessing.process.BaseProcess]") -> None:
    for process in processes:
        process.kill()
    for process in processes:
        process.join()


class Ending:
    """Whether this process was told to end."""

    told = False


@contextmanager
def orderly_ending() -> Iterator[Ending]:
    """Let SIGTERM end the block like Ctrl+C: by an exception, ``Terminated``, so that everything is cleared up.

    Processes that are left then are ended. A second SIGTERM ends this process at once.
    """
    ending = Ending()

    def end(number: int, _: object) -> None:
        ending.told = True
        signal.signal(number, signal.SIG_DFL)
        raise Terminated

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    def lost(said: "sys.UnraisableHookArgs") -> None:
        """Python drops what is raised while it forks or clears up an object: raise it again a little later."""
        if not issubclass(said.exc_type, KeyboardInterrupt):
            show(said)
            return
        signal.signal(signal.SIGALRM, end if said.exc_type is Terminated else stop)
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)

    # Who is told to ignore it, or has a handler already, keeps to that; only the main thread may set one.
    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    show = sys.unraisablehook
    if ours:
        signal.signal(signal.SIGTERM, end)
        sys.unraisablehook = lost
    try:
        yield ending
    finally:
        if ours:
            sys.unraisablehook = show
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if ending.told:
            _end(set(multiprocessing.active_children()))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl+C and SIGTERM back until the block is done: for what must not be left half done."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():  # signals interrupt the main thread only
        yield
        return
    before = {number: signal.signal(number, lambda n, _: came.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for late in came:
            signal.raise_signal(late)

"""One file at a time in a process that can be killed: whatever a file does to it, the rest goes on.

A guard keeps one such process and puts one call after the other to it. A call that takes too long, eats the memory or
takes the process down ends as a Refusal, and the next call gets a fresh process. Only JSON comes back: what a hostile
file could make of the process must not be able to run code here.

Pebble's pools do most of this, but cannot run inside Dask's workers, which may have no children of multiprocessing's.
"""

import contextlib
import faulthandler
import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from multiprocessing import Pipe, current_process, get_context
from multiprocessing.connection import Connection
from typing import Any

from generator.budget import Budget, begin, is_bloated, signal_name
from generator.errors import Refusal
from generator.lifeline import die_with_parent, keep_from_children
from generator.report import Report

Job = Callable[..., Report | Refusal]
_BEGUN, _HEAVY, _REPORT, _REFUSAL = b"B", b"H", b"R", b"X"  # what an answer is
_LAST = b"L"  # and whether another will come
_LARGEST = 200_000_000  # bytes of one answer
_STARTUP = 60  # seconds for a process to be there
_GRACE = 5  # seconds that a dying process may take
# What of our environment a reader may need; tokens and the like are none of its business.
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "TZ", "SOURCE_DATE_EPOCH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_KEPT_KINDS = ("LC_", "PYTHON", "NIANBAO_", "OMP_", "OPENBLAS_")
# Bound to us before anything else: to load the readers takes a while.
_START = (
    "import sys; from generator.lifeline import die_with_parent; die_with_parent(int(sys.argv[2]));"
    "from generator.guard import serve_at; serve_at(int(sys.argv[1]), int(sys.argv[2]))"
)


class Guard:
    """A process that makes one call after the other, each within ``limits``; started when first needed."""

    def __init__(self, limits: Budget) -> None:
        self.limits = limits
        self._owner = os.getpid()
        self._process: Any = None
        self._line: Connection | None = None

    def call(self, job: Job, what: Any, where: str) -> Report | Refusal:
        """Return ``job(what)``; a Refusal ``timeout``, ``too-large`` or ``internal-error`` where it does not end well.

        ``job`` must be a function of a module, ``what`` what pickle can carry; ``where`` names the file for people.
        """
        line = self._line or self.start()
        try:
            line.send_bytes(pickle.dumps((job, what, self.limits)))
            return self._answer(line, where)
        except (EOFError, OSError):
            return self._fallen(where)

    def start(self) -> Connection:
        """Start the process now, unless it runs already. It ends with the thread that starts it."""
        if self._line is None:
            self._line, theirs = Pipe()
            keep_from_children(self._line)  # or the other process itself would keep the line open when we are gone
            with theirs:
                self._process = (_fork if _may_fork() else _spawn)(theirs)
        return self._line

    def stop(self) -> None:
        """Kill the process while another thread waits for its answer, which is then that it has fallen."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process; between two calls it holds nothing worth keeping."""
        if self._line is not None:
            self._end(0)

    def __del__(self) -> None:
        if self._owner == os.getpid():  # in a copy of our process it is not ours to end
            self.close()

    def peak(self) -> int:
        """The most memory that the process has taken so far, in bytes; 0 where the system does not say."""
        try:
            with open(f"/proc/{self._process.pid}/status", encoding="ascii") as status:
                return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
        except (AttributeError, OSError, StopIteration):
            return 0

    def _answer(self, line: Connection, where: str) -> Report | Refusal:
        seconds = _STARTUP
        end = time.monotonic() + seconds
        while line.poll(max(end - time.monotonic(), 0)):
            answer = line.recv_bytes(_LARGEST)
            kind, body = answer[:1], answer[2:]
            if kind in (_BEGUN, _HEAVY):
                seconds = self.limits.seconds if kind == _BEGUN else self.limits.heavy_seconds
                end = time.monotonic() + seconds
                continue
            if answer[1:2] == _LAST:
                self.close()
            return Report.model_validate_json(body) if kind == _REPORT else _refusal(body, where)
        self._end(0)
        return Refusal("timeout", f"读取用了超过 {seconds} 秒，已中止", where, _hint("seconds"))

    def _fallen(self, where: str) -> Refusal:
        """What to say of a file on which the process ended."""
        code = self._end(_GRACE)
        if code == -getattr(signal, "SIGXCPU", 0):
            return Refusal("timeout", f"读取用了超过 {self.limits.seconds} 秒，已中止", where, _hint("seconds"))
        if code == -getattr(signal, "SIGKILL", 9):
            return Refusal("too-large", "读取时进程被系统终止，多半是内存不够", where, _hint("megabytes"))
        how = f"信号 {signal_name(code)}" if code < 0 else f"退出码 {code}"
        hint = "请把这个文件连同这句话报告给我们；其余文件不受影响"
        return Refusal("internal-error", f"读取这个文件时程序崩溃（{how}）", where, hint)

    def _end(self, grace: float) -> int:
        """End the process, giving it ``grace`` seconds to do so by itself; return its exit code."""
        line, process, self._line, self._process = self._line, self._process, None, None
        if line is not None:
            line.close()
        code = _wait(process, grace) if grace else None
        if code is None:
            process.kill()
            code = _wait(process, _GRACE)
        return code or 0


def _refusal(body: bytes, where: str) -> Refusal:
    code, what, named, hint = json.loads(body)
    return Refusal(code, what, named or where, hint)


def _hint(setting: str) -> str:
    return f"请核对是不是年度报告；确实要读，可以在 site_config/reading.yml 里调大 {setting}"


def _wait(process: Any, seconds: float) -> int | None:
    """The exit code of a process, None while it runs on after ``seconds``."""
    if isinstance(process, subprocess.Popen):
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(seconds)
        return None
    process.join(seconds)
    code: int | None = process.exitcode
    return code


def _may_fork() -> bool:
    """A copy of this process is the quickest start, but only while no thread of ours could hold a lock in it."""
    return sys.platform == "linux" and threading.active_count() == 1 and not current_process().daemon


def _fork(theirs: Connection) -> Any:
    process = get_context("fork").Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
    with warnings.catch_warnings():
        # Newer Pythons warn of threads that libraries keep for themselves; those of OpenBLAS survive a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    return process


def _spawn(theirs: Connection) -> subprocess.Popen[bytes]:
    number, parent = str(theirs.fileno()), str(os.getpid())
    environment = {name: value for name, value in os.environ.items() if _is_kept(name)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen((sys.executable, "-c", _START, number, parent), env=environment, pass_fds=(int(number),))


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_KINDS)


def serve_at(number: int, parent: int) -> None:
    """Serve calls on the open connection of that number: what a fresh process does."""
    _serve(Connection(number), parent)


def _serve(line: Connection, parent: int) -> None:
    """Make the calls that come over ``line`` until it ends. Whatever libraries print goes nowhere."""
    die_with_parent(parent)
    for name in [name for name in os.environ if not _is_kept(name)]:
        del os.environ[name]
    faulthandler.disable()  # how a process fell is told by whoever started it
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    gc.freeze()  # what was there before is not to be looked through again for every file
    with line, contextlib.suppress(EOFError, OSError):
        last = False
        while not last:
            job, what, limits = pickle.loads(line.recv_bytes())  # noqa: S301 — from the process that started us
            begin(limits, lambda: line.send_bytes(_HEAVY))
            line.send_bytes(_BEGUN)
            kind, body = _made(job, what)
            last = is_bloated()
            line.send_bytes(kind + (_LAST if last else b" ") + body)


def _made(job: Job, what: Any) -> tuple[bytes, bytes]:
    """What comes of one call, as it is sent back."""
    try:
        result = job(what)
        if isinstance(result, Report):
            return _REPORT, result.model_dump_json().encode()
    except MemoryError:
        result = Refusal("too-large", "读取这个文件要的内存超过上限，已中止", "", _hint("megabytes"))
    except Exception as error:  # a fault of ours on one file must not stop the rest
        what_happened = f"读取时出了程序错误（{type(error).__name__}）"
        result = Refusal("internal-error", what_happened, "", "请把这个文件连同这句话报告给我们")
    return _REFUSAL, json.dumps([result.code, result.what, result.where, result.hint]).encode()


@contextlib.contextmanager
def guarded(limits: Budget) -> Iterator[Guard]:
    """Give a guard whose process ends with the block."""
    guard = Guard(limits)
    try:
        yield guard
    finally:
        guard.close()

"""Processes end with the one that started them; that one ends in an orderly way, and where it has to, not at all."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from fictional import report_text

from generator.budget import Budget
from generator.ingest import Loose, read_batch, read_loose
from generator.lifeline import Terminated, keep_from_children, orderly_ending, process_pool, uninterrupted
from generator.report import Report

ROOT = Path(__file__).parents[1]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

# Each starts a process that never ends by itself, tells its id, and waits.
FORKED = """
from generator.beside import Beside
def job():
    print(os.getpid(), flush=True)
    while True: pass
with Beside(job, 2) as other: other.result()
"""
UNTOLD = "from generator import lifeline; lifeline._told_by_the_system = lambda: False\n" + FORKED
POOLED = """
from generator.lifeline import process_pool
with process_pool(1) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 60).result()
"""
GUARDED = """
from generator import guard
from generator.budget import Budget
guard._may_fork = lambda: {forks}
one, other = guard.Guard(Budget()), guard.Guard(Budget())
one.start(), other.start()
print(one._process.pid, flush=True)
one.call(time.sleep, 60, "r.txt")
"""
STARTED = {
    "forked": FORKED,
    "untold": UNTOLD,
    "pooled": POOLED,
    "guard forked": GUARDED.format(forks=True),
    "guard spawned": GUARDED.format(forks=False),
}


def _runs(number: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    return False


def _gone(number: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while _runs(number) and time.monotonic() < end:
        time.sleep(0.02)
    return not _runs(number)


@LINUX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
@pytest.mark.parametrize("script", STARTED.values(), ids=STARTED)
def test_nothing_outlives_its_parent(script: str, number: int) -> None:
    """However it was started, and however busy it is."""
    command = [sys.executable, "-c", f"import os, time\n{script}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert _runs(child)
        time.sleep(0.1)
        process.send_signal(number)
        process.wait(timeout=10)
        gone = _gone(child)
        if not gone:
            os.kill(child, signal.SIGKILL)
        assert gone


CONVERTING = """
import sys; from pathlib import Path; from generator import guard, ingest
from generator.budget import Budget
guard.Guard(Budget()).call(ingest.read_one, Path(sys.argv[1]), "r.doc")
"""


@LINUX
def test_no_converter_and_no_folder_of_its_is_left(tmp_path: Path) -> None:
    """LibreOffice is several processes in a session of their own: they go when the process that reads is killed."""
    programs, passing, told = tmp_path / "programs", tmp_path / "passing", tmp_path / "told"
    programs.mkdir()
    passing.mkdir()
    office = programs / "soffice"
    office.write_text(f"#!/bin/sh\nsleep 61 & echo $! > {told}.new; mv {told}.new {told}; wait\n", "utf-8")
    office.chmod(0o755)
    report = tmp_path / "2022.rtf"
    report.write_bytes(b"{\\rtf1 x}")
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(passing)}
    command = [sys.executable, "-c", CONVERTING, str(report)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        end = time.monotonic() + 30
        while not told.exists() and time.monotonic() < end:
            time.sleep(0.05)
        sleeping = int(told.read_text("ascii"))
        assert list(passing.iterdir())
        process.kill()
    gone = _gone(sleeping)
    if not gone:
        os.kill(sleeping, signal.SIGKILL)
    assert gone
    end = time.monotonic() + 2
    while list(passing.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not list(passing.iterdir())


def test_a_reader_that_went_with_its_thread_is_not_used_again(tmp_path: Path) -> None:
    """Linux ends a process with the thread that started it: no file is refused because another thread has gone."""
    path = tmp_path / "2022.txt"
    path.write_text(report_text(2022, "示例县青山镇人民政府", seed=1), "utf-8")
    for _ in range(3):
        with ThreadPoolExecutor(1) as pool:
            results = pool.submit(read_batch, read_loose, [Loose(path, str(path))], Budget()).result()
        assert isinstance(results[0], Report), results[0]
        time.sleep(0.1)


def test_what_is_kept_from_children_is_closed_in_them(tmp_path: Path) -> None:
    """A lock that a child holds, too, would outlast its owner."""
    with (tmp_path / "lock").open("w") as kept, (tmp_path / "other").open("w") as other:
        keep_from_children(kept)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.write(writing, json.dumps([kept.closed, other.closed]).encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert json.loads(os.read(reading, 100)) == [True, False]
        os.close(reading)
        os.close(writing)
        assert not kept.closed


def _sleeps(seconds: float) -> None:
    time.sleep(seconds)


def _gives_up(pool: Executor) -> None:
    for _ in range(20):
        pool.submit(_sleeps, 20)
    raise LookupError


def test_a_pool_that_is_left_by_an_error_waits_for_nobody() -> None:
    """What its processes do is of no use any more."""
    began = time.monotonic()
    with pytest.raises(LookupError), process_pool(2) as pool:
        _gives_up(pool)
    assert time.monotonic() - began < 10


def _in_an_object(number: int = signal.SIGTERM) -> None:
    class Cleared:
        def __del__(self) -> None:
            os.kill(os.getpid(), number)
            time.sleep(0.05)

    Cleared()


@pytest.mark.parametrize("told", [lambda: os.kill(os.getpid(), signal.SIGTERM), _in_an_object], ids=["plain", "lost"])
def test_sigterm_ends_in_order(told: Callable[[], None]) -> None:
    """By an exception that clears up, even if it comes where Python drops exceptions; afterwards all is as before."""
    cleared = []

    def work() -> None:
        try:
            told()
            time.sleep(5)
        finally:
            cleared.append(True)

    with orderly_ending() as ending, pytest.raises(Terminated):
        work()
    assert (ending.told, cleared) == (True, [True])
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_ctrl_c_is_never_lost() -> None:
    """Not even where Python drops exceptions: while an object is cleared up, while a process is forked."""

    def work() -> None:
        _in_an_object(signal.SIGINT)
        time.sleep(5)

    with orderly_ending() as ending, pytest.raises(KeyboardInterrupt) as raised:
        work()
    assert (ending.told, raised.type) == (False, KeyboardInterrupt)


@pytest.mark.parametrize(("number", "raised"), [(signal.SIGTERM, Terminated), (signal.SIGINT, KeyboardInterrupt)])
def test_what_must_not_be_left_half_done_is_done(number: int, raised: type[BaseException]) -> None:
    """The signal counts when the block is over."""
    done = []

    def work() -> None:
        with uninterrupted():
            os.kill(os.getpid(), number)
            time.sleep(0.05)
            done.append(True)
        time.sleep(5)

    with orderly_ending(), pytest.raises(raised):
        work()
    assert done == [True]

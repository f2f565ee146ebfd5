"""Measuring from outside: seconds, the most memory that all processes of a command held together, sizes of folders."""

import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.2  # seconds between two looks at the memory
LONGEST = 3600  # seconds that one command may take


class Run(NamedTuple):
    """What a command took: wall seconds, peak MB of all its processes (None where /proc is not there), what it said."""

    seconds: float
    megabytes: float | None
    said: str


class Failed(Exception):
    """A command ended with an error or took too long; the text says which."""


def run(
    command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None, longest: float = LONGEST
) -> Run:
    """Run a command in a session of its own, once what others wrote is on the disk. Raises Failed."""
    os.sync()
    start = time.perf_counter()
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        peak = _Peak(process.pid)
        peak.start()
        try:
            said, _ = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise Failed(f"超过 {longest:.0f} 秒") from error
        finally:
            peak.stop.set()
            peak.join()
    seconds = time.perf_counter() - start
    text = said.decode("utf-8", "replace")
    if process.returncode:
        raise Failed(f"退出码 {process.returncode}：{' '.join(text.split())[-300:]}")
    return Run(seconds, peak.most / 1024 if peak.most else None, text)


class _Peak(threading.Thread):
    """Watches the memory of a session; shared pages count once (PSS), so that forks are not counted twice."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session, self.most, self.stop = session, 0, threading.Event()

    def run(self) -> None:
        while not self.stop.wait(_EVERY):
            self.most = max(self.most, sum(_kilobytes(pid) for pid in _members(self.session)))


def _members(session: int) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[3]) == session:
                yield int(entry.name)
        except (OSError, ValueError, IndexError):
            continue


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def weigh(folder: Path, pattern: str = "**/*") -> tuple[int, int]:
    """Return how many files match in a folder, and their bytes."""
    sizes = [path.stat().st_size for path in folder.glob(pattern) if path.is_file()]
    return len(sizes), sum(sizes)


def exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """How a cost grows with size: 1 is in proportion, 2 is with the square. Each is (size, cost)."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])

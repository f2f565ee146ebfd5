"""How much time and memory one report file may cost: set in ``site_config/reading.yml``, held by the worker itself.

Some files need more than others: a scan is recognised cell by cell, an old Word file goes through LibreOffice. Their
readers say so (``heavy``), and from then on the larger amounts hold.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from generator.report import Model

if sys.platform != "win32":  # only Unix has it; elsewhere the clock alone bounds a file
    import resource

Seconds = Annotated[int, Field(ge=1, le=3600)]
Megabytes = Annotated[int, Field(ge=64, le=1_000_000)]
_MEGA = 1_000_000


class Budget(Model):
    """What one file may cost: ``seconds`` on the clock, ``megabytes`` beyond what the program itself takes.

    ``heavy_seconds`` and ``heavy_megabytes`` hold for scans and for what LibreOffice converts.
    """

    seconds: Seconds = 20
    megabytes: Megabytes = 1000
    heavy_seconds: Seconds = 300
    heavy_megabytes: Megabytes = 4000

    @model_validator(mode="after")
    def _more_for_the_heavy(self) -> "Budget":
        for small, large in (("seconds", "heavy_seconds"), ("megabytes", "heavy_megabytes")):
            if getattr(self, large) < getattr(self, small):
                raise ValueError(f"{large} 不能小于 {small}")
        return self


class _Running:
    """The file that this process is reading: what it may cost, and whom to tell that it is heavy."""

    budget = Budget()
    tell: Callable[[], None] | None = None
    base = 0  # bytes of memory that the process had before


def heavy() -> int:
    """Say that this file is one of those that need more; return the seconds that it may take from now on.

    Called by readers. Outside a worker it changes nothing.
    """
    if _Running.tell is not None:
        _Running.tell()
        _bound(_Running.budget.heavy_seconds, _Running.budget.heavy_megabytes)
    return _Running.budget.heavy_seconds


def begin(budget: Budget, tell: Callable[[], None]) -> None:
    """Hold this process to ``budget`` for the next file; ``tell`` is called when it turns out to be heavy."""
    if _Running.tell is None:
        _Running.base = _memory()
    _Running.budget, _Running.tell = budget, tell
    _bound(budget.seconds, budget.megabytes)


def is_bloated() -> bool:
    """Whether the files read so far have left so much behind that the next one would have too little room."""
    return _memory() - _Running.base > _Running.budget.megabytes * _MEGA // 4


def _bound(seconds: int, megabytes: int) -> None:
    """Lower or raise what the system lets this process have.

    Processor time is the second line: whoever started the process watches the clock, unless it has died itself.
    """
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 2 * seconds + 1)
    if _Running.base:
        _soft(resource.RLIMIT_AS, _Running.base + megabytes * _MEGA)


def _soft(what: int, wanted: int) -> None:
    if sys.platform == "win32":
        return
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _memory() -> int:
    """Bytes of address space of this process, which is what the system counts; 0 where it does not say."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def signal_name(code: int) -> str:
    """The name of the signal that ended a process with exit code ``code`` (negative), or its number."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return str(-code)

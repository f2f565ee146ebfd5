"""What shows that a file is still the one that was seen, without reading it."""

import os
from typing import NamedTuple

# A file changed within the same tick of the clock can keep its stamp: one this young is read again (nanoseconds).
TICK = 2_000_000_000


class Stamp(NamedTuple):
    """Size in bytes, time of change in nanoseconds, and number of the file on its disk."""

    size: int
    changed: int
    number: int


def stamp_of(state: os.stat_result) -> Stamp:
    return Stamp(state.st_size, state.st_mtime_ns, state.st_ino)

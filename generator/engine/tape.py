"""What MkDocs says while it works: collected, to be told in one sentence when the build fails for it."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple


class Said(NamedTuple):
    """A warning or error of MkDocs."""

    level: int
    message: str


class Failed(Exception):
    """Strict MkDocs would not have made this site. Holds what it said, in its order."""

    def __init__(self, said: Sequence[Said]) -> None:
        super().__init__(said)
        self.said = said


class Tape(logging.Handler):
    """Collects warnings and errors, in order."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[Said] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(Said(record.levelno, record.getMessage()))


@contextmanager
def listening() -> Iterator[Tape]:
    """Let a tape run along with everything that MkDocs says."""
    tape = Tape()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(tape)
    try:
        yield tape
    finally:
        logger.removeHandler(tape)

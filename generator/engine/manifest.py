"""What the last build left on disk and what it was made from: kept beside the site, believed only where it fits."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from generator.engine.shell import Shape
from generator.engine.stamps import TICK, Stamp

STATIC, UNCACHED = -1, -2  # in the place of a shape: a file that is copied, a page that is made anew each time


class Input(NamedTuple):
    """A file of the docs folder as it was seen, and the number of the shape that it became a page of."""

    stamp: Stamp
    shape: int


class Used(NamedTuple):
    """A shape that pages were made of, with what its theme was told of them and the digest of the shell."""

    shape: Shape
    asked: Mapping[str, bool]
    digest: str


class Manifest(NamedTuple):
    """``made_by`` names the code and settings, ``since`` when the docs folder was looked at (ns since the epoch).

    ``outputs`` are the files of the site by their path there.
    """

    made_by: str
    since: int
    shapes: tuple[Used, ...]
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Stamp]

    def knows(self, path: str, stamp: Stamp) -> Input | None:
        """The record of a source that is certainly still the one that was read, else None."""
        entry = self.inputs.get(path)
        return entry if entry and entry.stamp == stamp and stamp.changed < self.since - TICK else None


EMPTY = Manifest("", 0, (), {}, {})


def load(path: Path) -> Manifest | None:
    """Read a manifest; None where there is none or it is not whole."""
    try:
        record = json.loads(path.read_bytes())
        shapes = tuple(
            Used(Shape(tuple(fixed), free, index, tuple(levels), titled, tuple(texts), rest), asked, digest)
            for (fixed, free, index, levels, titled, texts, rest), asked, digest in record["shapes"]
        )
        inputs = {name: Input(Stamp(*stamp), shape) for name, (*stamp, shape) in record["inputs"].items()}
        outputs = {name: Stamp(*stamp) for name, stamp in record["outputs"].items()}
        return Manifest(record["made_by"], record["since"], shapes, inputs, outputs)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def dump(manifest: Manifest) -> bytes:
    """Return the manifest as JSON."""
    record = manifest._asdict() | {"inputs": {name: (*one.stamp, one.shape) for name, one in manifest.inputs.items()}}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def now() -> int:
    """The clock that files are stamped by. Nothing of it reaches the site."""
    return time.time_ns()

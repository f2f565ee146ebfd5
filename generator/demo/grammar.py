"""A small grammar, ``grammar.txt``: words and kinds of sentence, the common ones more often than the rare ones."""

import re
from bisect import bisect
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import NamedTuple

_SLOT = re.compile(r"\{([^{}]+)\}")
_RANGE = re.compile(r"(\d+)-(\d+)")
_FLAT = {"= ": 20, "- ": 6}  # the greater, the more alike in frequency are the first word and the next ones


class _Choice(NamedTuple):
    """What a name stands for: ways to say it, cut into text (even places) and slots (odd places)."""

    ways: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]


@cache
def _grammar() -> Mapping[str, _Choice]:
    text = (files("generator.demo") / "grammar.txt").read_text("utf-8")
    found: dict[str, _Choice] = {}
    for block in re.split(r"\n\s*\n", text):
        head, *lines = [line for line in block.splitlines() if not line.startswith("#")] or [""]
        if head[:2] in _FLAT:
            ways = " ".join(lines).split() if head.startswith("=") else lines
            weights = accumulate(1 / (rank + _FLAT[head[:2]]) for rank in range(len(ways)))
            found[head[2:].strip()] = _Choice(tuple(tuple(_SLOT.split(way)) for way in ways), tuple(weights))
    return found


def words(name: str) -> tuple[str, ...]:
    """Return all words of a list."""
    return tuple(way[0] for way in _grammar()[name].ways)


def say(name: str, random: Random, given: Mapping[str, str]) -> str:
    """Return one of the things that ``name`` stands for; ``given`` are slots that the caller fills. KeyError if none.

    Plain random() alone is used: what it gives is the same on every machine and in every version of Python.
    """
    choice = _grammar()[name]
    way = choice.ways[_place(choice.weights, random)]
    parts = [way[0]]
    for i in range(1, len(way), 2):
        slot = way[i]
        known = given.get(slot)
        if known is None:
            span = _RANGE.fullmatch(slot)
            known = str(between(random, int(span[1]), int(span[2]))) if span else say(slot, random, given)
        parts += (known, way[i + 1])
    return "".join(parts)


def between(random: Random, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``."""
    return low + int(random.random() * (high - low + 1))


def _place(weights: tuple[float, ...], random: Random) -> int:
    return min(bisect(weights, random.random() * weights[-1]), len(weights) - 1)

"""Reads a search index as a browser does, but in Python and without shortcuts: for the tests of what is written."""

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from generator.search import Entry, fold, index, words
from generator.search.block import BUCKETS, GROUP
from generator.search.grams import grams, is_whole, single, spread

_FIELDS = ("text", "name")


class Row(NamedTuple):
    """What the index shows of an entry."""

    url: str
    title: str
    names: list[str]
    text: str | int


def built(
    entries: Sequence[Entry], regions: Mapping[str, str] | None = None, labels: Mapping[str, object] | None = None
) -> dict[str, bytes]:
    """The files of an index, by path."""
    return dict(index(entries, regions or {}, labels or {}))


class Reader:
    """An index as its files say."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.core = json.loads(files["search/core.json"])
        self.sizes = [len(block[1]) for block in self.core["blocks"]]
        self.starts = [0, *accumulate(self.sizes)]

    def hits(self, query: str) -> set[int]:
        """The entries that have all grams of all words of ``query``, each word in one field."""
        found = set(range(self.starts[-1]))
        for word in words(query):
            sought = [gram for gram in (grams(word) if len(word) > 1 else single(word)) if is_whole(gram)]
            marks = [self._marks(gram) for gram in sought]
            found &= set().union(*(set.intersection(*(mark[field] for mark in marks)) for field in _FIELDS))
        return found

    def rows(self) -> list[Row]:
        """What is shown, in the order of the entries."""
        found = []
        for block, size in zip(self.core["blocks"], self.sizes, strict=True):
            for slice_ in range((size + 31) // 32):
                url, title, names = "", "", []
                for same, rest, alike, tail, told, text in json.loads(self.files[f"search/m/{block[0]}-{slice_}.json"]):
                    url, title, names = url[:same] + rest, title[:alike] + tail, told or names
                    found.append(Row(url, title, names, text))
        return found

    def _marks(self, gram: int) -> dict[str, set[int]]:
        place = spread(gram)
        width = BUCKETS // self.core["shards"]
        bucket, key = divmod(place, 1 << 21)
        data = self.files[f"search/s/{bucket // width:03x}.bin"]
        at = 0
        found: dict[str, set[int]] = {field: set() for field in _FIELDS}
        for number in range((bucket % width + 1) * len(self.sizes)):
            length, at = _number(data, at)
            block = number % len(self.sizes)
            if number // len(self.sizes) == bucket % width:
                for field, found_key, ids in _records(data[at : at + length]):
                    if found_key == key:
                        width = GROUP if gram < 0x10000 and field == "text" else 1
                        numbers = {one * width + more for one in ids for more in range(width)}
                        found[field] |= {self.starts[block] + one for one in numbers if one < self.sizes[block]}
            at += length
        return found


def _records(data: bytes) -> list[tuple[str, int, list[int]]]:
    found, at = [], 0
    while at < len(data):
        head = int.from_bytes(data[at : at + 3], "little")
        at += 3
        shape = head >> 21 & 3
        if shape == 3:
            width, at = _number(data, at)
            bits = int.from_bytes(data[at : at + width], "little")
            ids = [one for one in range(width * 8) if bits >> one & 1]
            at += width
        else:
            count = shape + 1
            if shape == 2:
                count, at = _number(data, at)
            steps = []
            for _ in range(count):
                step, at = _number(data, at)
                steps.append(step)
            ids = list(accumulate(steps))
        found.append((_FIELDS[head >> 23], head & (1 << 21) - 1, ids))
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def scan(entries: Sequence[Entry], query: str) -> set[int]:
    """What a reader of all texts finds: every word of ``query`` in the title, a name or the text."""
    texts = [[fold(text) for text in (entry.title, *entry.names, entry.text)] for entry in entries]
    return {
        number for number, kept in enumerate(texts) if all(any(word in one for one in kept) for word in words(query))
    }

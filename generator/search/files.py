"""Pieces into the files of the index: strung together, nothing is numbered anew."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from generator.search.block import BUCKETS, buckets_of, varint
from generator.search.letters import pairs, published

FOLDER = "search/"
_ENTRIES_A_SHARD = 12
_LETTERS = "".join(chr(code) for code in range(35, 127) if chr(code) != "\\")  # those that JSON writes as they are
_FIRST_YEAR = 2000


class _Piece(NamedTuple):
    head: dict[str, list[str]]
    buckets: list[bytes]


def files(
    pieces: Iterable[bytes], regions: Mapping[str, str], labels: Mapping[str, object]
) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file of the index, for the docs folder.

    ``pieces`` come in the order of their blocks. ``regions`` are the names of division codes, ``labels`` what the
    browser calls kinds, levels and verdicts.
    """
    taken = [_taken(piece) for piece in pieces]
    count = sum(len(one.head["years"]) for one in taken)
    shards = shard_count(count)
    seen = hashlib.sha256()
    for number, data in enumerate(_shards(taken, shards)):
        seen.update(data)
        yield f"{FOLDER}s/{number:03x}.bin", data
    for one in taken:
        for number, rows in enumerate(one.head["rows"]):
            seen.update(rows.encode())
            yield f"{FOLDER}m/{one.head['key']}-{number}.json", rows.encode()
    yield f"{FOLDER}letters.json", _json(pairs())
    core = _core(taken, regions) | {"labels": labels, "shards": shards, "letters": published()}
    seen.update(_json(core))
    # What a browser has kept of another build is not asked for: the name of every file carries the digest.
    yield f"{FOLDER}core.json", _json({"digest": seen.hexdigest()[:12], **core})


def shard_count(entries: int) -> int:
    """Return into how many files the index is parted: a power of two, so many that a file has some kilobytes."""
    shards = 1
    while shards < BUCKETS and shards * _ENTRIES_A_SHARD < entries:
        shards *= 2
    return shards


def _taken(piece: bytes) -> _Piece:
    buckets = [varint(len(bucket)) + bucket for bucket in buckets_of(piece)]
    return _Piece(json.loads(piece[: piece.index(b"\n")]), buckets)


def _shards(taken: list[_Piece], shards: int) -> Iterator[bytes]:
    """A shard is a run of buckets, a bucket the parts of all blocks in order, each with its length before it."""
    width = BUCKETS // shards
    for first in range(0, BUCKETS, width):
        yield b"".join(one.buckets[bucket] for bucket in range(first, first + width) for one in taken)


def _core(taken: list[_Piece], regions: Mapping[str, str]) -> dict[str, object]:
    """What every query needs: for each block its key, and for each entry year, class and region."""
    classes = sorted({name for one in taken for name in one.head["classes"]})
    letter = {name: _LETTERS[place] for place, name in enumerate(classes)}
    return {
        "regions": regions,
        "classes": [name.split(" ") for name in classes],
        "blocks": [
            [
                one.head["key"],
                "".join(_LETTERS[int(year) - _FIRST_YEAR + 1] if year else _LETTERS[0] for year in one.head["years"]),
                "".join(letter[name] for name in one.head["classes"]),
                one.head["regions"],
            ]
            for one in taken
        ],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

"""Entries in blocks, each block made into a piece by itself: what did not change is not made again.

Blocks are cut where an entry's own key says so: a new agency changes the block that it falls into, at most the next
few, and no other. Inside a block the entries are numbered; no number holds beyond it.
"""

import hashlib
import json
import struct
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import sub
from typing import NamedTuple

from generator.search.grams import grams, name_gram, single, spread, whole
from generator.search.letters import PART, fold

BUCKETS = 2048  # shards are runs of buckets
_KEY_BITS = 21  # 32 bits less those of the bucket
_IN_NAME = 1 << 23  # in the three bytes of a record: field, shape, key
_ONE, _TWO, _LIST, _MAP = (shape << _KEY_BITS for shape in range(4))
# Agencies a block: no fewer, but for the last; no more; and how rare, in between, is a key that ends one.
_FEWEST, _MOST, _RARE = 24, 128, 48
ROWS = 32  # entries whose titles are fetched together
GROUP = 8  # entries that share what is told of single letters
VERSION = 1  # of the pieces: another number, other bytes


class Entry(NamedTuple):
    """One page to be found.

    ``body`` is what its neighbours share (an agency's id): entries of one body are never parted. ``names`` are other
    names of ``title``; ``region`` a division code. ``text`` is what else is searched; where it ``is_stored``, the page
    has a data.json that holds it, and the index need not show it.
    """

    body: str
    url: str
    title: str
    names: tuple[str, ...]
    text: str
    kind: str
    region: str = ""
    level: str = ""
    year: int | None = None
    verdict: str = ""
    is_stored: bool = False


class Block(NamedTuple):
    """Neighbouring entries, and the key that names their files."""

    key: str
    entries: tuple[Entry, ...]

    @property
    def said(self) -> bytes:
        """All that the block's piece is made from, as JSON: the entries come last."""
        said = json.dumps([VERSION, self.key, self.entries], ensure_ascii=False, separators=(",", ":"))
        return said.encode("utf-8", "surrogatepass")

    @property
    def digest(self) -> str:
        """Stands for all that the block's piece is made from; the same digest, the same piece."""
        return hashlib.sha256(self.said).hexdigest()


def blocks(entries: Iterable[Entry]) -> Iterator[Block]:
    """Cut ``entries``, which come sorted, into blocks."""
    held: list[Entry] = []
    bodies = 0
    for body, group in groupby(entries, key=lambda entry: entry.body):
        if bodies >= _MOST or (bodies >= _FEWEST and zlib.crc32(body.encode()) % _RARE == 0):
            yield Block(held[0].body, tuple(held))
            held, bodies = [], 0
        held += group
        bodies += 1
    if held:
        yield Block(held[0].body, tuple(held))


def piece(block: Block) -> bytes:
    """Return the block made ready: a line of JSON, the lengths of its buckets, the buckets."""
    found = postings(block.entries, range(len(block.entries)))
    buckets: list[bytes] = [b""] * BUCKETS
    for bucket, records in groupby(sorted(found.items()), key=lambda one: bucket_of(one[0])):
        buckets[bucket] = b"".join(record(place, ids) for place, ids in records)
    return assembled(block, buckets)


def assembled(block: Block, buckets: Sequence[bytes]) -> bytes:
    """Return the piece of a block whose buckets are made."""
    head = json.dumps(_head(block), ensure_ascii=False, separators=(",", ":")).encode()
    return head + b"\n" + struct.pack(f"<{BUCKETS}I", *map(len, buckets)) + b"".join(buckets)


def buckets_of(made: bytes) -> Iterator[bytes]:
    """Yield the buckets of a piece."""
    end = made.index(b"\n") + 1
    start = end + 4 * BUCKETS
    for length in struct.unpack_from(f"<{BUCKETS}I", made, end):
        yield made[start : start + length]
        start += length


def postings(entries: Sequence[Entry], wanted: Collection[int]) -> dict[int, list[int]]:
    """Gram, spread and with the field as its last bit (names: 1) → the numbers of the ``wanted`` entries that have it.

    Single letters of texts are told by groups of entries only, at a tenth of the size: few ask for one, it stands in
    most texts, and the browser compares what it shows. They are those of every group that a wanted entry is in.
    """
    texts: defaultdict[int, list[int]] = defaultdict(list)
    names: defaultdict[int, list[int]] = defaultdict(list)
    for group in sorted({number // GROUP for number in wanted}):
        letters: set[str] = set()
        for number, entry in enumerate(entries[group * GROUP : (group + 1) * GROUP], group * GROUP):
            folded = fold(entry.text)
            letters.update(folded)
            if number in wanted:
                _note(texts, grams(folded), number)
                known = [fold(name) for name in (entry.title, *entry.names)]
                joined = PART.join(known)
                _note(names, {*grams(joined), *single(joined), *map(name_gram, known)}, number)
        _note(texts, single("".join(letters)), group)
    found = {spread(gram) << 1: texts[gram] for gram in whole(texts)}
    return found | {spread(gram) << 1 | 1: names[gram] for gram in whole(names)}


def _note(postings: defaultdict[int, list[int]], found: Iterable[int], number: int) -> None:
    """Append ``number`` to the list of each gram."""
    for gram in found:
        postings[gram].append(number)


def bucket_of(place: int) -> int:
    """The bucket of a gram that was spread and has its field as last bit."""
    return place >> _KEY_BITS + 1


def place_in(bucket: int, word: int) -> int:
    """The gram, spread and with its field, that the first three bytes of a record in ``bucket`` tell of."""
    return (bucket << _KEY_BITS | word & (1 << _KEY_BITS) - 1) << 1 | word >> 23


def shape_of(word: int) -> int:
    """How the first three bytes of a record say that it goes on: 0 a number, 1 two, 2 a list, 3 bits."""
    return word >> _KEY_BITS & 3


def record(place: int, ids: list[int]) -> bytes:
    """Three bytes of field, shape and key; then one number, two, a count and distances, or a length and bits."""
    key = place >> 1 & (1 << _KEY_BITS) - 1 | (_IN_NAME if place & 1 else 0)
    count, last = len(ids), ids[-1]
    if count == 1 and last < 0x80:  # most of them
        return (key | _ONE | last << 24).to_bytes(4, "little")
    width = (last >> 3) + 1
    if count > width:
        bits = sum(map((1).__lshift__, ids))
        return (key | _MAP).to_bytes(3, "little") + varint(width) + bits.to_bytes(width, "little")
    shape = (_ONE, _ONE, _TWO)[count] if count < 3 else _LIST
    numbers = [*([count] if shape == _LIST else ()), ids[0], *map(sub, ids[1:], ids)]
    tail = bytes(numbers) if max(numbers) < 0x80 else b"".join(map(varint, numbers))
    return (key | shape).to_bytes(3, "little") + tail


def varint(number: int) -> bytes:
    """Return a number in bytes of seven bits, the low ones first; the high bit says that more follow."""
    if number < 0x80:
        return bytes((number,))
    return bytes((number & 0x7F | 0x80,)) + varint(number >> 7)


def _head(block: Block) -> dict[str, object]:
    entries = block.entries
    regions = [(code, len(list(group))) for code, group in groupby(entry.region for entry in entries)]
    return {
        "key": block.key,
        "years": [entry.year for entry in entries],
        "classes": [f"{entry.kind} {entry.level} {entry.verdict}" for entry in entries],
        "regions": regions,
        "rows": [rows(entries[start : start + ROWS]) for start in range(0, len(entries), ROWS)],
    }


def rows(entries: Iterable[Entry]) -> str:
    """Return what is shown of some entries, as JSON: address and title as far as they differ from the row before.

    A row is [letters shared, rest of the address, letters shared, rest of the title, names or 0 for those of the row
    before, the text or 1 where it stands in the page's data.json].
    """
    before: tuple[str, str, tuple[str, ...]] = ("", "", ())
    found: list[list[object]] = []
    for entry in entries:
        same, alike = _shared(before[0], entry.url), _shared(before[1], entry.title)
        told = 0 if found and before[2] == entry.names else list(entry.names)
        found.append([same, entry.url[same:], alike, entry.title[alike:], told, 1 if entry.is_stored else entry.text])
        before = (entry.url, entry.title, entry.names)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _shared(one: str, other: str) -> int:
    """How many letters two texts begin with alike; up to the first that is two units to a browser."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b or ord(a) > 0xFFFF), min(len(one), len(other)))

"""A block's piece brought up to date where a few of its entries are others: the same bytes as made anew, in less time.

Of an entry that stayed only its number matters. Texts are needed of those that changed and of their neighbours, with
whom they share what is told of single letters (``near``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from generator.search.block import GROUP, Block, assembled, bucket_of, buckets_of, place_in, postings, record, shape_of
from generator.search.grams import is_single, unspread


def near(changed: Iterable[int], count: int) -> set[int]:
    """The numbers, of ``count`` entries, of those whose texts ``amended`` needs."""
    groups = {number // GROUP for number in changed}
    return {number for group in groups for number in range(group * GROUP, min(count, (group + 1) * GROUP))}


def amended(old: bytes, block: Block, changed: Collection[int]) -> bytes:
    """Return what ``piece(block)`` would: ``old`` is the piece of a block of as many entries, others where ``changed``.

    The entries ``near`` those have their texts; of the others nobody asks.
    """
    gone, groups = _bits(changed), _bits({number // GROUP for number in changed})
    fresh: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for place, ids in postings(block.entries, changed).items():
        fresh[bucket_of(place)][place] = _bits(ids)
    buckets = (_bucket(number, data, fresh[number], gone, groups) for number, data in enumerate(buckets_of(old)))
    return assembled(block, list(buckets))


def _bucket(number: int, data: bytes, fresh: Mapping[int, int], gone: int, groups: int) -> bytes:
    """A bucket without the numbers in ``gone``, for single letters of texts those in ``groups``, and with ``fresh``."""
    found: dict[int, bytes] = {}
    same = True
    for place, bits, said in _records(number, data):
        stale = groups if not place & 1 and is_single(unspread(place >> 1)) else gone
        left = bits & ~stale | fresh.get(place, 0)
        same &= left == bits
        if left:
            found[place] = said if left == bits else record(place, _numbers(left))
    added = {place: record(place, _numbers(bits)) for place, bits in fresh.items() if place not in found}
    return data if same and not added else b"".join(said for _, said in sorted((found | added).items()))


def _records(number: int, data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The records of a bucket: where a gram stands, a bit for each number told of it, and the record itself."""
    at, end = 0, len(data)
    while at < end:
        start = at
        word = int.from_bytes(data[at : at + 3], "little")
        shape = shape_of(word)
        first, at = _varint(data, at + 3)
        if shape == 0:
            bits = 1 << first
        elif shape == 3:
            bits = int.from_bytes(data[at : at + first], "little")
            at += first
        else:
            count = first
            last = first
            if shape == 2:
                last, at = _varint(data, at)
            bits = 1 << last
            for _ in range(1 if shape == 1 else count - 1):
                step, at = _varint(data, at)
                last += step
                bits |= 1 << last
        yield place_in(number, word), bits, data[start:at]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place after it."""
    number = shift = 0
    while (byte := data[at]) >= 0x80:
        number |= (byte & 0x7F) << shift
        shift += 7
        at += 1
    return number | byte << shift, at + 1


def _bits(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def _numbers(bits: int) -> list[int]:
    """The numbers of the bits that are set, the lowest first."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found

"""What is looked up: every two letters that stand side by side, single letters, and runs of Latin letters and digits.

A gram is a number of 32 bits: two UTF-16 units, the first one low. Three and four Latin letters or digits are packed
by seven bits each, single letters stand alone. Multiplying by an odd number spreads them evenly and loses nothing, so
that no two grams of two letters are ever taken for one another.
"""

import re
import struct
from collections.abc import Iterable

from generator.search.letters import PART

SPREAD = 0x9E3779B1
_WORD = 0xFFFFFFFF
_UNSPREAD = pow(SPREAD, -1, 1 << 32)
_RUN = re.compile("[a-z0-9]{3,}")
_PART = ord(PART)


def grams(folded: str) -> set[int]:
    """Return the grams of a folded text but for single letters. Some reach over a parting: see ``is_whole``."""
    units = folded.encode("utf-16-le", "surrogatepass")
    count = len(units) // 2
    found = set(struct.unpack_from(f"<{count // 2}I", units))
    found.update(struct.unpack_from(f"<{(count - 1) // 2}I", units, 2) if count > 2 else ())
    for run in _RUN.findall(folded):
        codes = run.encode()
        for start in range(len(codes) - 2):
            found.add(_packed(codes[start : start + 3]))
            if start + 4 <= len(codes):
                found.add(_packed(codes[start : start + 4]))
    return found


def single(folded: str) -> set[int]:
    """Return the grams of single letters."""
    units = folded.encode("utf-16-le", "surrogatepass")
    return set(struct.unpack(f"<{len(units) // 2}H", units))


def is_whole(gram: int) -> bool:
    """Whether no parting is inside the gram."""
    return gram & 0xFFFF != _PART and gram >> 16 != _PART


def _packed(codes: bytes) -> int:
    packed = 0
    for code in codes:
        packed = packed << 7 | code
    return packed


def name_gram(name: str) -> int:
    """Return the gram of a whole name, for who types a name in full: FNV-1a over its UTF-16 units."""
    code = 0x811C9DC5
    for unit in struct.unpack(f"<{len(name.encode('utf-16-le')) // 2}H", name.encode("utf-16-le")):
        code = (code ^ unit) * 0x01000193 & _WORD
    return code


def is_single(gram: int) -> bool:
    """Whether the gram is a single letter: no text holds the letter 0, and three letters packed are more."""
    return gram < 0x10000


def spread(gram: int) -> int:
    """Return the number that says where a gram stands in the index: its high bits the shard, its low bits the key."""
    return gram * SPREAD & _WORD


def unspread(number: int) -> int:
    """Return the gram that ``spread`` made a number of."""
    return number * _UNSPREAD & _WORD


def whole(found: Iterable[int]) -> list[int]:
    """Return those of the grams that have no parting inside."""
    return [gram for gram in found if is_whole(gram)]

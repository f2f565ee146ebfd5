"""One rule for what is written and what is typed: which characters are the same, which show nothing, which part words.

The browser follows it too: ``published`` gives the rule as data, and tests hold both sides to each other.
Text and query are compared letter by letter, so traditional characters are simplified one at a time: a phrase table
would turn the same character into two, depending on what stands beside it.
"""

import re
from functools import cache

from generator.normalize import RADICALS, plain, simplified

PART = "\n"  # stands where one word ends and another begins
_GONE = "\x01"
_HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF))
# Punctuation, symbols, enclosed numbers, private use: first and last code of each run. Written out rather than asked
# of Unicode's tables, which differ from one Python to the next.
CUTS = (
    (0x00, 0x08), (0x0A, 0x1F), (0x21, 0x27), (0x2A, 0x2C), (0x2E, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x9F),
    (0xA1, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x2016, 0x27FF), (0x2900, 0x2BFF), (0x2E00, 0x2E7F), (0x3001, 0x3004),
    (0x3008, 0x3020), (0x3030, 0x3030), (0x303D, 0x303F), (0x30FB, 0x30FB), (0x3200, 0x33FF), (0xE000, 0xF8FF),
    (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF5F, 0xFF65), (0xFFE0, 0xFFFF),
)  # fmt: skip
_DASHES = "‐‑‒–—―−﹘﹣"
# 0123-1234567, (0123)1234567 and 01231234567 are one number, however they are printed or typed.
PHONE = r"\(?(0[0-9]{2,3})\)? ?-? ?([0-9]{7,8})(?![0-9])"
_PHONE = re.compile(PHONE)
# Chinese is set with and without spaces; only between Latin letters or digits does one part words.
_LOOSE = re.compile(" +(?![a-z0-9])|(?<![a-z0-9 ]) +")
_REST = re.compile("[ ()-]")


def fold(text: str) -> str:
    """Return ``text`` as it is compared: half-width, lower case, simplified, words parted by ``PART``."""
    text = text.translate(_table()).replace(_GONE, "")
    text = _PHONE.sub(r"\1\2", text)
    return _REST.sub(PART, _LOOSE.sub("", text))


def words(query: str) -> list[str]:
    """Return the words that a query asks for, each once: parted by white space and by punctuation."""
    parts = (part for typed in query.split() for part in fold(typed).split(PART))
    return list(dict.fromkeys(part for part in parts if part))


@cache
def _table() -> str:
    """For each character of the basic plane the one that stands for it."""
    table = [_simple(plain(chr(code))) for code in range(0x10000)]
    for code, letter in _one_by_one().items():
        table[code] = letter
    for first, last in CUTS:
        table[first : last + 1] = PART * (last + 1 - first)
    for code in range(0x10000):
        if plain(chr(code)) in ("", " ") or code == 9:
            table[code] = _GONE if plain(chr(code)) == "" else " "
        elif 0xFF01 <= code <= 0xFF5E:
            table[code] = table[code - 0xFEE0]
    for dash in _DASHES:
        table[ord(dash)] = "-"
    return "".join(table)


def _simple(letter: str) -> str:
    return letter.lower() if letter.isascii() and letter else letter or _GONE


@cache
def _one_by_one() -> dict[int, str]:
    """The characters that have another form: traditional ones, radicals, compatibility forms → the simplified one."""
    codes = [code for first, last in _HAN for code in range(first, last + 1)]
    # One call: what stands on a line by itself is converted by itself.
    plain_ones = simplified("\n".join(map(chr, codes))).split("\n")
    found = {code: letter for code, letter in zip(codes, plain_ones, strict=True) if letter != chr(code)}
    found |= {code: simplified(letter) for code, letter in RADICALS.items()}
    # A few lead on to another: 薴 → 苧 → 苎. Folded text must stay as it is when folded again.
    found = {code: found.get(ord(letter), letter) for code, letter in sorted(found.items()) if len(letter) == 1}
    return {code: letter for code, letter in found.items() if ord(letter) < 0x10000 and letter != chr(code)}


def published() -> dict[str, object]:
    """Return the rule for the browser, but for the pairs of ``pairs``: what shows nothing, what is a space, a part."""
    table = _table()
    odd = [chr(code) for code in range(0x80, 0x10000)]
    return {
        "cuts": [list(cut) for cut in CUTS],
        "gone": "".join(char for char in odd if table[ord(char)] == _GONE),
        "spaces": "".join(char for char in odd if table[ord(char)] == " "),
        "dashes": _DASHES,
        "phone": PHONE,
    }


def pairs() -> tuple[str, str]:
    """Return the characters that have another form, and in the same order those forms."""
    found = _one_by_one()
    return "".join(map(chr, found)), "".join(found.values())

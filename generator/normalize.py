"""Every rule about characters: how a printed label or number is compared with what the statute prints.

Nothing else in the program knows about full-width forms, zero-width marks or enumerators.
Sources of the quirks: real reports, listed in the method page and kept as golden files in tests/reports.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from opencc import OpenCC

NumberKind = Literal["count", "change", "money"]

# Marks that show nothing: zero-width, joiners, bidirectional controls, soft hyphen, byte order mark.
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
# Full-width ASCII only. NFKC would do more, and harm: it turns ③ and ² into digits that nobody printed as such.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x85, 0x2028, 0x2029], " ")
# PDF files often name a character after the radical that looks the same: ⾏ (U+2F8F) for 行. Unicode equates the
# radicals of the Kangxi dictionary with their characters, but not the others: those that are characters stand here.
_OTHER_RADICALS = (
    "⺠民⺟母⺝月⺜日⺫目⺬示⺮竹⺶羊⺼肉⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食"
    "⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟⻁虎⺩王⺧牛⻑長"
)
RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | {
    ord(radical): char for radical, char in zip(_OTHER_RADICALS[::2], _OTHER_RADICALS[1::2], strict=True)
}
_PLAIN = _HALF_WIDTH | _SPACES | _INVISIBLE | RADICALS

_INNER_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_NOT_LETTER = re.compile(r"[^\u3400-\u9fff\U00020000-\U0003ffff〇A-Za-z]+")
# A note that makes another thing of what it stands behind (行政许可（不予许可的）) is no mere note.
_NOTE = re.compile(
    r"\((?![一二三四五六七八九十]{1,2}\))"
    r"(?!(?:截[至止])?(?:19|20)\d\d年?[度末底]?\))(?![^()]*(?:其中|不予|未予|[上去]年|上一年|历年|累计|截[至止]\d{1,2}月|[同环]比|占比|比例|%|增减\)|撤销|公开数|不含当面))"
    r"[^()]*[\u3400-\u9fff][^()]*\)"
)
# A label that names a year is another label: figures of 2022 are not this year's.
_YEAR = re.compile(r"(?:19|20)\d\d(?=\s*年|\s*\))")
_ENUMERATOR = re.compile(
    r"^\s*(?:\([一二三四五六七八九十]{1,2}\)|[一二三四五六七八九十]{1,2}\s*[、.,)]|\d{1,2}\s*[、.)])\s*"
)
_HAN_DIGIT = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○OoΟО0", "0")
_HAN_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)|二[〇○零OoΟО0一二三四五六七八九]{3}(?=年)")  # 二O二三年
_HAN_DAY = re.compile(r"(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日])")
_COUNT = re.compile(r"(?:0|[1-9][0-9]{0,8}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,2})")
_MONEY = re.compile(r"(?:0|[1-9][0-9]{0,11}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,6})?")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})
_SOFT_HYPHEN = "\xad"
_MONEY_UNIT = re.compile(r"(?:亿|千万|百万|十万|万|千|百|十)?(?:[美欧港日]?元|圆)|百万|亿")
_COUNT_UNIT = re.compile(r"(?:亿|千万|百万|十万|万|千|百|十)(?:件|项|个|次|条|份|宗|起)")
_LONGEST_NUMBER = 40
_LABEL = 200  # characters: longer texts are no labels, and not worth remembering
_TO_SIMPLIFIED = OpenCC("t2s")
BLANK_MARKS = frozenset({"", "/", "-", "—", "――", "——", "--", "\\"})


class Number(NamedTuple):
    """What a cell says: ``value`` is None where it says no number; ``problem`` is a notice code or None."""

    value: int | Decimal | None
    problem: str | None = None


def plain(text: str) -> str:
    """Return ``text`` with half-width ASCII, ordinary spaces and without invisible marks."""
    return text.translate(_PLAIN)


def squeeze(text: str) -> str:
    """Return ``plain(text)`` without any white space: for titles and running text to be searched."""
    return "".join((text if text.isascii() else plain(text)).split())


def tidy(text: str) -> str:
    """Return a printed text as we keep it: outer white space off, inner runs of it folded to one space."""
    if text.isascii() and text.isalnum():
        return text  # most cells are figures
    return _INNER_SPACE.sub(" ", plain_spaces(text)).strip()


def plain_spaces(text: str) -> str:
    """Return ``text`` with ordinary spaces and without invisible marks; width is left as printed."""
    return text.translate(_SPACES | _INVISIBLE)


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters: mirror sites print reports in traditional ones. For matching only."""
    if text.isascii():
        return text
    converted: str = _TO_SIMPLIFIED.convert(text)
    return converted


def skeleton(text: str) -> str:
    """Return only the letters of ``text`` (Han, simplified, and Latin): what stays the same however a label is set."""
    return _skeleton(text) if len(text) <= _LABEL else _letters(text)


def printed_keys(text: str) -> tuple[str, ...]:
    """Return the skeletons under which a printed label may be known, the most literal first.

    Notes in brackets (a Hubei form adds them to most labels) and enumerators are left off in turn.
    """
    return _keys(text) if len(text) <= _LABEL else _variants(text)


def label_keys(label: str) -> list[str]:
    """Return the skeletons that a statutory ``label`` answers to: as printed, without note, without number."""
    return list(dict.fromkeys(printed_keys(label)))


def _letters(text: str) -> str:
    return simplified(_NOT_LETTER.sub("", plain(text)))


def _variants(text: str) -> tuple[str, ...]:
    base = re.sub(r"\s+", " ", plain(text))
    bare = _NOTE.sub("", base)
    variants = (base, bare, _ENUMERATOR.sub("", base), _ENUMERATOR.sub("", bare))
    years = "".join(_YEAR.findall(bare))
    return tuple(years + key for variant in variants if (key := _same_words(_letters(variant))))


def _same_words(letters: str) -> str:
    """``letters`` with words that offices use for one another written one way."""
    return letters.replace("其它", "其他").replace("本年度", "本年").replace("或者", "或") if letters else letters


# The same few hundred labels and small figures fill all reports.
_skeleton = lru_cache(maxsize=8192)(_letters)
_keys = lru_cache(maxsize=8192)(_variants)


def other_unit(text: str, unit: str) -> str | None:
    """Return a unit that ``text`` names if figures in it would be of another size than in ``unit``."""
    pattern = _MONEY_UNIT if unit.endswith("元") else _COUNT_UNIT
    return next((said for said in pattern.findall(simplified(squeeze(text))) if said != unit), None)


def without_enumerator(text: str) -> str:
    """Return ``text`` without a leading 一、 （一） 1. and the like; the rest stays as printed."""
    shown = text.translate(_INVISIBLE)
    match = _ENUMERATOR.match(plain(shown))  # as long as what it stands for: one character for one
    return shown[match.end() :] if match else shown


def han_years(text: str) -> str:
    """Return ``text`` with years such as 二〇二二年 written 2022年."""
    return _HAN_YEAR.sub(lambda match: "".join(_HAN_DIGIT[char] for char in match.group()), text)


def han_dates(text: str) -> str:
    """Return ``text`` with dates such as 二〇二二年一月二十日 written 2022年1月20日."""
    return _HAN_DAY.sub(lambda match: _small(match.group()), han_years(text))


def _small(han: str) -> str:
    """A Chinese number below 100 in digits: 二十一 is 21, 十 is 10."""
    tens, ten, ones = han.rpartition("十")
    value = int(_HAN_DIGIT.get(ones, "0"))
    return str(value + (10 * int(_HAN_DIGIT.get(tens, "1")) if ten else 0))


@lru_cache(maxsize=8192)
def _blank(text: str) -> bool:
    return squeeze(text) in BLANK_MARKS


def is_blank(text: str) -> bool:
    """Say whether a cell holds no figure by its own word: empty, or one of / - —."""
    return len(text) <= _LABEL and _blank(text)


def number(text: str, kind: NumberKind = "count", units: tuple[str, ...] = ()) -> Number:
    """Read one cell.

    ``kind``: ``count`` is a non-negative integer of at most 9 digits; ``change`` the same with a sign
    (本年增/减 prints +1036 and -8); ``money`` a non-negative decimal. ``units`` may follow the figure (251000元).
    A cell that is blank, ``/`` or ``-`` is None without a problem. Everything that is not plainly one number is
    None with a problem: ``number-invalid``, ``number-negative`` or ``number-outlier``. Nothing is ever repaired.
    """
    if text.isascii() and text.isdigit() and len(text) < 10 and (text[0] != "0" or text == "0"):
        return Number(Decimal(text) if kind == "money" else int(text))  # what most cells are needs no rules
    return _number(text, kind, units) if len(text) <= _LABEL else _read_number(text, kind, units)


def _read_number(text: str, kind: NumberKind, units: tuple[str, ...]) -> Number:
    if is_blank(text):
        return Number(None)
    if _SOFT_HYPHEN in text:  # shown as nothing, meant as a minus
        return Number(None, "number-invalid")
    body = plain(text).translate(_MINUS).strip()
    for unit in units:
        body = body.removesuffix(unit).rstrip() if len(body) < _LONGEST_NUMBER else body
    sign, digits = (body[0], body[1:].strip()) if body[:1] in ("+", "-") else ("", body)
    if not (_MONEY if kind == "money" else _COUNT).fullmatch(digits):
        too_long = digits.isascii() and digits.replace(",", "").isdigit() and len(digits) > 9 and digits[0] != "0"
        return Number(None, "number-outlier" if too_long else "number-invalid")
    value = Decimal(digits.replace(",", "")) if kind == "money" else int(digits.replace(",", ""))
    if kind == "change":
        return Number(-value if sign == "-" else value)
    if sign:
        return Number(None, "number-negative" if sign == "-" and value else "number-invalid")
    return Number(value)


_number = lru_cache(maxsize=8192)(_read_number)

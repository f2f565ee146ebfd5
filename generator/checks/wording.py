"""How figures and requests are written in Chinese sentences: what the placeholders of the forms' patterns stand for."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

UNITS = "件条起项封宗份"
_HAN = "零〇一二两三四五六七八九十百千万"
COUNT = (
    rf"(?<![\d.第每])(?:\d{{1,3}}(?:,\d{{3}})+|\d+|(?<![{_HAN}])[{_HAN}]{{1,9}})(?:\([{UNITS}]\)|[{UNITS}](?![次套]))"
)
_N = COUNT.replace("(?:\\d{1,3}", "(?P<n>\\d{1,3}", 1)
_REQUEST = (
    r"(?:政府信息|政务信息|信息)?的?(?:信息公开的?申请|依申请(?:政府信息)?公开|申请公开|公开(?:政府)?信息的?申请|公开的?申请)"
    r"(?:政府信息|信息|申请|办理|事项|案件|件|表|书|数量?|总[数量]|的){0,6}"
)
# Between a verb and what it counts; not where only requests of one kind or from one source are counted.
_GAP = "(?:(?!涉|关于|[^分各]类|有关|转[办来交送]|交办|移送|不符|重复|补正)[^,;:0-9()])"
_PLACEHOLDERS = {
    "{n}": rf"(?:共计?|合计|总计|总[数量]|数量?|为|是|各?有|计|:|达){{0,4}}{_N}",
    "{r}": _REQUEST,
    "{gap}": _GAP,
    "{end}": r"(?:受理|办理|情况|现象|行为|事项|要求|案例|发生|出现|等|的){0,4}(?=[,;)。]|$)",
    "{money}": r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<unit>元|万元)",
}
SCALE = {"元": 1, "万元": 10_000}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
# A sentence without one of these words, or without a figure or a word for none, needs no patterns.
_WORDS = re.compile("申请|复议|诉讼|处理费|自然人|法人|公开|不予|无法|处理|结转|转结|顺延|办结|答复|回复|办理|案件")
_FIGURE = re.compile(
    rf"[\d{_HAN}]\(?[{UNITS}元万]|[未没无零][^,;]*(?:申请|复议|诉讼|公开)|为[0零]|[均都部][为是系由][^,;]{{0,8}}(?:申请|提)"
)


class Told(NamedTuple):
    """A figure that a sentence gives; ``start`` and ``end`` say where in its text, ``none`` that it says 没有."""

    value: Decimal
    start: int
    end: int
    none: bool = False


def may_claim(text: str) -> bool:
    """Say whether a sentence can hold a claim at all: a quick look before the patterns."""
    return bool(_FIGURE.search(text) and _WORDS.search(text))


@lru_cache(maxsize=1024)
def pattern(text: str) -> re.Pattern[str]:
    """Return the pattern ``text`` of a form with its placeholders filled in."""
    for name, meaning in _PLACEHOLDERS.items():
        text = text.replace(name, meaning)
    return re.compile(text)


def number(text: str) -> Decimal:
    """Return what a printed number says: 1,234, 三百零五."""
    if text[0] not in _HAN:
        return Decimal(text.replace(",", ""))
    high, wan, low = text.rpartition("万")
    return Decimal((_below_10000(high) * 10_000 if wan else 0) + _below_10000(low))


def _below_10000(text: str) -> int:
    """A Chinese number below 10000: 三百零五 is 305, 十二 is 12, 二〇 is 20."""
    total = digit = 0
    seen = False
    for char in text:
        if char in _POWERS:
            total, digit, seen = total + (digit if seen else 1) * _POWERS[char], 0, False
        elif char in _DIGITS:
            digit, seen = (digit * 10 + _DIGITS[char] if seen else _DIGITS[char]), True
    return total + digit

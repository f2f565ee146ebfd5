"""Who signs a report, and when it was published: what is signed, what is labelled, what merely stands there.

A page may have been moved between sites and carry the date of that, and the clock of the site stands on every page:
what is signed comes first, and a clock never counts.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from generator.document import Document, Grid
from generator.headline import Headline
from generator.normalize import han_dates, simplified, squeeze
from generator.title import may_sign, signs

_DATE = re.compile(r"\(?(\d{4})年(\d{1,2})月(\d{1,2})日\)?")
_META_DATE = re.compile(r"\s*(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})")
_STAMPS = tuple(
    re.compile(rf"(?:{words})(?:日期|时间):?(\d{{4}})[-年/.](\d{{1,2}})[-月/.](\d{{1,2}})")
    for words in ("发布|公布|公开", "成文|印发")
)
_CLOCK = re.compile(r"今天|今日|现在|当前|北京时间|农历|星期|周[一二三四五六日天]|礼拜|欢迎|天气")
_BESIDE_SIGNED = re.compile(  # addresses, office hours and thanks stand there too
    r"(?:今天|现在)是?|(?:星期|周|礼拜)[一二三四五六日天]|农历.*|\d{1,2}:\d{2}(?::\d{2})?|欢迎(?:您|访问|光临|来到|进入).{0,12}"
)
_LONGEST = 200  # characters of a line that can tell a date or a body
_TAIL = 40  # lines at the end among which the signature is looked for: links and addresses follow it
_SHORT = 40  # characters of a line that can belong to a clock
_TOP = 12  # lines at the beginning, and around the title, that carry stamps
_BELOW = 3  # lines below the title among which a date may stand alone
_LAST = 6  # lines at the end among which a date may stand alone


class Signature(NamedTuple):
    """A body above a date: ``body`` as printed, ``day`` in ISO form or None where there is no such day."""

    body: str
    day: str | None


def signatures(lines: Sequence[str], below: int) -> list[Signature]:
    """Return who signs, from the line ``below`` on: a body's name alone on the line above a date, and no clock.

    ``lines`` are the paragraphs that are not blank. Of a long document only the end is looked at.
    """
    rest = lines[below:]
    texts = _texts(rest if len(rest) <= _TAIL else [*rest[:_BELOW], "", *rest[-_TAIL:]])
    found = []
    for i, (above, text) in enumerate(pairwise(texts)):
        around = (*texts[max(0, i - 1) : i], *texts[i + 2 : i + 3])
        clock = any(_BESIDE_SIGNED.fullmatch(simplified(one)) for one in around)
        if (match := _DATE.fullmatch(text)) and signs(above) and not clock:
            found.append(Signature(above, _day(match)))
    return found


def publication(
    document: Document, lines: Sequence[str], head: Headline | None, agency: str | None
) -> tuple[str | None, str | None]:
    """Return the date of publication and its basis, a key of ``report.BASES``; None and None where there is none.

    In order: signed, labelled as published, alone below the title, in the page's metadata, labelled as written, alone
    at the end. Where several sign on different days, the reporting ``agency`` counts, else none of them.
    """
    for day, basis in _days(document, lines, head, agency):
        if day:
            return day, basis
    return None, None


def _days(
    document: Document, lines: Sequence[str], head: Headline | None, agency: str | None
) -> Iterator[tuple[str | None, str]]:
    below = head.stop if head else 0
    signed = signatures(lines, below)
    yield _signed(signed, agency), "signature"
    around = lines[max(0, below - _TOP) : below + _TOP]
    labelled = [*_texts(lines[:_TOP]), *_texts(around), *_fields(document)]
    published, written = ([_day(pattern.search(text)) for text in labelled] for pattern in _STAMPS)
    yield _first(published), "stamp"
    yield _first(_alone(lines[below : below + _BELOW] if head else ())), "line"
    meta = (text for name, text in document.meta if name.lower() == "pubdate")
    yield _first([_day(_META_DATE.match(text)) for text in meta]), "meta"
    yield _first(written), "stamp"
    if not signed:
        yield _first(_alone(lines[max(below, len(lines) - _LAST) :])[::-1]), "signature"


def _signed(found: Sequence[Signature], agency: str | None) -> str | None:
    days = {one.day for one in found}
    if len(days) > 1:
        days = {one.day for one in found if agency and may_sign(one.body, agency)}
    return days.pop() if len(days) == 1 else None


def _alone(lines: Sequence[str]) -> list[str | None]:
    """The dates that stand on lines of their own and are no clock."""
    texts = _texts(lines)
    return [
        _day(_DATE.fullmatch(text))
        for i, text in enumerate(texts)
        if not any(_CLOCK.search(simplified(one)) for one in texts[max(0, i - 1) : i + 2] if len(one) <= _SHORT)
    ]


def _texts(lines: Sequence[str]) -> list[str]:
    return [han_dates(squeeze(line)) if len(line) <= _LONGEST else "" for line in lines]


def _first(days: Sequence[str | None]) -> str | None:
    return next((day for day in days if day), None)


def _day(match: re.Match[str] | None) -> str | None:
    """The ISO form of a printed date; None for a day that no calendar has."""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat() if match else None
    except ValueError:
        return None


def _fields(document: Document) -> Iterator[str]:
    """The fields of the table above a report, as 名称, 索引号, 发布日期: each name with the cell behind it."""
    for block in document.blocks[:3]:
        for row in block.rows[:8] if isinstance(block, Grid) else ():
            cells = [squeeze(cell.text) for cell in row if not cell.merged]
            yield from (f"{name.rstrip(':')}:{text}" for name, text in pairwise(cells))

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
from generator.title import akin, may_sign, signs

_DATE = re.compile(r"\(?(\d{4})年(\d{1,2})月(\d{1,2})日\)?")
_SIGNED_DATE = re.compile(r"\(?(\d{4})[年.](\d{1,2})[月.](\d{1,2})日?\)?")
_SIGNED_LINE = re.compile(r"(?P<body>[^\d:(]+)(?P<date>\d{4}年\d{1,2}月\d{1,2}日)")
_FIGURES = r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?"
_HOUR = r"(?:\d{1,2}:\d{2}(?::\d{2})?)?"
_BELOW_TITLE = re.compile(rf"(?:(?:时间|日期):)?[\[(]?{_FIGURES}{_HOUR}[\])]?")
_SOURCED = re.compile(rf"来源:[^:\d]{{2,30}}{_FIGURES}{_HOUR}")  # who supplied a page, and when
_META_DATE = re.compile(r"\s*(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})")
_STAMPS = tuple(
    re.compile(rf"(?<![》”\"])(?:{words})(?:日期|时间):?(\d{{4}})[-年/.](\d{{1,2}})[-月/.](\d{{1,2}})")
    for words in ("发布|公布|公开", "成文|印发")
)
_CLOCK = re.compile(r"今天|今日|现在|当前|北京时间|农历|星期|周[一二三四五六日天]|礼拜|欢迎|天气")
# A date beside these is that of the site or of a law.
_NOT_OURS = re.compile(r"主办|承办|协办|版权|备案|技术支持|维护|更新|国务院|全国人民代表|条例")
_BESIDE_SIGNED = re.compile(  # addresses, office hours and thanks stand there too
    r"(?:今天|现在)是?|(?:星期|周|礼拜)[一二三四五六日天]|农历.*|\d{1,2}:\d{2}(?::\d{2})?|欢迎(?:您|访问|光临|来到|进入).{0,12}"
)
_LONGEST = 200  # characters of a line that can tell a date or a body
_TAIL = 40  # lines at the end among which the signature is looked for: links and addresses follow it
_SHORT = 40  # characters of a line that can belong to a clock
_TOP = 12  # lines at the beginning, and around the title, that carry stamps
_BELOW = 3  # lines below the title among which a date may stand alone
_LAST = 6  # lines at the end among which a date may stand alone
_LATEST = 2  # years after the one reported on in which a report is still published
_SHORTEST_NAME = 4  # characters that a short name has more than
_WITHIN = "(?:党政|党委|综合|政务公开|信息公开)*(?:办公厅|办公室)"  # offices of the body itself
_OFFICE = re.compile(r"(?:人民)?政府$|(?:办公厅|办公室|办)$")


class Signature(NamedTuple):
    """A body above a date: ``body`` as printed, ``day`` in ISO form or None where there is no such day."""

    body: str
    day: str | None


class Found(NamedTuple):
    """A date and its basis, a key of ``report.BASES``; ``signer`` is the body that signs there, if it is another."""

    day: str | None
    basis: str
    signer: str | None = None


class Publication(NamedTuple):
    """The date of publication, or None, and the dates that were not taken because they are ``far`` from the year.

    ``taken`` has a ``signer`` where the only date is signed by another body than the one that reports.
    """

    taken: Found | None
    far: list[Found]


def signatures(lines: Sequence[str], below: int, agency: str | None = None) -> list[Signature]:
    """Return who signs, from the line ``below`` on: a body's name alone on the line above a date, and no clock.

    ``lines`` are the paragraphs that are not blank. Of a long document only the end is looked at. The ``agency`` may
    also have its name and the date on one line.
    """
    rest = lines[below:]
    texts = _texts(rest if len(rest) <= _TAIL else [*rest[:_BELOW], "", *rest[-_TAIL:]])
    found = []
    for i, (above, text) in enumerate(pairwise(texts)):
        around = (*texts[max(0, i - 1) : i], *texts[i + 2 : i + 3])
        clock = any(_BESIDE_SIGNED.fullmatch(simplified(one)) for one in around)
        if (match := _SIGNED_DATE.fullmatch(text)) and signs(above) and not clock:
            found.append(Signature(above, _day(match)))
        line = _SIGNED_LINE.fullmatch(text)
        if line and agency and signs(line["body"]) and _own(line["body"], agency) and not clock:
            found.append(Signature(line["body"], _day(_DATE.fullmatch(line["date"]))))
    return found


def _own(signer: str, agency: str) -> bool:
    """Say whether who signs is the reporting agency: its full or short name, its office, or the government it is of.

    示例县发改局 is 示例县发展和改革局: no other character, in the same order, to the same end.
    """
    first, second = simplified(signer), simplified(agency)
    if may_sign(first, second) or akin(first, _OFFICE.sub("", second)):
        return True
    letters = iter(second)
    short = len(first) > _SHORTEST_NAME and first[-1] == second[-1] and all(char in letters for char in first)
    return short or re.fullmatch(re.escape(_OFFICE.sub("", second)) + _WITHIN, first) is not None


def publication(
    document: Document, lines: Sequence[str], head: Headline | None, agency: str | None, year: int | None
) -> Publication:
    """Return the date of publication with its basis, and the dates that were not taken for the ``year``.

    In order: signed, labelled as published, alone below the title, in the page's metadata, labelled as written, signed
    by another body than the ``agency``, alone at the end. Where several sign on different days, none of them counts.
    No report is published before the end of its year, nor years after it.
    """
    far: dict[str | None, Found] = {}
    for found in _days(document, lines, head, agency):
        if found.day is None:
            continue
        if year is None or f"{year}-12-01" <= found.day < f"{year + _LATEST + 1}":
            return Publication(found, list(far.values()))
        far.setdefault(found.day, found)
    return Publication(None, list(far.values()))


def _days(document: Document, lines: Sequence[str], head: Headline | None, agency: str | None) -> Iterator[Found]:
    below = head.stop if head else 0
    signed = signatures(lines, below, agency)
    ours = [one for one in signed if agency is None or _own(one.body, agency)]
    yield Found(_signed(ours), "signature")
    around = lines[max(0, below - _TOP) : below + _TOP]
    labelled = [*_texts(lines[:_TOP]), *_texts(around), *_fields(document)]
    published, written = ([_day(pattern.search(text)) for text in labelled] for pattern in _STAMPS)
    yield from (Found(day, "stamp") for day in published)
    if head:
        beside = _texts(lines[max(0, head.start - _BELOW) : below + _BELOW])
        yield from (Found(_day(_SOURCED.match(text)), "stamp") for text in beside)
        yield from (Found(day, "line") for day in _alone(lines[below : below + _BELOW], _BELOW_TITLE, _CLOCK))
    meta = (text for name, text in document.meta if name.lower() == "pubdate")
    yield from (Found(_day(_META_DATE.match(text)), "meta") for text in meta)
    yield from (Found(day, "stamp") for day in written)
    if signed and not ours:
        yield Found(_signed(signed), "signature", signed[0].body)
    if not signed:
        last = lines[max(below, len(lines) - _LAST) :]
        yield from (Found(day, "signature") for day in _alone(last, _DATE, _CLOCK, _NOT_OURS)[::-1])


def _signed(found: Sequence[Signature]) -> str | None:
    days = {one.day for one in found}
    return days.pop() if len(days) == 1 else None


def _alone(lines: Sequence[str], date_line: re.Pattern[str], *others: re.Pattern[str]) -> list[str | None]:
    """The dates that stand on lines of their own and beside nothing that tells of ``others``, such as a clock."""
    texts = _texts(lines)
    return [
        _day(date_line.fullmatch(text))
        for i, text in enumerate(texts)
        if not any(
            other.search(simplified(one))
            for one in texts[max(0, i - 1) : i + 2]
            if len(one) <= _SHORT
            for other in others
        )
    ]


def _texts(lines: Sequence[str]) -> list[str]:
    """The lines to be searched for dates; 元月 is the first month."""
    texts = (han_dates(squeeze(line)) if len(line) <= _LONGEST else "" for line in lines)
    return [text.replace("年元月", "年1月") for text in texts]


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

"""Titles of annual reports, and of papers that are near to one and none.

The shapes seen in real reports are listed in the tests.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.document import Paragraph
from generator.normalize import han_years, simplified, squeeze, tidy

_TITLE = re.compile(
    r"(?:(?P<before>\d{4})年度?)?(?P<name>.*?)(?:(?P<after>\d{4})年度?)?"
    r"(?:政府|政务)信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?报告"
)
_SUFFIX = re.compile(r"(?:\([^()]{1,12}\)|[-—]+[^-—]{2,30})$")
_SHORT_YEAR = re.compile(r"^\d{1,3}年度?|\d{1,3}(?:年度?)?$")  # 「22年」 is no year, and no part of a name either
_NAME = re.compile(r"[\u3400-\u9fff〇A-Za-z0-9()·、《》-]{2,80}")
_FIRST_SECTION = re.compile(r"(?:一、)?总体情况|一、概述")
_TITLE_LINES = 60
_HEADING = 20  # characters that the first heading has at most, spaces included
_LONGEST = 60  # characters of a line that can be the title of another paper
_WORDS = r"[^，。；：,;:！？]*"  # of a title: it is no sentence
_NEAR_MISSES = tuple(
    (re.compile(_WORDS + pattern + r"(?:\([^()]*\))?"), kind)
    for pattern, kind in (
        (rf"半年度?{_WORDS}(?:信息公开|政务公开){_WORDS}", "不满一年的统计"),
        (rf"(?:[一二三四1-4]季度|\d{{1,2}}月份?){_WORDS}信息公开{_WORDS}", "不满一年的统计"),
        (r"政府网站(?:工作)?年度(?:工作)?报表", "政府网站工作年度报表"),
        (rf"(?:年度报告|年报){_WORDS}(?:通知|通报|函)", "关于年度报告的通知"),
        (r"信息公开(?:工作)?(?:制度|规定|办法|指南|目录|申请表|流程图|实施细则)", "信息公开的制度或指南"),
        (rf"信息公开{_WORDS}(?:要点|方案|计划)", "工作要点、方案或计划"),
    )
)


class Title(NamedTuple):
    """A title as printed, and the body and year that it names (None where it does not)."""

    text: str
    agency: str | None
    year: int | None


def parse_title(text: str) -> Title | None:
    """Read a title line, or None where ``text`` is not the title of an annual report."""
    printed = squeeze(text)
    body = han_years(simplified(printed))
    if len(body) != len(printed):  # the name is taken as printed, from where it stands in the simplified text
        printed = body
    for candidate in (body, _SUFFIX.sub("", body)):
        if match := _TITLE.fullmatch(candidate):
            years = {int(year) for year in (match["before"], match["after"]) if year}
            name = _SHORT_YEAR.sub("", printed[match.start("name") : match.end("name")])
            sane = bool(name) and _NAME.fullmatch(name) is not None
            return Title(tidy(text), name if sane else None, years.pop() if len(years) == 1 else None)
    return None


def find_title(paragraphs: Sequence[Paragraph]) -> Title | None:
    """Find the title: on one line, else wrapped over two or three, else one without a name.

    It stands before the first section; of several the nearest to it, because menus of web pages name other reports.
    """
    texts = [paragraph.text for paragraph in paragraphs if paragraph.text.strip()]
    heads = (
        i
        for i, text in enumerate(texts)
        if len(text) <= _HEADING and _FIRST_SECTION.fullmatch(simplified(squeeze(text)))
    )
    first = next(heads, None)
    top = texts[:_TITLE_LINES] if first is None else texts[max(0, first - _TITLE_LINES) : first]
    nameless: Title | None = None
    for lines in (1, 2, 3):
        for start in reversed(range(len(top) - lines + 1)):
            window = top[start : start + lines]
            title = parse_title("".join(window)) if sum(map(len, window)) <= 150 else None
            if title and title.agency:
                return title
            nameless = nameless or title
    return nameless


def several_titles(paragraphs: Sequence[Paragraph]) -> list[str]:
    """Return the titles of different reports that each have a first section of their own, in one file."""
    found: dict[tuple[str | None, int | None], str] = {}
    title: Title | None = None
    for paragraph in paragraphs:
        if len(paragraph.text) > 2 * _LONGEST:
            continue
        if _FIRST_SECTION.fullmatch(simplified(squeeze(paragraph.text))) and title:
            found.setdefault((title.agency, title.year), title.text)
        candidate = parse_title(paragraph.text)
        title = candidate if candidate and candidate.agency and candidate.year else title
    return list(found.values())


def near_miss(paragraphs: Sequence[Paragraph]) -> tuple[str, str] | None:
    """Return the title of another paper that stands where a report's would, and what kind of paper it is."""
    lines = [text for paragraph in paragraphs[:_TITLE_LINES] if 4 < len(text := tidy(paragraph.text)) <= _LONGEST]
    for line in lines:
        body = simplified(squeeze(line))
        for pattern, kind in _NEAR_MISSES:
            if pattern.fullmatch(body):
                return line, kind
    return None

"""Where the title of a report stands among other lines: menus, link lists and tables of contents name other reports.

A line is a paragraph's text; blank ones are left out before.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.normalize import simplified, squeeze
from generator.title import PART_OF_YEAR, Title, akin, heads, near_miss, parse_title, part_year_line

_FIRST_SECTION = re.compile(r"(?:一、)?总体情况|一、(?:概述|概况|(?:总体|基本|工作|整体){1,2}(?:工作)?(?:情况|概况))")
_ANY_SECTION = re.compile(r"一、[^，。；：,;:]{2,18}|第二十条第\(一\)项|信息内容")
_LISTED = re.compile(r"[一二三四五六七八]、.{2,30}|\([一二三四五六七八九十]{1,2}\).{2,30}|\d{1,2}[.、].{2,30}")
_OPENED = re.compile("二、|第二十条第|信息内容")  # what follows the first heading of a report, if no text does
_PATH = re.compile(r"(?:(?:您|你)?(?:现在|当前)?(?:所在|的)*位置(?:是)?:?)?(?:网站)?(?:首页|主页)(?:>|›|»)")
_TITLE_LINES = 60
_HEADING = 20  # characters that the first heading has at most, spaces included
_LONGEST = 150  # characters of a title
_WRAPPED = 3  # lines that a title is wrapped over at most
_APART = 8  # lines between a title and the same title without a name
_SENTENCE = 40  # characters


class Headline(NamedTuple):
    """The title of a report and where it stands.

    ``plain`` is what the title says without the name, where that stands on a line of its own and may not belong to
    it; None where name and title are one. ``start`` and ``stop`` bound its lines, ``end`` is the first heading's.
    """

    title: Title
    plain: Title | None
    start: int
    stop: int
    end: int | None = None


def find_headline(lines: Sequence[str]) -> Headline | None:
    """Find the title: the nearest above the first section that has one, with a name rather than without.

    Where no section begins and the titles name several reports, none is taken.
    """
    sections = _sections(lines)
    for low, high in _spans(sections):
        if found := _above(lines, low, high):
            return found._replace(end=high)
    if sections:
        return None
    top = lines[:_TITLE_LINES]
    named = [title for line in top if (title := _title(line)) and title.agency]
    if any(not _same(named[0], other) for other in named[1:]):
        return None
    return _above(top, 0, len(top))


def several_titles(lines: Sequence[str]) -> list[str]:
    """Return the titles of different reports that each have a first section of their own, in one file."""
    found: list[Title] = []
    for low, high in _spans(_sections(lines)):
        headline = _above(lines, low, high)
        if headline and not any(_same(headline.title, other) for other in found):
            found.append(headline.title)
    return [title.text for title in found]


def other_paper(lines: Sequence[str], headline: Headline | None, page: Sequence[str]) -> tuple[str, str] | None:
    """Return the title and the kind of a paper that is no annual report, or None.

    A paper on part of a year may call itself a report, and say beside its title, or in what the ``page`` says of
    itself, which part.
    """
    told = [headline.title.text, *page] if headline else page
    if part := next((text for text in told if part_year_line(text) and _names_the_matter(text)), None):
        return part, PART_OF_YEAR
    if headline is None:
        return None if any(map(parse_title, page)) else near_miss(lines[:_TITLE_LINES])
    start, stop, end = headline.start, headline.stop, headline.end
    between = lines[stop : stop + 4 if end is None else end]
    beside = (*lines[max(0, start - 1) : start], *between[:1])
    if part := next((line for line in beside if len(line) <= _HEADING and part_year_line(line)), None):
        return f"{headline.title.text} {part.strip()}", PART_OF_YEAR
    return next(((line, PART_OF_YEAR) for line in between if part_year_line(line) and _names_the_matter(line)), None)


def _names_the_matter(text: str) -> bool:
    return re.search("信息公开|政务公开", simplified(squeeze(text))) is not None


def _sections(lines: Sequence[str]) -> list[int]:
    """Where a report begins: at each first heading that is no entry of a table of contents; else at what stands for it.

    Where all seem to be entries, all count.
    """
    keys = [simplified(squeeze(line)) if len(line) <= _HEADING else "" for line in lines]
    first = [i for i, key in enumerate(keys) if _FIRST_SECTION.fullmatch(key)]
    if not first:
        return [i for i, key in enumerate(keys) if _ANY_SECTION.fullmatch(key)][:1]
    return [i for i in first if not _listed(lines, i) and not _leads_to_another(lines, i)] or first


def _spans(sections: Sequence[int]) -> list[tuple[int, int]]:
    """For each section the lines above it, down from the one before."""
    before = (0, *(at + 1 for at in sections))
    return [(max(low, at - _TITLE_LINES), at) for low, at in zip(before, sections, strict=False)]


def _listed(lines: Sequence[str], at: int) -> bool:
    """Say whether the line is one of a list of headings: the third follows with no text and no table between."""
    for line in lines[at + 1 : at + _APART]:
        text = simplified(squeeze(line))
        if not _LISTED.fullmatch(text):
            return False
        if text.startswith("三、"):
            return True
    return False


def _leads_to_another(lines: Sequence[str], at: int) -> bool:
    """Say whether a title that is not the one above follows before any text does: the line is a menu's."""
    above = _above(lines, max(0, at - _TITLE_LINES), at)
    for i in range(at + 1, min(at + 1 + _APART, len(lines))):
        if "。" in lines[i] or len(lines[i]) > _SENTENCE or _OPENED.match(simplified(squeeze(lines[i]))):
            return False
        windows = (lines[i : i + count] for count in range(1, _WRAPPED + 1))
        title = next((title for window in windows if (title := _title(*window))), None)
        if title:
            return above is None or not _same(above.title, title)
    return False


def _above(lines: Sequence[str], low: int, high: int) -> Headline | None:
    """The nearest title with a name above ``high``; one without a name where that is nearer and another's or far."""
    plain: Headline | None = None
    for stop in range(high, low, -1):
        if plain and plain.start - stop > _APART:
            break
        for start in range(stop - 1, max(low, stop - _WRAPPED) - 1, -1):
            window = lines[start:stop]
            title = (None if plain else _behind_path(window)) or _title(*window)
            whole = _title(*window[:-1])  # then the last line is a note in brackets
            if title is None or (whole and whole.agency == title.agency):
                continue
            if title.agency is None:
                same = plain is None or (plain.stop == stop and plain.title.year is None)
                plain = Headline(title, None, start, stop) if same else plain
                continue
            alone = _alone(window, title.agency)  # part of the title only where it looks like a body, not like a menu
            if (plain and not _compatible(plain.title, title)) or (alone and not heads(title.agency)):
                continue
            if plain and plain.stop != stop and _among_others(lines[max(low, start - _WRAPPED) : start], title):
                return plain
            return Headline(title, plain.title if plain and (alone or plain.stop != stop) else None, start, stop)
    return plain


def _behind_path(window: Sequence[str]) -> Title | None:
    """The title with name and year at the end of the path of the page (首页>>…>>): only where none stands below it."""
    text = simplified(squeeze("".join(window)))
    if len(window) > 1 or not _PATH.match(text):
        return None
    title = _title(re.split("[>›»]", window[0].replace("＞", ">"))[-1])
    return title if title and title.agency and title.year else None


def _among_others(lines: Sequence[str], title: Title) -> bool:
    """Say whether the lines above hold the titles of other reports: a list of links, and ``title`` is its last."""
    others = (other for line in lines if (other := _title(line)) and other.agency)
    return any(not _same(title, other) for other in others)


def _title(*lines: str) -> Title | None:
    """The title that the lines are together."""
    return parse_title("".join(lines)) if sum(map(len, lines)) <= _LONGEST else None


def _alone(window: Sequence[str], name: str) -> bool:
    """Say whether the name, or a part of it, is a line by itself."""
    bare = (squeeze(line).strip("()[]【】〔〕").removeprefix("关于").removesuffix("关于") for line in window)
    return len(window) > 1 and any(line in name for line in bare if line)


def _compatible(one: Title, other: Title) -> bool:
    return one.year is None or other.year is None or one.year == other.year


def _same(one: Title, other: Title) -> bool:
    """Say whether two titles may be of one report."""
    names = one.agency == other.agency or bool(one.agency and other.agency and akin(one.agency, other.agency))
    return names and _compatible(one, other)

"""Who reports on which year, and when the report was published: from the words of the document.

Title shapes seen in real reports are listed in the tests. Order of trust for the year: title, period of the
statistics, the only year named in 总体情况, the file's name.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from generator.document import Document, Paragraph
from generator.form import Form
from generator.normalize import han_years, printed_keys, squeeze, tidy
from generator.report import Notice

FIRST_YEAR = 2008  # the 条例 of 2007 took effect on 2008-05-01: no report is older
_TITLE = re.compile(
    r"(?:(?P<before>\d{4})年度?)?(?P<name>.*?)(?:(?P<after>\d{4})年度?)?"
    r"(?:政府|政务)信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?报告"
)
_SUFFIX = re.compile(r"(?:\([^()]{1,12}\)|[-—]+[^-—]{2,30})$")
_PERIOD = re.compile(r"(\d{4})年1月1日.{0,8}?(?:(\d{4})年)?12月31日")
_YEAR = re.compile(r"(\d{4})年")
_DATE = re.compile(r"\(?(\d{4})年(\d{1,2})月(\d{1,2})日\)?")
_STAMP = re.compile(r"(?:发布|公开|成文|印发)(?:日期|时间):?(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})")
_SHORT_YEAR = re.compile(r"^\d{1,3}年度?|\d{1,3}(?:年度?)?$")  # 「22年」 is no year, and no part of a name either
_NAME = re.compile(r"[\u3400-\u9fff〇A-Za-z0-9()·、《》-]{2,80}")
_FIRST_SECTION = re.compile(r"(?:一、)?总体情况|一、概述")
_TITLE_LINES = 60


class Title(NamedTuple):
    """A title as printed, and the body and year that it names (None where it does not)."""

    text: str
    agency: str | None
    year: int | None


class Identity(NamedTuple):
    """Who, when and how we know; the bases are title, period, text, file or None."""

    title: str | None
    agency: str | None
    agency_basis: str | None
    year: int | None
    year_basis: str | None
    published: str | None
    notices: list[Notice]


def parse_title(text: str) -> Title | None:
    """Read a title line, or None where ``text`` is not the title of an annual report."""
    body = han_years(squeeze(text))
    for candidate in (body, _SUFFIX.sub("", body)):
        if match := _TITLE.fullmatch(candidate):
            years = {int(year) for year in (match["before"], match["after"]) if year}
            name = _SHORT_YEAR.sub("", match["name"])
            sane = bool(name) and _NAME.fullmatch(name) is not None
            return Title(tidy(text), name if sane else None, years.pop() if len(years) == 1 else None)
    return None


def find_title(paragraphs: Sequence[Paragraph]) -> Title | None:
    """Find the title: on one line, else wrapped over two or three, else one without a name.

    It stands before the first section; of several the nearest to it, because menus of web pages name other reports.
    """
    texts = [paragraph.text for paragraph in paragraphs if paragraph.text.strip()]
    first = next((i for i, text in enumerate(texts) if _FIRST_SECTION.fullmatch(squeeze(text))), None)
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


def sections(document: Document, form: Form) -> dict[str, list[str]]:
    """Return the running text under each heading, keyed by section; a heading is a paragraph of its own."""
    names = form.section_names
    texts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for paragraph in document.paragraphs():
        text = paragraph.text.strip()
        key = next((names[key].key for key in printed_keys(text) if key in names), None) if len(text) <= 40 else None
        if key:
            current = texts.setdefault(key, [])
        elif current is not None and text:
            current.append(tidy(text))
    return texts


def identify(document: Document, overview: Sequence[str], stem: str, newest: int) -> Identity:
    """Establish agency, year and date of publication.

    ``overview`` is the text of 总体情况, ``stem`` the file's name without ending, ``newest`` the last year that a
    report can be about. Nothing is guessed: what is not there is None, with a notice.
    """
    paragraphs = list(document.paragraphs())
    title = find_title(paragraphs)
    notices: list[Notice] = []
    evidence = _year_evidence(title, paragraphs, overview, stem)
    years = [(year, basis) for year, basis in evidence if FIRST_YEAR <= year <= newest]
    for year, _ in evidence:
        if not FIRST_YEAR <= year <= newest:
            message = f"写着 {year} 年，不在 {FIRST_YEAR} 至 {newest} 年之间，没有采用"
            notices.append(Notice(code="year-range", message=message))
    if not years:
        notices.append(Notice(code="year-missing", message="标题、统计期限和总体情况里都没有读到报告年度"))
    elif len({year for year, basis in years if basis in ("title", "period")}) > 1:
        told = "，".join(f"{_BASES[basis]}写 {year} 年" for year, basis in years)
        notices.append(Notice(code="year-conflict", message=f"年度不一致：{told}"))
    agency = title.agency if title else None
    if agency is None:
        notices.append(Notice(code="agency-missing", message="没有从标题读到机关名称"))
    return Identity(
        title.text if title else None,
        agency,
        "title" if agency else None,
        years[0][0] if years else None,
        years[0][1] if years else None,
        _published(paragraphs),
        notices,
    )


_BASES = {"title": "标题", "period": "统计期限", "text": "总体情况", "file": "文件名"}


def _year_evidence(
    title: Title | None, paragraphs: Sequence[Paragraph], overview: Sequence[str], stem: str
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if title and title.year:
        found.append((title.year, "title"))
    for paragraph in paragraphs:
        period = _PERIOD.search(han_years(squeeze(paragraph.text)))
        if period and period[2] in (None, period[1]):
            found.append((int(period[1]), "period"))
            break
    named = {int(year) for text in overview for year in _YEAR.findall(han_years(squeeze(text)))}
    if len(named) == 1:
        found.append((named.pop(), "text"))
    in_name = set(re.findall(r"(?<!\d)20\d{2}(?!\d)", stem))
    if len(in_name) == 1 and re.search(r"(?<!\d)20\d{2}(?=年|_|$)", stem):
        found.append((int(in_name.pop()), "file"))
    return found


def _published(paragraphs: Sequence[Paragraph]) -> str | None:
    """The date beneath the signature, else one alone on a line near the title, else a 发布日期 stamp."""
    texts = [squeeze(paragraph.text) for paragraph in paragraphs if paragraph.text.strip()]
    alone = (match for text in [*islice(reversed(texts), 6), *texts[:8]] if (match := _DATE.fullmatch(text)))
    stamped = (match for text in texts[:12] if (match := _STAMP.search(text)))
    for match in (*alone, *stamped):
        try:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:
            continue
    return None

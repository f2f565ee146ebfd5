"""Who reports on which year, and when the report was published: from the words of the document.

Order of trust: the title, for the year the period of the statistics and the only year named in 总体情况, for the body
the signature; then what the page says of itself (``<meta>``, ``<title>``); the year at last from the file's name.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.document import Document
from generator.form import Form
from generator.headline import Headline
from generator.normalize import han_years, printed_keys, simplified, squeeze, tidy
from generator.published import Found, publication, signatures
from generator.report import BASES, Notice
from generator.title import Title, may_sign, parse_title, years_named

FIRST_YEAR = 2008  # the 条例 of 2007 took effect on 2008-05-01: no report is older
_PERIOD = re.compile(r"(\d{4})年1月1日.{0,8}?(?:(\d{4})年)?12月31日")
PREAMBLE = "preamble"  # key of the text before the first heading
_PREAMBLE = re.compile(r"统计(?:期|时|数据)|所列数据|编制(?:而成|本报告)|年度报告(?:格式|如下|由|包括|向社会)|现将")
_SHORTEST_PERIOD = 12  # characters: figures of tables need not be searched
# A year that the text names; that of a law (2019年4月3日修订) says nothing about the report.
_YEAR = re.compile(
    r"(\d{4})年(?![起最新]*(?:修订|修正|颁布|施行|国务院|国办))"
    r"(?!\d{1,2}月(?:\d{1,2}日)?[起最新由经]*(?:修订|修正|颁布|公布|施行|实施|通过|印发|国务院|国办))"
)
_OTHER_PERIOD = re.compile(
    r"(?:期限|时限|期间|所列数据|数据统计).{0,20}?(\d{4}年\d{1,2}月\d{1,2}日.{0,8}?\d{1,2}月\d{1,2}日)"
)


class Identity(NamedTuple):
    """Who, when and how we know. The bases are keys of ``report.BASES``, or None."""

    title: str | None
    agency: str | None
    agency_basis: str | None
    year: int | None
    year_basis: str | None
    published: str | None
    published_basis: str | None
    notices: list[Notice]


def sections(document: Document, form: Form) -> dict[str, list[str]]:
    """Return the running text under each heading, keyed by section; a heading is a paragraph of its own.

    ``preamble`` is what stands before the first heading and says how the report was made: the period of its figures.
    """
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
        elif len(text) >= _SHORTEST_PERIOD and _PREAMBLE.search(simplified(squeeze(text))):
            texts.setdefault(PREAMBLE, []).append(tidy(text))
    return texts


def printed_lines(document: Document) -> list[str]:
    """Return the paragraphs that are not blank: the lines by which titles and signatures have their places."""
    return [paragraph.text for paragraph in document.paragraphs() if paragraph.text.strip()]


def identify(document: Document, head: Headline | None, overview: Sequence[str], stem: str, newest: int) -> Identity:
    """Establish agency, year and date of publication.

    ``head`` is the title and its place among ``printed_lines``, ``overview`` the text of 总体情况, ``stem`` the file's
    name without ending, ``newest`` the last year that a report can be about. Nothing is guessed: what is not there is
    None, with a notice.
    """
    lines = printed_lines(document)
    page = _page_title(document)
    title, signed = _settled(head, lines, page)
    year, year_basis, notices = _year(_year_evidence(title, page, lines, overview, stem), newest)
    taken, far = publication(document, lines, head, title.agency if title else None, year)
    if year is None:
        hint = f"；公布日期是 {taken.day}，只凭它不能断定" if taken else ""
        message = f"标题、统计期限和总体情况里都没有读到报告年度{hint}"
        notices.append(Notice(code="year-missing", message=message))
    bodies = (
        (title.agency if title else None, "title"),
        (signed, "signature"),
        (page.agency if page else None, "meta"),
    )
    agency, agency_basis = next(((body, basis) for body, basis in bodies if body), (None, None))
    if agency is None:
        message = "标题、落款和网页的元数据里都没有读到可以确定的机关名称"
        notices.append(Notice(code="agency-missing", message=message))
    notices.extend(_date_doubts(taken, far, year))
    if title and title.year is None and len(years := years_named(title.text)) > 1:
        message = f"标题写着几个年度（{'、'.join(sorted(years))}），不能断定是哪一年的报告，请核对"
        notices.append(Notice(code="year-conflict", message=message))
    if other := _other_period(lines):
        message = f"统计期限写的是「{other}」，不是一整年，请核对"
        notices.append(Notice(code="year-conflict", message=message))
    shown = title or page
    published, published_basis = (taken.day, taken.basis) if taken else (None, None)
    return Identity(
        shown.text if shown else None, agency, agency_basis, year, year_basis, published, published_basis, notices
    )


def _date_doubts(taken: Found | None, far: Sequence[Found], year: int | None) -> Iterator[Notice]:
    """Tell of dates that cannot be those of the report, and of one that another body signed."""
    if far:
        days = "、".join(f"{found.day}（据{BASES[found.basis]}）" for found in far)
        message = f"日期 {days} 与报告年度 {year} 隔得太远，没有当作公布日期，请核对"
        yield Notice(code="date-doubtful", message=message)
    if taken and taken.signer:
        message = f"公布日期 {taken.day} 是「{tidy(taken.signer)}」落款的，不是报告的机关，请核对"
        yield Notice(code="date-doubtful", message=message)


def _settled(head: Headline | None, lines: Sequence[str], page: Title | None) -> tuple[Title | None, str | None]:
    """The title, and the one body that signs.

    A name that stands on a line of its own above the title gives way to who signs, else to what the page says.
    """
    bodies = list(dict.fromkeys(one.body for one in signatures(lines, head.stop if head else 0)))
    signed = bodies[0] if len(bodies) == 1 else None
    if head is None:
        return None, signed
    known = bodies or ([page.agency] if page and page.agency else [])
    if head.plain and head.title.agency and known and not any(may_sign(body, head.title.agency) for body in known):
        return head.plain, signed
    return head.title, signed


def _other_period(lines: Sequence[str]) -> str | None:
    """The period of the statistics where it is no calendar year."""
    for line in lines:
        period = _OTHER_PERIOD.search(han_years(squeeze(line))) if len(line) >= _SHORTEST_PERIOD else None
        if period:
            return None if re.search(r"年0?1月0?1日.*12月31日", period[1]) else period[1]
    return None


def site_code(document: Document) -> str | None:
    """Return the SiteIDCode that every government page must carry: its first six digits are a division code."""
    return next((text.strip() for name, text in document.meta if name.lower() == "siteidcode"), None)


def page_words(document: Document) -> list[str]:
    """What a page or a Word file calls itself, whole and in parts: behind a bar or an underscore stands the site.

    The title among the properties of a Word file is none: nobody sees it, and it is left over from whichever report
    the file was made from.
    """
    word = document.format in ("doc", "docx") or any(
        name.lower() == "generator" and "microsoft word" in text.lower() for name, text in document.meta
    )
    names = ("articletitle", "header") if word else ("articletitle", "title", "header")
    texts = [text for name, text in document.meta if name.lower() in names]
    return [part for text in texts for part in (text, *re.split(r"[_|｜]", text))]


def _page_title(document: Document) -> Title | None:
    """The title that a page or a Word file gives itself."""
    return next((title for text in page_words(document) if (title := parse_title(text))), None)


def _year(evidence: Sequence[tuple[int, str]], newest: int) -> tuple[int | None, str | None, list[Notice]]:
    notices = []
    years = [(year, basis) for year, basis in evidence if FIRST_YEAR <= year <= newest]
    for year, _ in evidence:
        if not FIRST_YEAR <= year <= newest:
            message = f"写着 {year} 年，不在 {FIRST_YEAR} 至 {newest} 年之间，没有采用"
            notices.append(Notice(code="year-range", message=message))
    if not years:
        return None, None, notices
    if len({year for year, basis in years if basis in ("title", "period")}) > 1:
        told = "，".join(f"{BASES[basis]}写 {year} 年" for year, basis in years)
        notices.append(Notice(code="year-conflict", message=f"年度不一致：{told}"))
    return *years[0], notices


def _year_evidence(
    title: Title | None, page: Title | None, lines: Sequence[str], overview: Sequence[str], stem: str
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if title and title.year:
        found.append((title.year, "title"))
    for line in lines:
        period = _PERIOD.search(han_years(squeeze(line))) if len(line) >= _SHORTEST_PERIOD else None
        if period and period[2] in (None, period[1]):
            found.append((int(period[1]), "period"))
            break
    named = {int(year) for text in overview for year in _YEAR.findall(han_years(squeeze(text)))}
    if len(named) == 1:
        found.append((named.pop(), "text"))
    if page and page.year:
        found.append((page.year, "meta"))
    in_name = set(re.findall(r"(?<!\d)20\d{2}(?!\d)", stem))
    if len(in_name) == 1 and re.search(r"(?<!\d)20\d{2}(?=年(?!\d{1,2}月)|_|$)", stem):
        found.append((int(in_name.pop()), "file"))
    return found

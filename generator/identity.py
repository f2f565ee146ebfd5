"""Who reports on which year, and when the report was published: from the words of the document.

Order of trust: the title, for the year the period of the statistics and the only year named in 总体情况, for the body
the signature; then what the page says of itself (``<meta>``, ``<title>``); the year at last from the file's name.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from generator.document import Document, Grid, Paragraph
from generator.form import Form
from generator.normalize import han_dates, han_years, printed_keys, simplified, squeeze, tidy
from generator.report import BASES, Notice
from generator.title import Title, find_title, parse_title

FIRST_YEAR = 2008  # the 条例 of 2007 took effect on 2008-05-01: no report is older
_PERIOD = re.compile(r"(\d{4})年1月1日.{0,8}?(?:(\d{4})年)?12月31日")
_SHORTEST_PERIOD = 12  # characters: figures of tables need not be searched
_YEAR = re.compile(r"(\d{4})年")
_DATE = re.compile(r"\(?(\d{4})年(\d{1,2})月(\d{1,2})日\)?")
_SIGNED = re.compile(
    r"[\u3400-\u9fff（）()·]{2,38}(?:政府|办公厅|办公室|委员会|管委会|局|委|办|厅|部|署|中心|街道|镇|乡|街)"
)
_LATEST = 2  # years after the one reported on in which a report is still published
_META_DATE = re.compile(r"\s*(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})")
_STAMP = re.compile(r"(?:发布|公开|成文|印发)(?:日期|时间):?(\d{4})[-年/.](\d{1,2})[-月/.](\d{1,2})")


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
    paragraphs = [paragraph for paragraph in document.paragraphs() if paragraph.text.strip()]
    title = find_title(paragraphs)
    page = _page_title(document)
    published, published_basis = _published(document, paragraphs)
    year, year_basis, notices = _year(_year_evidence(title, page, paragraphs, overview, stem), newest, published)
    bodies = (
        (title.agency if title else None, "title"),
        (_signature(paragraphs), "signature"),
        (page.agency if page else None, "meta"),
    )
    agency, agency_basis = next(((body, basis) for body, basis in bodies if body), (None, None))
    if agency is None:
        notices.append(Notice(code="agency-missing", message="标题、落款和网页的元数据里都没有读到机关名称"))
    if year and published and not year <= int(published[:4]) <= year + _LATEST:
        message = f"公布日期 {published}（据{BASES[published_basis or '']}）与报告年度 {year} 隔得太远，请核对"
        notices.append(Notice(code="date-doubtful", message=message))
    shown = title or page
    return Identity(
        shown.text if shown else None, agency, agency_basis, year, year_basis, published, published_basis, notices
    )


def site_code(document: Document) -> str | None:
    """Return the SiteIDCode that every government page must carry: its first six digits are a division code."""
    return next((text.strip() for name, text in document.meta if name.lower() == "siteidcode"), None)


def _page_title(document: Document) -> Title | None:
    """The title that a page or a Word file gives itself; what follows a bar or an underscore names the site."""
    for name, text in document.meta:
        if name.lower() in ("articletitle", "title", "header"):
            for part in (text, *re.split(r"[_|｜]", text)):
                if title := parse_title(part):
                    return title
    return None


def _year(
    evidence: Sequence[tuple[int, str]], newest: int, published: str | None
) -> tuple[int | None, str | None, list[Notice]]:
    notices = []
    years = [(year, basis) for year, basis in evidence if FIRST_YEAR <= year <= newest]
    for year, _ in evidence:
        if not FIRST_YEAR <= year <= newest:
            message = f"写着 {year} 年，不在 {FIRST_YEAR} 至 {newest} 年之间，没有采用"
            notices.append(Notice(code="year-range", message=message))
    if not years:
        hint = f"；公布日期是 {published}，只凭它不能断定" if published else ""
        message = f"标题、统计期限和总体情况里都没有读到报告年度{hint}"
        notices.append(Notice(code="year-missing", message=message))
        return None, None, notices
    if len({year for year, basis in years if basis in ("title", "period")}) > 1:
        told = "，".join(f"{BASES[basis]}写 {year} 年" for year, basis in years)
        notices.append(Notice(code="year-conflict", message=f"年度不一致：{told}"))
    return *years[0], notices


def _year_evidence(
    title: Title | None, page: Title | None, paragraphs: Sequence[Paragraph], overview: Sequence[str], stem: str
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if title and title.year:
        found.append((title.year, "title"))
    for paragraph in paragraphs:
        period = _PERIOD.search(han_years(squeeze(paragraph.text))) if len(paragraph.text) >= _SHORTEST_PERIOD else None
        if period and period[2] in (None, period[1]):
            found.append((int(period[1]), "period"))
            break
    named = {int(year) for text in overview for year in _YEAR.findall(han_years(squeeze(text)))}
    if len(named) == 1:
        found.append((named.pop(), "text"))
    if page and page.year:
        found.append((page.year, "meta"))
    in_name = set(re.findall(r"(?<!\d)20\d{2}(?!\d)", stem))
    if len(in_name) == 1 and re.search(r"(?<!\d)20\d{2}(?=年|_|$)", stem):
        found.append((int(in_name.pop()), "file"))
    return found


def _signature(paragraphs: Sequence[Paragraph]) -> str | None:
    """The body that signs: the line just above the last date, when it is a body's name and nothing else."""
    texts = [han_dates(squeeze(paragraph.text)) for paragraph in paragraphs[-6:]]
    for above, below in pairwise(texts):
        if _DATE.fullmatch(below) and _SIGNED.fullmatch(simplified(above)):
            return above
    return None


def _published(document: Document, paragraphs: Sequence[Paragraph]) -> tuple[str | None, str | None]:
    """The date and its basis: beneath the signature, alone on a line near the title, on the page, in its metadata.

    A page may have been moved between sites and carry the date of that: what is signed comes first.
    """
    top, end = ([han_dates(squeeze(one.text)) for one in part] for part in (paragraphs[:12], paragraphs[:-7:-1]))
    dates: list[tuple[re.Match[str] | None, str]] = [(_DATE.fullmatch(text), "signature") for text in end]
    dates += [(_DATE.fullmatch(text), "line") for text in top[:8]]
    dates += [(_STAMP.search(text), "stamp") for text in (*top, *_fields(document))]
    dates += [(_META_DATE.match(text), "meta") for name, text in document.meta if name.lower() == "pubdate"]
    for match, basis in dates:
        try:
            if match:
                return date(int(match[1]), int(match[2]), int(match[3])).isoformat(), basis
        except ValueError:
            continue
    return None, None


def _fields(document: Document) -> Iterator[str]:
    """The fields of the table above a report, as 名称, 索引号, 发布日期: each name with the cell behind it."""
    for block in document.blocks[:3]:
        for row in block.rows[:8] if isinstance(block, Grid) else ():
            cells = [squeeze(cell.text) for cell in row if not cell.merged]
            yield from (f"{name.rstrip(':')}:{text}" for name, text in pairwise(cells))

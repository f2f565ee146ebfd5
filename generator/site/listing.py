"""Long lists: on one page while they are short, on sheets of a few hundred rows, by year, once they are not.

Nothing is left out: every row is on a page, every page is linked from the one above, and the whole is in ``/data/``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from generator.errors import Refusal
from generator.site.judged import Listed
from generator.site.model import AgencyYear, Archive

MOST = 500  # rows on a page


class Row(NamedTuple):
    """One line of a list, not yet made: ``mark`` changes when what it shows does; ``make`` gives what it shows."""

    year: int | None
    mark: str
    make: Callable[[], Any]


class Sheet(NamedTuple):
    """A page that holds a part of a list, with the way to its neighbours."""

    path: str
    title: str
    kind: str
    above: str
    above_url: str
    parts: Sequence[Row]
    first: int
    before: str | None
    after: str | None

    @property
    def url(self) -> str:
        return f"{self.path.removesuffix('.md')}/"

    @property
    def number(self) -> int:
        return len(self.parts)

    @property
    def last(self) -> int:
        return self.first + self.number - 1

    def rows(self) -> list[Any]:
        """What the page shows."""
        return [row.make() for row in self.parts]

    @property
    def mark(self) -> str:
        """Changes when anything on the page does."""
        rest = self._replace(parts=())
        return digest(list(rest), [row.mark for row in self.parts])


class Listing(NamedTuple):
    """A list under its ``heading``; ``sheets`` are empty where it is short enough to stand right there."""

    kind: str
    heading: str
    note: str
    parts: Sequence[Row]
    sheets: Sequence[Sheet]

    @property
    def number(self) -> int:
        return len(self.parts)

    def rows(self) -> list[Any]:
        """All rows."""
        return [row.make() for row in self.parts]

    @property
    def groups(self) -> list[tuple[str, list[Sheet]]]:
        """The sheets by year."""
        found: dict[str, list[Sheet]] = {}
        for sheet in self.sheets:
            found.setdefault(_label(sheet.parts[0].year), []).append(sheet)
        return list(found.items())

    @property
    def mark(self) -> str:
        """Changes when anything does that stands on the page of the list itself."""
        shown: list[object] = [[sheet.url, sheet.number] for sheet in self.sheets] 
        shown = shown or [row.mark for row in self.parts]
        return digest(self.kind, self.heading, self.note, shown)


def digest(*parts: Any) -> str:
    """A short digest of anything that JSON holds."""
    return sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()[:32]


def listing(kind: str, heading: str, rows: Iterable[Row], stem: str, above: str, note: str = "") -> Listing:
    """Make a list of ``rows``; its sheets, if it needs any, are ``<stem>-<year>-<number>.md`` under the page ``above``."""
    parts = list(rows)
    if len(parts) <= MOST:
        return Listing(kind, heading, note, parts, ())
    by_year: dict[int | None, list[Row]] = {}
    for row in sorted(parts, key=lambda row: -(row.year or 0)):  # stable: inside a year the order stays
        by_year.setdefault(row.year, []).append(row)
    sheets = [
        sheet for year, ones in by_year.items() for sheet in _sheets(kind, heading, year, ones, stem, above)
    ]
    return Listing(kind, heading, note, parts, sheets)


def _sheets(kind: str, heading: str, year: int | None, rows: list[Row], stem: str, above: str) -> Iterator[Sheet]:
    starts = range(0, len(rows), MOST)
    paths = [f"{stem}-{year or 'all'}-{number}.md" for number in range(1, len(starts) + 1)]
    urls = [f"{path.removesuffix('.md')}/" for path in paths]
    for i, start in enumerate(starts):
        number = f"（{i + 1}/{len(starts)}）" if len(starts) > 1 else ""
        year_word = f" {year} 年" if year else ""
        yield Sheet(
            paths[i], f"{heading}{year_word}{number}", kind, *_ABOVE.get(above, (above, above)),
            rows[start : start + MOST], start + 1, urls[i - 1] if i else None, urls[i + 1] if i + 1 < len(urls) else None,
        )  # fmt: skip


_ABOVE = {"findings/": ("核对结果", "findings/")}


def _label(year: int | None) -> str:
    return f"{year} 年" if year else "全部"


_GRAVITIES = (
    ("error", "不成立的勾稽关系", "法定表格内部的关系，没有例外。"),
    ("warning", "提示", "多半是差错，但有已知的例外，见各条规则。"),
    ("note", "说明", "读者可能想知道的，不表示有错。"),
    ("dismissed", "复核认为不算差错的", "有人对照原件复核过，理由见更正和复核页。"),
)


def finding_lists(archive: Archive) -> list[Listing]:
    """The lists of the findings page; of the failing findings those of a gravity that there are."""
    found: dict[str, list[Row]] = {"error": []}
    for one in archive.years:
        for place, (_, key, data) in enumerate(one.brief.listed):
            found.setdefault(key, []).append(_finding_row(one, place, data))
    lists = [
        listing("findings", heading, found[key], f"findings/{key}", "findings/", note)
        for key, heading, note in _GRAVITIES
        if key in found
    ]
    notices = [row for one in archive.years if one.brief.more for row in _notice_rows(one)]
    pages = archive.unread_pages
    refused = [_refused_row(refusal, pages.get(refusal)) for refusal in archive.refused]
    return [
        *lists,
        listing("notices", "读取中的问题", notices, "findings/notices", "findings/"),
        listing("refused", "未能读取的文件", refused, "findings/refused", "findings/"),
    ]


def check_lists(archive: Archive, checks: dict[str, tuple[str, str]]) -> dict[str, Listing]:
    """By check, whose heading and name are given: its failing findings."""
    found: dict[str, list[Row]] = {check: [] for check in checks}
    for one in archive.years:
        for place, (check, _, data) in enumerate(one.brief.listed):
            if check in found:
                found[check].append(_finding_row(one, place, data))
    made = {}
    for check, (heading, name) in checks.items():
        list_ = listing("check", heading, found[check], f"checks/{check}", f"checks/{check}/")
        sheets = [sheet._replace(title=f"{name}：{sheet.title}", above=name) for sheet in list_.sheets]
        made[check] = list_._replace(sheets=sheets)
    return made


def _finding_row(one: AgencyYear, place: int, data: str) -> Row:
    mark = f"{one.url} {one.agency.name} {one.brief.form} {data}"
    return Row(one.year, mark, lambda: (one, Listed.model_validate_json(one.brief.listed[place][2])))


def _notice_rows(one: AgencyYear) -> Iterator[Row]:
    for notice in one.all_notices:
        mark = f"{one.url} {one.agency.name} {notice.place} {notice.message}"
        yield Row(one.year, mark, lambda notice=notice: (one, notice))  # type: ignore[misc]



def _refused_row(refusal: Refusal, page: str | None) -> Row:
    return Row(None, f"{refusal} {page}", lambda: (refusal, page))

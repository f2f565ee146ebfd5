"""Who has which year, and why not, as far as anybody knows. That we lack a report says nothing about the agency.

The years run from the first to the last of which the archive holds a file, of whatever agency.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from typing import Literal, NamedTuple

from generator.archive import Absence, AgencyEntry, ancestors
from generator.report import LEVELS
from generator.site.model import AgencyYear, Archive

StateKey = Literal["held"] | Absence


class State(NamedTuple):
    """How an agency stands to a year: ``key`` is stable (CSS, CSV), ``label`` and ``mark`` are what people see."""

    key: StateKey
    label: str
    mark: str
    rule: str


STATES: dict[StateKey, State] = {
    state.key: state
    for state in (
        State("held", "已收录", "✓", "报告在本站，格子里写的是核对结论。"),
        State("unpublished", "未发布", "○", "有人在写明的日期查过写明的地方，没有找到公布的报告。"),
        State("uncollected", "未收录", "·", "本站没有这一年的报告，不说明机关有没有公布。"),
        State("unreadable", "读不出", "—", "取得了文件，但读不了，或者没有采用；原因写在它的页面上。"),
        State("inapplicable", "不适用", "／", "那一年还没有这个机关，或者已经撤销、合并，不用编制报告。"),
    )
}
ABSENT: tuple[Absence, ...] = ("unpublished", "uncollected", "unreadable", "inapplicable")


class Place(NamedTuple):
    """One agency-year: the report where there is one, else why not, with what was looked at on which day.

    ``page`` is the page of a file that could not be read.
    """

    agency: AgencyEntry
    year: int
    state: State
    one: AgencyYear | None = None
    note: str = ""
    checked: str | None = None
    page: str = ""

    @property
    def reason(self) -> str:
        """The state with what is known of it, on one line."""
        known = "，".join(part for part in (self.note, f"{self.checked} 查" if self.checked else "") if part)
        return f"{self.state.label}（{known}）" if known else self.state.label


class Count(NamedTuple):
    """How many agency-years are in each state; ``due`` are all but those that are inapplicable."""

    due: int
    held: int
    absent: dict[Absence, int]


class Gap(NamedTuple):
    """Years in a row that are absent for the same reason, as text: 2019 至 2021; ``pages`` of those that have one."""

    years: str
    reason: str
    state: State
    pages: list[tuple[int, str]]


class Coverage:
    """The matrix of agencies and years of one archive, worked out once."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._reports = {(one.agency.id, one.year): one for one in archive.years}
        self._unread = {(one.agency.id, one.year): one for one in archive.unread}

    @cached_property
    def years(self) -> list[int]:
        """The years shown, oldest first."""
        known = {*(year for _, year in (*self._reports, *self._unread)), *(self.archive.config.span or ())}
        return list(range(min(known), max(known) + 1)) if known else []

    @cached_property
    def rows(self) -> Mapping[str, list[Place]]:
        """Agency id → its places in the order of ``years``."""
        agencies = self.archive.registry.agencies
        return {agency.id: [self.place(agency, year) for year in self.years] for agency in agencies}

    def place(self, agency: AgencyEntry, year: int) -> Place:
        """How ``agency`` stands to ``year``. What the archive holds comes before what a person wrote."""
        key = (agency.id, year)
        if one := self._reports.get(key):
            return Place(agency, year, STATES["held"], one)
        if unread := self._unread.get(key):
            return Place(agency, year, STATES["unreadable"], note=unread.why, page=unread.url)
        if not agency.exists(year):
            return Place(agency, year, STATES["inapplicable"], note=_outside(agency, year))
        known = next((one for one in agency.missing if one.year == year), None)
        if known is not None:
            return Place(agency, year, STATES[known.reason], note=known.note, checked=known.checked)
        return Place(agency, year, STATES["uncollected"])

    def agencies(self, region: str) -> list[AgencyEntry]:
        """The agencies registered right in ``region``, the highest level first, then by id."""
        order = list(LEVELS)
        return sorted(self.archive.by_region.get(region, ()), key=lambda one: (order.index(one.level), one.id))

    def regions(self, province: str) -> list[str]:
        """The divisions of ``province`` that have an agency, by code."""
        return [code for code in self.archive.regions_under(province) if code in self.archive.by_region]

    def by_year(self) -> list[tuple[int, Count]]:
        """The counts of each year, newest first."""
        columns = zip(*self.rows.values(), strict=True) if self.rows else ()
        counts = [_count(Counter(place.state.key for place in column)) for column in columns]
        return list(zip(self.years, counts, strict=True))[::-1] if counts else []

    def by_region(self, within: str | None = None) -> list[tuple[str, int, Count]]:
        """Division code, how many agencies it holds, and their counts: of all provinces, or of all in one of them."""
        states: dict[str, Counter[StateKey]] = {}
        heads: Counter[str] = Counter()
        for agency in self.archive.registry.agencies:
            line = ancestors(agency.region)
            for code in line[:1] if within is None else line if line[0] == within else ():
                heads[code] += 1
                states.setdefault(code, Counter()).update(place.state.key for place in self.rows[agency.id])
        return [(code, heads[code], _count(states[code])) for code in sorted(states)]

    def gaps(self, agency: AgencyEntry) -> list[Gap]:
        """The years that the archive lacks of ``agency``, newest first; those that a person noted in any case."""
        noted = {one.year for one in agency.missing}
        places = [self.place(agency, year) for year in sorted({*self.years, *noted}, reverse=True)]
        gaps = []
        for (reason, state, held), group in groupby(places, key=lambda one: (one.reason, one.state, one.one is not None)):
            alike = list(group)
            if not held:
                pages = [(place.year, place.page) for place in alike if place.page]
                gaps.append(Gap(_runs([place.year for place in alike]), reason, state, pages))
        return gaps


def _runs(years: list[int]) -> str:
    """``years``, newest first, as text: 2019 至 2021、2015."""
    groups = groupby(enumerate(years), key=lambda pair: pair[0] + pair[1])
    runs = [[year for _, year in group] for _, group in groups]
    return "、".join(f"{run[-1]} 至 {run[0]}" if len(run) > 1 else str(run[0]) for run in runs)


def _count(states: Counter[StateKey]) -> Count:
    absent: dict[Absence, int] = {key: states[key] for key in ABSENT}
    return Count(states.total() - absent["inapplicable"], states["held"], absent)


def _outside(agency: AgencyEntry, year: int) -> str:
    before = agency.since is not None and year < agency.since
    return f"从 {agency.since} 年度起才有报告" if before else f"到 {agency.until} 年度为止"

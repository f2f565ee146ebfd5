"""Charts of an agency across its years: the figures that are drawn and the table of the same figures.

``CHARTS`` is the list of kinds. What all charts of a kind share is published once (``chart_file.py``), so a page
carries nothing but figures. Bars throughout: a year that is missing is a gap, a single year is one bar, and no line
joins what was not counted.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NamedTuple

from generator.form import Table, load_form
from generator.site.model import AgencyYear

Number = int | Decimal | None


class Series(NamedTuple):
    """One colour of a chart: its name and where its figure stands, as ``whole`` or, if not printed, as ``parts``."""

    name: str
    whole: str
    parts: tuple[str, ...] = ()

    def value(self, one: AgencyYear | None) -> Number:
        """The figure of a year; None where there is no report, or where it or one of its parts is blank or unread."""
        if one is None:
            return None
        return one.value(*self.parts) if self.parts and self.whole not in one.report.cells else one.value(self.whole)


class Kind(NamedTuple):
    """What all charts of a kind have in common; ``series`` come from the newest form, whose names the reader knows."""

    key: str
    title: str
    unit: str  # what the table is in
    bars: Literal["stack", "group"]
    table: str  # of the statutory form
    series: Callable[[], tuple[Series, ...]]
    total: Callable[[], Series] | None = None  # bars are shares of it, and it ends the table
    without: str = ""  # what to say where there is nothing to draw

    @property
    def axis(self) -> str:
        """The unit of what is drawn."""
        return "%" if self.total else self.unit


class Chart(NamedTuple):
    """One chart: ``values`` as drawn, by series and year (None: nothing to draw), and the table: name, one text a year.

    Of years in ``recognised`` the table shows what was read off a picture; nothing is drawn or worked out of it.
    """

    kind: Kind
    years: list[int]
    values: list[list[Number]] | None
    rows: list[tuple[str, list[str]]]
    total: tuple[str, list[str]] | None = None
    doubts: frozenset[int] = frozenset()  # years in which a sum of the statutory table does not hold
    recognised: frozenset[int] = frozenset()  # years whose figures nobody has compared with the scan
    added: tuple[str, ...] = ()  # series that are sums of ours, with the years where it is not all of them


def agency_charts(years: Sequence[AgencyYear]) -> list[Chart]:
    """Return the charts of one agency; ``years`` oldest first, at least one."""
    span = list(range(years[0].year, years[-1].year + 1))
    known = {one.year: one for one in years}
    recognised = frozenset(one.year for one in years if one.is_recognised)
    return [_chart(kind, span, [known.get(year) for year in span], recognised) for kind in CHARTS]


def _chart(kind: Kind, span: list[int], years: list[AgencyYear | None], recognised: frozenset[int]) -> Chart:
    counts = [(series, [series.value(one) for one in years]) for series in kind.series()]
    doubts = frozenset(one.year for one in years if one and _is_doubtful(one, kind.table))
    signs = (doubts, recognised, tuple(_added(counts, years)))
    if not kind.total:
        rows = [(series.name, [_shown(value) for value in values]) for series, values in counts]
        return Chart(kind, span, _drawn([_sure(values, span, recognised) for _, values in counts]), rows, None, *signs)
    whole = kind.total()
    totals = [whole.value(one) for one in years]
    sure = _sure(totals, span, recognised)
    shares = [[_share(*pair) for pair in zip(values, sure, strict=True)] for _, values in counts]
    rows = [
        (series.name, [_with_share(*pair) for pair in zip(values, of_all, strict=True)])
        for (series, values), of_all in zip(counts, shares, strict=True)
    ]
    return Chart(kind, span, _drawn(shares), rows, (whole.name, [_shown(total) for total in totals]), *signs)


def _sure(values: list[Number], span: list[int], recognised: frozenset[int]) -> list[Number]:
    if not recognised:
        return values
    return [None if year in recognised else value for year, value in zip(span, values, strict=True)]


def _added(counts: list[tuple[Series, list[Number]]], years: list[AgencyYear | None]) -> Iterator[str]:
    """Tell of each series that is a sum of ours in which years it is, unless it is one wherever it has a figure."""
    for series, values in counts:
        if len(series.parts) > 1:
            known = [one for one, value in zip(years, values, strict=True) if one and value is not None]
            sums = [one.year for one in known if series.whole not in one.report.cells]
            if sums:
                yield f"「{series.name}」" + (f"（{'、'.join(map(str, sums))} 年）" if len(sums) < len(known) else "")


def _drawn(values: list[list[Number]]) -> list[list[Number]] | None:
    return values if any(value is not None for line in values for value in line) else None


def _is_doubtful(one: AgencyYear, table: str) -> bool:
    return any(f.status == "fail" and f.is_error and f.table == table for f in one.findings)


def _share(value: Number, total: Number) -> Number:
    return round(Decimal(value) * 100 / Decimal(total), 1) if value is not None and total else None


def _shown(value: Number) -> str:
    return "" if value is None else str(value)


def _with_share(value: Number, share: Number) -> str:
    return f"{_shown(value)}（{share}%）" if share is not None else _shown(value)


@cache
def _received() -> tuple[Series, ...]:
    """新收 on top of 上年结转: what the office had on its desk in a year."""
    return tuple(_total_of(key) for key in ("carried_in", "new"))


@cache
def _outcomes() -> tuple[Series, ...]:
    """How applications were answered: each group's own row where the report prints one, else the sum of its rows."""
    table = _requests()
    [group] = [item for item in table.rows if item.key == "outcome"]
    return tuple(_total_of(f"outcome.{item.key}") for item in group.items if not item.total)


@cache
def _handled() -> Series:
    return _total_of("outcome.total")


@cache
def _disputes() -> tuple[Series, ...]:
    """行政复议 and 行政诉讼 cases; the two kinds of 诉讼 are added up."""
    table = load_form("2021").table("disputes")
    leaves = [leaf for leaf in table.column_leaves if leaf.item.total]
    return tuple(
        Series(item.name, "", tuple(f"disputes/cases/{leaf.path}" for leaf in leaves if leaf.trail[0] is item))
        for item in table.columns
    )


def _requests() -> Table:
    return load_form("2021").table("requests")


def _total_of(path: str) -> Series:
    """The 总计 column of a row or group of rows of the table of applications."""
    table = _requests()
    parts = tuple(f"requests/{leaf.path}/total" for leaf in table.row_leaves if leaf.path.startswith(f"{path}."))
    return Series(_name(table, path), f"requests/{path}/total", parts)


def _name(table: Table, path: str) -> str:
    items: Any = table.rows
    for key in path.split("."):
        item = next(item for item in items if item.key == key)
        items = item.items
    leaf = table.row(item.label)
    return leaf.item.name if leaf else path


CHARTS: tuple[Kind, ...] = (
    Kind("received", "收到的申请", "件", "stack", "requests", _received),
    Kind("outcomes", "申请怎样办结", "件和百分数", "stack", "requests", _outcomes, _handled,
         "没有办结的申请，或者「总计」一列是空白、没有读到，画不出比例。"),
    Kind("disputes", "复议和诉讼", "件", "group", "disputes", _disputes),
)  # fmt: skip

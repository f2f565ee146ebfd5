"""Charts of an agency across its years. ``CHARTS`` is the list; each is a plotly figure and the table of its numbers.

Bars throughout: a year that is missing is a gap, a single year is one bar, and no line joins what was not counted.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from generator.form import Leaf, Table, load_form
from generator.site.model import AgencyYear

Number = int | Decimal | None
# Told apart in light and in dark, and by readers who do not tell red from green (Okabe and Ito's order).
COLOURS = ("#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#cc79a7", "#8c8c8c")


class Chart(NamedTuple):
    """A figure (plotly's JSON) with the same numbers as a table: ``rows`` are name and one text per year."""

    key: str
    title: str
    unit: str
    figure: dict[str, Any] | None
    years: list[int]
    rows: list[tuple[str, list[str]]]
    note: str = ""
    table: str = "requests"
    doubts: frozenset[int] = frozenset()


Series = list[tuple[str, list[Number]]]


def agency_charts(years: Sequence[AgencyYear]) -> list[Chart]:
    """Return the charts of one agency; ``years`` oldest first, at least one."""
    span = list(range(years[0].year, years[-1].year + 1))
    known = {one.year: one for one in years}
    charts = [make([known.get(year) for year in span], span) for make in CHARTS]
    return [chart._replace(doubts=_doubts(years, chart.table)) for chart in charts]


def _doubts(years: Sequence[AgencyYear], table: str) -> frozenset[int]:
    """The years in which a sum of the statutory table that a chart is made from does not hold."""
    return frozenset(one.year for one in years if any(f.is_error and f.table == table for f in one.findings))


def _requests() -> Table:
    return load_form("2021").table("requests")


def _name(table: Table, path: str) -> str:
    leaf = table.row(next(item.label for item in _trail(table, path)))
    return leaf.item.name if leaf else path


def _trail(table: Table, path: str) -> list[Any]:
    items, trail = table.rows, []
    for key in path.split("."):
        item = next(item for item in items if item.key == key)
        trail.append(item)
        items = item.items
    return trail[::-1]


def received(years: Sequence[AgencyYear | None], span: list[int]) -> Chart:
    """新收 on top of 上年结转: what the office had on its desk in a year."""
    table = _requests()
    series: Series = [
        (_name(table, row), [one.value(f"requests/{row}/total") if one else None for one in years])
        for row in ("carried_in", "new")
    ]
    return Chart("received", "收到的申请", "件", _bars(span, series, "stack", "件"), span, _rows(series))


def outcomes(years: Sequence[AgencyYear | None], span: list[int]) -> Chart:
    """How applications were answered, as shares of 办结总计."""
    table = _requests()
    groups = [f"outcome.{item.key}" for item in _trail(table, "outcome")[0].items if not item.total]
    counts: Series = [(_name(table, group), [_group(one, table, group) for one in years]) for group in groups]
    totals = [one.value("requests/outcome.total/total") if one else None for one in years]
    shares: Series = [(name, [_share(v, t) for v, t in zip(values, totals, strict=True)]) for name, values in counts]
    rows = [
        (name, [_with_share(value, total) for value, total in zip(values, totals, strict=True)]) for name, values in counts
    ]
    rows.append((_name(table, "outcome.total"), [_shown(total) for total in totals]))
    figure = _bars(span, shares, "stack", "%") if any(any(v is not None for v in values) for _, values in shares) else None
    note = "" if figure else "没有办结的申请，或者「总计」一列没有填写，画不出比例。"
    return Chart("outcomes", "申请怎样办结", "件和百分数", figure, span, rows, note)


def disputes(years: Sequence[AgencyYear | None], span: list[int]) -> Chart:
    """行政复议 and 行政诉讼 cases; the two kinds of 诉讼 are added up."""
    table = load_form("2021").table("disputes")
    series: Series = []
    for item in table.columns:
        totals = [_total_path(leaf) for leaf in table.column_leaves if leaf.trail[0] is item and leaf.item.total]
        series.append((item.name, [one.value(*totals) if one else None for one in years]))
    return Chart("disputes", "复议和诉讼", "件", _bars(span, series, "group", "件"), span, _rows(series), "", "disputes")


CHARTS: tuple[Callable[[Sequence[AgencyYear | None], list[int]], Chart], ...] = (received, outcomes, disputes)


def _total_path(leaf: Leaf) -> str:
    return f"disputes/cases/{leaf.path}"


def _group(one: AgencyYear | None, table: Table, group: str) -> Number:
    """The 总计-column figure of a group: its own row where the report prints one, else the sum of its rows."""
    if one is None:
        return None
    whole = f"requests/{group}/total"
    if whole in one.report.cells:
        return one.value(whole)
    parts = [f"requests/{leaf.path}/total" for leaf in table.row_leaves if leaf.path.startswith(f"{group}.")]
    return one.value(*parts)


def _share(value: Number, total: Number) -> Number:
    return round(Decimal(value) * 100 / Decimal(total), 1) if value is not None and total else None


def _shown(value: Number) -> str:
    return "" if value is None else str(value)


def _with_share(value: Number, total: Number) -> str:
    share = _share(value, total)
    return f"{_shown(value)}（{share}%）" if share is not None else _shown(value)


def _rows(series: Series) -> list[tuple[str, list[str]]]:
    return [(name, [_shown(value) for value in values]) for name, values in series]


def _bars(span: list[int], series: Series, mode: str, unit: str) -> dict[str, Any] | None:
    """Return a plotly figure without template (it would be most of the page), or None where there is no number."""
    if not any(value is not None for _, values in series for value in values):
        return None
    import plotly.graph_objects as go  # heavy: only a build with charts pays for it

    bars = [
        go.Bar(
            name=name,
            x=[str(year) for year in span],
            y=[None if value is None else float(value) if isinstance(value, Decimal) else value for value in values],
            marker={"color": COLOURS[i % len(COLOURS)]},
            hovertemplate=f"%{{x}} 年　%{{y}} {unit}",
        )
        for i, (name, values) in enumerate(series)
    ]
    layout = {
        "barmode": mode,
        "template": None,
        "margin": {"l": 44, "r": 8, "t": 12, "b": 24},
        "legend": {"orientation": "h", "y": -0.14, "traceorder": "normal"},
        "xaxis": {"type": "category", "fixedrange": True},
        "yaxis": {"rangemode": "tozero", "fixedrange": True, "tickformat": "d"},
        "bargap": 0.5 if len(span) < 4 else 0.25,
    }
    if unit == "%":
        layout["yaxis"] = {"range": [0, 100], "fixedrange": True, "ticksuffix": unit}
    figure: dict[str, Any] = go.Figure(data=bars, layout=layout).to_plotly_json()
    figure["layout"].pop("template", None)
    return {"data": [dict(trace) for trace in figure["data"]], "layout": figure["layout"]}

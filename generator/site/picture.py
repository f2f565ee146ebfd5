"""What stands on a page where a chart goes: its figures for ``nianbao.js``, and a small picture of them until then.

The picture is for readers without JavaScript and for the moment before plotly comes: plain bars in the colours of
``nianbao.css``, the years beneath, the highest value above. Its names are those of the table's rows.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from markupsafe import Markup

from generator.site.charts import Chart, Number
from generator.site.encode import drawing, text

_WIDE, _TOP, _BOTTOM, _HIGH = 320, 14, 136, 150
_LABELS = 9  # as many years as fit beneath
Bar = tuple[int, int, int, int]  # which colour, from the left, foot and height


def chart_element(chart: Chart, whose: str) -> Markup:
    """The place of a chart; empty where there is nothing to draw. ``whose`` is the agency, for those who do not see."""
    if chart.values is None:
        return Markup("")
    figures = ",".join(_figures(line) for line in chart.values)
    doubts = f' data-doubts="{_figures(sorted(chart.doubts))}"' if chart.doubts else ""
    return drawing(
        f'<div class="nb-chart" data-chart="{chart.kind.key}" data-from="{chart.years[0]}" data-values="{figures}"{doubts}>'
        f"{_picture(chart, chart.values, whose)}</div>"
    )


def _figures(values: Iterable[Number]) -> str:
    """Figures apart by spaces, ``-`` for none: digits and points only, nothing that a page could take for markup."""
    return " ".join("-" if value is None else str(value) if isinstance(value, int) else f"{value:f}" for value in values)


def _picture(chart: Chart, values: list[list[Number]], whose: str) -> str:
    step = _WIDE / len(chart.years)
    in_group = len(values) if chart.kind.bars == "group" else 1
    width = round(step * (0.5 if len(chart.years) <= 3 else 0.75) / in_group, 1)
    most = _highest(chart, values)
    paths = [""] * len(values)
    for colour, left, foot, high in _bars(chart, values, float(most), step, width):
        paths[colour] += f"M{left} {foot}v-{high}"
    every = -(-len(chart.years) // _LABELS)
    years = [(round(step * (i + 0.5)), year) for i, year in enumerate(chart.years) if i % every == 0]
    bars = "".join(f'<path d="{path}"/>' for path in paths)
    labels = "".join(f'<tspan x="{left}">{year}</tspan>' for left, year in years)
    return (
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{text(f"{whose}：{chart.kind.title}，数字见下表")}">'
        f'<g stroke-width="{width:g}">{bars}</g>'
        f'<text x="2" y="9">{text(f"{most}{chart.kind.axis}")}</text>'
        f'<text y="147">{labels}</text></svg>'
    )


def _highest(chart: Chart, values: list[list[Number]]) -> int | Decimal:
    if chart.kind.total:
        return 100
    known = [[value for value in year if value is not None] for year in zip(*values, strict=True)]
    highest: int | Decimal = 0
    for year in known:
        highest = max(highest, sum(year) if chart.kind.bars == "stack" else max(year, default=0))
    return highest


def _bars(chart: Chart, values: list[list[Number]], most: float, step: float, width: float) -> Iterator[Bar]:
    """Each bar that is higher than nothing, by year; what is stacked begins where the one below it ends."""
    grouped = chart.kind.bars == "group"
    for i in range(len(chart.years)):
        foot = _BOTTOM
        for colour, line in enumerate(values):
            value = line[i]
            if not value or value < 0 or not most:
                continue
            high = max(1, round(float(value) / most * (_BOTTOM - _TOP)))
            aside = width * (colour - (len(values) - 1) / 2) if grouped else 0
            yield colour, round(step * (i + 0.5) + aside), foot, high
            foot -= 0 if grouped else high

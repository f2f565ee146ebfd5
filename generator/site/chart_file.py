"""``assets/charts.json``: what all charts of a kind share, made once with plotly and joined to a page's figures by
``nianbao.js``. Only here is plotly imported: a figure for each page took 12 ms and 7 KB, more than all its tables.

Texts are constants or names of the statutory form, escaped because plotly reads some HTML in them; what a report says
never gets here. The names of the parts: ``config``, ``kinds``, ``templates``, ``doubtful``, ``few``.
"""

import html
import json
from functools import cache
from typing import Any

from generator.site.charts import CHARTS, Kind

# Told apart by readers who do not tell red from green (Okabe and Ito's order), and brighter on a dark ground. The
# pictures that stand in for the charts have them in nianbao.css.
COLOURS = {
    "light": ("#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#cc79a7", "#8c8c8c"),
    "dark": ("#3d9bdc", "#8fd0f5", "#f07f35", "#f2b93b", "#2fc296", "#e29bc4", "#a8a8a8"),
}
_INK = {"light": ("#212121", "#e0e0e0"), "dark": ("#d7dae3", "#3d4250")}  # letters, lines


@cache
def chart_file() -> bytes:
    """The published file, the same bytes whenever the kinds are the same."""
    parts = {
        "config": {"displayModeBar": False, "displaylogo": False, "responsive": True},
        "kinds": {kind.key: _figure(kind) for kind in CHARTS},
        "templates": {scheme: _template(scheme) for scheme in COLOURS},
        "doubtful": {"mark": " ✗"},  # beneath the years in which a sum does not hold
        "few": {"years": 3, "bargap": 0.5},
    }
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _figure(kind: Kind) -> dict[str, Any]:
    """Traces and layout of a kind, without figures."""
    import plotly.graph_objects as go  # heavy: only a build pays for it

    unit = html.escape(kind.axis)
    bars = [
        go.Bar(name=html.escape(series.name), hovertemplate=f"%{{x}} 年　%{{y}} {unit}") for series in kind.series()
    ]
    upright = {"range": [0, 100], "ticksuffix": unit} if kind.total else {"rangemode": "tozero", "tickformat": "d"}
    layout = go.Layout(
        barmode=kind.bars,
        bargap=0.25,
        margin={"l": 44, "r": 8, "t": 12, "b": 24},
        legend={"orientation": "h", "y": -0.14, "traceorder": "normal"},
        xaxis={"type": "category", "fixedrange": True},
        yaxis={**upright, "fixedrange": True},
    )
    return {"data": [bar.to_plotly_json() for bar in bars], "layout": layout.to_plotly_json()}


def _template(scheme: str) -> dict[str, Any]:
    import plotly.graph_objects as go

    letters, lines = _INK[scheme]
    layout = {
        "font": {"color": letters},
        "colorway": list(COLOURS[scheme]),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {"linecolor": lines, "showline": True},
        "yaxis": {"gridcolor": lines, "zerolinecolor": lines},
    }
    plain: dict[str, Any] = go.layout.Template(layout=layout).to_plotly_json()
    return plain

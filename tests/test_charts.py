"""Charts: one shared file for all, a small picture on the page, and the plotly.js that the browser gets."""

import json
import os
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import plotly
import plotly.graph_objects as go
import pytest

from generator.pipeline import Built, Folders
from generator.site.chart_file import COLOURS, chart_file
from generator.site.charts import CHARTS, Chart, Kind, Series, agency_charts
from generator.site.judged import Judged
from generator.site.model import AgencyYear
from generator.site.picture import chart_element
from generator.site.plotly_js import PACKAGE, plotly_js

ROOT = Path(__file__).resolve().parents[1]
SHARED = json.loads(chart_file())


def five_years(site: tuple[Folders, Built]) -> list[list[AgencyYear]]:
    """Every agency of the archive with its newest report five years over."""
    newest = [years[-1] for years in site[1].archive.by_agency.values() if years]
    held = [(one, one.judged) for one in newest]
    return [[AgencyYear(one.agency, one.year + i, partial(_held, judged)) for i in range(5)] for one, judged in held]


def _held(judged: Judged) -> Judged:
    return judged


def test_every_kind_is_in_the_shared_file_and_plotly_takes_it() -> None:
    """The published file has each kind, its series in the order of the table, and both palettes; plotly checks it."""
    assert set(SHARED["kinds"]) == {kind.key for kind in CHARTS}
    for kind in CHARTS:
        figure = SHARED["kinds"][kind.key]
        assert [trace["name"] for trace in figure["data"]] == [series.name for series in kind.series()]
        for template in SHARED["templates"].values():
            go.Figure(data=figure["data"], layout={**figure["layout"], "template": template})
            assert len(template["layout"]["colorway"]) >= len(figure["data"])
    assert set(SHARED["templates"]) == {"light", "dark"}
    assert SHARED["config"]["displaylogo"] is False


def test_the_shared_file_is_small_and_always_the_same() -> None:
    """Nothing of plotly's own template is in it, and no order of making shows."""
    data = chart_file()
    chart_file.cache_clear()
    assert chart_file() == data
    assert len(data) < 4000


def test_texts_of_charts_are_escaped_and_hover_texts_are_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    """plotly reads links and bold type in names: what looks like them is escaped, and no name enters a hover text."""
    hostile = '<a href="https://example.org">%{y}$\\alpha$</a>'
    kind = Kind("hostile", hostile, "件", "stack", "requests", lambda: (Series(hostile, "requests/new/total"),))
    monkeypatch.setattr("generator.site.chart_file.CHARTS", (kind,))
    chart_file.cache_clear()
    [trace] = json.loads(chart_file())["kinds"]["hostile"]["data"]
    chart_file.cache_clear()
    assert "<" not in trace["name"]
    assert trace["hovertemplate"] == "%{x} 年　%{y} 件"


def test_the_picture_has_the_colours_of_the_charts(root: Path) -> None:
    """The colours of the style sheet are those of the shared file, light and dark, in the same order."""
    styles = (root / "site_config/assets/nianbao.css").read_text("utf-8")
    found = re.findall(r"--nb-(\d): (#[0-9a-f]{6})", styles)
    assert [colour for _, colour in found] == [*COLOURS["light"], *COLOURS["dark"]]
    assert [int(number) for number, _ in found] == [*range(1, 8), *range(1, 8)]


def test_pictures_are_small_and_named(site: tuple[Folders, Built]) -> None:
    """Five years of every real agency: at most 1.2 KB each, an accessible name, no script, a path for each series."""
    tried = 0
    for years in five_years(site):
        for chart in agency_charts(years):
            element = str(chart_element(chart, years[0].agency.name))
            if chart.values is None:
                assert element == ""
                continue
            assert len(element.encode()) <= 1200
            assert f'role="img" aria-label="{years[0].agency.name}：{chart.kind.title}，数字见下表"' in element
            assert element.count("<path") == len(chart.kind.series())
            assert "script" not in element
            tried += 1
    assert tried > 10


def test_bars_stand_where_the_figures_say() -> None:
    """Stacked bars begin where the one below ends, the highest reaches the top, and what is blank has no bar."""
    kind = CHARTS[0]
    chart = Chart(kind, [2020, 2021, 2022, 2023], [[10, None, 0, 30], [10, 5, None, 31]], [])
    paths = re.findall(r'<path d="([^"]*)"', str(chart_element(chart, "示例镇")))
    bars = [re.findall(r"M(\d+) (\d+)v-(\d+)", path) for path in paths]
    assert [[int(left) for left, _, _ in series] for series in bars] == [[40, 280], [40, 120, 280]]
    heights = [[int(high) for _, _, high in series] for series in bars]
    assert heights[0][1] + heights[1][2] == 122
    assert int(bars[1][2][1]) == 136 - heights[0][1]


def test_a_whole_group_is_read_from_its_own_row_or_from_its_parts(site: tuple[Folders, Built]) -> None:
    """A group that a report prints as one row is that row; with a blank among its parts there is no figure."""
    one = next(one for one in site[1].archive.years if one.form and one.form.id == "2021")
    series = Series("", "requests/none/total", ("requests/new/total", "requests/carried_in/total"))
    both = one.report.value("requests/new/total"), one.report.value("requests/carried_in/total")
    assert None not in both
    assert series.value(one) == sum(value for value in both if value is not None)
    assert series._replace(whole="requests/new/total").value(one) == both[0]
    assert series._replace(parts=("requests/new/total", "requests/none/total")).value(one) is None
    assert series.value(None) is None


def test_sums_of_ours_are_told_apart_from_what_is_printed(site: tuple[Folders, Built]) -> None:
    """行政诉讼 has no total in the form; a group is named with its years where only some reports print no row of it."""
    parts = [f"disputes/cases/litigation.{kind}.total" for kind in ("direct", "after_review")]
    years = [one for one in site[1].archive.years if one.form and one.form.id == "2021"]
    one = next(one for one in years if one.value(*parts) is not None)
    [disputes] = [chart for chart in agency_charts([one]) if chart.kind.key == "disputes"]
    assert disputes.added == ("「行政诉讼」",)
    outcomes = CHARTS[1]
    group = next(series for series in outcomes.series() if len(series.parts) > 1)
    cells = {path: cell for path, cell in one.report.cells.items() if path not in group.parts}
    cell = one.report.cells["requests/new/total"]
    printed = one.report.model_copy(update={"cells": {**cells, group.whole: cell}})
    summed = one.report.model_copy(
        update={"cells": {**one.report.cells, **dict.fromkeys(group.parts, cell.model_copy(update={"value": 2}))}}
    )
    years = [AgencyYear(one.agency, year, lambda report=report: one.judged._replace(report=report))  # type: ignore[misc]
             for year, report in ((2021, printed), (2022, summed))]  # fmt: skip
    [chart] = [chart for chart in agency_charts(years) if chart.kind is outcomes]
    assert f"「{group.name}」（2022 年）" in chart.added


def whole() -> bytes:
    return (Path(plotly.__file__).parent / "package_data/plotly.min.js").read_bytes()


def test_the_small_bundle_serves_where_it_is(tmp_path: Path) -> None:
    """Of the same major version as the plotly package it is published, and nothing is said."""
    major = re.search(rb"plotly\.js v(\d+)\.", whole()[:400])
    assert major
    small = tmp_path / "plotly-basic.min.js"
    small.write_bytes(b"/**\n* plotly.js (basic - minified) v" + major[1] + b".9.9\n*/")
    assert plotly_js(small) == (small.read_bytes(), "")


def test_the_whole_bundle_serves_otherwise_and_the_build_says_so(tmp_path: Path) -> None:
    """Not there, or of another major version: the package's own is published, with one Chinese sentence."""
    absent = plotly_js(tmp_path / "absent.js")
    assert absent.data == whole()
    assert "没有取得" in absent.remark
    other = tmp_path / "other.js"
    other.write_bytes(b"/**\n* plotly.js (basic - minified) v1.58.5\n*/")
    assert plotly_js(other).data == whole()
    assert "版本不合" in plotly_js(other).remark


def test_the_lock_is_of_the_major_version_of_the_package() -> None:
    """What is locked for the browser draws what the plotly package writes."""
    locked = json.loads((ROOT / "requirements/browser/package.json").read_text("utf-8"))["dependencies"][PACKAGE]
    assert whole()[:400].find(f"plotly.js v{locked.partition('.')[0]}.".encode()) > 0


def _set_up(tmp_path: Path, npm: str | None) -> list[subprocess.CompletedProcess[str]]:
    """Run the set-up twice in a copy of the project, with a npm that is this script, or with none."""
    for part in ("tools/setup-plotly.sh", "requirements/browser"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / part, tmp_path / part)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "env", "dirname", "cat", "cut", "find", "mkdir", "rm", "cp", "touch", "sha256sum", "shasum"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    if npm is not None:
        (tools / "npm").write_text(f"#!/usr/bin/env bash\n{npm}\n", "utf-8")
        (tools / "npm").chmod(0o755)
    run = [str(tmp_path / "tools/setup-plotly.sh")]
    settings = {**os.environ, "PATH": str(tools)}
    return [subprocess.run(run, env=settings, capture_output=True, encoding="utf-8", check=True) for _ in range(2)]


@pytest.mark.parametrize(("npm", "why"), [(None, "没有 npm"), ("exit 1", "npm 没有取到")])
def test_without_npm_or_network_the_set_up_goes_on(tmp_path: Path, npm: str | None, why: str) -> None:
    """It ends well and says so in one sentence, once."""
    first, second = _set_up(tmp_path, npm)
    assert why in first.stdout
    assert len(first.stdout.splitlines()) == 1
    assert second.stdout == ""


def test_the_set_up_asks_npm_for_the_lock_and_nothing_else(tmp_path: Path) -> None:
    """npm ci, which takes only what the lock names; no script of a package runs; the second run asks nothing."""
    first, second = _set_up(tmp_path, 'echo "$@" >>"$3/../asked"')
    assert first.stdout == second.stdout == ""
    [asked] = (tmp_path / ".venv/asked").read_text("utf-8").splitlines()
    assert asked.startswith("ci --prefix .venv/browser --ignore-scripts ")

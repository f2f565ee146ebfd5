"""Findings across years lead to both reports; findings that a correction settles say so."""

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from fictional import write_archive
from lxml import html
from samples import Sample, count, make_sample
from sheet import lay_out

from generator.checks import Archived, Body, Limits, judge
from generator.cli import main
from generator.demo.writers.tabs import as_tabs
from generator.pipeline import gather
from generator.report import Report
from generator.site.build import build
from generator.site.model import Archive

IN, OUT = "requests/carried_in/total", "requests/carried_out/total"
PATH = "requests/new/person"


def _write(content: Path, sample: Sample, year: int) -> Path:
    path = content / f"reports/shili-qingshan/{year}.txt"
    path.write_text(as_tabs(lay_out(sample._replace(year=year).without_regulations())), "utf-8")
    return path


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """青山镇's reports of 2021 and 2022, which do not fit together."""
    content = write_archive(tmp_path / "content")
    for year, seed in ((2021, 31), (2022, 35)):
        _write(content, make_sample(("2021", False), seed), year)
    return content


def _archive(content: Path) -> Archive:
    return gather(content, content.parent / "no-config", 1, lambda *_: None)


def _report(found: Archive, year: int) -> Report:
    return next(one.report for one in found.years if (one.agency.id, one.year) == ("shili-qingshan", year))


def _pages(content: Path) -> dict[str, html.HtmlElement]:
    pages = build(_archive(content))
    return {p.path: html.fromstring(p.data.decode().split("---\n", 2)[2]) for p in pages if p.path.endswith(".md")}


def _rows(content: Path) -> list[dict[str, str]]:
    data = next(page.data for page in build(_archive(content)) if page.path == "data/findings.csv")
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_a_finding_names_the_cell_of_last_year(years: Path) -> None:
    """What is printed there and where in that file; left and right stay as they were; what holds names nothing."""
    found = _archive(years)
    body = {"shili-qingshan": Body("shili-qingshan", "示例县青山镇人民政府")}
    findings = judge(_report(found, 2022), Archived([one.report for one in found.years], body, Limits()))
    [carried] = [f for f in findings if f.check == "requests-carried-over" and f.left == [IN]]
    assert (carried.status, carried.right) == ("fail", [f"2021:{OUT}"])
    cell = _report(found, 2021).cells[OUT]
    [other] = carried.elsewhere
    assert (other.year, other.path, other.raw, other.place) == (2021, OUT, cell.raw, cell.place)
    assert all(not f.elsewhere for f in findings if f.status != "fail")


@pytest.mark.parametrize("page", ["a/shili-qingshan/2022.md", "findings/index.md", "checks/requests-carried-over.md"])
def test_every_page_with_the_finding_leads_to_last_years_cell(years: Path, page: str) -> None:
    """On the report's page, in the list and on the page of the check: label, figure, place, and a link to the cell."""
    cell = _report(_archive(years), 2021).cells[OUT]
    links = _pages(years)[page].xpath(
        "//span[@class='nb-beyond']/a[contains(@href, '2021/?cell=requests-24-6#t-requests')]"
    )
    assert links
    told = links[0].getparent().text_content()
    assert "2021 年度报告" in told
    assert f"印作「{cell.raw}」" in told
    assert cell.place in told


def test_data_and_terminal_name_it_too(years: Path) -> None:
    """The JSON and the CSV have the cell beside left and right; a line of the terminal stands alone."""
    cell = _report(_archive(years), 2021).cells[OUT]
    rows = [row for row in _rows(years) if row["check"] == "requests-carried-over" and row["left"] == IN]
    [row] = [row for row in rows if row["year"] == "2022"]
    assert (row["right"], row["elsewhere"]) == (f"2021:{OUT}", f"2021:{OUT} {cell.raw} {cell.place}")
    run = CliRunner()
    told = json.loads(run.invoke(main, ["check", "--content", str(years), "--format", "json"]).stdout)
    carried = [f for f in told["findings"] if f["left"] == [IN] and f["check"] == "requests-carried-over"]
    [finding] = [f for f in carried if f["year"] == 2022]
    assert finding["elsewhere"] == [{"year": 2021, "path": OUT, "raw": cell.raw, "place": cell.place}]
    lines = run.invoke(main, ["check", "--content", str(years)]).stdout
    assert f"（2021 年度报告印作「{cell.raw}」，{cell.place}）" in lines


def _correct(content: Path, to: str) -> None:
    """青山镇's report of 2022 with one figure too high by one, and a correction of it to ``to``."""
    sample = make_sample(("2021", False), 4).without_regulations()
    true = count(sample.cells[PATH])
    path = _write(content, sample._replace(cells={**sample.cells, PATH: true + 1}), 2022)
    said = {"cell": PATH, "from": str(true + 1), "to": str(true) if to == "true" else to, "reason": "录入有误"}
    correction = {**said, "evidence": "来函", "date": "2024-05-01"}
    path.with_suffix(".yml").write_text(yaml.safe_dump({"corrections": [correction]}, allow_unicode=True), "utf-8")


@pytest.mark.parametrize(
    ("to", "status", "words"),
    [("true", "pass", "按更正后的数，这一条成立"), ("987654", "fail", "按更正后的数，这一条仍不成立")],
)
def test_a_finding_says_what_its_correction_makes_of_it(content: Path, to: str, status: str, words: str) -> None:
    """On the report's page, in the list, on the page of the check and in the CSV; the printed figure still fails."""
    _correct(content, to)
    pages = _pages(content)
    [failed, *_] = [f for one in _archive(content).years for f in one.findings if f.is_error]
    for page in ("a/shili-qingshan/2022.md", "findings/index.md", f"checks/{failed.check}.md"):
        assert words in pages[page].text_content(), page
    rows = [row for row in _rows(content) if row["id"] == failed.id and row["status"] == "fail"]
    assert [row["after_correction"] for row in rows] == [status]


def _correct_last_year(content: Path, to: str | None) -> tuple[str, str]:
    """A correction of what 青山镇's report of 2021 carries out; what it prints, and what 2022 carries in."""
    found = _archive(content)
    printed, taken = _report(found, 2021).cells[OUT].raw.strip(), str(_report(found, 2022).value(IN))
    said = {"cell": OUT, "from": printed, "to": taken if to == "true" else to, "reason": "录入有误"}
    text = yaml.safe_dump({"corrections": [{**said, "evidence": "来函", "date": "2024-05-01"}]}, allow_unicode=True)
    (content / "reports/shili-qingshan/2021.yml").write_text(text, "utf-8")
    return printed, taken


@pytest.mark.parametrize(
    ("to", "status", "words"), [("true", "pass", "成立"), ("987654", "fail", "仍不成立"), (None, "unknown", "无法核对")]
)
def test_a_correction_reaches_the_next_year(years: Path, to: str | None, status: str, words: str) -> None:
    """The finding of 2022 says from what to what 2021 was corrected, and what becomes of it; the printed one stays."""
    printed, taken = _correct_last_year(years, to)
    now = {"true": taken, None: "空白"}.get(to, to)
    for name in ("a/shili-qingshan/2022.md", "findings/index.md", "checks/requests-carried-over.md"):
        told = _pages(years)[name].text_content()
        assert f"印作「{printed}」，更正为 {now}（2024-05-01，录入有误）" in told, name
        assert f"按更正后的数，这一条{words}" in told, name
    rows = [row for row in _rows(years) if row["check"] == "requests-carried-over" and row["left"] == IN]
    [row] = [row for row in rows if row["year"] == "2022"]
    assert (row["status"], row["after_correction"]) == ("fail", status)
    assert row["elsewhere"].endswith(f" 更正为「{now}」")
    lines = CliRunner().invoke(main, ["check", "--content", str(years)]).stdout.splitlines()
    assert [line for line in lines if f"，更正为「{now}」）" in line and line.endswith(f"（按更正后的数{words}）")]


def test_a_void_correction_of_last_year_says_nothing(years: Path) -> None:
    """One that does not fit what 2021 prints changes nothing in 2022 either."""
    _correct_last_year(years, "true")
    sidecar = years / "reports/shili-qingshan/2021.yml"
    sidecar.write_text(sidecar.read_text("utf-8").replace("from: '", "from: '9876"), "utf-8")
    [row] = [
        row
        for row in _rows(years)
        if row["year"] == "2022" and row["check"] == "requests-carried-over" and row["left"] == IN
    ]
    assert "更正" not in row["elsewhere"]
    assert row["after_correction"] == ""


def test_what_a_correction_does_not_touch_says_nothing_of_it(years: Path) -> None:
    """Only findings that rest on the cell, or that it settles, mention a correction."""
    _correct(years, "true")
    rows = _rows(years)
    silent = [row for row in rows if row["status"] == "fail" and row["after_correction"] == ""]
    assert silent
    assert all(PATH not in row["left"].split() + row["right"].split() for row in silent)
    assert not [row for row in rows if row["status"] != "fail" and row["after_correction"]]


def test_the_terminal_says_what_a_correction_settles(content: Path) -> None:
    _correct(content, "true")
    lines = CliRunner().invoke(main, ["check", "--content", str(content)]).stdout.splitlines()
    failed = [line for line in lines if "2022.txt：不成立 " in line]
    assert failed
    assert all(line.endswith("（按更正后的数成立）") for line in failed)


def test_the_terminal_names_the_line_of_a_faulty_sidecar(content: Path) -> None:
    """File, line, what is wrong and what would be right."""
    (content / "reports/shili-xian/2022.yml").write_text("note: 示例\nreviws: []\n", "utf-8")
    lines = CliRunner().invoke(main, ["check", "--content", str(content)]).stdout
    where = f"{content}/reports/shili-xian/2022.yml：第 2 行 旁注里有一项没有采用：不认识「reviws」"
    assert f"{where}这一项，是不是「reviews」？" in lines

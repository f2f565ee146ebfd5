"""Scanned reports: recognised where the extra is there, marked as such, and never the ground of a judgement."""

import csv
import io
import json
from pathlib import Path

import pypdfium2
import pytest
from fictional import write_archive
from lxml import html

from generator.checks import judge, verdict_of
from generator.errors import Refusal
from generator.parse import parse
from generator.pipeline import gather
from generator.readers import ocr, read
from generator.report import Report
from generator.site.build import build
from generator.site.model import Archive


@pytest.fixture(scope="session")
def scan(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The third page of a real report as a picture: the end of table two and most of table three."""
    pytest.importorskip("rapidocr", reason="没有安装识别组件（make ocr）")
    path = tmp_path_factory.mktemp("scan") / "hongze-2024.pdf"
    page = pypdfium2.PdfDocument(corpus / "found" / "hongze-2024.pdf")[2]
    page.render(scale=200 / 72, grayscale=True).to_pil().save(path, resolution=200)
    return path


@pytest.fixture(scope="session")
def recognised(scan: Path) -> Report:
    return parse(read(scan))


def test_a_scan_is_read_or_left_open_but_not_wrong(corpus: Path, recognised: Report) -> None:
    """Of the page's cells nearly all are read, and each is the original's or None."""
    original = parse(read(corpus / "found" / "hongze-2024.pdf"))
    pairs = [(cell.value, original.value(path)) for path, cell in recognised.cells.items()]
    assert len(pairs) == 94  # three rows of one, thirteen of seven
    assert [pair for pair in pairs if pair[0] not in (None, pair[1])] == []
    assert sum(value is not None for value, _ in pairs) >= 90


def test_every_recognised_cell_is_marked(recognised: Report) -> None:
    """The mark stands at each cell and in the notices; a report from text has none in its JSON."""
    assert {cell.ocr for cell in recognised.cells.values()} == {True}
    assert "ocr" in {notice.code for notice in recognised.notices}
    assert recognised.model_dump(mode="json")["cells"]["requests/new/total"]["ocr"] is True
    plain = recognised.cells["requests/new/total"].model_copy(update={"ocr": False})
    assert set(plain.model_dump(mode="json")) == {"value", "raw", "place"}


def test_recognised_figures_neither_pass_nor_fail(recognised: Report) -> None:
    """A sum of figures that nobody compared with the original says nothing about the agency."""
    findings = judge(recognised)
    assert findings
    assert {finding.status for finding in findings} == {"unknown"}
    assert verdict_of(recognised, findings).key == "unverifiable"


def test_compared_figures_are_judged(recognised: Report) -> None:
    """Once the maintainer has compared them, they are figures like any others."""
    compared = {path: cell.model_copy(update={"ocr": False}) for path, cell in recognised.cells.items()}
    report = recognised.model_copy(update={"cells": compared})
    assert "pass" in {finding.status for finding in judge(report)}


def test_without_the_extra_it_says_what_to_install(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan is recognised as one, and the sentence names the command."""
    monkeypatch.setattr(ocr, "_engine", lambda: None)
    with pytest.raises(Refusal, match="make ocr") as refused:
        read(scan)
    assert refused.value.code == "no-text"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is built of the fictional archive with 示例县's report of 2022 taken for a scan."""
    content = write_archive(tmp_path_factory.mktemp("scanned") / "content")
    found = gather(content, content.parent / "no-config", 1, lambda *_: None)
    reports = [_as_scan(one.report) if one.url == "a/shili-xian/2022/" else one.report for one in found.years]
    return {page.path: page.data.decode() for page in build(Archive(found.config, found.registry, reports, ()))
            if page.path.endswith((".md", ".csv", "datapackage.json"))}  # fmt: skip


def _as_scan(report: Report) -> Report:
    cells = {path: cell.model_copy(update={"ocr": True}) for path, cell in report.cells.items()}
    return report.model_copy(update={"cells": cells})


def test_no_recognised_figure_is_drawn_and_each_table_marks_its_year(pages: dict[str, str]) -> None:
    """On the agency's page: its year in the list and above each table; figures of other years are drawn as ever."""
    page = html.fromstring(pages["a/shili-xian/index.md"].split("---\n", 2)[2])
    heads = [th.text_content() for th in page.xpath("//th") if th.text_content().startswith("2022")]
    assert len(heads) == 4
    assert all("扫描件识别，未核对" in head for head in heads)
    assert len(page.xpath("//p[contains(., '2022 年的数字由扫描件识别，未核对')]")) == 3
    for chart in page.xpath("//div[@class='nb-chart']"):
        place = 2022 - int(chart.get("data-from"))
        assert {line.split()[place] for line in chart.get("data-values").split(",")} == {"-"}
    other = html.fromstring(pages["a/shili-qingshan/index.md"].split("---\n", 2)[2])
    assert other.xpath("//div[@class='nb-chart']")
    assert "扫描件" not in other.text_content()


def test_published_data_mark_recognised_figures(pages: dict[str, str]) -> None:
    """A column at the end of each file with figures, 1 for those and nothing for all others; described as well."""
    for name in ("data/reports.csv", "data/cells.csv", "a/shili-xian/2022/data.csv"):
        rows = list(csv.DictReader(io.StringIO(pages[name], newline="")))
        assert list(rows[0])[-1] == "ocr", name
        assert all((row["ocr"] == "1") == (row["agency_id"] + row["year"] == "shili-xian2022") for row in rows), name
    described = {
        one["name"]: one["schema"]["fields"] for one in json.loads(pages["data/datapackage.json"])["resources"]
    }
    assert [described[name][-1]["name"] for name in ("reports", "cells")] == ["ocr", "ocr"]

"""Scanned reports: recognised where the extra is there, marked as such, and never the ground of a judgement."""

from pathlib import Path

import pypdfium2
import pytest

from generator.checks import judge, verdict_of
from generator.errors import Refusal
from generator.parse import parse
from generator.readers import ocr, read
from generator.report import Report


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

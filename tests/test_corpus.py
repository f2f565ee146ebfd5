"""Real reports in their own formats, and the beginnings of twelve more, read cell by cell."""

import json
from pathlib import Path
from typing import Any

import pytest
from test_reading import rows, same

from generator.parse import parse
from generator.readers import read

FOUND = ("hongze-2023.pdf", "hongze-2024.pdf", "shanghai-bgt-2019.html", "shuyang-2025.md")
# What somebody read in the beginnings of reports that the corpus has no table of truth for: figures alone, · is blank.
PARTIAL = sorted((Path(__file__).parent / "partial").glob("*.json"))


@pytest.mark.parametrize("name", FOUND)
def test_an_original_is_read_cell_by_cell(corpus: Path, name: str) -> None:
    """Web page, PDF and Markdown: every cell of the table of truth, its agency, year and form, nothing besides."""
    path = corpus / "found" / name
    expected = json.loads((corpus / "expected" / f"{path.stem}.json").read_text("utf-8"))
    report = parse(read(path))
    assert [fact for fact, value in expected["cells"].items() if not same(report.value(fact), value)] == []
    extra = set(report.cells) - set(expected["cells"])
    # The table of truth leaves out what the page prints beside zeros as blanks (see the closing note of the corpus).
    assert not extra or name.startswith("shanghai")
    assert (report.year, report.form) == (expected["year"], expected["form"])


@pytest.mark.parametrize("path", PARTIAL, ids=lambda path: path.stem)
def test_a_beginning_is_read_as_a_person_read_it(corpus: Path, path: Path) -> None:
    """All that a cut-off page still shows is read, what it has lost is blank or absent, and nothing else."""
    expected: dict[str, Any] = json.loads(path.read_text("utf-8"))
    report = parse(read(corpus / "partial" / f"{path.stem}.txt"))
    found = {"agency": report.agency.name, "year": report.year, "form": report.form, "published": report.published}
    assert {**found, "rows": rows(report)} == expected


def test_no_beginning_is_forgotten(corpus: Path) -> None:
    """Each file of the corpus' partial reports has its expected figures here."""
    assert {path.stem for path in (corpus / "partial").glob("*.txt")} == {path.stem for path in PARTIAL}


def test_printed_characters_are_kept_as_they_are(corpus: Path) -> None:
    """Traditional labels are matched by conversion; what is shown to people stays as printed."""
    report = parse(read(corpus / "partial" / "hubei-wuhan-sthjj-2020-traditional.txt"))
    [extra] = report.leftovers  # a row that Hubei added to the form
    assert extra.text.startswith("其他主動公開檔案")
    assert extra.text.endswith("186 86 255")


def test_the_blank_national_form_says_nothing(corpus: Path) -> None:
    """The official template has every row and not one figure."""
    report = parse(read(corpus / "official" / "template-2021-30.docx"))
    assert report.form == "2021"
    assert {cell.value for cell in report.cells.values()} == {None}
    assert {cell.raw for cell in report.cells.values()} == {""}
    [notice] = [notice for notice in report.notices if notice.code in ("row-missing", "table-missing")]
    assert notice.message == "表格「政府信息公开行政复议、行政诉讼情况」只有表头，读不到数字"

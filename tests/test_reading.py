"""Whole files: five real reports cell by cell, and small fictional ones that each teach one quirk."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generator.form import load_form
from generator.parse import parse
from generator.readers import read
from generator.report import Report

SEEDS = ("000", "001", "002", "003", "004")
GOLDEN = sorted((Path(__file__).parent / "reports").glob("*.txt"))


def same(value: object, expected: object) -> bool:
    """Equal as numbers, with blank equal to nothing but blank."""
    if value is None or expected is None:
        return value is expected
    return Decimal(str(value)) == Decimal(str(expected))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_real_report_is_read_cell_by_cell(corpus: Path, seed: str) -> None:
    """Every cell of the table of truth is there with its value, blanks as blanks, and nothing besides."""
    expected = json.loads((corpus / "expected" / f"seed-{seed}.json").read_text("utf-8"))
    [path] = (corpus / "seeds").glob(f"{seed}_*.txt")
    report = parse(read(path))
    assert [fact for fact, value in expected["cells"].items() if not same(report.value(fact), value)] == []
    assert set(expected["cells"]) <= set(report.cells)
    extra = {fact: report.value(fact) for fact in set(report.cells) - set(expected["cells"])}
    assert set(extra) <= set(expected.get("unsettled", []))
    assert set(extra.values()) <= {None, 0}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_real_report_is_known_by_agency_year_and_form(corpus: Path, seed: str) -> None:
    """Agency, year and form are those of the table of truth."""
    expected = json.loads((corpus / "expected" / f"seed-{seed}.json").read_text("utf-8"))
    [path] = (corpus / "seeds").glob(f"{seed}_*.txt")
    report = parse(read(path))
    assert (report.agency.name, report.year, report.form) == (expected["agency"], expected["year"], expected["form"])


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_quirk_is_read_as_a_person_read_it(path: Path) -> None:
    """A file named for what it teaches gives exactly what stands beside it."""
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert told(parse(read(path, path.name))) == expected


def told(report: Report) -> dict[str, Any]:
    """A report in few lines: a row of figures as one text, · for a blank."""
    return {
        "title": report.title,
        "agency": report.agency.name,
        "year": [report.year, report.basis.year],
        "published": report.published,
        "form": report.form,
        "rows": rows(report),
        "texts": report.texts,
        "notices": [[notice.code, notice.fact] for notice in report.notices],
        "leftovers": [leftover.text for leftover in report.leftovers],
    }


def rows(report: Report) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for path in load_form(report.form or "").all_facts:
        if path in report.cells:
            value = report.value(path)
            found.setdefault(path.rpartition("/")[0], []).append("·" if value is None else str(value))
    return {row: " ".join(values) for row, values in found.items()}


def test_every_golden_file_stands_beside_its_input() -> None:
    """No expected result without an input, no input without an expected result."""
    inputs = {path.stem for path in GOLDEN}
    assert inputs
    assert inputs == {path.stem for path in (Path(__file__).parent / "reports").glob("*.json")}

"""Hostile and broken files of every kind: each ends no worse than its manifest allows, as far as reading goes."""

import json
import re
import shutil
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from places import ROOT, torture_path

from generator.checks import judge
from generator.errors import Refusal
from generator.parse import parse
from generator.readers import read
from generator.report import Report

sys.path.insert(0, str(ROOT / "tools"))

from torture import GOLDEN, outcomes, table

# What the manifest allows besides an exact reading. "flag" is a notice or a failing check, never another value.
MAY_REFUSE = {
    "exact_or_flag_or_quarantine",
    "exact_or_quarantine",
    "flag_or_quarantine",
    "flag_or_quarantine_or_both",
    "quarantine",
    "quarantine_or_flag",
    "quarantine_or_ignore",
    "survive",
}
MUST_TELL = {"flag", "flag_or_quarantine", "quarantine", "quarantine_or_flag"}
# These concern more than one file: the archive's own tests cover them.
WHOLE_ARCHIVE = {"duplicate-report", "near-duplicate"}


def cases() -> list[Any]:
    """One parameter per file; the paths are looked up again when the test runs."""
    folder = torture_path()
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return [pytest.param(None, None, id="manifest")]
    found = []
    for case in json.loads(manifest.read_text("utf-8"))["cases"]:
        files = sorted(path for path in (folder / case["content"]).rglob("*") if path.is_file())
        found += [pytest.param(case, path, id=f"{case['id']}-{path.stem}"[:60]) for path in files]
    return found


CASES = pytest.mark.parametrize(("case", "path"), cases())


def outcome(path: Path) -> Report | Refusal:
    try:
        return parse(read(path))
    except Refusal as refusal:
        return refusal


def same(value: object, expected: object) -> bool:
    if value is None or expected is None:
        return value is expected
    return Decimal(str(value)) == Decimal(str(expected))


@CASES
def test_a_hostile_file_ends_no_worse_than_allowed(torture: Path, case: dict[str, Any], path: Path) -> None:
    """Exact, or None with a notice where the manifest says so, or refused with an allowed code; never another value."""
    expect = case["expect"]
    result = outcome(path)
    if isinstance(result, Refusal):
        assert expect["outcome"] in MAY_REFUSE
        allowed = {*expect.get("cause_any", []), *expect.get("issues_any", [])}
        if "unsupported-format" in allowed:
            allowed.add("not-a-report")  # better: LibreOffice is here, so the file was opened and found to be none
        assert result.code in allowed or not allowed
        assert (result.where, bool(result.what)) == (str(path), True)
        return
    codes = {notice.code for notice in result.notices}
    if any(finding.status == "fail" for finding in judge(result)):
        codes |= {"balance-mismatch", "sum-mismatch"}
    rows, cells = tuple(f"{row}/" for row in expect.get("flag_rows", ())), set(expect.get("flag_cells", ()))
    told = {notice.fact for notice in result.notices}
    cells |= told if "flag" in expect["outcome"] else set()
    for fact, value in expect.get("cells", {}).items():
        found = result.value(fact)
        if found is None and (fact in cells or fact.startswith(rows) or "table-missing" in codes) and value is not None:
            assert fact in told or fact.rpartition("/")[0] in told or "table-missing" in codes
        else:
            assert same(found, value), fact
    assert not {f for f in result.cells if result.value(f) is not None} - set(expect.get("cells", result.cells))
    for fact, values in expect.get("forbid", {}).items():
        assert result.value(fact) not in [Decimal(str(value)) for value in values]
    wanted = {*expect.get("issues_any", []), *expect.get("cause_any", [])} - {"too-large"}
    if expect["outcome"] in MUST_TELL and not wanted & WHOLE_ARCHIVE:
        assert codes & wanted
    if expect.get("issues_none"):
        assert not codes


@CASES
def test_a_hostile_file_is_known_by_its_own_name_or_not_at_all(torture: Path, case: dict[str, Any], path: Path) -> None:
    """Agency and year are those of the manifest, or None with a notice; a year that cannot be is never taken."""
    expect, result = case["expect"], outcome(path)
    if isinstance(result, Refusal):
        return
    codes = {notice.code for notice in result.notices}
    if "agency" in expect and result.agency.name is not None:
        assert result.agency.name in (expect["agency"], *expect.get("agency_any", []))
    if "year" in expect:
        assert result.year == expect["year"]
    assert result.year is None or result.year >= 2008
    assert (result.agency.name is None) == ("agency-missing" in codes)
    assert (result.year is None) <= ("year-missing" in codes)


def test_what_becomes_of_every_hostile_file_is_written_down(torture: Path) -> None:
    """The table of all outcomes is the one that was looked at; make torture ARGS=--update writes it anew."""
    told = [table(list(outcomes(torture)), with_costs=False), GOLDEN.read_text("utf-8")]
    if shutil.which("soffice") is None:  # only LibreOffice tells what such a file is
        told = [re.sub(r"(?m)^\| fmt-rtf-named-doc .*\n", "", one) for one in told]
    assert told[0] == told[1]


def test_the_hostile_files_are_there(torture: Path) -> None:
    """The table of cases is not empty where the files are."""
    assert len(cases()) > 90

"""Checks: sound reports pass, one wrong figure is caught and cited, and unknown is not wrong."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SHAPES, Sample, as_report, cell_of, count, make_sample, samples

from generator.archive import load_registry
from generator.checks import CHECKS, VERDICTS, arithmetic, judge, verdict_of
from generator.form import load_form, load_forms
from generator.ingest import ingest
from generator.report import Cell, Finding, Notice, Report
from generator.scan import scan

CHECKED = ("requests/", "disputes/")
UNREAD = Cell(value=None, raw="约3", place="第1行第1格")


def failing(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.status == "fail"]


def checked_paths(sample: Sample) -> list[str]:
    return [path for path in sample.cells if path.startswith(CHECKED)]


@given(samples())
@settings(max_examples=40)
def test_a_balanced_report_passes_every_check(sample: Sample) -> None:
    """Where every sum of the form holds, every finding is a pass and the verdict is consistent."""
    findings = judge(sample.report())
    assert {finding.status for finding in findings} == {"pass"}
    assert verdict_of(sample.report(), findings).key == "consistent"


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_slip_is_caught_by_exactly_the_sums_it_breaks(shape: tuple[str, bool]) -> None:
    """One figure altered: each sum that it is part of fails and cites it, and no other fails."""
    sample = make_sample(shape, 21)
    for path in checked_paths(sample):
        findings = judge(sample.report(**{path: count(sample.cells[path]) + 1}))
        concerned = [finding for finding in findings if path in (*finding.left, *finding.right)]
        assert concerned
        assert failing(findings) == concerned


@given(sample=samples(), change=st.integers(1, 10**6), up=st.booleans(), data=st.data())
@settings(max_examples=60)
def test_a_slip_of_any_size_is_caught(sample: Sample, change: int, up: bool, data: st.DataObject) -> None:
    """Whatever the wrong figure is, the verdict is errors and each failing finding cites the cell."""
    path = data.draw(st.sampled_from(checked_paths(sample)))
    true = count(sample.cells[path])
    wrong = true + change if up or true < change else true - change
    report = sample.report(**{path: wrong})
    failed = failing(judge(report))
    assert failed
    assert all(path in (*finding.left, *finding.right) for finding in failed)
    assert verdict_of(report, judge(report)).key == "errors"


@given(sample=samples(), seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_zeros_left_blank_change_nothing(sample: Sample, seed: int) -> None:
    """Zeros printed as blanks count as 0 in a sum that has a printed figure: nothing fails."""
    random = Random(seed)
    zeros = {path: None for path in checked_paths(sample) if sample.cells[path] == 0 and random.random() < 0.7}
    for finding in judge(sample.report(**zeros)):
        printed = [path for path in (*finding.left, *finding.right) if path not in zeros]
        assert finding.status == ("pass" if printed else "unknown")


@given(sample=samples(), seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_blanks_never_make_a_sound_report_fail(sample: Sample, seed: int) -> None:
    """Whatever figures of a sound report are blank, unreadable or absent, no sum is called wrong."""
    random = Random(seed)
    cells = {path: cell_of(value) for path, value in sample.cells.items()}
    for path in checked_paths(sample):
        fate = random.random()
        if fate < 0.1:
            cells[path] = cell_of(None)
        elif fate < 0.2:
            cells[path] = UNREAD
        elif fate < 0.3:
            del cells[path]
    assert not failing(judge(as_report(sample.form, cells)))


# What may stand in one cell of a small sum: a figure, a blank, something unreadable, or no cell at all.
FIELD = st.one_of(st.integers(0, 4), st.sampled_from(["blank", "unread", "absent"]))


def could_hold(left: list[object], right: list[object]) -> bool:
    """Try every figure up to 30 in every open cell."""

    def sums(side: list[object]) -> set[int]:
        reached = {0}
        for field in side:
            choices = [field] if isinstance(field, int) else range(31)
            reached = {total + choice for total in reached for choice in choices}
        return reached

    return bool(sums(left) & sums(right))


@given(st.lists(FIELD, min_size=5, max_size=5))
@settings(max_examples=400)
def test_fail_is_said_only_where_nothing_could_make_it_hold(fields: list[object]) -> None:
    """Against all ways to fill the open cells: pass, fail and unknown are said exactly where they are true."""
    form = load_form("2021")
    names = ["upheld", "corrected", "other", "pending", "total"]
    made = {"blank": cell_of(None), "unread": UNREAD}
    cells = {
        f"disputes/cases/review.{name}": cell_of(field) if isinstance(field, int) else made[str(field)]
        for name, field in zip(names, fields, strict=True)
        if field != "absent"
    }
    found = [f for f in judge(as_report(form, cells)) if f.where == "cases/review"]
    if not cells:
        assert not found
        return
    [finding] = found
    printed = [field for field in fields if isinstance(field, int)]
    as_zero = [field if isinstance(field, int) else 0 for field in fields]
    if not printed:
        assert finding.status == "unknown"
    elif not could_hold(fields[:4], fields[4:]):
        assert finding.status == "fail"
    elif sum(as_zero[:4]) == as_zero[4] and not {"unread", "absent"} & set(map(str, fields)):
        assert finding.status == "pass"
    else:
        assert finding.status == "unknown"


def test_errors_that_cancel_in_the_total_are_seen() -> None:
    """The balance is checked in each column: two errors that cancel in 总计 both fail."""
    sample = make_sample(("2021", False), 23)
    paths = ("requests/new/person", "requests/carried_out/org.other")
    report = sample.report(**{path: count(sample.cells[path]) + 1 for path in paths})
    balances = [f for f in failing(judge(report)) if f.check == "requests-balance"]
    assert {f.where for f in balances} == {"person", "org.other"}


def test_a_finding_stands_alone() -> None:
    """A failing finding carries both sums, its cells and one Chinese sentence with the difference."""
    sample = make_sample(("2021", False), 24)
    path = "disputes/cases/review.total"
    [finding] = failing(judge(sample.report(**{path: count(sample.cells[path]) + 7})))
    assert (finding.check, finding.severity) == ("disputes-total", "error")
    assert finding.left == [f"disputes/cases/review.{name}" for name in ("upheld", "corrected", "other", "pending")]
    assert finding.right == [path]
    assert int(finding.actual or "") - int(finding.expected or "") == 7
    assert finding.message.endswith("相差 7")
    assert "行政复议" in finding.message


@given(samples())
@settings(max_examples=10)
def test_names_of_findings_are_unique_and_fit_for_an_anchor(sample: Sample) -> None:
    """Each finding of a report has an id of its own, of letters, digits and hyphens."""
    ids = [finding.id for finding in judge(sample.report())]
    assert len(set(ids)) == len(ids)
    assert all(name.replace("-", "").isalnum() and name.isascii() and name.islower() for name in ids)


def test_checks_are_those_of_the_forms() -> None:
    """Every rule and claim of every form is a check with question, basis and the forms that it applies to."""
    declared: dict[str, set[str]] = {}
    for form in load_forms():
        for _, rule in form.rules:
            declared.setdefault(rule.id, set()).add(form.id)
    found = {check.id: set(check.forms) for check in arithmetic.CHECKS}
    assert found == declared
    assert set(arithmetic.CHECKS) <= set(CHECKS)
    assert all(check.question and check.basis and check.formula for check in CHECKS)


def test_a_report_without_a_form_is_not_judged() -> None:
    """Where no statutory table was recognised there is nothing to check, and the verdict says so."""
    report = as_report(None, {})
    assert judge(report) == []
    assert verdict_of(report, []).key == "unverifiable"


def test_an_empty_report_cannot_be_verified() -> None:
    """All cells blank: no sum is wrong and none is right; what is said is that they are blank."""
    sample = make_sample(("2021", False), 25)
    report = sample.report(**dict.fromkeys(sample.cells))
    assert {finding.status for finding in judge(report) if finding.severity == "error"} == {"unknown"}
    assert [finding.check for finding in failing(judge(report))] == ["prose-blank"]
    assert verdict_of(report, judge(report)).key == "unverifiable"


def test_a_kind_of_sum_that_cannot_be_checked_at_all_makes_a_report_unverifiable() -> None:
    """A report without table four is not called consistent for what its table three says."""
    sample = make_sample(("2021", False), 27)
    disputes = {path: cell_of(None) for path in sample.cells if path.startswith("disputes/")}
    report = sample.report()
    report = report.model_copy(update={"cells": {**report.cells, **disputes}})
    findings = judge(report)
    assert {finding.check for finding in findings if finding.status == "unknown"} == {"disputes-total"}
    assert verdict_of(report, findings).key == "unverifiable"


def test_a_lost_figure_outside_the_sums_is_a_remark() -> None:
    """A figure that could not be read takes the word consistent away."""
    sample = make_sample(("2021", False), 26)
    report = sample.report()
    notice = Notice(code="number-invalid", fact="licensing/licence/decisions", message="示例")
    cells = {**report.cells, "licensing/licence/decisions": UNREAD}
    report = report.model_copy(update={"cells": cells, "notices": [notice]})
    assert verdict_of(report, judge(report)).key == "remarks"


def test_every_verdict_is_explained() -> None:
    """Each verdict has its own word, mark and rule for the method page."""
    for field in ("label", "mark", "rule"):
        assert len({getattr(verdict, field) for verdict in VERDICTS.values()}) == len(VERDICTS)


@pytest.fixture(scope="module")
def real(root: Path) -> dict[tuple[str | None, int | None], Report]:
    content = root / "content"
    registry = load_registry(content)
    entries, misplaced = scan(content, registry, 2026)
    ingested = ingest(entries)
    assert not misplaced
    assert not ingested.refused
    return {(report.agency.id, report.year): report for report in ingested.reports}


def test_the_real_reports_are_eleven(real: dict[tuple[str, int], Report]) -> None:
    """All reports of the repository are read."""
    assert len(real) == 11


def test_the_real_errors_of_hongze_are_found(real: dict[tuple[str, int], Report]) -> None:
    """洪泽区 2023 printed two totals as 0 over 11 and 5 cases: both are found, and nothing else."""
    failed = failing(judge(real["hongze", 2023]))
    assert [(f.check, f.where, f.expected, f.actual) for f in failed] == [
        ("disputes-total", "cases/review", "11", "0"),
        ("disputes-total", "cases/litigation.after_review", "5", "0"),
    ]


def test_no_other_real_report_is_called_wrong(real: dict[tuple[str, int], Report]) -> None:
    """The other real reports have no failing check at error level."""
    wrong = {key for key, report in real.items() if any(f.severity == "error" for f in failing(judge(report)))}
    assert wrong == {("hongze", 2023)}


def test_the_real_figures_of_other_reports_are_those_of_the_table_of_truth(
    corpus: Path, real: dict[tuple[str, int], Report]
) -> None:
    """Each excerpt in the repository holds the figures of the table of truth made from its original."""
    names = {"hongze-2023": ("hongze", 2023), "hongze-2024": ("hongze", 2024), "suqian-2023": ("suqian", 2023),
             "suqian-2024": ("suqian", 2024), "shuyang-2025": ("shuyang", 2025),
             "shanghai-bgt-2019": ("shanghai-government-office", 2019)}  # fmt: skip
    for name, key in names.items():
        expected = json.loads((corpus / "expected" / f"{name}.json").read_text("utf-8"))
        for path, value in expected["cells"].items():
            found = real[key].value(path)
            assert (found is None) == (value is None), (name, path)
            assert found is None or Decimal(str(found)) == Decimal(str(value)), (name, path)

"""What people add in the sidecar: reviews that hold for the figures seen, corrections laid over what is printed."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from samples import count, make_sample

from generator.archive import Sidecar, load_registry, sidecar_text
from generator.checks import corrected, counted, judge, lost_reviews, verdict_of
from generator.checks.review import seen
from generator.cli import main
from generator.errors import ConfigError
from generator.ingest import ingest
from generator.report import Correction, Finding, Report, Review
from generator.scan import scan
from generator.site.sections import tally
from generator.yamlfile import load_yaml

PATH = "requests/new/person"
SAMPLE = make_sample(("2021", False), 21)
TRUE = count(SAMPLE.cells[PATH])


def _wrong(**more: object) -> Report:
    """A report with one figure too high by one: a row and a column fail."""
    return SAMPLE.report(**{PATH: TRUE + 1}).model_copy(update=more)


def _failed(report: Report) -> list[Finding]:
    return [finding for finding in judge(report) if finding.status == "fail"]


def _review(finding: Finding, decision: str = "dismissed") -> Review:
    said = {"reason": "原件如此，口径不同", "office": "示例县政府办", "date": "2024-05-01"}
    return Review.model_validate({"finding": finding.id, "decision": decision, "seen": finding.seen, **said})


def _correction(**changes: str | None) -> Correction:
    said = {"cell": PATH, "from": str(TRUE + 1), "to": str(TRUE), "reason": "录入有误", "date": "2024-05-01"}
    return Correction.model_validate({**said, "evidence": "示例县政府办来函", **changes})


def test_a_dismissed_finding_is_no_error_but_still_shown() -> None:
    """All failing sums dismissed: the verdict is remarks, never consistent, and each keeps its review."""
    report = _wrong(reviews=[_review(finding) for finding in _failed(_wrong())])
    findings = judge(report)
    assert verdict_of(report, findings).key == "remarks"
    assert all(f.is_dismissed and f.review for f in findings if f.status == "fail")


def test_all_of_one_check_dismissed_is_checked() -> None:
    """What a person looked at and let pass counts as checked: the verdict follows the rule that is printed for it."""
    cells = {f"disputes/cases/{kind}.total": 900 for kind in ("review", "litigation.direct", "litigation.after_review")}
    report = SAMPLE.report(**cells)
    failed = _failed(report)
    assert [f.check for f in failed] == ["disputes-total"] * 3
    assert "disputes-total" not in {f.check for f in judge(report) if f.status == "pass"}
    report = report.model_copy(update={"reviews": [_review(finding) for finding in failed]})
    assert verdict_of(report, judge(report)).key == "remarks"


def test_a_confirmed_finding_stays_an_error() -> None:
    report = _wrong(reviews=[_review(finding, "confirmed") for finding in _failed(_wrong())])
    assert verdict_of(report, judge(report)).key == "errors"


def test_a_review_is_void_when_the_figures_change() -> None:
    """The same sum fails by another amount: the review is there, void, and does not count."""
    reviews = [_review(finding) for finding in _failed(_wrong())]
    report = SAMPLE.report(**{PATH: TRUE + 2}).model_copy(update={"reviews": reviews})
    failed = _failed(report)
    assert [f.void for f in failed] == [True] * len(failed)
    assert verdict_of(report, judge(report)).key == "errors"


def test_a_review_without_its_finding_is_told() -> None:
    """What no longer fails needs no review: the sidecar is told of, not silently ignored."""
    reviews = [_review(_failed(_wrong())[0])]
    report = SAMPLE.report().model_copy(update={"reviews": reviews})
    assert [notice.code for notice in lost_reviews(judge(report), report)] == ["review-void"]


def test_the_mark_of_a_finding_does_not_change_by_itself() -> None:
    """Running twice gives the same mark; another cell's figure gives another."""
    one, two = _failed(_wrong()), _failed(_wrong())
    assert [f.seen for f in one] == [f.seen for f in two] == [seen(f, _wrong()) for f in one]
    assert {f.seen for f in one}.isdisjoint(f.seen for f in _failed(SAMPLE.report(**{PATH: TRUE + 2})))


def test_a_correction_is_laid_over_and_judged_too() -> None:
    """The printed figure stays; with the corrected one every sum holds."""
    report = _wrong(corrections=[_correction()])
    better, notices = corrected(report)
    assert (report.value(PATH), notices) == (TRUE + 1, [])
    assert better is not None
    assert better.value(PATH) == TRUE
    assert verdict_of(better, judge(better)).key == "consistent"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"from": "987654"}, "原文印作"),
        ({"cell": "requests/new/nobody"}, "没有这一格"),
        ({"to": "约10"}, "不是这一格可以填的数"),
        ({"to": "-3"}, "不是这一格可以填的数"),
    ],
)
def test_a_correction_that_does_not_fit_changes_nothing(changes: dict[str, str], why: str) -> None:
    """Another figure is printed, no such cell, no figure: nothing is laid over, and a notice says why."""
    better, notices = corrected(_wrong(corrections=[_correction(**changes)]))
    assert better is None
    assert [why in notice.message for notice in notices] == [True]


def test_a_correction_may_empty_a_cell() -> None:
    better, _ = corrected(_wrong(corrections=[_correction(to=None)]))
    assert better is not None
    assert better.cells[PATH].value is None


def test_reviews_and_corrections_come_from_the_sidecar(content: Path) -> None:
    """What the sidecar says reaches the report, and a sidecar written anew says the same."""
    path = content / "reports/shili-xian/2022.txt"
    said = {
        "reviews": [_review(_failed(_wrong())[0]).model_dump()],
        "corrections": [
            {"cell": PATH, "from": "1", "to": "2", "reason": "有误", "evidence": "来函", "date": "2024-05-01"}
        ],
    }
    sidecar = path.with_suffix(".yml")
    sidecar.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    entries, _ = scan(content, load_registry(content), 2026)
    [report] = [one for one in ingest(entries).reports if one.reviews]
    assert report.reviews[0].finding == said["reviews"][0]["finding"]  # type: ignore[index]
    assert report.corrections[0].printed == "1"
    sidecar.write_text(sidecar_text(load_yaml(sidecar, Sidecar)), "utf-8")
    assert "from:" in sidecar.read_text("utf-8")
    assert load_yaml(sidecar, Sidecar).corrections[0].printed == "1"


@pytest.mark.parametrize(
    ("line", "fault"),
    [("  - {finding: x, decision: maybe}", "第 2 行"), ("  - {finding: x, seen: zz}", "第 2 行")],
)
def test_a_faulty_sidecar_names_its_line(tmp_path: Path, line: str, fault: str) -> None:
    file = tmp_path / "2022.yml"
    file.write_text(f"reviews:\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=fault):
        load_yaml(file, Sidecar)


def test_two_words_on_one_finding_are_refused(tmp_path: Path) -> None:
    """A finding confirmed and dismissed, or a cell corrected twice: the file says which and where."""
    file = tmp_path / "2022.yml"
    said = _review(_failed(_wrong())[0]).model_dump()
    file.write_text(yaml.safe_dump({"reviews": [said, {**said, "decision": "confirmed"}]}, allow_unicode=True), "utf-8")
    with pytest.raises(ConfigError, match="只能有一次"):
        load_yaml(file, Sidecar)


def test_figures_of_a_correction_need_no_quotation_marks(tmp_path: Path) -> None:
    file = tmp_path / "2022.yml"
    file.write_text(
        "corrections:\n  - {cell: a, from: 0, to: 11, reason: 漏填, evidence: 来函, date: 2024-05-07}\n", "utf-8"
    )
    [correction] = load_yaml(file, Sidecar).corrections
    assert (correction.printed, correction.to) == ("0", "11")


def test_dismissed_findings_count_with_what_holds() -> None:
    """In the table of rules and in the sentence that counts; nowhere as failing."""
    report = _wrong(reviews=[_review(finding) for finding in _failed(_wrong())])
    findings = judge(report)
    assert sum(row.failed for row in tally(findings)) == 0
    assert "0 项不成立" in counted(findings)
    assert "2 项复核认为不算差错" in counted(findings)


def test_the_terminal_tells_of_void_reviews_and_corrections(content: Path) -> None:
    """A review of figures that changed, and a correction that does not fit, are said by nianbao check."""
    sidecar = content / "reports/shili-xian/2022.yml"
    review = {"finding": "x-y", "decision": "dismissed", "seen": "00000000", "reason": "口径", "office": "某办"}
    wrong = {"cell": PATH, "from": "987654321", "to": "2", "reason": "有误", "evidence": "来函", "date": "2024-05-01"}
    said = {"reviews": [{**review, "date": "2024-05-01"}], "corrections": [wrong]}
    sidecar.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    shown = CliRunner().invoke(main, ["check", "--content", str(content)]).stdout
    assert "「x-y」的复核没有对应的不成立项" in shown
    assert f"对「{PATH}」的更正没有采用" in shown

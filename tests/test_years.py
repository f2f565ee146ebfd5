"""Relations with the year before, and inequalities: what the forms declare besides sums."""

import pytest
from samples import SHAPES, Sample, as_report, cell_of, count, make_sample

from generator.checks import Archived, Body, Limits, judge
from generator.form import Identity, load_form
from generator.report import Finding, Report

FORM = "2021"
STOCK = "documents-stock"


def _report(sample: Sample, year: int, **changes: int | None) -> Report:
    cells = {path: cell_of(value) for path, value in {**sample.cells, **changes}.items()}
    return as_report(sample.form, cells, year, "shili-xian")


def _pair(seed: int = 4, form: str = FORM, **changes: int) -> tuple[Report, Report]:
    """Two years of a body that fit together; ``changes`` are figures of the second one."""
    before, after = make_sample((form, False), seed), make_sample((form, False), seed + 1)
    figures: dict[str, int] = {}
    for link in after.form.links:
        if link.rule.id == "requests-carried-over":
            figures[link.left[0].parts[0]] = count(before.cells[link.right[0].parts[0]])
        elif link.rule.id == STOCK:
            stock, repealed = (term.parts[0] for term in link.left)
            last, issued = (term.parts[0] for term in link.right)
            figures[repealed] = 0
            figures[stock] = count(before.cells[last]) + count(after.cells[issued])
    return _report(before, 2022), _report(after, 2023, **{**figures, **changes})


def _findings(*reports: Report, check: str = "") -> list[Finding]:
    """The findings of the last of ``reports`` in an archive of all of them."""
    archived = Archived(reports, {"shili-xian": Body("shili-xian", "示例县人民政府")}, Limits())
    return [finding for finding in judge(reports[-1], archived) if check in ("", finding.check)]


def _failed(*reports: Report, check: str = "") -> list[Finding]:
    return [finding for finding in _findings(*reports, check=check) if finding.status == "fail"]


ACROSS = {link.rule.id for link in load_form(FORM).links if link.rule.needs_last}


def test_years_that_fit_pass_in_every_column() -> None:
    """Carry-over is compared in all seven columns, the stock of documents in both rows."""
    passed = [f for f in _findings(*_pair()) if f.check in ACROSS and f.status == "pass"]
    assert len([f for f in passed if f.check == "requests-carried-over"]) == 7
    assert len([f for f in passed if f.check == STOCK]) == 2


@pytest.mark.parametrize(
    "link", [one for one in load_form(FORM).links if one.rule.needs_last and one.rule.relation == "="]
)
def test_any_slip_between_two_years_is_caught_and_cites_both(link: Identity) -> None:
    """One figure of this year altered: the finding names it, last year's cell with its year, and both sums."""
    before, after = _pair()
    path = link.left[0].parts[0]
    wrong = after.model_copy(update={"cells": {**after.cells, path: cell_of(count(after.value(path)) + 3)}})
    [finding] = _failed(before, wrong, check=link.rule.id)
    assert path in finding.left
    assert any(cited.startswith("2022:") for cited in finding.right)
    assert finding.message.endswith("相差 3")
    assert finding.severity == "warning"


@pytest.mark.parametrize("reports", [1, 2])
def test_a_missing_year_is_unknown_and_said_why(reports: int) -> None:
    """Without the year before nothing is compared; with one two years back neither."""
    before, after = _pair()
    older = before.model_copy(update={"year": 2021})
    found = [f for f in _findings(*[older, after][-reports:]) if f.check in ACROSS]
    assert {f.status for f in found} == {"unknown"}
    assert all("没有收录 2022 年度报告" in f.message for f in found)
    assert len(found) == len(ACROSS)


def test_a_file_alone_is_not_compared_with_other_years() -> None:
    """``nianbao inspect`` knows one file: nothing is said of years."""
    assert not [f for f in judge(_pair()[1]) if f.check in ACROSS]


def test_the_forms_of_2019_and_2021_meet_only_where_their_labels_do() -> None:
    """上年结转 is compared across 2020 and 2021; 现行有效 is not: 对外公开总数量 is another thing."""
    old, new = make_sample(("2019", False), 1), make_sample((FORM, False), 2)
    found = _findings(_report(old, 2020), _report(new, 2021))
    assert {f.status for f in found if f.check == "requests-carried-over"} <= {"pass", "fail"}
    [stock] = [f for f in found if f.check == STOCK]
    assert (stock.status, "2020 年度报告没有这些栏目" in stock.message) == ("unknown", True)


def test_no_year_before_the_first_form_is_asked_for() -> None:
    """Reports for 2018 had no tables of the whole country: nobody can expect them here."""
    report = _report(make_sample(("2019", False), 1), 2019)
    assert not [f for f in _findings(report) if f.check in ("requests-carried-over", "items-carried-over")]


def test_a_blank_that_could_hold_the_difference_is_unknown() -> None:
    """A blank of last year might have been any figure."""
    before, after = _pair()
    path = "requests/carried_out/person"
    blank = before.model_copy(update={"cells": {**before.cells, path: cell_of(None)}})
    wanted = after.model_copy(update={"cells": {**after.cells, "requests/carried_in/person": cell_of(5)}})
    found = [f for f in _findings(blank, wanted, check="requests-carried-over") if f.where.endswith("person")]
    assert [f.status for f in found] == ["unknown"]


@pytest.mark.parametrize(
    ("issued", "in_force", "status"), [(3, 3, "pass"), (3, 2, "fail"), (3, None, "unknown"), (None, 0, "pass")]
)
def test_an_inequality_fails_only_where_nothing_could_save_it(
    issued: int | None, in_force: int | None, status: str
) -> None:
    """现行有效 is not less than 制发: a note, for the same year's repeals are an exception."""
    sample = make_sample((FORM, False), 3)
    row = "documents/normative"
    report = _report(sample, 2022, **{f"{row}/issued": issued, f"{row}/in_force": in_force})
    [found] = [f for f in _findings(report, check="documents-issued") if f.where == "normative"]
    assert (found.status, found.severity) == (status, "note")


def test_more_repealed_than_there_were_is_told() -> None:
    before, after = _pair()
    stock = count(before.value("documents/normative/in_force"))
    issued = count(after.value("documents/normative/issued"))
    cells = {**after.cells, "documents/normative/repealed": cell_of(stock + issued + 2)}
    [found] = _failed(before, after.model_copy(update={"cells": cells}), check="documents-repealed")
    assert found.message.endswith("多出 2")


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_crossing_failures_name_the_cell(shape: tuple[str, bool]) -> None:
    """Every cell where a row sum and a column sum cross is named, and nothing else, when it alone is wrong."""
    sample = make_sample(shape, 21)
    for path in [path for path in sample.cells if path.startswith("requests/")]:
        findings = judge(sample.report(**{path: count(sample.cells[path]) + 4}))
        assert {f.suspect for f in findings if f.is_error} == {path}


def test_two_wrong_cells_name_none() -> None:
    """Where the failing sums have no single cell in common nobody is accused."""
    sample = make_sample((FORM, False), 21)
    paths = ("requests/new/person", "requests/outcome.granted/org.legal")
    findings = judge(sample.report(**{path: count(sample.cells[path]) + 4 for path in paths}))
    assert {f.suspect for f in findings if f.status == "fail"} == {None}

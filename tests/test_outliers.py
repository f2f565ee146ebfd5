"""Jumps against last year and against peers: notes, guarded against small numbers, never more than a question."""

import json

import pytest
from samples import as_report, cell_of, make_sample

from generator.checks import Archived, Body, Limits, judge, verdict_of
from generator.checks.outliers import watched
from generator.form_file import form_ids
from generator.judging import Gist, gist_of
from generator.report import Finding, Report, Review

LICENCE = "licensing/licence/decisions"
SAMPLE = make_sample(("2021", False), 8)


def _report(value: int | None, year: int = 2023, agency: str = "shili-xian") -> Report:
    cells = {path: cell_of(figure) for path, figure in {**SAMPLE.cells, LICENCE: value}.items()}
    return as_report(SAMPLE.form, cells, year, agency)


def _notes(report: Report, *others: Report, check: str, **limits: float) -> list[Finding]:
    reports = (report, *others)
    bodies = {one.agency.id or "": Body(one.agency.id, "示例县", level="county", kind="government") for one in reports}
    archived = Archived(reports, bodies, Limits.model_validate(limits))
    return [f for f in judge(report, archived) if f.check == check and f.status == "fail" and f.where == LICENCE]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [(100, 499, 0), (100, 500, 1), (500, 100, 1), (500, 101, 0), (0, 49, 0), (0, 50, 1), (3, 40, 0), (None, 900, 0)],
)
def test_a_jump_is_told_from_five_times_and_fifty_on(before: int | None, now: int, told: int) -> None:
    """Both ways; small numbers jump without meaning; against a blank nothing is compared."""
    assert len(_notes(_report(now), _report(before, 2022), check="figures-jump")) == told


def test_thresholds_are_the_archives_own() -> None:
    assert _notes(_report(200), _report(100, 2022), check="figures-jump", jump_times=2)
    assert not _notes(_report(900), _report(100, 2022), check="figures-jump", jump_least=1000)


def test_a_jump_names_both_years_and_leaves_the_verdict() -> None:
    """The note stands alone with both figures; it never makes a report look worse."""
    now, before = _report(900), _report(100, 2022)
    [note] = _notes(now, before, check="figures-jump")
    assert (note.severity, note.left, note.right) == ("note", [LICENCE], [f"2022:{LICENCE}"])
    assert "上年 100，本年 900" in note.message
    assert verdict_of(now, [note, *judge(now)]).key == verdict_of(now, judge(now)).key


@pytest.mark.parametrize(("peers", "now", "told"), [(7, 2000, 1), (6, 2000, 0), (7, 1999, 0)])
def test_peers_count_only_when_there_are_enough(peers: int, now: int, told: int) -> None:
    """Eight bodies with the one in question; twenty times their median."""
    others = [_report(100, agency=f"shili-{i}") for i in range(peers)]
    assert len(_notes(_report(now), *others, check="figures-peers")) == told


def test_bodies_of_another_kind_or_year_are_no_peers() -> None:
    others = [_report(100, 2022, f"shili-{i}") for i in range(9)]
    assert not _notes(_report(2000), *others, check="figures-peers")


def _recognised(report: Report) -> Report:
    cells = {path: cell.model_copy(update={"ocr": True}) for path, cell in report.cells.items()}
    return report.model_copy(update={"cells": cells})


def test_recognised_figures_judge_no_other_report() -> None:
    """Neither as last year's nor as peers': nobody compared them with the picture."""
    assert not _notes(_report(900), _recognised(_report(100, 2022)), check="figures-jump")
    others = [_report(100, agency=f"shili-{i}") for i in range(6)]
    assert not _notes(_report(2000), *others, _recognised(_report(100, agency="shili-7")), check="figures-peers")


def test_recognised_figures_are_kept_out_of_what_peers_are_compared_by() -> None:
    body = Body("shili-xian", "示例县", level="county", kind="government")
    kept, left_out = (Gist(*json.loads(gist_of(one, body))) for one in (_report(7), _recognised(_report(7))))
    assert "7" in kept.figures
    assert set(left_out.figures) == {None}


def test_another_bodys_report_voids_no_review() -> None:
    """The peers' median moves when anybody's report is added; only the figure that the reviewer saw counts."""
    others = [_report(100, agency=f"shili-{i}") for i in range(8)]
    [note] = _notes(_report(2000), *others, check="figures-peers")
    said = {"reason": "本来如此", "office": "示例县政府办", "date": "2024-05-01", "decision": "dismissed"}
    review = Review.model_validate({"finding": note.id, "seen": note.seen, **said})
    added = [_report(60, agency=f"shili-{i}") for i in range(20, 30)]
    for now, void in ((2000, False), (2001, True)):
        report = _report(now).model_copy(update={"reviews": [review]})
        [again] = _notes(report, *others, *added, check="figures-peers")
        assert (again.expected == note.expected, again.void) == (False, void)


@pytest.mark.parametrize("form", form_ids())
def test_what_is_watched_follows_from_the_form(form: str) -> None:
    """Totals of whole rows and every cell without a sum; no part of a sum, and no signed change."""
    paths = {fact.path for fact in watched(form)}
    assert {"requests/new/total", "requests/outcome.total/total", LICENCE} <= paths
    assert "disputes/cases/review.total" in paths
    assert not any(path.endswith(("/change", "/person")) or "outcome.denied" in path for path in paths)

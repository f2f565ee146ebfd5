"""A fictional archive in which it is known what is wrong: what ``nianbao demo`` plants, as reports, without files.

What must fail is worked out from the figures and what was planted (``generator.demo``), never by asking the checks.
"""

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from samples import as_report, cell_of, count
from spoken import Spoken, slip, true_sentences, wrong_figure, wrong_none

from generator.checks import Archived, Limits, judge
from generator.checks import Body as Known
from generator.demo.bodies import bodies
from generator.demo.draft import Draft
from generator.demo.errors import ERRORS
from generator.demo.plan import Plan, drafts_of, expected, verdict
from generator.report import Agency, Report

__all__ = ["ERRORS", "Planted", "Score", "plant", "scores"]
YEARS = 5
Key = tuple[str, int]  # agency id, year


class Planted(NamedTuple):
    """The archive, and for each report the checks that must fail on it and those that may besides."""

    archived: Archived
    must: Mapping[Key, frozenset[str]]
    may: Mapping[Key, frozenset[str]]


def plant(reports: int, seed: int = 1, share: float = 0.3) -> Planted:
    """About ``reports`` reports of bodies with up to five years each; ``share`` of them with one to three errors."""
    whose = bodies(-(-reports // YEARS))
    drafts = list(drafts_of(Plan(whose, YEARS, seed, share), whose))
    must: dict[Key, set[str]] = {draft.key: set() for draft in drafts}
    may: dict[Key, set[str]] = {draft.key: set() for draft in drafts}
    for agency, year, check, certain in expected(verdict(draft) for draft in drafts):
        (must if certain else may)[agency, year].add(check)
    random = Random(seed)
    for draft in drafts:
        if not draft.planted and draft.form.id == "2021" and draft.body.short[-1] in "镇局":
            _speak(Spoken(draft.cells, draft.texts, must[draft.key], may[draft.key], *_of(draft)), random)
        if draft.blank:  # here every cell is known to be there, and blank
            must[draft.key].add("prose-blank")
    known = {
        one.id: Known(one.id, one.name, (one.short,), one.level, one.kind, one.place) for one in whose
    }  # fmt: skip
    archived = Archived([_report(draft) for draft in drafts], known, Limits())
    return Planted(
        archived,
        {key: frozenset(checks) for key, checks in must.items()},
        {key: frozenset(checks) for key, checks in may.items()},
    )


def _of(draft: Draft) -> tuple[str, int, bool]:
    return draft.body.short, draft.year, draft.body.level == "township"


def _speak(told: Spoken, random: Random) -> None:
    """Let a sound report say something more, true or wrong, in one of the many wordings that people use."""
    chance = random.random()
    if chance < 0.5:
        true_sentences(told, random)
    elif chance < 0.8:
        random.choice((wrong_figure, wrong_none, slip))(told, random)


def _report(draft: Draft) -> Report:
    cells = {path: cell_of(value) for path, value in draft.printed().items()}
    made = as_report(draft.form, cells, draft.year, draft.body.id)
    who = Agency(id=draft.body.id, name=draft.body.name)
    basis = made.basis.model_copy(update={"published": "signature"})
    more = {"agency": who, "title": draft.title, "texts": draft.texts, "published": draft.published, "basis": basis}
    return made.model_copy(update=more)


class Score(NamedTuple):
    """How well one check did: reports on which it failed rightly, wrongly, and on which it should have."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of its failures that were planted."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what was planted that it found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def scores(planted: Planted) -> dict[str, Score]:
    """Judge the whole archive and compare; check id → score."""
    counts: dict[str, list[int]] = {}
    for report in planted.archived.reports:
        key = (str(report.agency.id), count(report.year))
        failed = {finding.check for finding in judge(report, planted.archived) if finding.status == "fail"}
        must, may = planted.must[key], planted.may[key]
        for check in failed | must:
            row = counts.setdefault(check, [0, 0, 0])
            row[0] += check in failed and check in must
            row[1] += check in failed and check not in must | may
            row[2] += check in must and check not in failed
    return {check: Score(*row) for check, row in sorted(counts.items())}
